"""What a number on anything that a person reads must not look like.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations.
"""

from __future__ import annotations

import re

_NO_NUMBERS = (
    r"\"(?:[^\"\\]|\\.)*\"",  # what somebody else wrote, or what is to be typed
    r"[«“].*[»”]",
    r"\b\d{4}-\d{2}-\d{2}\b",  # an ISO date
    r"\b\d{1,2} de [a-z]+ de \d{4}\b",
    r"\d{4}年\d{1,2}月\d{1,2}日",
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b",
    r"\bversion \S+",
    r"\bfile [0-9a-f]{12}\b",
    r"\bdosecal \d+\.\d+\.\d+\S*",
    r"ISO 7886-1(?!\d)",
    r"\b[\w./-]+\.(?:yaml|csv)(?::\d+)*:?",  # a place in a file
    r"(?<!\S):?\d+:\d+:",
    r"\[[PCLOW]\d{3}\]",
    r"\bsubject +\d+\b",
    r"\b[A-Za-z_]+[-_]?\d[\w-]*",  # an id or a label: D28, C1D1, NCT04611256, CD19
)
_MASKS = [re.compile(pattern) for pattern in _NO_NUMBERS]

UNITS = "mg|mcg|g|kg|mL|cells|viable|total|units|vesicles|viral|cm|m²|min|h|days?|years?|vials?|bags?|million|%"

FAULTS = {
    "a trailing zero": r"\d\.\d*0(?![\d])",
    "no leading zero": r"(?<![\d.])\.\d",
    "no space before the unit": rf"\d(?:{UNITS})(?![\w²])",
    "cc for mL": r"\bcc\b",
    "ml for mL": r"\b(?:ml|ML|Ml)\b",
    "µg for mcg": r"[µμ]g|\bug\b",
    "U or IU for units": r"\d ?(?:I?U|iu)\b",
    "a stroke that can be read as 1": r"(?<=[a-zL²)])/(?=[a-zL(])(?<!mL/(?=h\b))(?<!\b[vwp]/(?=v\b))",
    "no separators from 1,000 on": r"(?<![\d,.])\d{4,}",
    "separators in other places": r"(?<![\d,.])(?:\d{4,},\d|\d{1,3},\d{1,2}(?!\d)|\d{1,3},\d{4,})",
    "an abbreviation for a thousand or a million": r"\d ?(?:k|K|M|MM|Mio|mio|m|bn|B)\b(?![²/])",
    "a bare power of ten": r"(?<!× )10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]",
    "a power of ten without its superscript": r"10\^-?\d",
    "an E": r"\d[eE][+-]?\d",
    "a cross or a star between digits": r"\d ?[xX*] ?\d",
    "a full stop after a unit": r"\d (?:mg|mcg|g|kg|mL|cm|min|h)\.(?= |$)",
}
_FAULTS = {name: re.compile(pattern) for name, pattern in FAULTS.items()}


def faults_of(text: str) -> list[str]:
    """Each fault of a text's numbers with what stands around it; ids, dates and quotations are passed over."""
    flat = " ".join(text.split())
    for mask in _MASKS:
        flat = mask.sub("~", flat)
    return [
        f"{name}: {flat[max(found.start() - 25, 0) : found.end() + 25]}"
        for name, pattern in _FAULTS.items()
        for found in pattern.finditer(flat)
    ]
