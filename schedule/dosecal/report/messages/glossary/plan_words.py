"""What is said of the time of visits and doses: days, windows, cycles, events, closed days, starts, timelines."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

_WEEKDAYS = (
    ("Monday", "lunes", "星期一", "Mon", "lun", "周一"),
    ("Tuesday", "martes", "星期二", "Tue", "mar", "周二"),
    ("Wednesday", "miércoles", "星期三", "Wed", "mié", "周三"),
    ("Thursday", "jueves", "星期四", "Thu", "jue", "周四"),
    ("Friday", "viernes", "星期五", "Fri", "vie", "周五"),
    ("Saturday", "sábado", "星期六", "Sat", "sáb", "周六"),
    ("Sunday", "domingo", "星期日", "Sun", "dom", "周日"),
)
DAYS = (
    *(Sentence(*one[:3]) for one in _WEEKDAYS),
    *(Sentence(*one[3:]) for one in _WEEKDAYS),
    Sentence("{weekday} {day}", "{weekday} {day}", "{day} {weekday}"),
    Sentence("{n} dose", "{n} dosis", "{n}剂"),
    Sentence("{n} doses", "{n} dosis", "{n}剂"),
    Sentence("{n} visit", "{n} visita", "{n}次访视"),
    Sentence("{n} visits", "{n} visitas", "{n}次访视"),
    Sentence("{n} d", "{n} d", "{n} d"),
    Sentence("{time} ± {about}", "{time} ± {about}", "{time} ± {about}"),
    Sentence("{days} for {cycles}", "{days} durante {cycles}", "{days}，共{cycles}"),
    Sentence("{gap} and {others}", "{gap} y {others}", "{gap}，并且{others}"),
    Sentence("actual date of {of}", "fecha real de {of}", "{of}的实际日期"),
    Sentence("first dose of {of}", "primera dosis de {of}", "{of}的首次给药"),
    Sentence("last dose of {of}", "última dosis de {of}", "{of}的末次给药"),
    Sentence("end of treatment", "fin del tratamiento", "治疗结束"),
    Sentence("end of the subject's part in the study", "fin de la participación en el estudio", "受试者参与研究结束"),
    Sentence("start of {event}", "inicio de: {event}", "{event}开始"),
    Sentence("end of {event}", "fin de: {event}", "{event}结束"),
    Sentence("start of the dose", "inicio de la dosis", "给药开始"),
    Sentence("end of the dose", "fin de la dosis", "给药结束"),
    Sentence(
        "cycles {id} go on until {until}, no horizon",
        "los ciclos {id} continúan hasta {until}; sin horizonte",
        "{id}周期持续至{until}，未设计划范围",
    ),
)
WINDOWS = (
    Sentence("inside the window", "dentro de la ventana", "在窗口期内"),
    Sentence("inside the wider window", "dentro de la ventana ampliada", "在扩展窗口期内"),
    Sentence("outside the window", "fuera de la ventana", "在窗口期外"),
    Sentence("outside both windows", "fuera de ambas ventanas", "在两个窗口期外"),
    Sentence("{days} before the wider window", "{days} antes de la ventana ampliada", "早于扩展窗口期{days}"),
    Sentence("{days} after the wider window", "{days} después de la ventana ampliada", "晚于扩展窗口期{days}"),
    Sentence("too early: not before {moment}", "demasiado temprana: no antes del {moment}", "过早：不得早于{moment}"),
    Sentence(
        "perhaps too early: late enough for certain from {moment} on",
        "quizá demasiado temprana: con certeza permitida a partir del {moment}",
        "可能过早：自{moment}起确定符合间隔要求",
    ),
    Sentence("booked {what}", "cita {what}", "预约{what}"),
    Sentence("only if {condition}", "solo si {condition}", "仅当{condition}"),
    Sentence("arm {arms} only", "solo el grupo {arms}", "仅{arms}组"),
    Sentence("the visit is booked for {day}", "la visita está citada para el {day}", "访视已预约{day}"),
    Sentence(
        "no day is inside the window and {gaps}",
        "ningún día está dentro de la ventana y {gaps}",
        "窗口期内没有满足“{gaps}”的日期",
    ),
)
CLOSED_DAYS = (
    Sentence("closed: {reason}", "inhábil: {reason}", "休息：{reason}"),
    Sentence(
        "closed day: {why}, the target stays",
        "día inhábil: {why}; se mantiene la fecha objetivo",
        "休息日：{why}，目标日期不变",
    ),
    Sentence("closed day: {why}", "día inhábil: {why}", "休息日：{why}"),
    Sentence(
        "no open day after it inside the window",
        "no hay día hábil posterior dentro de la ventana",
        "窗口期内其后无工作日",
    ),
    Sentence(
        "no open day before it inside the window",
        "no hay día hábil anterior dentro de la ventana",
        "窗口期内其前无工作日",
    ),
    Sentence("no open day inside the window", "no hay día hábil dentro de la ventana", "窗口期内无工作日"),
    Sentence("the protocol keeps the target", "el protocolo mantiene la fecha objetivo", "方案规定目标日期不变"),
    Sentence("what to do is not stated", "no se indica qué hacer", "未说明如何处理"),
    Sentence("a dose is not moved", "una dosis no se mueve", "给药日期不移动"),
    Sentence("no window is stated to move in", "no se indica ventana en la que moverla", "未说明可移动的窗口期"),
    Sentence(
        "two open days are equally near and which is not stated",
        "dos días hábiles están igual de cerca y no se indica cuál",
        "两个工作日距离相同且未说明选哪一个",
    ),
    Sentence(
        "no day inside the window is late enough after another visit",
        "ningún día de la ventana cumple el intervalo tras otra visita",
        "窗口期内没有一天与另一次访视间隔足够",
    ),
)
STARTS = (
    Sentence("fits", "se ajusta", "适合"),
    Sentence("fits inside windows", "se ajusta dentro de las ventanas", "在窗口期内适合"),
    Sentence("breaks", "no se ajusta", "不适合"),
    Sentence("dose at {visit}", "dosis en {visit}", "{visit}的给药"),
    Sentence(
        "{what} from {wanted} to {planned}: {reason}",
        "{what} del {wanted} al {planned}: {reason}",
        "{what}从{wanted}改到{planned}：{reason}",
    ),
    Sentence("{what} on {wanted}: {reason}", "{what} el {wanted}: {reason}", "{what}于{wanted}：{reason}"),
)
TIMELINES = (
    Sentence("visit: target day", "visita: día objetivo", "访视：目标日"),
    Sentence("visit with a dose: target day", "visita con dosis: día objetivo", "给药访视：目标日"),
    Sentence("planned for another day than the target", "planeada para otro día que el objetivo", "计划日不是目标日"),
    Sentence("booked", "citada", "已预约"),
    Sentence("held", "realizada", "已进行"),
    Sentence("held, a dose on record", "realizada, con dosis registrada", "已进行，有给药记录"),
    Sentence(
        "days that a target in months may be",
        "días en que puede caer un objetivo en meses",
        "以月计的目标可能落在的日期",
    ),
    Sentence(
        "{study}  version {version}  file {digest}",
        "{study}  versión {version}  archivo {digest}",
        "{study}  版本 {version}  文件 {digest}",
    ),
    Sentence(
        "{study} · version {version} · file {digest}",
        "{study} · versión {version} · archivo {digest}",
        "{study} · 版本 {version} · 文件 {digest}",
    ),
    Sentence("{study} · versions {versions}", "{study} · versiones {versions}", "{study} · 版本 {versions}"),
    Sentence("made by {program}, as of {day}", "elaborado con {program}, al {day}", "由 {program} 生成，截至 {day}"),
    Sentence("days from {anchor}: {event}", "días desde {anchor}: {event}", "自{anchor}起的天数：{event}"),
    Sentence("arm {arm}", "grupo {arm}", "{arm}组"),
    Sentence("all arms: {arms}", "todos los grupos: {arms}", "全部组别：{arms}"),
    Sentence("arms: {arms}", "grupos: {arms}", "组别：{arms}"),
    Sentence("subject {id}", "participante {id}", "受试者 {id}"),
    Sentence("site {site}", "centro {site}", "研究中心{site}"),
    Sentence("dates", "fechas", "日期"),
    Sentence("unscheduled", "no programada", "计划外"),
    Sentence("dose: {dose}", "dosis: {dose}", "给药：{dose}"),
    Sentence("window {window}", "ventana {window}", "窗口期{window}"),
    Sentence("wider window {window}", "ventana ampliada {window}", "扩展窗口期{window}"),
    Sentence("counted from {event}", "se cuenta desde: {event}", "起算于：{event}"),
    Sentence("held {day}", "realizada el {day}", "{day}已进行"),
    Sentence(
        "held {day}, without the name of a visit",
        "realizada el {day}, sin nombre de visita",
        "{day}已进行，未注明访视名称",
    ),
    Sentence("booked for {day}", "citada para el {day}", "已预约{day}"),
    Sentence("target {day}", "objetivo {day}", "目标日期{day}"),
    Sentence("planned {day}", "planeada para el {day}", "计划日期{day}"),
    Sentence("target {closed}", "objetivo {closed}", "目标日期{closed}"),
    Sentence("target {closed}, it stays", "objetivo {closed}, se mantiene", "目标日期{closed}，不变"),
    Sentence("as of {day}", "al {day}", "截至{day}"),
    Sentence("off treatment {day}", "fuera de tratamiento {day}", "{day}终止治疗"),
    Sentence("off study {day}", "fuera del estudio {day}", "{day}退出研究"),
)
PLAN_WORDS = (*DAYS, *WINDOWS, *CLOSED_DAYS, *STARTS, *TIMELINES)
"""Every sentence, each English text once."""
