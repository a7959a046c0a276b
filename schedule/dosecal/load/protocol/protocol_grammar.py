"""The grammar of a protocol file: its sections, and what stands at its top."""

from __future__ import annotations

import re

from dosecal.load.protocol.condition_grammar import FACT, MATCH_NEXT, SURVIVORS
from dosecal.load.protocol.dose_grammar import REGIMEN
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    LABEL,
    QUOTE,
    Field,
    ListOf,
    MapOf,
    Reader,
    Record,
    Schema,
    Text,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.product_grammar import PRODUCT
from dosecal.load.protocol.visit_grammar import (
    ANCHOR,
    ASSESSMENT,
    CLOSED_DAY,
    CYCLE,
    CYCLE_ID,
    MONTH_END,
    VISIT,
    VISIT_KEY,
    WINDOW,
)
from dosecal.model.days import read_date
from dosecal.model.problems import RefusedError
from dosecal.model.protocol import AgeRange
from dosecal.model.regex import regex

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

MOST_NAME_CHARACTERS = 100

_AGE_BETWEEN = regex(r"([0-9]{1,3}) to ([0-9]{1,3}) years", re.ASCII)

_AGE_FROM = regex(r"([0-9]{1,3}) years and over", re.ASCII)

_AGE_TO = regex(r"up to ([0-9]{1,3}) years", re.ASCII)


def parse_name(text: str) -> str:
    """The name of a study or a version, kept to the character, since other systems compare it so.

    Raises:
        RefusedError: If it has blanks around it, or characters that can't be seen.
    """
    if text != text.strip() or not text.isprintable() or len(text) > MOST_NAME_CHARACTERS:
        raise RefusedError(
            f'a name such as "NCT01234567" or "2.0", up to {MOST_NAME_CHARACTERS} characters',
            "no blanks around it, no line breaks",
        )
    return text


def parse_ages(text: str) -> AgeRange:
    """A range of ages in completed years, both ends inside.

    Raises:
        RefusedError: If the text is no such range.
    """
    expected = 'ages such as "18 to 65 years", "18 years and over" or "up to 65 years"'
    if match := _AGE_BETWEEN.fullmatch(text):
        if int(match[1]) > int(match[2]):
            raise RefusedError(expected, "the lower age comes first")
        return AgeRange(int(match[1]), int(match[2]))
    if match := _AGE_FROM.fullmatch(text):
        return AgeRange(int(match[1]), None)
    if match := _AGE_TO.fullmatch(text):
        return AgeRange(None, int(match[1]))
    raise RefusedError(expected)


ARM = Record(
    {
        "label": Field(LABEL, "the arm in words", is_required=True),
        "blinded_as": Field(LABEL, "what a blinded reader sees in place of the arm, its doses and its products"),
    },
    'an arm such as "{label: Control}"',
)

BLINDING = Text(
    '"open label", or no such line and on each arm that is blinded one such as "blinded_as: study treatment"',
    code="P106",
    choices=("open label",),
)

ELIGIBILITY = Record(
    {
        "age": Field(
            or_none_stated(Text('ages such as "18 to 65 years"', parse=parse_ages)),
            "the eligible ages",
            is_required=True,
        ),
        "quote": Field(QUOTE, "the source's sentence"),
    },
    'who is eligible, such as "{age: 18 to 65 years}"',
)


def _things(reader: Reader, expected: str, key: Text = IDENTIFIER) -> MapOf:
    return MapOf(reader, f"a mapping of {expected}", key)


PROTOCOL = Record(
    {
        "study": Field(
            Text('an identifier such as "NCT01234567"', parse=parse_name), "the study's identifier", is_required=True
        ),
        "version": Field(Text('a version such as "2.0"', parse=parse_name), "the version", is_required=True),
        "effective": Field(
            or_none_stated(Text('a date such as "2026-03-09"', parse=read_date)),
            "the day on which this version takes effect",
        ),
        "amends": Field(Text('a version such as "1.0"', parse=parse_name), "the version that this one amends"),
        "title": Field(LABEL, "the study's title", is_required=True),
        "source": Field(LABEL, "where the facts come from", is_required=True),
        "day_numbering": Field(
            one_of("no day 0", "day 0"), '"no day 0" (D-1, D1) or "day 0" (D-1, D0, D1)', is_required=True
        ),
        "blinding": Field(BLINDING, '"open label", where everybody may know who is in which arm'),
        "window": Field(WINDOW, "the window of every visit that says nothing else"),
        "closed_day": Field(CLOSED_DAY, "what becomes of every visit that says nothing else on a closed day"),
        "month_end": Field(
            MONTH_END, "where a month ends that has no such day; needed where months or years are counted"
        ),
        "eligibility": Field(ELIGIBILITY, "who is eligible"),
        "anchors": Field(_things(ANCHOR, 'anchors such as "start: {}"'), "the anchors", is_required=True),
        "arms": Field(_things(ARM, 'arms such as "control: {label: Control}"'), "the arms", is_required=True),
        "products": Field(_things(PRODUCT, "products"), "the products"),
        "regimens": Field(_things(REGIMEN, "regimens"), "the rules of dosing"),
        "cycles": Field(_things(CYCLE, "cycles", CYCLE_ID), "the periods that come again"),
        "visits": Field(_things(VISIT, 'visits such as "D1: {}"', VISIT_KEY), "the visits", is_required=True),
        "assessments": Field(_things(ASSESSMENT, "assessments"), "what is done at the visits"),
        "facts": Field(_things(FACT, "facts"), "further facts of a subject, which conditions ask for"),
        "after_off_treatment": Field(SURVIVORS, "the visits and epochs that are still held after the end of treatment"),
        "after_off_study": Field(SURVIVORS, "the visits and epochs that are still held after a subject left the study"),
        "match_next": Field(MATCH_NEXT, "how long before a window a visit without a name counts for the next visit"),
        "queries": Field(
            ListOf(Text("a question in words", may_break=True), "a list of questions"), "what the source leaves open"
        ),
    },
    'a protocol, beginning with a line such as "study: NCT01234567"',
)


def protocol_schema() -> Schema:
    """The JSON Schema of a protocol file, for editors; the program itself checks more."""
    return {
        "$schema": SCHEMA_DIALECT,
        "title": "dosecal protocol file",
        "description": "How a trial doses and when it assesses. The program checks more than this schema can say.",
        **PROTOCOL.schema(),
    }
