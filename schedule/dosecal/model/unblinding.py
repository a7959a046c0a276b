"""Which words of a protocol tell what a subject is given: the one list for pages, calendars, tables and wordings alike.

Conventions: a text tells when it has a word of the id or the label of an arm, a product or a regimen; a word that tells
in any protocol, in English, Spanish or Chinese; an arm by its letter; or an amount, a unit or a rate of a dose. What
tells an arm and what tells a dose are kept apart for those who may know one of them. Words of general meaning, which
tell nothing by themselves, are left aside. Words are compared without regard to case and to the s of a plural. What is
doubtful tells: a label that is withheld costs a question, one that unblinds the trial.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from dosecal.model.regex import regex

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

_SHORTEST = 3
"""Shorter words are left aside: they are articles, units and endings."""

_OF_ARMS = frozenset(("active", "activo", "comparator", "placebo", "sham"))
"""Words that tell an arm in any protocol, in the singular."""

_OF_DOSES = frozenset(
    (
        *("bolus", "capsule", "chemo", "chemotherapy", "dispense", "dispensed", "dispensing"),
        *("dosage", "dose", "dosing", "drug", "infuse", "infused", "infusion", "infusor", "inject", "injected"),
        *("injection", "medication", "medicine", "postdose", "predose", "pump", "syringe", "tablet", "vial"),
        *("ampolla", "bomba", "comprimido", "dosi", "dosificación", "droga", "fármaco", "infundida"),
        *("infundido", "infusión", "inyección", "inyectada", "inyectado", "jeringa", "medicación", "medicamento"),
        *("quimioterapia", "tableta"),
    )
)
"""Words that tell a dose in any protocol; ``dosi`` is what is left of the Spanish word for a dose."""

_ARMS_IN_CHINESE = ("安慰剂", "试验组", "对照组")
_DOSES_IN_CHINESE = ("剂量", "给药", "用药", "输注", "输液", "注射", "试验药", "研究药", "药物", "化疗", "泵")
"""The same in Chinese, where no blanks part words."""

_GENERAL = frozenset(
    (
        *("alone", "and", "anti", "are", "blood", "body", "cell", "control", "conventional", "day", "derived", "for"),
        *("from", "group", "high", "human", "low", "men", "observation", "participant", "period", "phase", "positive"),
        *("standard", "stem", "study", "subject", "the", "therapy", "tissue", "treated", "treatment", "with"),
        "without",
    )
)
"""Words that stand in labels of arms and products and tell nothing by themselves."""


@cache
def _word() -> re.Pattern[str]:
    return regex(r"[^\W\d_][^\W_]*")


@cache
def _amount() -> re.Pattern[str]:
    """An amount or a unit of a dose, or a rate."""
    units = r"(?:mg|mcg|µg|μg|ng|g|grams?|ml|cc|iu|ui|units?|cells?|c[eé]lulas?|mci|mbq|gbq|mmol|meq|vg|pfu)"
    times = r"(?:million|billion|thousand|millones|mill[oó]n|mil)"
    return regex(
        rf"\d\s*(?:[x×*]\s*)?(?:10\S*\s*)?(?:{times}\s*(?:de\s+)?)?(?:viable\s+)?{units}(?![^\W\d_])"
        rf"|\d\s*{times}\b"
        r"|\d\s*(?:毫克|微克|克|毫升|单位|万|亿)"
        r"|(?<![^\W\d_])(?:mg|mcg|µg|μg|ng|iu|ui|ml)(?![^\W\d_])"
        r"|/\s*(?:kg|m2|m²|m\^2|h|hr|min)(?![^\W\d_])"
        r"|(?<![^\W\d_])per (?:kg|kilogram|m2|m²)",
        re.IGNORECASE,
    )


@cache
def _arm() -> re.Pattern[str]:
    """An arm by its letter or number."""
    return regex(
        r"(?<![^\W\d_])(?:arm|group|cohort|brazo|grupo|cohorte)\s+(?:[a-z]|\d+|[ivx]+)(?![^\W_])"
        r"|(?<![^\W\d_])(?:treatment|control|intervention|experimental)\s+(?:arm|group)(?![^\W_])",
        re.IGNORECASE,
    )


class Unblinding:
    """What tells an arm, a product, a regimen or a dose of a protocol.

    Attributes:
        words: The telling words, in lower case and in the singular.
        names: Names with a digit or a sign in them, such as ``5-FU``, in lower case.
        chinese: Telling words of Chinese.
        patterns: What tells by its form.
    """

    def __init__(self, protocol: Protocol, *, doses: bool = False, arms: bool = False) -> None:
        """Collect what tells in a protocol.

        Args:
            protocol: The protocol.
            doses: Whether doses may be told, and with them products and regimens.
            arms: Whether arms may be told.
        """
        texts = [] if arms else [text for one in protocol.arms for text in (one.id, one.label)]
        texts += [] if doses else [text for one in protocol.products for text in (one.id, one.label)]
        texts += [] if doses else [text for one in protocol.regimens for text in (one.id, one.label)]
        always = (() if arms else _OF_ARMS, () if doses else _OF_DOSES)
        self.words = frozenset({word for text in texts for word in _words(text)} - _GENERAL).union(*always)
        self.names = frozenset(name.casefold() for text in texts for name in text.split() if _is_code(name))
        self.chinese = (*(() if arms else _ARMS_IN_CHINESE), *(() if doses else _DOSES_IN_CHINESE))
        self.patterns = (*(() if arms else (_arm,)), *(() if doses else (_amount,)))

    def is_told_by(self, text: str) -> bool:
        """Whether a text tells something."""
        lower = text.casefold()
        return (
            not self.words.isdisjoint(_words(text))
            or any(name in lower for name in self.names)
            or any(word in text for word in self.chinese)
            or any(pattern().search(text) is not None for pattern in self.patterns)
        )


def _is_code(name: str) -> bool:
    """Whether a word is a name with letters, and a digit or a sign, such as ``5-FU`` or ``IL-2``."""
    bare = name.strip("()[],.;:")
    has_letters, has_digits = any(map(str.isalpha, bare)), any(map(str.isdigit, bare))
    return len(bare) >= _SHORTEST and has_letters and has_digits and bare[0].isalnum()


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of a text, in lower case and in the singular."""
    found = {one.casefold() for one in _word().findall(text.replace("_", " "))}
    return frozenset(one.removesuffix("s") if len(one) > _SHORTEST else one for one in found if len(one) >= _SHORTEST)
