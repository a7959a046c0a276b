"""Amounts with their units, workings, and what joins the parts of a sentence.

Conventions: a unit that has a symbol keeps it in every language; "per" is a word in each of them, and never a stroke.
Chinese says what an amount is per before its number. Millions stay millions in every language, so that the same digits
stand on the pages of all.
"""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Sentence

_SYMBOLS = ("mg", "mcg", "g", "kg", "cm", "mL", "m²", "%", "min", "h", "EU", "mL/h")
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
_OPERATORS = ("×", "÷", "+", "−")


_MILLIONS = (
    ("", "", ""),
    (" ({#m} million; {#p})", " ({m} millones; {p})", "（{m}百万；{p}）"),
    (" (1 million; {#p})", " (1 millón; {p})", "（1百万；{p}）"),
)
_SIGNS = ("", "≈ ", "{#low} to ")
"""What may stand before an amount and, in Chinese, goes with its number behind what it is per."""


def _per_sentences(english: str, spanish: str, chinese: str) -> tuple[Sentence, ...]:
    """An amount per something: as it stands, rounded, or as the upper end of a range; in millions as well."""
    sentences = []
    for sign in _SIGNS:
        spanish_sign = sign.replace("#", "").replace(" to ", " a ")
        before, after = ("", "{low}至") if "low" in sign else (sign, "")
        for million, spanish_million, chinese_million in _MILLIONS:
            sentences += [
                Sentence(
                    f"{sign}{{@a}}{million} per {english}",
                    f"{spanish_sign}{{a}}{spanish_million} por {spanish}",
                    f"{before}{chinese}{after}{{a}}{chinese_million}",
                ),
                Sentence(
                    f"{sign}{{@a}} per {english}{million}",
                    f"{spanish_sign}{{a}} por {spanish}{spanish_million}",
                    f"{before}{chinese}{after}{{a}}{chinese_million}",
                ),
            ]
    return tuple(dict.fromkeys(sentences))


AMOUNTS = (
    *(Sentence(f"{{amount}} per {e}", f"{{amount}} por {s}", f"{z}{{amount}}") for e, s, z in _PER),
    Sentence("{amount} ({n} million; {power})", "{amount} ({n} millones; {power})", "{amount}（{myriads}万；{power}）"),
    *(Sentence(f"{{n}} {one}", f"{{n}} {one}", f"{{n}} {one}") for one in ("s",)),
    *(Sentence(f"{{#n}} {symbol}", f"{{n}} {symbol}", f"{{n}} {symbol}") for symbol in _SYMBOLS),
    *(Sentence(f"{{#n}} {english}", f"{{n}} {spanish}", f"{{n}}{chinese}") for english, spanish, chinese in _COUNTED),
    *(Sentence(f"{{#n}} {one}", f"{{n}} {spanish}", f"{{n}}{chinese}") for one, spanish, _, chinese in _CONTAINERS),
    *(Sentence(f"{{#n}} {one}s", f"{{n}} {spanish}", f"{{n}}{chinese}") for one, _, spanish, chinese in _CONTAINERS),
    *(
        Sentence(f"{{#n}} {one}{plural}: {{=ids}}", f"{{n}} {word}: {{ids}}", f"{{n}}{chinese}：{{ids}}")
        for one, single, many, chinese in _CONTAINERS
        for plural, word in (("", single), ("s", many))
    ),
    *(sentence for one in _PER for sentence in _per_sentences(*one)),
    Sentence("{@a} ({#m} million; {#p})", "{a} ({m} millones; {p})", "{a}（{m}百万；{p}）"),
    Sentence("{@a} (1 million; {#p})", "{a} (1 millón; {p})", "{a}（1百万；{p}）"),
    Sentence("{#p} % of {@a}", "{p} % de {a}", "{a}的{p} %"),
    Sentence("{#low} to {@high}", "{low} a {high}", "{low}至{high}"),
    Sentence(
        "{#low} to {@high} ({#m} million; {#p})", "{low} a {high} ({m} millones; {p})", "{low}至{high}（{m}百万；{p}）"
    ),
    Sentence("{#low} to {@high} (1 million; {#p})", "{low} a {high} (1 millón; {p})", "{low}至{high}（1百万；{p}）"),
    Sentence("{@low} to {@high}", "de {low} a {high}", "{low}至{high}"),
    Sentence(
        "{@low} ({#l} million; {#p}) to {@high} ({#h} million; {#q})",
        "de {low} ({l} millones; {p}) a {high} ({h} millones; {q})",
        "{low}（{l}百万；{p}）至{high}（{h}百万；{q}）",
    ),
    Sentence(
        "{@low} to {@high} ({#h} million; {#q})",
        "de {low} a {high} ({h} millones; {q})",
        "{low}至{high}（{h}百万；{q}）",
    ),
    Sentence("{@a} (exactly {#n}/{#d} {unit})", "{a} (exactamente {n}/{d} {unit})", "{a}（精确值{n}/{d} {unit}）"),
)
WORKINGS = (
    *(Sentence(f"{{a}} {sign} {{b}}", f"{{a}} {sign} {{b}}", f"{{a}} {sign} {{b}}") for sign in _OPERATORS),
    Sentence("({a})", "({a})", "({a})"),
    Sentence("√({a})", "√({a})", "√({a})"),
    Sentence("({a})²", "({a})²", "({a})²"),
    Sentence("({a})^{#p}", "({a})^{p}", "({a})^{p}"),
    Sentence("{a} ({b})", "{a} ({b})", "{a}（{b}）"),
    Sentence("{a} {#n}, rounded up", "{a} {n}, redondeado hacia arriba", "{a} {n}，向上取整"),
    Sentence("{a} = {#n}, rounded up", "{a} = {n}, redondeado hacia arriba", "{a} = {n}，向上取整"),
    Sentence("{@a} to {@b}, {how}", "{a} a {b}, {how}", "{a}修约至{b}，{how}"),
    Sentence("to {@a}, {how}", "a {a}, {how}", "至{a}，{how}"),
    Sentence("D{#low} to D{#high}", "D{low} a D{high}", "D{low}至D{high}"),
    Sentence("AUC {#n} × {b}", "ABC {n} × {b}", "AUC {n} × {b}"),
)
JOINTS = (
    Sentence("{a}; {b}", "{a}; {b}", "{a}；{b}"),
    Sentence("{a}, {b}", "{a}, {b}", "{a}，{b}"),
)
"""What joins the parts of a list; each part is said by itself."""
