"""Which words of a protocol tell what a participant is given, and so stand on no page that a participant takes home.

Conventions: a label tells when it has a word of the id or the label of an arm, a product or a regimen, or the word
"dose" itself; words of general meaning, which tell nothing, are left aside. Words are compared without regard to case
and to the s of a plural. Labels are judged in English, as participants read them, before they are said in another
language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dosecal.report.phrases import Wording

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

_WORD = re.compile(r"[^\W\d_][^\W_]*")
_SHORTEST = 3
"""Shorter words are left aside: they are articles, units and endings."""

_DOSING = frozenset({"dose", "dosing", "dosage", "placebo", "infusion", "injection"})
"""Words that tell in any protocol."""

_GENERAL = frozenset(
    (
        *("alone", "and", "anti", "are", "blood", "body", "cell", "control", "conventional", "day", "derived", "for"),
        *("from", "group", "high", "human", "low", "men", "observation", "participant", "period", "phase", "positive"),
        *(
            "standard",
            "stem",
            "study",
            "subject",
            "the",
            "therapy",
            "tissue",
            "treated",
            "treatment",
            "with",
            "without",
        ),
    )
)
"""Words that stand in labels of arms and products and tell nothing by themselves."""


def telling_words(protocol: Protocol) -> frozenset[str]:
    """The words that tell an arm, a product or a regimen of the protocol, in lower case and in the singular."""
    texts = [text for one in protocol.arms for text in (one.id, one.label)]
    texts += [text for one in protocol.products for text in (one.id, one.label)]
    texts += [text for one in protocol.regimens for text in (one.id, one.label)]
    words = {word for text in texts for word in _words(text)}
    return frozenset(words - _GENERAL) | _DOSING


def is_telling(label: str, telling: frozenset[str]) -> bool:
    """Whether a label, as a participant reads it, has one of the words."""
    return not telling.isdisjoint(_words(Wording.plain_english(label)))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of a text, in lower case and in the singular."""
    found = {one.casefold() for one in _WORD.findall(text.replace("_", " "))}
    return frozenset(one.removesuffix("s") if len(one) > _SHORTEST else one for one in found if len(one) >= _SHORTEST)
