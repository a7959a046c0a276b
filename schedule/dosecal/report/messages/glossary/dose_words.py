"""What tables and sheets say of doses: rules, ranges, weights, levels, limits."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

JOINED = (
    Sentence("{first}; {rest}", "{first}; {rest}", "{first}；{rest}"),
    Sentence("{first}, {rest}", "{first}, {rest}", "{first}，{rest}"),
    Sentence("{first} and {rest}", "{first} y {rest}", "{first}和{rest}"),
    Sentence("{first}, then {rest}", "{first}, después {rest}", "{first}，其后{rest}"),
    Sentence("{first}. {rest}", "{first}. {rest}", "{first}。{rest}"),
    Sentence("{first} {rest}", "{first} {rest}", "{first} {rest}"),
    Sentence("{what}: {reason}", "{what}: {reason}", "{what}：{reason}"),
    Sentence("WARNING: {what}", "ADVERTENCIA: {what}", "警告：{what}"),
)
RULES = (
    Sentence("{amount} (1 million; {power})", "{amount} (1 millón; {power})", "{amount}（{myriads}万；{power}）"),
    Sentence("{amount} ({n} million; {power})", "{amount} ({n} millones; {power})", "{amount}（{myriads}万；{power}）"),
    Sentence("±{amount}", "±{amount}", "±{amount}"),
    Sentence("less than {a}", "menos de {a}", "低于{a}"),
    Sentence("at least {a}", "al menos {a}", "至少{a}"),
    Sentence("{amount} per mL/min", "{amount} por mL/min", "每mL/min {amount}"),
    Sentence("{dose} of {weight}", "{dose} de {weight}", "{dose}（按{weight}）"),
    Sentence("{dose} of {weight} ({how})", "{dose} de {weight} ({how})", "{dose}（按{weight}：{how}）"),
    Sentence("{rule} of body surface", "{rule} de superficie corporal", "按体表面积{rule}"),
    Sentence("{rule} of body surface ({how})", "{rule} de superficie corporal ({how})", "按体表面积{rule}（{how}）"),
    Sentence(
        "any dose from {low} to {high} is allowed",
        "se permite cualquier dosis de {low} a {high}",
        "允许{low}至{high}的任一剂量",
    ),
    Sentence("allowed: {range}", "permitido: {range}", "允许：{range}"),
    Sentence(
        "allowed: {range}; OUTSIDE after rounding",
        "permitido: {range}; FUERA después del redondeo",
        "允许：{range}；修约后超出范围",
    ),
    Sentence("cap applied: {dose} calculated", "se aplicó el tope: {dose} calculados", "已用上限：计算值{dose}"),
    Sentence("floor applied: {dose} calculated", "se aplicó el mínimo: {dose} calculados", "已用下限：计算值{dose}"),
    Sentence("part: {part}", "parte: {part}", "分次比例：{part}"),
    Sentence("none stated: {what}", "no se indica: {what}", "未说明：{what}"),
    Sentence("{dose} without the cap", "{dose} sin el tope", "无上限时为{dose}"),
    Sentence("capped: {dose}", "con tope: {dose}", "已限上限：{dose}"),
    Sentence("filtration rate {rate}", "tasa de filtración {rate}", "肾小球滤过率{rate}"),
    Sentence("weight band: {band}", "intervalo de peso: {band}", "体重分段：{band}"),
    Sentence("body surface {s} ({how})", "superficie corporal de {s} ({how})", "体表面积{s}（{how}）"),
    Sentence("{weight} {amount}", "{weight} {amount}", "{weight}{amount}"),
    Sentence(
        "WARNING: {other} is given at {visits}, too: their conditions do not exclude each other",
        "AVISO: {other} también se administra en {visits}: sus condiciones no se excluyen",
        "警告：{visits}也给予{other}：两者的条件并不互斥",
    ),
)
WEIGHTS = (
    Sentence("weigh again", "pesar de nuevo", "重新称重"),
    Sentence("use the first weight", "usar el primer peso", "使用首次体重"),
    Sentence("measured or not", "medido o no", "实测与否均可"),
    Sentence("a change {limit} asks", "un cambio {limit} pide revisión", "变化{limit}时需复核"),
    Sentence("plausible {low} to {high} kg", "verosímil de {low} a {high} kg", "合理范围{low}至{high} kg"),
    Sentence("the weight has no date", "el peso no tiene fecha", "体重没有日期"),
    Sentence(
        "weight changed by {p} since the dosing weight of {before}, {limit}: recalculated",
        "el peso cambió {p} desde el peso de dosificación de {before}, {limit}: se recalculó",
        "体重较给药体重{before}变化{p}，{limit}：已重新计算",
    ),
    Sentence(
        "weight changed by {p} since the dosing weight of {before}, {limit}: ask for review",
        "el peso cambió {p} desde el peso de dosificación de {before}, {limit}: pida revisión",
        "体重较给药体重{before}变化{p}，{limit}：请复核",
    ),
    Sentence(
        "newest weight {new}, {p} since the dosing weight of {before}, not {limit}: dosing weight kept",
        "peso más reciente {new}, {p} desde el peso de dosificación de {before}, no {limit}: se conserva el peso de "
        "dosificación",
        "最新体重{new}，较给药体重{before}变化{p}，未{limit}：保留给药体重",
    ),
    Sentence(
        "the {weight}, {a}, is above the weight on the scale, {w}",
        "el {weight}, {a}, supera el peso de la báscula, {w}",
        "{weight}{a}高于称得的体重{w}",
    ),
    Sentence(
        "the formula of the {weight} was made for adults, and the age is not known",
        "la fórmula del {weight} se hizo para adultos, y no se conoce la edad",
        "{weight}公式适用于成人，而年龄不清楚",
    ),
    Sentence(
        "to be determined: no weight on or before this dose",
        "por determinar: no hay peso en la fecha de esta dosis ni antes",
        "待定：本剂当日或之前无体重记录",
    ),
    Sentence(
        "to be determined: the weight is too old, weigh again",
        "por determinar: el peso es demasiado antiguo, pese de nuevo",
        "待定：体重记录过旧，请重新称重",
    ),
    Sentence(
        "to be determined: the weight was not measured, weigh",
        "por determinar: el peso no fue medido, pese",
        "待定：体重未实测，请称重",
    ),
    Sentence(
        "to be determined: the weight has no date and its age is limited",
        "por determinar: el peso no tiene fecha y su antigüedad está limitada",
        "待定：体重没有日期，而其时限有规定",
    ),
    Sentence(
        "to be determined: the formula needs to know more of the body",
        "por determinar: la fórmula requiere más datos del cuerpo",
        "待定：公式还需要更多身体数据",
    ),
    Sentence(
        "to be determined: the floor lies above the cap for this body, and nobody picks one",
        "por determinar: para este cuerpo el mínimo supera al tope, y nadie elige uno de los dos",
        "待定：对该受试者下限高于上限，不作取舍",
    ),
    Sentence(
        "to be determined: no level holds on the day of this dose",
        "por determinar: ningún nivel rige el día de esta dosis",
        "待定：本剂当日没有适用的剂量水平",
    ),
    Sentence(
        "to be determined: the protocol aims at no one dose of its range",
        "por determinar: el protocolo no fija una sola dosis de su intervalo",
        "待定：方案未在其范围内指定单一剂量",
    ),
    Sentence(
        "to be determined: the formula was not made for this body",
        "por determinar: la fórmula no se hizo para este cuerpo",
        "待定：公式不适用于该受试者",
    ),
)
PREPARED = (
    Sentence(
        "volume not rounded, by the protocol: shown half up to {n} decimals",
        "volumen sin redondear, por protocolo: se muestra con {n} decimales, los empates hacia arriba",
        "方案规定体积不修约：四舍五入显示至{n}位小数",
    ),
    Sentence(
        "volume rounding none stated: measured to {steps}",
        "no se indica el redondeo del volumen: se mide a {steps}",
        "未说明体积修约：量至{steps}",
    ),
    Sentence("volume: {how}", "volumen: {how}", "体积：{how}"),
    Sentence("diluent: {how}", "diluyente: {how}", "稀释液：{how}"),
    Sentence(
        "delivers {dose}, deviation {deviation}", "aporta {dose}, desviación {deviation}", "可给{dose}，偏差{deviation}"
    ),
    Sentence(
        "{rate}: rate not known in mL/h: no concentration",
        "{rate}: no se conoce la velocidad en mL/h: sin concentración",
        "{rate}：无法换算为mL/h：没有浓度",
    ),
)
DOSE_WORDS = (*JOINED, *RULES, *WEIGHTS, *PREPARED)
"""Every sentence, each English text once."""
