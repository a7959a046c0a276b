"""What a written dose says in Spanish, rewritten in English word by word.

Conventions: a row is a pattern, whole words alone, and its replacement, tried in order. The small words are rewritten
only where another row shows that the text is Spanish, since "a", "con" or "total" stand in other languages too. A
decimal comma stays as it is; a point before three digits is written as the comma that it would be in English, so that
both ways to take it are offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

Row = tuple[str, "str | Callable[[re.Match[str]], str]"]


def _gram(found: re.Match[str]) -> str:
    return {"mili": "milligram", "micro": "microgram"}.get(found[1] or "", "gram")


_IN_A = r"(?:al|por|a\s+la|cada)"

PLAIN: tuple[Row, ...] = (
    # numbers
    (r"(?<!\d )(?<!\d)mil\s+mill[oó]nes(?:\s+de)?", "one thousand million"),
    (r"mil\s+mill[oó]nes(?:\s+de)?", "thousand million"),
    (r"mill[oó]n(?:es)?(?:\s+de)?", "million"),
    (r"mil(?:es)?(?=\s*(?:de\s+)?(?:c[eé]lulas|unidades|UI|U\.I\.|part))", "thousand"),
    (r"miles(?:\s+de)?", "thousand"),
    # per what
    (r"(?:de\s+)?peso(?:\s+corporal)?\s+(ideal|magro|ajustado|seco)(?:\s+corporal)?", r"\1 body weight"),
    (r"(?:de\s+)?(?:peso(?:\s+(?:corporal|real|total|del\s+(?:paciente|cuerpo)))*|p\.\s?c\.)", "body weight"),
    (r"(?:de\s+)?(?:superficie|[aá]rea)(?:\s+de\s+superficie)?\s+corporal|(?<=2)\s+de\s+s\.?c\.?", "body surface"),
    (r"metros?\s*(?:cuadrados?|\^?\s?2)", "m2"),
    (r"(?:por|por\s+cada|en\s+cada)(?=\s+(?:kg|kilo|m2|m\^))", "per"),
    (r"kilogramos?|kilos?(?=\s+body)", "kg"),
    (r"por\s+cada", "per"),
    (r"por(?=\s+\d+\s*(?:d[ií]as|semanas|horas|minutos|meses|ciclos))", "for"),
    # how often and how long
    (rf"(?:una|1)\s+vez\s+{_IN_A}(?=\s)", "once a"),
    (rf"(?:dos|2)\s+veces\s+{_IN_A}(?=\s)", "twice a"),
    (rf"(\d+|tres|cuatro|cinco)\s+veces\s+{_IN_A}(?=\s)", r"\1 times a"),
    (r"c(?:ada|/)(?=\s*(?:\d|dos|tres|cuatro|seis|ocho|doce|semana|d[ií]a|mes|hora))", "every"),
    (rf"(?:{_IN_A}|en\s+el)(?=\s+(?:d[ií]a\b|semana|mes\b|hora|minuto))", "per"),
    (r"diari[oa]s?|diariamente", "daily"),
    (r"semanal(?:es|mente)?", "weekly"),
    (r"mensual(?:es|mente)?", "monthly"),
    (r"veces", "times"),
    (r"d[ií]as", "days"),
    (r"d[ií]a", "day"),
    (r"horas", "hours"),
    (r"hora", "hour"),
    (r"minutos", "minutes"),
    (r"minuto", "minute"),
    (r"semanas", "weeks"),
    (r"semana", "week"),
    (r"meses", "months"),
    (r"mes", "month"),
    (r"años?", "years"),
    (r"ciclos?", "cycles"),
    (r"durante", "for"),
    # bounds and ranges
    (r"(?<=\d\s)a(?=\s\d)", "to"),
    (r"(?<=\d\s)y(?=\s\d)", "and"),
    (r"(?<=\d\s)[oó](?=\s\d)", "or"),
    (r"(?:dosis\s+)?m[aá]xim[oa]s?(?:\s+de)?|como\s+m[aá]ximo|sin\s+(?:exceder|superar)(?:\s+de)?", "maximum"),
    (r"no\s+(?:exceder|superar|sobrepasar|m[aá]s)(?:\s+(?:de|los|las))*", "not to exceed"),
    (r"hasta(?:\s+un)?", "up to"),
    (r"(?:al|por\s+lo)\s+menos|como\s+m[ií]nimo|m[ií]nim[oa](?:\s+de)?", "at least"),
    (r"m[aá]s\s+de", "more than"),
    (r"menos\s+de", "less than"),
    (r"aproximadamente|aprox\.?|alrededor\s+de|cerca\s+de|unos|unas", "about"),
    (r"entre", "between"),
    (r"seguid[oa]s?\s+(?:de|por)|luego|despu[eé]s|posteriormente", "followed by"),
    # what
    (r"c[eé]lulas((?:\s+(?!por|de\s+peso)[a-záéíóú]+){0,3}?)\s+viables?", r"viable cells \1"),
    (r"c[eé]lulas?|c[eé]ls?\.?", "cells"),
    (r"madre|troncales", "stem"),
    (r"mesenquimal(?:es)?", "mesenchymal"),
    (r"estromal(?:es)?", "stromal"),
    (r"aut[oó]log[oa]s?", "autologous"),
    (r"alog[eé]nic[oa]s?", "allogeneic"),
    (r"viables?", "viable"),
    (r"unidades(?:\s+internacionales)?|unidad", "units"),
    (r"U\.?\s?I\.?", "IU"),
    (r"UFC", "CFU"),
    (r"UFP", "PFU"),
    (r"CMM", "MSC"),
    (r"part[ií]culas\s+v[ií](?:ricas|rales)", "viral particles"),
    (r"genomas?\s+(?:del\s+)?vector(?:iales)?", "vg"),
    (r"(mili|micro)?gramos?", _gram),
    (r"mililitros?", "mL"),
    (r"litros?", "L"),
    (r"microgr?s?", "mcg"),
    # how
    (r"intravenos[oa]s?|endovenos[oa]s?|e\.v\.", "IV"),
    (r"subcut[aá]ne[oa]s?", "SC"),
    (r"intratecal", "intrathecal"),
    (r"(?:por\s+)?v[ií]a", "via"),
    (r"(\d+|una|dos|tres|cuatro|cinco|seis)\s+dosis", r"\1 doses"),
    (r"dosis(?:\s+[uú]nica)?(?:\s+de)?", "dose"),
    (r"(?:infusi[oó]n|perfusi[oó]n|infusiones)(?:\s+(?:continua|lenta))?", "infusion"),
    (r"(?:inyecci[oó]n|inyecciones)", "injection"),
    (r"administraci[oó]n|administrad[oa]s?|administrar", "administered"),
    (r"(?:dividid|repartid|fraccionad)[oa]s?", "divided"),
    (r"tomas", "doses"),
    (r"comprimidos?|tabletas?|pastillas?|c[aá]psulas?|comp\.", "tablets"),
    (r"ampollas?|viales|frascos?", "vials"),
    (r"aguja(?:s)?(?:\s+de)?", "needle"),
    (r"pacientes?", "patient"),
    (r"sist[eé]mic[oa]", "systemic"),
    (r"en\s+total", "in total"),
)
"""What only Spanish says so."""

SMALL: tuple[Row, ...] = (
    (r"una?|uno", "one"),
    (r"dos", "two"),
    (r"tres", "three"),
    (r"cuatro", "four"),
    (r"cinco", "five"),
    (r"seis", "six"),
    (r"ocho", "eight"),
    (r"diez", "ten"),
    (r"doce", "twelve"),
    (r"veinte", "twenty"),
    (r"cien", "hundred"),
    (r"medio", "half a"),
    (r"mil", "thousand"),
    (r"al?(?=\s+\d)", "to"),
    (r"en", "in"),
    (r"y", "and"),
    (r"[oóu]", "or"),
    (r"con", "with"),
    (r"para", "for"),
    (r"del?(?=\s+\d+(?:[.,]\d+)?\s+(?:to|a)\s)", "from"),
    (r"del?|las?|los|el|se|al", ""),
)
"""What stands in other languages too."""

POINT_GROUP = r"(?<![\d.,])([1-9]\d{0,2})\.(\d{2}0|\d{3}(?=\s*(?:IU|U\b|units|cells)))(?![\d.,])"
"""A point that parts thousands in Spanish."""
