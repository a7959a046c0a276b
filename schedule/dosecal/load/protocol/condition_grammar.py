"""The grammar of conditions, of the facts that they ask for, and of what survives an ending."""

from __future__ import annotations

import re

from dosecal.load.protocol.condition_text import CONDITION_EXPECTED, parse_condition
from dosecal.load.protocol.grammar import LABEL, QUOTE, Field, ListOf, OrWord, Record, Text, one_of
from dosecal.model.days import read_length
from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

CONDITION = Text(CONDITION_EXPECTED, parse=parse_condition, code="P340")

A_NUMBER = "a number"
NONE, ALL = "none", "all"

_MATCH_NEXT = regex(r"up to (.+) before its window", re.ASCII)


def parse_match_next(text: str) -> int:
    """The days before a window within which a visit without a name counts for it.

    Raises:
        RefusedError: If the text is not such a rule.
    """
    expected = 'a rule such as "up to 7 days before its window"'
    match = _MATCH_NEXT.fullmatch(text)
    if match is None:
        raise RefusedError(expected)
    try:
        return read_length(match[1])
    except RefusedError:
        raise RefusedError(expected) from None


MATCH_NEXT = Text('a rule such as "up to 7 days before its window"', parse=parse_match_next)

_VISITS_OR_EPOCHS = ListOf(Text('the id of a visit or an epoch such as "follow-up"'), "a list of visits and epochs")
SURVIVORS = OrWord(OrWord(_VISITS_OR_EPOCHS, NONE, NONE), ALL, ALL)

FACT = Record(
    {
        "label": Field(LABEL, "the fact in words"),
        "values": Field(
            ListOf(Text('a value such as "yes"'), 'a list of values such as "[yes, no]"'), "the only values there are"
        ),
        "is": Field(one_of(A_NUMBER), "that it is a number, in place of values"),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'a fact such as "{label: of childbearing potential, values: [yes, no]}"',
)
