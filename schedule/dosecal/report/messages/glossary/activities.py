"""What the schedule of activities says: its heads, windows, days, and the words around its footnotes."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase, Sentence

ACTIVITIES_PAGE = (
    Phrase("soa_title", "Schedule of activities", "Calendario de actividades", "研究活动安排表"),
    Phrase("soa_activity", "activity", "actividad", "研究活动"),
    Phrase("soa_doses", "Doses", "Dosis", "给药"),
    Phrase("soa_assessments", "Assessments", "Evaluaciones", "评估"),
    Phrase("soa_notes", "Notes", "Notas", "注释"),
    Phrase(
        "soa_sources",
        "From the source, in its words",
        "De la fuente, en sus palabras y en su idioma",
        "来源原文（保留原语言）",
    ),
    Phrase("soa_queries", "Left open by the source", "Lo que la fuente deja abierto", "来源未说明的事项"),
    Phrase(
        "soa_query_quoted",
        "{query}",
        "en las palabras del archivo del protocolo: «{query}»",
        "方案文件原文：“{query}”",
    ),
    Phrase(
        "soa_part",
        "visits {first} to {last} of {count}",
        "visitas {first} a {last} de {count}",
        "第{first}至{last}次访视，共{count}次",
    ),
    Phrase("soa_part_one", "visit {first} of {count}", "visita {first} de {count}", "第{first}次访视，共{count}次"),
    Phrase("soa_mark", "X: done at this visit", "X: se realiza en esta visita", "X：在该次访视进行"),
    Phrase(
        "soa_numbering", "day numbering: {numbering}", "numeración de los días: {numbering}", "研究日编号：{numbering}"
    ),
    Phrase("soa_ages", "ages: {ages}", "edades: {ages}", "年龄：{ages}"),
    Phrase("soa_source", "source: {source}", "fuente: {source}", "来源：{source}"),
    Phrase("soa_arms", "arms: {arms}", "grupos: {arms}", "组别：{arms}"),
    Phrase(
        "soa_anchors",
        "days are counted from: {anchors}",
        "los días se cuentan desde: {anchors}",
        "研究日计算起点：{anchors}",
    ),
    Phrase("soa_is", "{id} = {label}", "{id} = {label}", "{id} = {label}"),
    Phrase("soa_arms_only", "arm {arms} only", "solo el grupo {arms}", "仅{arms}组"),
    Phrase("soa_only_if", "only if {condition}", "solo si {condition}", "仅当{condition}"),
    Phrase(
        "soa_only_if_quoted",
        "only if {condition}",
        "solo si, en las palabras del archivo del protocolo: «{condition}»",
        "仅当（方案文件原文）：“{condition}”",
    ),
    Phrase("soa_at", "{name}: {text}", "{name}: {text}", "{name}：{text}"),
)
HEAD_NAMES = (
    Sentence("epoch", "etapa", "阶段"),
    Sentence("study day", "día del estudio", "研究日"),
    Sentence("counted from", "se cuenta desde", "计算起点"),
    Sentence("window", "ventana", "访视窗"),
    Sentence("wider window", "ventana más amplia", "更宽的访视窗"),
    Sentence("at least", "como mínimo", "至少"),
    Sentence("timepoints", "tiempos", "时间点"),
    Sentence("contact", "contacto", "联系方式"),
    Sentence("closed day", "día inhábil", "休息日"),
    Sentence("arms", "grupos", "组别"),
    Sentence("only if", "solo si", "仅当"),
    Sentence("all", "todos", "全部"),
)
WHEN = (
    Sentence("no day 0", "sin día 0", "无第0天"),
    Sentence("day 0", "con día 0", "有第0天"),
    Sentence("the same day", "el mismo día", "同一天"),
    Sentence("the day of {~visit}", "el día de {visit}", "{visit}当天"),
    Sentence("{@time} before {~visit}", "{time} antes de {visit}", "{visit}前{time}"),
    Sentence("{@time} after end", "{time} tras el final", "结束后{time}"),
    Sentence("actual", "real", "实际"),
    Sentence("planned", "planeada", "计划"),
    Sentence("pre-dose", "antes de la dosis", "给药前"),
    Sentence("pre-dose, within {@time}", "antes de la dosis, en {time}", "给药前{time}内"),
    Sentence("start of infusion", "inicio de la infusión", "输注开始"),
    Sentence("end of infusion", "final de la infusión", "输注结束"),
    Sentence("keep", "se conserva", "保持不变"),
    Sentence("nearest", "el más cercano", "最近的工作日"),
    Sentence("nearest, earlier first", "el más cercano, primero antes", "最近的工作日，优先提前"),
    Sentence("nearest, later first", "el más cercano, primero después", "最近的工作日，优先推迟"),
    Sentence("next", "el siguiente", "下一个工作日"),
    Sentence("previous", "el anterior", "上一个工作日"),
)
ACTIVITIES = (*HEAD_NAMES, *WHEN)
