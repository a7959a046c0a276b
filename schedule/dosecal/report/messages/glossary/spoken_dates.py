"""Dates of reports: the month is a word in English and Spanish, and marked as one in Chinese."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

_WEEKDAYS = (
    ("Monday", "lunes", "星期一"),
    ("Tuesday", "martes", "星期二"),
    ("Wednesday", "miércoles", "星期三"),
    ("Thursday", "jueves", "星期四"),
    ("Friday", "viernes", "星期五"),
    ("Saturday", "sábado", "星期六"),
    ("Sunday", "domingo", "星期日"),
)
_MONTHS = (
    *(("January", "enero"), ("February", "febrero"), ("March", "marzo"), ("April", "abril")),
    *(("May", "mayo"), ("June", "junio"), ("July", "julio"), ("August", "agosto")),
    *(("September", "septiembre"), ("October", "octubre"), ("November", "noviembre"), ("December", "diciembre")),
)
SPOKEN_DATES = (
    *(
        Sentence(f"{{#d}} {english} {{#y}}", f"{{d}} de {spanish} de {{y}}", f"{{y}}年{number}月{{d}}日")
        for number, (english, spanish) in enumerate(_MONTHS, 1)
    ),
    *(
        Sentence(f"{english} {{date}}", f"{spanish} {{date}}", f"{{date}} {chinese}")
        for english, spanish, chinese in _WEEKDAYS
    ),
    Sentence("not known yet", "aún no se conoce", "尚不清楚"),
)
