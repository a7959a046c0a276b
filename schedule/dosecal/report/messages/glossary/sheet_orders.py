"""What sheets say of orders within a range, of limits of a day, of overfill, and of the times of a thawed product."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

ORDERS = (
    Sentence("dose as ordered", "dosis tal como se ordenó", "按医嘱的剂量"),
    Sentence("within the allowed range", "dentro del intervalo permitido", "在允许范围内"),
    Sentence(
        "The protocol aims at no one dose of its range: write the dose that was ordered, and work it out by hand.",
        "El protocolo no fija una sola dosis de su intervalo: escriba la dosis que se ordenó y calcúlela a mano.",
        "方案未在其范围内指定单一剂量：请写下医嘱剂量，并手工计算。",
    ),
    Sentence(
        "No container of the lots is promised before the dose is ordered: copy the labels of those that are used.",
        "Ningún envase de los lotes se aparta antes de que se ordene la dosis: copie las etiquetas de los que se usen.",
        "医嘱下达之前不预留任何批号的容器：请抄录所用容器的标签。",
    ),
    Sentence("least dose allowed", "dosis mínima permitida", "允许的最小剂量"),
    Sentence("greatest dose allowed", "dosis máxima permitida", "允许的最大剂量"),
    Sentence("least dose by the rule", "dosis mínima por la regla", "按规则的最小剂量"),
    Sentence("greatest dose by the rule", "dosis máxima por la regla", "按规则的最大剂量"),
    Sentence("least dose at the visit", "dosis mínima en la visita", "本次访视的最小剂量"),
    Sentence("greatest dose at the visit", "dosis máxima en la visita", "本次访视的最大剂量"),
    Sentence("{@a}, by the cap", "{a}, por el tope", "{a}，按上限"),
    Sentence("{@a}, by the floor", "{a}, por el mínimo", "{a}，按下限"),
    Sentence("from the label, of what is dosed", "de la etiqueta, de lo que se dosifica", "取自标签，按计量的成分"),
    Sentence("dose ÷ strength", "dosis ÷ concentración", "剂量 ÷ 浓度"),
    Sentence("after rounding", "después del redondeo", "修约之后"),
    Sentence("measured volume × strength", "volumen medido × concentración", "量取体积 × 浓度"),
    Sentence(
        "(delivered − ordered) ÷ ordered × 100",
        "(entregada − ordenada) ÷ ordenada × 100",
        "（实际可给剂量 − 医嘱剂量）÷ 医嘱剂量 × 100",
    ),
    Sentence("for this body", "para este cuerpo", "按该受试者的身体数据"),
    Sentence(
        "{a} by the rule, not rounded: the prescriber states the dose",
        "{a} por la regla, sin redondear: la dosis la indica quien prescribe",
        "按规则为{a}，未修约：剂量由开具医嘱者写明",
    ),
    Sentence("dose by the rule", "dosis por la regla", "按规则的剂量"),
    Sentence("stated by the prescriber", "indicada por quien prescribe", "由开具医嘱者写明"),
    Sentence(
        "The dose by the rule is not rounded and cannot be measured as it stands: write the dose that is ordered.",
        "La dosis por la regla no se redondea y no puede medirse tal cual: escriba la dosis que se ordena.",
        "按规则的剂量未修约，无法照此量取：请写下医嘱剂量。",
    ),
    Sentence("as it was ordered", "tal como se ordenó", "按医嘱"),
    Sentence("no cap stated by the protocol", "el protocolo no indica tope", "方案未说明上限"),
    Sentence("for what is per kg", "para lo que es por kg", "用于按每千克计算的项目"),
    Sentence("{@a}, as recorded", "{a}, como se registró", "{a}，按记录值"),
)
QUOTES = (
    Sentence(
        "sic: read as {~power}, see query", "sic: léase {power}, véase la consulta", "原文如此：读作{power}，见待澄清"
    ),
    Sentence("sic: read as {~power}", "sic: léase {power}", "原文如此：读作{power}"),
    Sentence("sic: perhaps {~power}", "sic: quizá {power}", "原文如此：可能为{power}"),
)
DAYS = (
    Sentence("not judged", "no se evalúa", "未判定"),
    Sentence("the only dose of the day", "la única dosis del día", "当日唯一一剂"),
    Sentence(
        "of this dose alone, since its date is not known",
        "de esta dosis sola, ya que no se conoce su fecha",
        "仅本剂，因为日期不清楚",
    ),
    Sentence("{!dose} {#n}", "{dose} {n}", "{dose} {n}"),
    Sentence("this dose", "esta dosis", "本剂"),
    Sentence("{!dose} at {~visit}", "{dose} en {visit}", "{dose}（{visit}）"),
    Sentence("not counted: {doses}", "no se cuenta: {doses}", "未计入：{doses}"),
    Sentence("its dose is to be determined", "su dosis está por determinar", "其剂量待定"),
    Sentence(
        "endotoxin of lot {&lot}: not given",
        "endotoxinas del lote {lot}: no se proporcionó",
        "批号{lot}的内毒素：未提供",
    ),
    Sentence("the infusion rate is not known", "falta la velocidad de infusión", "输注速度不清楚"),
    Sentence("at the greatest rate", "a la velocidad máxima", "按最大速度"),
    Sentence("at the rate to program", "a la velocidad a programar", "按设定速度"),
    Sentence("even at the least rate", "aun a la velocidad mínima", "即使按最小速度"),
    Sentence("it depends on the rate that is chosen", "depende de la velocidad que se elija", "取决于所选速度"),
    Sentence("it depends on the rate", "depende de la velocidad", "取决于速度"),
    Sentence("how long the infusion takes is not known", "falta la duración de la infusión", "输注时长不清楚"),
    Sentence("none in it", "no contiene", "不含"),
)
OVERFILL = (
    Sentence("overfill", "sobrellenado", "过量灌装"),
    Sentence("not counted as content", "no se cuenta como contenido", "不计为内容量"),
    Sentence("may be given", "puede administrarse", "可以给药"),
    Sentence("{@label} + {@over} overfill", "{label} + {over} de sobrellenado", "{label} + 过量灌装{over}"),
    Sentence("strength after addition", "concentración tras la adición", "加入后的浓度"),
    Sentence("lot {&lot}: {what}", "lote {lot}: {what}", "批号{lot}：{what}"),
    Sentence(
        "{@more} although {@enough} holds the measured {@volume}: {why}",
        "{more} aunque {enough} contiene los {volume} medidos: {why}",
        "{more}，尽管{enough}已可容纳量取的{volume}：{why}",
    ),
    Sentence(
        "{@more} although {@enough} hold the measured {@volume}: {why}",
        "{more} aunque {enough} contienen los {volume} medidos: {why}",
        "{more}，尽管{enough}已可容纳量取的{volume}：{why}",
    ),
    Sentence(
        "the exact volume, {@volume}, is more than {@count} holds",
        "el volumen exacto, {volume}, es más de lo que contiene {count}",
        "精确体积{volume}超过{count}的容量",
    ),
    Sentence(
        "the exact volume, {@volume}, is more than {@count} hold",
        "el volumen exacto, {volume}, es más de lo que contienen {count}",
        "精确体积{volume}超过{count}的容量",
    ),
    Sentence(
        "a volume that can be measured: {@volume} is rounded to {@zero}",
        "un volumen que pueda medirse: {volume} se redondea a {zero}",
        "可以量取的体积：{volume}被修约为{zero}",
    ),
    Sentence(
        "a rate that keeps both limits, but the least, {@least}, is above the greatest, {@greatest}",
        "una velocidad que cumpla ambos límites, pero la mínima, {least}, supera a la máxima, {greatest}",
        "同时满足两个限值的速度，但最小值{least}高于最大值{greatest}",
    ),
)
TIMES = (
    Sentence("expires at", "caduca a las", "失效时间"),
    Sentence("date and time, with the zone", "fecha y hora, con la zona horaria", "日期和时间，注明时区"),
    Sentence("thawed at + {@time}", "hora de descongelación + {time}", "解冻时间 + {time}"),
    Sentence(
        "Expires at: the time of thaw + {@time} that pass, also where the clocks change in between.",
        "Caduca a las: la hora de descongelación + {time} transcurridas, también si entretanto cambia la hora oficial.",
        "失效时间：解冻时间加上实际经过的{time}，期间时钟调整也照此计算。",
    ),
    Sentence("infusion begins", "comienza la infusión", "输注开始"),
    Sentence("infusion ends", "termina la infusión", "输注结束时间"),
    Sentence("planned end", "final planeado", "计划结束"),
    Sentence("earliest end", "final más temprano", "最早结束"),
    Sentence("latest end", "final más tardío", "最晚结束"),
    Sentence("thaw not before", "no descongelar antes de", "解冻不早于"),
    Sentence("ends before expiry", "termina antes de caducar", "在失效前结束"),
    Sentence("yes, {length} before", "sí, {length} antes", "是，提前{length}"),
    Sentence("yes, exactly then", "sí, justo entonces", "是，恰好此时"),
    Sentence("NO: it begins {length} after", "NO: comienza {length} después", "否：开始时已晚{length}"),
    Sentence("NO: it ends {length} after", "NO: termina {length} después", "否：结束时已晚{length}"),
    Sentence("no time", "sin margen", "无余量"),
    Sentence("{#hours} h {#minutes} min", "{hours} h {minutes} min", "{hours} h {minutes} min"),
    Sentence("{#n} s", "{n} s", "{n} s"),
    Sentence(
        "It begins on {day}, and is planned for {planned}",
        "Comienza el {day}, y está planeada para el {planned}",
        "开始于{day}，而计划日期为{planned}",
    ),
)
SHEET_ORDERS = (*ORDERS, *QUOTES, *DAYS, *OVERFILL, *TIMES)
