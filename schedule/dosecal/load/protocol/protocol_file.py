"""A protocol file: its keys at the top level, and all of it to a Protocol, whole or with every problem found."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from dosecal.load.protocol.checks import CHECKS
from dosecal.load.protocol.condition_checks import ALL, NONE, blinding_warnings, survivors_of
from dosecal.load.protocol.cycles import CYCLE_ID, VISIT_KEY
from dosecal.load.protocol.dose_warnings import dose_warnings, overlapping_regimens
from dosecal.load.protocol.draft import read_draft
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    LABEL,
    QUOTE,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Place,
    Record,
    Said,
    Schema,
    Text,
    one_of,
    or_none_stated,
    schema_of,
)
from dosecal.load.protocol.products import PRODUCT
from dosecal.load.protocol.regimens import REGIMEN, build_regimen
from dosecal.load.protocol.timing_texts import MATCH_NEXT, WINDOW
from dosecal.load.protocol.visits import (
    ANCHOR,
    ASSESSMENT,
    CLOSED_DAY,
    CYCLE,
    VISIT,
    build_anchors,
    build_assessment,
    build_cycles,
    build_visit,
)
from dosecal.load.protocol.yaml_text import read_yaml
from dosecal.model.conditions import DeclaredFact
from dosecal.model.days import DayNumbering, MonthEnd, read_date
from dosecal.model.problems import ProtocolError, RefusedError
from dosecal.model.product import Product
from dosecal.model.protocol import AgeRange, Arm, Protocol
from dosecal.model.regex import regex
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.load.protocol.draft import Draft
    from dosecal.model.problems import Problem
    from dosecal.model.timing import Horizon

MOST_NAME_CHARACTERS = 100


def _name(text: str) -> str:
    """The name of a study or a version, kept to the character, since other systems compare it so."""
    if text != text.strip() or not text.isprintable() or len(text) > MOST_NAME_CHARACTERS:
        raise RefusedError("", "no blanks around it, no line breaks")
    return text


def _name_text(expected: str) -> Text:
    return Text(
        expected, _name, fuller=f'a name such as "NCT01234567" or "2.0", up to {MOST_NAME_CHARACTERS} characters'
    )


def _ages(low: str | None, high: str | None, least: str | None, most: str | None) -> AgeRange:
    """A range of ages in completed years, both ends inside."""
    if low and high and int(low) > int(high):
        raise RefusedError("", "the lower age comes first")
    lowest, highest = low or least, high or most
    return AgeRange(int(lowest) if lowest else None, int(highest) if highest else None)


def _eligible(age: AgeRange | None = None, quote: str = "") -> AgeRange | None:
    return None if age is None else replace(age, quote=quote)


STUDY = _name_text('an identifier such as "NCT01234567"')
AGES = Text(
    'ages such as "18 to 65 years"',
    _ages,
    shape=regex(r"([0-9]{1,3}) to ([0-9]{1,3}) years|([0-9]{1,3}) years and over|up to ([0-9]{1,3}) years", re.ASCII),
    fuller='ages such as "18 to 65 years", "18 years and over" or "up to 65 years"',
)

ARM = Record(
    {
        "label": Field(LABEL, "the arm in words", "", "MSC transfusion", is_required=True),
        "blinded_as": Field(
            LABEL,
            "what a blinded reader sees in place of the arm, its doses and its products",
            "the same words on each arm that is blinded",
            "study treatment",
        ),
    },
    'an arm such as "{label: Control}"',
)

ELIGIBILITY = Record(
    {
        "age": Field(
            or_none_stated(AGES), "the eligible ages", "in completed years, both ends inside", is_required=True
        ),
        "quote": Field(QUOTE, "the source's sentence", "", '"Ages Eligible for Study: 18 Years to 65 Years"'),
    },
    'who is eligible, such as "{age: 18 to 65 years}"',
    _eligible,
)

FACT = Record(
    {
        "label": Field(LABEL, "the fact in words", "without it, its id", "of childbearing potential"),
        "values": Field(
            ListOf(Text('a value such as "yes"'), 'a list of values such as "[yes, no]"'),
            "the only values there are",
            ", as texts; either this or `is`",
            into=lambda pairs: {"values": tuple(value for value, _ in pairs)},
        ),
        "is": Field(one_of("a number"), "that it is a number, in place of values", into=None),
        "quote": Field(QUOTE, "the source's sentence", "", '"women of childbearing potential"', into=None),
    },
    'a fact such as "{label: of childbearing potential, values: [yes, no]}"',
)

_SURVIVORS = OrWord(
    OrWord(
        ListOf(Text('the id of a visit or an epoch such as "follow-up"'), "a list of visits and epochs"), NONE, NONE
    ),
    ALL,
    ALL,
)


def _things(reader: Record, expected: str, key: Text = IDENTIFIER) -> MapOf:
    return MapOf(reader, f"a mapping of {expected}", key)


PROTOCOL = Record(
    {
        "study": Field(
            STUDY,
            "the study's identifier",
            f", up to {MOST_NAME_CHARACTERS} characters, no blanks around it",
            is_required=True,
        ),
        "version": Field(_name_text('a version such as "2.0"'), "the version", ", as text, likewise", is_required=True),
        "effective": Field(
            or_none_stated(Text('a date such as "2026-03-09"', read_date)), "the day on which this version takes effect"
        ),
        "amends": Field(_name_text('a version such as "1.0"'), "the version that this one amends"),
        "title": Field(LABEL, "the study's title", "", "Compound A against standard care", is_required=True),
        "source": Field(
            LABEL,
            "where the facts come from",
            ", with version or date",
            "ONC-101 protocol, version 1.0",
            is_required=True,
            into="source_words",
        ),
        "day_numbering": Field(
            one_of(*DayNumbering), '"no day 0" (D-1, D1) or "day 0" (D-1, D0, D1)', is_required=True, into="numbering"
        ),
        "blinding": Field(
            Text(
                '"open label", or no such line and on each arm that is blinded one such as '
                '"blinded_as: study treatment"',
                code="P106",
                choices=("open label",),
            ),
            '"open label", where everybody may know who is in which arm',
            "write `open label`; see [blinding](#blinding)",
            into=lambda _: {"is_open_label": True},
        ),
        "window": Field(WINDOW, "the window of every visit that says nothing else", "not a range of labels", into=None),
        "closed_day": Field(
            CLOSED_DAY,
            "what becomes of every visit that says nothing else on a closed day",
            "see [closed days](#closed-days)",
            into=None,
        ),
        "month_end": Field(
            one_of(*MonthEnd),
            "where a month ends that has no such day; needed where months or years are counted",
            "see [calendar months](#calendar-months)",
        ),
        "eligibility": Field(ELIGIBILITY, "who is eligible", into="ages"),
        "anchors": Field(
            _things(ANCHOR, 'anchors such as "start: {}"'),
            "the anchors",
            ", the events that dates are counted from",
            "start: {label: first infusion}",
            is_required=True,
            into=None,
        ),
        "arms": Field(
            _things(ARM, 'arms such as "control: {label: Control}"'),
            "the arms",
            ", the planned paths through the study",
            is_required=True,
            into=None,
        ),
        "products": Field(
            _things(PRODUCT, "products"),
            "the products",
            ", what is given",
            "msc: {label: mesenchymal stem cells}",
            into=None,
        ),
        "regimens": Field(_things(REGIMEN, "regimens"), "the rules of dosing", "", "infusion: {…}", into=None),
        "cycles": Field(_things(CYCLE, "cycles", CYCLE_ID), "the periods that come again", "", "C: {…}", into=None),
        "visits": Field(
            _things(VISIT, 'visits such as "D1: {}"', VISIT_KEY),
            "the visits",
            ", in the order of the schedule",
            is_required=True,
            into=None,
        ),
        "assessments": Field(
            _things(ASSESSMENT, "assessments"), "what is done at the visits", "", "chest_imaging: {…}", into=None
        ),
        "facts": Field(
            _things(FACT, "facts"),
            "further facts of a subject, which conditions ask for",
            "",
            "stage: {values: [I, II]}",
            into=None,
        ),
        "after_off_treatment": Field(
            _SURVIVORS,
            "the visits and epochs that are still held after the end of treatment",
            "without it, that end closes no visit; see [endings](#endings)",
            "[follow-up]",
            into=None,
        ),
        "after_off_study": Field(
            _SURVIVORS,
            "the visits and epochs that are still held after a subject left the study",
            "without it, none; see [endings](#endings)",
            "none",
            into=None,
        ),
        "match_next": Field(
            MATCH_NEXT,
            "how long before a window a visit without a name counts for the next visit",
            "without it, never; see [visits without a name](actuals-file.md#visits-without-a-name)",
        ),
        "queries": Field(
            ListOf(Text("a question in words", may_break=True), "a list of questions"),
            "what the source leaves open",
            ", or contradicts: a list, printed as footnotes",
            '- "No windows are stated."',
            into=lambda pairs: {"queries": tuple(text for text, _ in pairs)},
        ),
    },
    'a protocol, beginning with a line such as "study: NCT01234567"',
)


def protocol_schema() -> Schema:
    """The JSON Schema of a protocol file, for editors; the program itself checks more."""
    about = "How a trial doses and when it assesses. The program checks more than this schema can say."
    return schema_of(PROTOCOL, "dosecal protocol file", about)


def read_protocol(content: bytes, file: str, horizon: Horizon | None = None) -> Protocol:
    """The protocol that a file states.

    Args:
        content: The bytes of the file.
        file: The name of the file, for problems and outputs.
        horizon: How far cycles are planned that go on until something happens; None for only as far as the file names
            their days.

    Returns:
        The protocol, whole.

    Raises:
        ProtocolError: With every problem that was found, in file order.
    """
    root = read_yaml(content, file)
    place = Place()
    said = PROTOCOL.read(root, place)
    problems: list[Problem] = place.problems
    if isinstance(said, Said):
        draft = read_draft(said, horizon)
        problems = [*problems, *(problem for check in CHECKS for problem in check(draft))]
        if not problems:
            protocol = _protocol(draft, horizon, file, hashlib.sha256(content).hexdigest())
            protocol = replace(protocol, overlaps=overlapping_regimens(protocol))
            return replace(protocol, warnings=(*blinding_warnings(draft, protocol), *dose_warnings(draft, protocol)))
    distinct = dict.fromkeys(problems)
    raise ProtocolError(tuple(sorted(distinct, key=lambda one: (one.source.line, one.source.column))))


def _protocol(draft: Draft, horizon: Horizon | None, file: str, sha256: str) -> Protocol:
    entries = draft.entries
    products = {entry.id: Product(entry.id, **entry.said.stated()) for entry in entries["products"]}
    derived = {
        "ages": None,
        "queries": (),
        "anchors": build_anchors(draft),
        "arms": tuple(Arm(entry.id, **entry.said.stated()) for entry in entries["arms"]),
        "products": tuple(products.values()),
        "regimens": tuple(build_regimen(entry, draft, products) for entry in entries["regimens"]),
        "visits": tuple(build_visit(entry, draft) for entry in entries["visits"]),
        "assessments": tuple(build_assessment(entry, draft) for entry in entries["assessments"]),
        "file": file,
        "sha256": sha256,
        "cycles": tuple(build_cycles(entry, draft, horizon) for entry in entries["cycles"]),
        "facts": tuple(
            DeclaredFact(entry.id, **{"label": entry.id, "values": (), **entry.said.stated()})
            for entry in entries["facts"]
        ),
        "after_off_treatment": survivors_of(draft, "after_off_treatment"),
        "after_off_study": survivors_of(draft, "after_off_study") or (),
    }
    return Protocol(**{**derived, **draft.said.stated()})
