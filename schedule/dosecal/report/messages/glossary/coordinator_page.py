"""What the calendar of a study coordinator says, beside the protocol's own words."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase

COORDINATOR_PAGE = (
    Phrase("coordinator_title", "Visit schedule", "Programa de visitas", "访视计划表"),
    Phrase("arm", "Arm", "Grupo", "组别"),
    Phrase("visit_head", "Visit", "Visita", "访视"),
    Phrase("planned_head", "Planned", "Fecha prevista", "计划日期"),
    Phrase("window_head", "Window", "Ventana", "窗口期"),
    Phrase("to_do_head", "To be done", "Por hacer", "待办项目"),
    Phrase("notes_head", "Status and notes", "Estado y notas", "状态和备注"),
    Phrase("actual_head", "Actual date", "Fecha real", "实际日期"),
    Phrase("initials_head", "Initials", "Iniciales", "签名缩写"),
    Phrase("target_date", "target {day}", "objetivo {day}", "目标日期{day}"),
    Phrase("booked_date", "booked for {day}", "citada para el {day}", "已预约{day}"),
    Phrase("to_be_determined", "to be determined", "por determinar", "待定"),
    Phrase("no_window", "none stated", "no se indica", "未说明"),
    Phrase("from_to", "{first} to {last}", "{first} a {last}", "{first}至{last}"),
    Phrase("wider_window", "wider: {first} to {last}", "ampliada: {first} a {last}", "扩展窗口：{first}至{last}"),
    Phrase("one_day_from_target", "{days} day from target", "{days} día respecto al objetivo", "距目标日期{days}天"),
    Phrase("days_from_target", "{days} days from target", "{days} días respecto al objetivo", "距目标日期{days}天"),
    Phrase("on_target", "on the target date", "en la fecha objetivo", "在目标日期"),
    Phrase("given", "give: {regimen}", "administrar: {regimen}", "给药：{regimen}"),
)
