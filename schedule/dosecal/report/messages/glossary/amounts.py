"""Amounts with their units, and workings.

Conventions: a unit that has a symbol keeps it in every language; "per" is a word in each of them, and never a stroke.
Chinese says what an amount is per before its number. Millions stay millions in every language, so that the same digits
stand on the pages of all.
"""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

_SYMBOLS = ("mg", "mcg", "g", "kg", "cm", "mL", "m²", "%", "min", "h", "s", "EU", "mL/h")
_COUNTED = (
    ("cells", "células", "个细胞"),
    ("viable cells", "células viables", "个活细胞"),
    ("total cells", "células totales", "个总细胞"),
    ("viral particles", "partículas virales", "个病毒颗粒"),
    ("vesicles", "vesículas", "个囊泡"),
    ("units", "unidades", "单位"),
    ("week", "semana", "周"),
    ("month", "mes", "个月"),
    ("months", "meses", "个月"),
    ("year", "año", "年"),
    ("years", "años", "年"),
)
_CONTAINERS = (
    ("vial", "vial", "viales", "瓶"),
    ("bag", "bolsa", "bolsas", "袋"),
    ("cryobag", "criobolsa", "criobolsas", "个冻存袋"),
    ("syringe", "jeringa", "jeringas", "支注射器"),
    ("ampoule", "ampolleta", "ampolletas", "支安瓿"),
    ("container", "envase", "envases", "个容器"),
)
"""What containers are called, with the plural in Spanish and the word that Chinese counts them by."""
_PER = (
    ("kg", "kg", "每千克"),
    ("m²", "m²", "每平方米"),
    ("mL", "mL", "每毫升"),
    ("dL", "dL", "每分升"),
    ("min", "min", "每分钟"),
    ("h", "h", "每小时"),
    ("hour", "hora", "每小时"),
    ("day", "día", "每日"),
    ("dose", "dosis", "每剂"),
    ("kg per day", "kg por día", "每千克每日"),
    ("kg per h", "kg por h", "每千克每小时"),
    ("kg per min", "kg por min", "每千克每分钟"),
    *((one, spanish, f"每{chinese.removeprefix('个')}") for one, spanish, _, chinese in _CONTAINERS),
)


AMOUNTS = (
    *(Sentence(f"{{amount}} per {e}", f"{{amount}} por {s}", f"{z}{{amount}}") for e, s, z in _PER),
    *(Sentence(f"{{n}} {symbol}", f"{{n}} {symbol}", f"{{n}} {symbol}") for symbol in _SYMBOLS),
    *(Sentence(f"{{n}} {english}", f"{{n}} {spanish}", f"{{n}}{chinese}") for english, spanish, chinese in _COUNTED),
    *(Sentence(f"{{n}} {one}", f"{{n}} {spanish}", f"{{n}}{chinese}") for one, spanish, _, chinese in _CONTAINERS),
    *(Sentence(f"{{n}} {one}s", f"{{n}} {spanish}", f"{{n}}{chinese}") for one, _, spanish, chinese in _CONTAINERS),
    Sentence("{p} % of {a}", "{p} % de {a}", "{a}的{p} %"),
    Sentence("{low} to {high}", "{low} a {high}", "{low}至{high}"),
    Sentence("{least} to {most}", "de {least} a {most}", "{least}至{most}"),
)
WORKINGS = (
    Sentence("{a} ({b})", "{a} ({b})", "{a}（{b}）"),
    Sentence("{a} {n}, rounded up", "{a} {n}, redondeado hacia arriba", "{a} {n}，向上取整"),
    Sentence("{a} to {b}, {how}", "{a} a {b}, {how}", "{a}修约至{b}，{how}"),
    Sentence("to {a}, {how}", "a {a}, {how}", "至{a}，{how}"),
)
