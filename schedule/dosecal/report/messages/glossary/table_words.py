"""What tables say beside their numbers: deviations, moves, demand, work of the days, changes of versions."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

DEVIATIONS = (
    Sentence("visit before its window", "visita antes de su ventana", "访视早于窗口期"),
    Sentence("visit after its window", "visita después de su ventana", "访视晚于窗口期"),
    Sentence(
        "visit before its window, inside the wider one",
        "visita antes de su ventana, dentro de la ampliada",
        "访视早于窗口期，在扩展窗口期内",
    ),
    Sentence(
        "visit after its window, inside the wider one",
        "visita después de su ventana, dentro de la ampliada",
        "访视晚于窗口期，在扩展窗口期内",
    ),
    Sentence("visit before both its windows", "visita antes de sus dos ventanas", "访视早于两个窗口期"),
    Sentence("visit after both its windows", "visita después de sus dos ventanas", "访视晚于两个窗口期"),
    Sentence("visit missed", "visita no realizada", "访视缺失"),
    Sentence("not known whether the visit was due", "no se sabe si correspondía la visita", "是否应访尚不明确"),
    Sentence("visit too soon after another", "visita demasiado pronto después de otra", "距另一次访视过近"),
    Sentence(
        "not known whether too soon after another",
        "no se sabe si fue demasiado pronto después de otra",
        "是否距另一次访视过近尚不明确",
    ),
    Sentence("visit after the subject left", "visita después de que el participante salió", "受试者退出后的访视"),
    Sentence(
        "visit that the subject should not have", "visita que no le corresponde al participante", "受试者不应有的访视"
    ),
    Sentence("dose outside its tolerance", "dosis fuera de su tolerancia", "剂量超出容许偏差"),
    Sentence("dose differs from the ordered one", "dosis distinta de la ordenada", "剂量与医嘱不同"),
    Sentence(
        "dose can't be compared with an order", "la dosis no puede compararse con una orden", "剂量无法与医嘱比较"
    ),
    Sentence("dose outside its allowed range", "dosis fuera de su intervalo permitido", "剂量超出允许范围"),
    Sentence("not held", "no realizada", "未进行"),
    Sentence("window {window}: {days}", "ventana {window}: {days}", "窗口期{window}：{days}"),
    Sentence("wider window {window}: {days}", "ventana ampliada {window}: {days}", "扩展窗口期{window}：{days}"),
    Sentence("from {moment} on", "a partir del {moment}", "自{moment}起"),
    Sentence("for certain from {moment} on", "con certeza a partir del {moment}", "确定自{moment}起"),
    Sentence("a time is not on record", "falta registrar una hora", "缺少时间记录"),
    Sentence(
        "what the gap runs from is not on record",
        "no está registrado aquello desde lo que corre el intervalo",
        "间隔的起算点没有记录",
    ),
    Sentence("too soon by {time}", "demasiado pronto por {time}", "早了{time}"),
    Sentence("off treatment on {day}", "fuera de tratamiento el {day}", "{day}终止治疗"),
    Sentence("off study on {day}", "fuera del estudio el {day}", "{day}退出研究"),
    Sentence("tolerance: {tolerance}", "tolerancia: {tolerance}", "容许偏差：{tolerance}"),
    Sentence("to be determined", "por determinar", "待定"),
    Sentence("inside the allowed {range}", "dentro de lo permitido, {range}", "在允许的{range}内"),
    Sentence(
        "{off} over the greatest allowed dose, {end}",
        "{off} por encima de la dosis máxima permitida, {end}",
        "比允许的最大剂量{end}高{off}",
    ),
    Sentence(
        "{off} under the least allowed dose, {end}",
        "{off} por debajo de la dosis mínima permitida, {end}",
        "比允许的最小剂量{end}低{off}",
    ),
    Sentence("of the given dose: {percent}", "de la dosis administrada: {percent}", "占实际给药剂量：{percent}"),
    Sentence(
        "rounded half up to {n} decimals", "redondeado a {n} decimales, los empates hacia arriba", "四舍五入至{n}位小数"
    ),
    Sentence(
        "nothing is compared: no ordered dose in the same unit",
        "no se compara nada: no hay dosis ordenada en la misma unidad",
        "未作比较：没有同一单位的医嘱剂量",
    ),
)
MOVES = (
    Sentence("asked for", "solicitada", "所要求"),
    Sentence("later than the moved visit", "posterior a la visita movida", "晚于被移动的访视"),
    Sentence("counted from the moved visit", "se cuenta desde la visita movida", "从被移动的访视起算"),
    Sentence(
        "expected with the visit that it is counted from",
        "se espera con la visita desde la que se cuenta",
        "随其起算的访视而定",
    ),
    Sentence("stays", "se mantiene", "不变"),
    Sentence("no day is left for it", "no queda ningún día para ella", "已没有可用日期"),
    Sentence("that day is past", "ese día ya pasó", "该日期已过"),
    Sentence(
        "a dose is given: look at product, weight and expiry again",
        "se administra una dosis: revise de nuevo producto, peso y caducidad",
        "该次给药：请重新核对产品、体重和有效期",
    ),
    Sentence("back on its first date", "de vuelta en su primera fecha", "恢复到最初日期"),
    Sentence(
        "the protocol's rule would take {weekday} {day}",
        "la regla del protocolo tomaría el {weekday} {day}",
        "按方案规则应为{day} {weekday}",
    ),
)
DEMAND = (
    Sentence(
        "not covered by the lots at hand: {n} of {doses}",
        "los lotes disponibles no cubren: {n} de {doses}",
        "现有批号未能满足：{doses}中的{n}剂",
    ),
    Sentence("{doses} to be determined", "{doses} por determinar", "{doses}待定"),
    Sentence("containers not known: {why}", "envases no conocidos: {why}", "容器数不清楚：{why}"),
    Sentence(
        "the protocol states no content of one", "el protocolo no indica el contenido de uno", "方案未说明每个的内容量"
    ),
    Sentence("and no lot is promised", "y ningún lote está apartado", "且没有预留批号"),
    Sentence("{product} at site {site}", "{product} en el centro {site}", "研究中心{site}的{product}"),
    Sentence(
        "the lots at hand cover every dose", "los lotes disponibles cubren todas las dosis", "现有批号可满足全部剂次"
    ),
    Sentence(
        "the lots at hand run out on {day}: {n} dose is not covered",
        "los lotes disponibles se agotan el {day}: {n} dosis no está cubierta",
        "现有批号于{day}用完：{n}剂未能满足",
    ),
    Sentence(
        "the lots at hand run out on {day}: {n} doses are not covered",
        "los lotes disponibles se agotan el {day}: {n} dosis no están cubiertas",
        "现有批号于{day}用完：{n}剂未能满足",
    ),
    Sentence("{n} container is left over", "sobra {n} envase", "剩余{n}个容器"),
    Sentence("{n} containers are left over", "sobran {n} envases", "剩余{n}个容器"),
    Sentence("the first until {day}", "el primero hasta el {day}", "最早到期{day}"),
    Sentence(
        "{n} dose is left out: the visit was missed or is cancelled",
        "se deja fuera {n} dosis: la visita no se realizó o está cancelada",
        "未计入{n}剂：访视缺失或已取消",
    ),
    Sentence(
        "{n} doses are left out: the visit was missed or is cancelled",
        "se dejan fuera {n} dosis: la visita no se realizó o está cancelada",
        "未计入{n}剂：访视缺失或已取消",
    ),
    Sentence(
        "{n} dose has no date yet, and no period",
        "{n} dosis aún no tiene fecha ni periodo",
        "{n}剂尚无日期，未归入任何时段",
    ),
    Sentence(
        "{n} doses have no date yet, and no period",
        "{n} dosis aún no tienen fecha ni periodo",
        "{n}剂尚无日期，未归入任何时段",
    ),
    Sentence(
        "{n} dose is to be determined, and not in the amounts",
        "{n} dosis está por determinar y no figura en las cantidades",
        "{n}剂待定，未计入数量",
    ),
    Sentence(
        "{n} doses are to be determined, and not in the amounts",
        "{n} dosis están por determinar y no figuran en las cantidades",
        "{n}剂待定，未计入数量",
    ),
    Sentence("doses planned by day", "dosis planeadas por día", "每日计划剂次"),
    Sentence("doses planned by week", "dosis planeadas por semana", "每周计划剂次"),
    Sentence("all sites", "todos los centros", "全部研究中心"),
)
WORK = (
    Sentence("today", "hoy", "今天"),
    Sentence("in {days}", "en {days}", "{days}后"),
    Sentence("{days} ago", "hace {days}", "{days}前"),
    Sentence("opens {when}", "abre {when}", "{when}开始"),
    Sentence("closes {when}", "cierra {when}", "{when}截止"),
    Sentence("planned {when}", "planeada {when}", "计划{when}"),
    Sentence("no window is stated", "no se indica ventana", "未说明窗口期"),
    Sentence("overdue by {days}", "atrasada por {days}", "逾期{days}"),
    Sentence("the wider window closes {when}", "la ventana ampliada cierra {when}", "扩展窗口期{when}截止"),
    Sentence("the wider window closed {when}", "la ventana ampliada cerró {when}", "扩展窗口期已于{when}截止"),
)
UNSCHEDULED = (
    Sentence("one window", "una ventana", "符合一个窗口"),
    Sentence("ambiguous", "ambigua", "不明确"),
    Sentence("gap", "entre ventanas", "窗口之间"),
    Sentence("early for the next", "temprana para la siguiente", "早于下一次"),
    Sentence("before all", "antes de todas", "早于全部"),
    Sentence("after all", "después de todas", "晚于全部"),
    Sentence("no visits", "sin visitas", "无访视"),
    Sentence(
        "{visit} is on record as missed, and this day fits it",
        "{visit} está registrada como no realizada, y este día le corresponde",
        "{visit}记录为缺失，而该日期与之相符",
    ),
    Sentence("{visits} and {n} more", "{visits} y {n} más", "{visits}及另外{n}个"),
    Sentence(
        "fits the window of {first}: name it in the file if it was that visit",
        "cae en la ventana de {first}: nómbrela en el archivo si fue esa visita",
        "符合{first}的窗口期：若为该访视请在文件中注明",
    ),
    Sentence(
        "is the target of {first}: name it in the file if it was that visit",
        "es la fecha objetivo de {first}: nómbrela en el archivo si fue esa visita",
        "为{first}的目标日期：若为该访视请在文件中注明",
    ),
    Sentence(
        "fits {n} windows: {visits}; name the one that it was",
        "cae en {n} ventanas: {visits}; nombre la que fue",
        "符合{n}个窗口期：{visits}；请注明是哪一个",
    ),
    Sentence(
        "fits {n} visits: {visits}; name the one that it was",
        "corresponde a {n} visitas: {visits}; nombre la que fue",
        "符合{n}次访视：{visits}；请注明是哪一次",
    ),
    Sentence(
        "gap between {first} and {second}: unscheduled, after {first}",
        "entre {first} y {second}: no programada, después de {first}",
        "在{first}与{second}之间：计划外，{first}之后",
    ),
    Sentence(
        "counts for {second}, {days} before its window",
        "cuenta para {second}, {days} antes de su ventana",
        "计作{second}，早于其窗口期{days}",
    ),
    Sentence("before the first visit, {second}", "antes de la primera visita, {second}", "早于首次访视{second}"),
    Sentence(
        "after {first}, and before no further visit",
        "después de {first}, y antes de ninguna otra visita",
        "在{first}之后，其后再无访视",
    ),
    Sentence(
        "no visit of the subject has a date", "ninguna visita del participante tiene fecha", "该受试者的访视均无日期"
    ),
)
TIMEPOINTS = (
    Sentence(
        "to be determined: the end of the dose is not known yet",
        "por determinar: aún no se conoce el fin de la dosis",
        "待定：给药结束时间尚不清楚",
    ),
    Sentence("before the dose begins", "antes de que comience la dosis", "给药开始之前"),
    Sentence(
        "the clocks change in between: the time of day is another, the elapsed time is right",
        "entretanto cambia la hora oficial: la hora del día es otra, el tiempo transcurrido es correcto",
        "期间时钟调整：钟点不同，经过的时间无误",
    ),
    Sentence(
        "the clocks show this time twice: it is the first one",
        "los relojes muestran esta hora dos veces: es la primera",
        "时钟两次显示该时间：为第一次",
    ),
    Sentence(
        "the clocks show this time twice: it is the second one",
        "los relojes muestran esta hora dos veces: es la segunda",
        "时钟两次显示该时间：为第二次",
    ),
)
CHANGES = (
    Sentence("added", "se añade", "新增"),
    Sentence("removed", "se elimina", "删除"),
    Sentence("{what}: {old} -> {new}", "{what}: {old} -> {new}", "{what}：{old} -> {new}"),
    Sentence("all arms", "todos los grupos", "全部组别"),
    Sentence("none", "ninguno", "无"),
    Sentence("yes", "sí", "是"),
    Sentence("no", "no", "否"),
    Sentence("old: {version}", "anterior: {version}", "旧版：{version}"),
    Sentence("new: {version}", "nueva: {version}", "新版：{version}"),
    Sentence("the new version takes effect on {day}", "la versión nueva entra en vigor el {day}", "新版自{day}起生效"),
    Sentence(
        "the new version says that it amends version {amended}, not {version}",
        "la versión nueva dice que modifica la versión {amended}, no la {version}",
        "新版称其修订的是版本{amended}，而非{version}",
    ),
    Sentence("day numbering", "numeración de los días", "研究日编号"),
    Sentence("queries", "consultas", "待澄清"),
    Sentence("day", "día", "日"),
    Sentence("condition", "condición", "条件"),
    Sentence("visits", "visitas", "访视"),
    Sentence("at {visits}", "en {visits}", "{visits}"),
    Sentence("target date", "fecha objetivo", "目标日期"),
    Sentence("window start", "inicio de la ventana", "窗口期开始"),
    Sentence("window end", "fin de la ventana", "窗口期结束"),
    Sentence("assessments", "evaluaciones", "评估"),
    Sentence("unit", "unidad", "单位"),
    Sentence(
        "{n} texts that a spreadsheet would run as a formula begin with an apostrophe now",
        "{n} textos que una hoja de cálculo ejecutaría como fórmula comienzan ahora con un apóstrofo",
        "{n}处会被电子表格当作公式的文本现以撇号开头",
    ),
)
TABLE_WORDS = (*DEVIATIONS, *MOVES, *DEMAND, *WORK, *UNSCHEDULED, *TIMEPOINTS, *CHANGES)
"""Every sentence, each English text once."""
