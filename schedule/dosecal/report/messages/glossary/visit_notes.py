"""Sentences that the visits table says in its notes, statuses and closed days."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

_COUNTS = (
    Sentence("{#n} day", "{n} día", "{n}天"),
    Sentence("{#n} days", "{n} días", "{n}天"),
    Sentence("{#n} weeks", "{n} semanas", "{n}周"),
    Sentence("{#n} hours", "{n} horas", "{n}小时"),
    Sentence("{#n} cycle", "{n} ciclo", "{n}个周期"),
    Sentence("{#n} cycles", "{n} ciclos", "{n}个周期"),
)
_STATUSES = (
    Sentence("not yet due", "aún no corresponde", "未到期"),
    Sentence("due", "corresponde ahora", "到期待访"),
    Sentence("overdue", "atrasada", "已逾期"),
    Sentence("missed", "no realizada", "缺失"),
    Sentence("cancelled", "cancelada", "已取消"),
    Sentence("done", "realizada", "已完成"),
    Sentence("done early", "realizada antes de la ventana", "提前完成"),
    Sentence("done late", "realizada después de la ventana", "延迟完成"),
    Sentence("past its day", "su fecha ya pasó", "日期已过"),
    Sentence("not known whether due", "no se sabe si corresponde", "是否应访尚不明确"),
)
_WINDOWS = (
    Sentence("none stated", "no se indica", "未说明"),
    Sentence("window: {window}", "ventana: {window}", "窗口期：{window}"),
    Sentence("no target date, a window alone", "sin fecha objetivo, solo una ventana", "无目标日期，只有窗口期"),
    Sentence("on the day", "el mismo día", "当天"),
    Sentence("{#first} to {#last} days", "{first} a {last} días", "{first}至{last}天"),
    Sentence("{#first} to {#last} hours", "{first} a {last} horas", "{first}至{last}小时"),
    Sentence("{#n} hour", "{n} hora", "{n}小时"),
    Sentence("{days} before the window", "{days} antes de la ventana", "早于窗口期{days}"),
    Sentence("{days} after the window", "{days} después de la ventana", "晚于窗口期{days}"),
)
_DATES = (
    Sentence("before the {infusion}", "antes de: {infusion}", "在“{infusion}”之前"),
    Sentence("at least {gap}", "al menos {gap}", "至少{gap}"),
    Sentence("{@length} after {~visit}", "{length} después de {visit}", "在{visit}之后{length}"),
    Sentence("{@length} after end of {~visit}", "{length} después del fin de {visit}", "{visit}结束后{length}"),
    Sentence("{@length} after start of {~visit}", "{length} después del inicio de {visit}", "{visit}开始后{length}"),
    Sentence("contact: {contact}", "contacto: {contact}", "联系方式：{contact}"),
    Sentence(
        "cycles {=id} go on until {until}, planned for {horizon}",
        "los ciclos {id} continúan hasta {until}; se planean {horizon}",
        "{id}周期持续至{until}，已计划{horizon}",
    ),
    Sentence(
        "to be determined: the anchor's date is not known yet",
        "por determinar: aún no se conoce la fecha de referencia",
        "待定：基准日期尚不明确",
    ),
    Sentence(
        "to be determined: {=visit} has no date, or was cancelled",
        "por determinar: {visit} no tiene fecha o fue cancelada",
        "待定：{visit}无日期或已取消",
    ),
    Sentence(
        "nothing is planned: no day is inside the window and {gaps}",
        "no se planea nada: ningún día está dentro de la ventana y {gaps}",
        "无法计划：窗口期内没有满足“{gaps}”的日期",
    ),
    Sentence(
        "provisional until {=visits} has happened", "provisional hasta que ocurra {visits}", "{visits}发生之前为暂定"
    ),
    Sentence(
        "provisional until {=visits} have happened", "provisional hasta que ocurran {visits}", "{visits}发生之前为暂定"
    ),
    Sentence(
        "the target is too early: planned on the first day that is late enough",
        "la fecha objetivo es demasiado temprana: se planea el primer día permitido",
        "目标日期过早：计划于首个符合间隔要求的日期",
    ),
    Sentence(
        "planned on the day in whose course the least time ends: look at the clock",
        "se planea el día en cuyo transcurso termina el intervalo mínimo: consulte la hora",
        "计划于最短间隔届满的当天：请核对时间",
    ),
)
_CONDITIONS = (
    Sentence("only if {=condition}: not known", "solo si {condition}: no se sabe", "仅当{condition}：尚不明确"),
    Sentence(
        "only if {=condition}: false, and the visit was held",
        "solo si {condition}: no se cumple, y la visita se realizó",
        "仅当{condition}：不成立，但访视已进行",
    ),
    Sentence(
        "{=thing} only if {=condition}: not known",
        "{thing}, solo si {condition}: no se sabe",
        "{thing}仅当{condition}：尚不明确",
    ),
    Sentence(
        "{=thing} only if {=condition}: false, and the visit was held",
        "{thing}, solo si {condition}: no se cumple, y la visita se realizó",
        "{thing}仅当{condition}：不成立，但访视已进行",
    ),
    Sentence("the visit was held on {=day}", "la visita se realizó el {day}", "访视已于{day}进行"),
    Sentence(
        "the day of the dose has gone by, and the weight of {=day} is not used",
        "el día de la dosis ya pasó y el peso del {day} no se usa",
        "给药日期已过，{day}的体重未使用",
    ),
    Sentence("the visit was missed", "la visita no se realizó", "访视缺失"),
    Sentence("the visit is cancelled", "la visita está cancelada", "访视已取消"),
    Sentence(
        "the first dose was not given: whether this one takes its place is not stated",
        "no se administró la primera dosis: no se indica si esta la reemplaza",
        "首剂未给予：未说明本剂是否代替首剂",
    ),
    Sentence(
        "age {#age} on {=day} is outside the protocol's {ages}",
        "la edad de {age} al {day} está fuera del intervalo del protocolo: {ages}",
        "{day}年龄{age}岁，超出方案规定的{ages}",
    ),
    Sentence("{#low} to {#high} years", "{low} a {high} años", "{low}至{high}岁"),
    Sentence("up to {#high} years", "hasta {high} años", "{high}岁及以下"),
    Sentence("{#low} years and over", "{low} años o más", "{low}岁及以上"),
)
_CLOSED_DAYS = (
    Sentence("closed day: planned {days} later", "día inhábil: se planea {days} después", "休息日：计划推迟{days}"),
    Sentence("closed day: planned {days} earlier", "día inhábil: se planea {days} antes", "休息日：计划提前{days}"),
    Sentence(
        "every day of the window is closed", "todos los días de la ventana son inhábiles", "窗口期内每天均为休息日"
    ),
    Sentence("booked for a closed day: {=reason}", "citada en un día inhábil: {reason}", "预约在休息日：{reason}"),
)

VISIT_NOTES = (*_COUNTS, *_STATUSES, *_WINDOWS, *_DATES, *_CONDITIONS, *_CLOSED_DAYS)
"""Every sentence, each English text once."""
