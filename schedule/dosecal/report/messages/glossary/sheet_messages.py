"""What workings and the lines of sheets are put together from: numbers, limits, rates, containers and dates."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

JOINED = (
    Sentence("{first} to {rest}", "{first} a {rest}", "{first}至{rest}"),
    Sentence("more than {a}", "más de {a}", "高于{a}"),
    Sentence("{limit}: {found}", "{limit}: {found}", "{limit}：{found}"),
    Sentence("{thing} {limit}", "{thing} {limit}", "{thing}{limit}"),
    Sentence("{rule}: {limit}", "{rule}: {limit}", "{rule}：{limit}"),
    Sentence("{band}: {dose}", "{band}: {dose}", "{band}：{dose}"),
    Sentence("{containers}: {ids}", "{containers}: {ids}", "{containers}：{ids}"),
    Sentence(
        "{day}, {clock} {zone} (UTC{offset})",
        "{day}, {clock} {zone} (UTC{offset})",
        "{day}，{clock} {zone}（UTC{offset}）",
    ),
    Sentence("{amount} per {what}", "{amount} por {what}", "每{what}{amount}"),
    Sentence("{unit} per mL", "{unit} por mL", "{unit}（每毫升）"),
    Sentence("{unit} per min", "{unit} por min", "{unit}（每分钟）"),
    Sentence("{amount} (exactly {exact})", "{amount} (exactamente {exact})", "{amount}（精确值{exact}）"),
    Sentence("{name}, lot {lot}", "{name}, lote {lot}", "{name}，批号{lot}"),
    Sentence("{p} % ({part})", "{p} % ({part})", "{p} %（{part}）"),
    Sentence("Query: {query}", "Consulta: {query}", "待澄清：{query}"),
    Sentence("The {what}.", "Según el protocolo, {what}.", "{what}。"),
    Sentence(
        "{what}. To be answered before it is prepared.",
        "{what}. Debe resolverse antes de preparar.",
        "{what}。配制前必须处理。",
    ),
)
LIMITS = (
    Sentence("DMSO of the product: none stated", "DMSO del producto: no se indica", "产品的DMSO：未说明"),
    Sentence("endotoxin of the product: none stated", "endotoxinas del producto: no se indica", "产品的内毒素：未说明"),
    Sentence(
        "BEYOND the limit of {limit}: {found}", "FUERA del límite de {limit}: {found}", "超出{limit}的限值：{found}"
    ),
    Sentence("limit of {limit}", "límite de {limit}", "{limit}的限值"),
    Sentence(
        "limit of {limit} not judged: {why}", "no se evalúa el límite de {limit}: {why}", "{limit}的限值未判定：{why}"
    ),
    Sentence("{bound}: not known, {why}", "{bound}: no se conoce, {why}", "{bound}：不清楚，{why}"),
    Sentence("{found}, within", "{found}, dentro", "{found}，在限值内"),
    Sentence("{found}, within by {n}", "{found}, dentro por {n}", "{found}，在限值内，余量{n}"),
    Sentence("{found}, beyond", "{found}, fuera", "{found}，超出"),
    Sentence("{found}, beyond by {n}", "{found}, fuera por {n}", "{found}，超出{n}"),
    Sentence("{n}-fold", "{n} veces", "{n}倍"),
    Sentence("{margin}, {n} times", "{margin}, {n} veces", "{margin}，为{n}倍"),
    Sentence("{limit}; reached with {volume}", "{limit}; se alcanza con {volume}", "{limit}；以{volume}达到"),
    Sentence(
        "NOT KEPT: {thing}, {allowed}, found {value}",
        "NO SE CUMPLE: {thing}, {allowed}, encontrado {value}",
        "不符合：{thing}，{allowed}，实际{value}",
    ),
    Sentence(
        "NOT KEPT: the infusion does not end before the product expires",
        "NO SE CUMPLE: la infusión no termina antes de que caduque el producto",
        "不符合：输注不能在产品失效前结束",
    ),
    Sentence(
        "the delivered dose is {percent} from the ordered one: more than {most} %, and no tolerance is stated",
        "la dosis que se entrega difiere {percent} de la ordenada: más de {most} %, y no se indica tolerancia",
        "实际可给剂量与医嘱剂量相差{percent}：超过{most} %，且未说明容许偏差",
    ),
    Sentence("{percent} of the ordered dose", "{percent} de la dosis ordenada", "医嘱剂量的{percent}"),
    Sentence(
        "{deviation}: WARNING, more than {most} %, and no tolerance is stated",
        "{deviation}: ADVERTENCIA, más de {most} %, y no se indica tolerancia",
        "{deviation}：警告，超过{most} %，且未说明容许偏差",
    ),
    Sentence("delivered deviation", "desviación de lo que se entrega", "实际可给剂量的偏差"),
    Sentence("not covered", "sin cubrir", "未满足"),
    Sentence("{amount} by the lots at hand", "{amount} por los lotes disponibles", "现有批号缺{amount}"),
    Sentence(
        "the lots at hand do not cover {amount} of it",
        "los lotes disponibles no cubren {amount} de ella",
        "现有批号不足，缺{amount}",
    ),
    Sentence("it needs {what}", "requiere {what}", "需要{what}"),
    Sentence(
        "volume to be determined: it needs {what}", "volumen por determinar: requiere {what}", "体积待定：需要{what}"
    ),
    Sentence("its dose is not ordered yet", "su dosis aún no se ordena", "其剂量尚未下达医嘱"),
    Sentence(
        "not worked out here: leave out --visit", "no se calcula aquí: omita --visit", "此处未计算：请去掉--visit"
    ),
    Sentence("the limit inside", "el límite incluido", "含限值"),
    Sentence("the limit outside", "el límite excluido", "不含限值"),
    Sentence("{range}: OUTSIDE", "{range}: FUERA", "{range}：超出范围"),
)
RATES = (
    Sentence(
        "{rate}; it needs the volume to infuse", "{rate}; requiere el volumen a infundir", "{rate}；需先知道输注体积"
    ),
    Sentence(
        "{rates}; the protocol names no one rate",
        "{rates}; el protocolo no indica una sola velocidad",
        "{rates}；方案未指定单一速度",
    ),
    Sentence(
        "{rate}: the protocol names no one rate",
        "{rate}: el protocolo no indica una sola velocidad",
        "{rate}：方案未指定单一速度",
    ),
    Sentence("the rate takes a weight of {weight}", "la velocidad toma un peso de {weight}", "速度按体重{weight}计算"),
    Sentence("{exact}, set as {rate}", "{exact}, que se programa como {rate}", "{exact}，设定为{rate}"),
    Sentence("{rate}, for {time}", "{rate}, durante {time}", "{rate}，持续{time}"),
    Sentence("pump", "bomba", "输注泵"),
    Sentence("{rate}: as the protocol has it", "{rate}: como lo indica el protocolo", "{rate}：与方案一致"),
    Sentence(
        "{entered} against {expected}: DIFFERS",
        "{entered} frente a {expected}: DIFIERE",
        "{entered}，应为{expected}：不一致",
    ),
    Sentence("{n}-fold too fast", "{n} veces demasiado rápido", "快了{n}倍"),
    Sentence("{n}-fold too slow", "{n} veces demasiado lento", "慢了{n}倍"),
)
STEPS = (
    Sentence("note on containers", "nota sobre los envases", "容器说明"),
    Sentence("{volume} in a {container}", "{volume} por {container}", "每{container}{volume}"),
    Sentence(
        "{volume}, of which all may be given as content",
        "{volume}, de los que todo puede administrarse como contenido",
        "{volume}，其中全部可作为内容量给药",
    ),
    Sentence(
        "{volume}, of which {a} may be given as content",
        "{volume}, de los que {a} pueden administrarse como contenido",
        "{volume}，其中{a}可作为内容量给药",
    ),
    Sentence(
        "{size}; it may be off by {by} ({p} %) after ISO 7886-1: {rule}",
        "{size}; puede desviarse {by} ({p} %) según ISO 7886-1: {rule}",
        "{size}；按ISO 7886-1，可能偏差{by}（{p} %）：{rule}",
    ),
    Sentence(
        "{size} does NOT hold {volume}: {short} too small",
        "{size} NO contiene {volume}: faltan {short}",
        "{size}装不下{volume}：少{short}",
    ),
    Sentence(
        "the containers are those of one of these doses, on {day}",
        "los envases son los de una de estas dosis, el {day}",
        "容器为其中一剂所用，日期{day}",
    ),
    Sentence("AUC {n}", "ABC {n}", "AUC {n}"),
    Sentence("rate + {n}", "tasa + {n}", "滤过率 + {n}"),
    Sentence("filtration rate + {n}", "tasa de filtración + {n}", "肾小球滤过率 + {n}"),
    Sentence("{a}: applied; {b}", "{a}: se aplica; {b}", "{a}：适用；{b}"),
    Sentence("{a}, as given", "{a}, como se proporcionó", "{a}，按所提供的值"),
    Sentence(
        "to be ordered: any dose from {low} to {high} is allowed, none is aimed at",
        "por ordenar: se permite cualquier dosis de {low} a {high}, sin valor objetivo",
        "待下达医嘱：允许{low}至{high}之间的任何剂量，未说明目标值",
    ),
    Sentence("given dose", "dosis administrada", "实际给药剂量"),
    Sentence("({a} − {b}) ÷ ordered dose", "({a} − {b}) ÷ dosis ordenada", "({a} − {b}) ÷ 医嘱剂量"),
    Sentence(
        "{a} of the ordered dose, {b} of the given",
        "{a} de la dosis ordenada, {b} de la administrada",
        "医嘱剂量的{a}，实际给药剂量的{b}",
    ),
    Sentence("{n} year on the day of the dose", "{n} año el día de la dosis", "给药当日{n}岁"),
    Sentence("{n} years on the day of the dose", "{n} años el día de la dosis", "给药当日{n}岁"),
    Sentence(
        "{change}, {percent} from {before} (dose before)",
        "{change}, {percent} respecto de {before} (dosis anterior)",
        "{change}，{percent}，与上次给药的{before}相比",
    ),
    Sentence(
        "{change}, {percent} from {before} (dose before, {day})",
        "{change}, {percent} respecto de {before} (dosis anterior, {day})",
        "{change}，{percent}，与上次给药的{before}（{day}）相比",
    ),
    Sentence("dead cells", "células muertas", "死细胞"),
    Sentence("none: no {cells} were counted", "ninguno: no se contaron {cells}", "无：未计到{cells}"),
    Sentence("volume for {amount}", "volumen para {amount}", "{amount}所需的体积"),
    Sentence("{amount} ÷ {n} per mL", "{amount} ÷ {n} por mL", "{amount} ÷ 每毫升{n}"),
    Sentence(
        "{count} ÷ {squares} square × {dilution} ÷ {volume}",
        "{count} ÷ {squares} cuadro × {dilution} ÷ {volume}",
        "{count} ÷ {squares}格 × {dilution} ÷ {volume}",
    ),
    Sentence(
        "{count} ÷ {squares} squares × {dilution} ÷ {volume}",
        "{count} ÷ {squares} cuadros × {dilution} ÷ {volume}",
        "{count} ÷ {squares}格 × {dilution} ÷ {volume}",
    ),
)
SHEET_MESSAGES = (*JOINED, *LIMITS, *RATES, *STEPS)
