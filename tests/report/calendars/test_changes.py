"""What a new version changes, in words: nothing changes unseen, and a version changes nothing against itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosecal.app.composition.protocols import load_protocol
from dosecal.model.protocol import Assessment, Visit
from dosecal.model.regimen import Regimen
from dosecal.model.struct import names_of
from dosecal.report.calendars.changes import protocol_changes
from tests.example_protocols import MONTH_END, protocol_of, protocol_text

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "protocols").rglob("*.yaml") if "site" not in path.name
)

REGIMEN = """dose: 2 mg/kg
at_most: 200 mg
at_least: 50 mg
route: intravenous
weight: {which: actual, not_older_than: 7 days, each_dose: weigh again}
rounding: {dose: {to: 1 mg, ties: up}}
tolerance: ±10 % of the ordered dose
visits: [D1, D8]"""
VISITS = """D1: {}
D8: {window: ±1 day, label: Day 8}
month_6: {months: 6, window: ±14 days}
call: {days: 7, after: D8, counted_from: actual}"""
MORE = f"{MONTH_END}assessments:\n  ct: {{label: CT, visits: [D8]}}\n"
OLD = protocol_text(regimen=REGIMEN, visits=VISITS, more=MORE)


def changes(*replacements: tuple[str, str]) -> list[str]:
    """The changes of a version in which texts of the old one are replaced, each once."""
    new = OLD
    for before, after in replacements:
        assert new.count(before) == 1, before
        new = new.replace(before, after)
    return [f"{one.kind} {one.id}: {one.words}" for one in protocol_changes(protocol_of(OLD), protocol_of(new))]


LIMITS = "at most 200 mg, at least 50 mg"


@pytest.mark.parametrize("name", FILES)
def test_version_changes_nothing_against_itself(name: str) -> None:
    protocol = load_protocol(ROOT / name)
    assert protocol_changes(protocol, protocol) == ()


def test_order_and_comments_of_a_file_are_no_change() -> None:
    new = OLD.replace("  D1: {}\n", "").replace("visits:\n  D8", "visits:  # the schedule\n  D1: {}\n  D8")
    assert protocol_changes(protocol_of(OLD), protocol_of(new)) == ()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("window: ±1 day,", "window: -1 to +2 days,", "visit D8: window: ±1 day -> -1 to +2 days"),
        ("months: 6", "months: 7", "visit month_6: day: 6 months -> 7 months"),
        (
            "month_end: last day of the month",
            "month_end: first day of the next month",
            "protocol : month end: last day of the month -> first day of the next month",
        ),
        ("counted_from: actual", "counted_from: planned", "visit call: counted from: D8 (actual) -> D8 (planned)"),
        ("days: 7, after: D8", "days: 8, after: D8", "visit call: day: 7 days after D8 -> 8 days after D8"),
        ("label: Day 8", "label: Eighth day", "visit D8: label: Day 8 -> Eighth day"),
        ("±14 days}", "±14 days, arms: [active]}", "visit month_6: arms: all arms -> arm active"),
        ("±14 days}", "±14 days, closed_day: next}", "visit month_6: closed day: none stated -> next"),
        ("±14 days}", "±14 days, contact: phone}", "visit month_6: contact: none stated -> phone"),
        ("visits: [D8]", "visits: [D1, D8]", "assessment ct: visits: D8 -> D1, D8"),
        (
            "dose: 2 mg/kg",
            "dose: 3 mg/kg",
            f"regimen infusion: dose: 2 mg per kg, {LIMITS} -> 3 mg per kg, {LIMITS}",
        ),
        ("to: 1 mg", "to: 5 mg", "regimen infusion: rounding: to 1 mg, ties up -> to 5 mg, ties up"),
        ("±10 %", "±5 %", "regimen infusion: tolerance: ±10 % of the ordered dose -> ±5 % of the ordered dose"),
        ("visits: [D1, D8]", "visits: [D1]", "regimen infusion: visits: D1, D8 -> D1"),
        ("route: intravenous", "route: oral", "regimen infusion: route: intravenous -> oral"),
        ("label: study drug", "label: the drug", "product drug: label: study drug -> the drug"),
        (
            "title: A trial for the tests",
            "title: Another title",
            "protocol : title: A trial for the tests -> Another title",
        ),
    ],
)
def test_change_is_said_in_words(before: str, after: str, change: str) -> None:
    assert changes((before, after)) == [change]


def test_weight_rule_is_said_whole() -> None:
    (said,) = changes(("not_older_than: 7 days", "not_older_than: 3 days"))
    assert said == (
        "regimen infusion: weight: actual weight, weigh again, measured or not, not older than 7 days -> "
        "actual weight, weigh again, measured or not, not older than 3 days"
    )


def test_things_are_added_and_removed_by_their_ids() -> None:
    said = changes(("  call: {days: 7, after: D8, counted_from: actual}\n", "  D15: {window: ±2 days}\n"))
    assert said == [
        "visit D15: added: D15, window ±2 days, all arms",
        "visit call: removed: 7 days after D8, window none stated, all arms",
    ]


def test_day_0_numbering_changes_what_labels_mean() -> None:
    said = changes(("day_numbering: no day 0", "day_numbering: day 0"))
    assert said[0] == "protocol : day numbering: no day 0 -> day 0"


@pytest.mark.parametrize("kind", [Visit, Assessment, Regimen])
def test_no_field_is_left_out_of_the_comparison(kind: type) -> None:
    from dosecal.report.calendars.changes import _PASSED_OVER, _SAID  # noqa: PLC0415 - the table that is held here

    name = kind.__name__.lower()
    names = set(names_of(kind))
    covered = {one for _, _, of_fields in _SAID[name] for one in of_fields}
    assert covered <= names
    assert set(_PASSED_OVER.get(name, ())) <= {"source", "unstated"}
