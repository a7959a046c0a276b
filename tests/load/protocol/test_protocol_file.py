"""What a protocol file says is what the Protocol holds."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dosecal.load.protocol.protocol_file import protocol_schema, read_protocol
from dosecal.load.protocol.yaml_text import Mapping, Node, Scalar, read_yaml
from dosecal.model.days import DayNumbering, Window
from dosecal.model.dosing.per_weight import ACTUAL
from dosecal.model.problems import Source
from dosecal.model.protocol import Anchor, Protocol
from dosecal.model.quantity import Amount, Rounding, Unit
from dosecal.model.regimen import EachDose, Regimen, WeightRule
from tests.example_protocols import DAY_0, NO_DAY_0, protocol_of, protocol_text


def with_visits(visits: str, numbering: str = NO_DAY_0) -> Protocol:
    return protocol_of(protocol_text(visits=visits, numbering=numbering))


def with_regimen(*lines: str) -> Regimen:
    return protocol_of(protocol_text(regimen="\n".join(lines), visits="D1: {}\nD3: {}")).regimens[0]


def test_head_is_kept_as_text() -> None:
    protocol = protocol_of(protocol_text().replace('"1.0"', "2.10").replace("TEST-1", "007"))
    assert (protocol.study, protocol.version, protocol.title) == ("007", "2.10", "A trial for the tests")
    assert (protocol.source_words, protocol.numbering) == ("the tests", DayNumbering.NO_DAY_0)


def test_protocol_knows_the_digest_of_its_bytes() -> None:
    content = protocol_text().encode()
    protocol = read_protocol(content, "a.yaml")
    assert protocol.sha256 == hashlib.sha256(content).hexdigest()
    assert (protocol.digest, protocol.file) == (protocol.sha256[:12], "a.yaml")


def test_several_anchors_stand_in_file_order() -> None:
    text = protocol_text(visits="D1: {}\nlast_call: {days: 30, anchor: last_dose}")
    anchors = "  start: {label: first infusion}\n  consent: {date: required}\n  last_dose: {date: may be empty}\n"
    protocol = protocol_of(text.replace("  start: {label: first infusion}\n", anchors))
    assert protocol.anchors == (
        Anchor("start", "first infusion"),
        Anchor("consent", "consent"),
        Anchor("last_dose", "last_dose", may_be_empty=True),
    )
    assert [(visit.id, visit.anchor, visit.offset) for visit in protocol.visits] == [
        ("D1", "start", 0),
        ("last_call", "last_dose", 30),
    ]


@pytest.mark.parametrize(
    ("numbering", "visit", "offset"),
    [
        (NO_DAY_0, "D1: {}", 0),
        (NO_DAY_0, "D15: {}", 14),
        (NO_DAY_0, "D-1: {}", -1),
        (NO_DAY_0, "D-28: {}", -28),
        (NO_DAY_0, "call: {day: D8}", 7),
        (DAY_0, "D0: {}", 0),
        (DAY_0, "D15: {}", 15),
        (DAY_0, "D-1: {}", -1),
        (DAY_0, "call: {day: D8}", 8),
        (NO_DAY_0, "call: {days: 14}", 14),
        (DAY_0, "call: {days: -14}", -14),
        (NO_DAY_0, "call: {weeks: 2}", 14),
        (DAY_0, "call: {weeks: -1}", -7),
        (NO_DAY_0, "D15: {weeks: 2, days: 14, day: D15}", 14),
    ],
)
def test_day_of_a_visit_becomes_its_offset(numbering: str, visit: str, offset: int) -> None:
    assert with_visits(visit, numbering).visits[0].offset == offset


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("±3 days", -3, 3),
        ("+/- 3 days", -3, 3),
        ("-1 to +2 days", -1, 2),
        ("+14 days", 0, 14),
        ("-2 days", -2, 0),
        ("±1 week", -7, 7),
        ("0 to +2 days", 0, 2),
        ("-7 to 0 days", -7, 0),
        ("±0 days", 0, 0),
        ("D5 to D14", -3, 6),
        ("D8 to D8", 0, 0),
        ("D-1 to D8", -8, 0),
    ],
)
def test_window_is_held_in_days_about_the_target(window: str, first: int, last: int) -> None:
    assert with_visits(f"D8: {{window: {window}}}").visits[0].window == Window(first, last)


def test_window_between_labels_alone_is_about_the_anchor() -> None:
    visit = with_visits("screening: {window: D-28 to D-1}").visits[0]
    assert (visit.offset, visit.window) == (None, Window(-28, -1))


def test_window_between_labels_follows_the_numbering() -> None:
    text = "screening: {window: D-28 to D1}"
    assert with_visits(text).visits[0].window == Window(-28, 0)
    assert with_visits(text, DAY_0).visits[0].window == Window(-28, 1)


def test_window_that_is_not_stated_is_none_and_never_nothing_around() -> None:
    visits = with_visits("D1: {}\nD8: {window: none stated}").visits
    assert [visit.window for visit in visits] == [None, None]


def test_window_of_the_file_holds_where_a_visit_says_nothing() -> None:
    text = protocol_text(visits="D1: {}\nD8: {window: none stated}\nD9: {window: +1 day}", more="window: ±2 days\n")
    assert [visit.window for visit in protocol_of(text).visits] == [Window(-2, 2), None, Window(0, 1)]


def test_visits_and_assessments_belong_to_the_arms_they_name_or_to_all() -> None:
    more = "assessments:\n  ct: {label: CT, visits: [D8, D1], arms: [control]}\n  ecg: {label: ECG, visits: [D1]}\n"
    protocol = protocol_of(protocol_text(visits="D1: {}\nD8: {arms: [control]}", more=more))
    assert [visit.arms for visit in protocol.visits] == [("active", "control"), ("control",)]
    assert [(one.visits, one.arms) for one in protocol.assessments] == [
        (("D1", "D8"), ("control",)),
        (("D1",), ("active", "control")),
    ]


def test_labels_epochs_and_quotes_are_kept() -> None:
    visits = with_visits('D8: {}\ncall: {label: Phone call, day: D15, epoch: follow-up, quote: "a call"}').visits
    assert (visits[0].label, visits[0].epoch, visits[0].quote) == ("Day 8", "", "")
    assert (visits[1].label, visits[1].epoch, visits[1].quote) == ("Phone call", "follow-up", "a call")


def test_visit_before_the_infusion_of_its_day_names_the_regimen() -> None:
    text = protocol_text(regimen="dose: 1 mg", visits="baseline: {day: D1, before: infusion}\nD1: {}")
    assert [visit.before for visit in protocol_of(text).visits] == ["infusion", ""]


def test_flat_dose_takes_no_weight() -> None:
    regimen = with_regimen("dose: 30 million cells")
    assert regimen.dose == Amount(Fraction(30_000_000), Unit("cells"))
    assert (regimen.is_per_weight, regimen.weight) == (False, None)


def test_dose_per_kg_has_its_limits_and_its_rounding() -> None:
    regimen = with_regimen(
        "dose: 0.5 mg/kg",
        "at_most: 40 mg",
        "at_least: 10 mg",
        "rounding: {dose: {to: 0.5 mg, ties: up}}",
        "route: intravenous infusion",
        "visits: [D3, D1]",
    )
    milligrams = Unit("mg")
    assert regimen.dose == Amount(Fraction(1, 2), Unit("mg", "kg"))
    assert (regimen.at_most, regimen.at_least) == (Amount(Fraction(40), milligrams), Amount(Fraction(10), milligrams))
    assert regimen.rounding == Rounding(Amount(Fraction(1, 2), milligrams), "nearest", "up")
    assert (regimen.arms, regimen.visits, regimen.route) == (("active",), ("D1", "D3"), "intravenous infusion")
    assert regimen.source == Source("protocol.yaml", 15, 3)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            "{which: actual, measured: required, not_older_than: 7 days, each_dose: weigh again}",
            WeightRule(ACTUAL, measured_only=True, not_older_than=7, each_dose=EachDose.WEIGH_AGAIN),
        ),
        (
            "{which: actual, measured: not required, not_older_than: 2 weeks, each_dose: use the first weight}",
            WeightRule(ACTUAL, measured_only=False, not_older_than=14, each_dose=EachDose.FIRST_WEIGHT),
        ),
        (
            "{which: actual, not_older_than: none stated, each_dose: weigh again}",
            WeightRule(ACTUAL, measured_only=False, not_older_than=None, each_dose=EachDose.WEIGH_AGAIN),
        ),
        ("none stated", None),
    ],
)
def test_weight_rule_says_which_weight_a_dose_takes(rule: str, expected: WeightRule | None) -> None:
    assert with_regimen("dose: 1 mg/kg", f"weight: {rule}").weight == expected


def test_what_is_not_stated_is_named() -> None:
    open_regimen = with_regimen("dose: 1 million cells/kg", "rate: none stated", "at_most: none stated")
    assert open_regimen.unstated == (
        "viable or total cells",
        "weight rule",
        "cap",
        "rounding",
        "concentration",
        "infusion rate",
    )
    flat = with_regimen("dose: 30 mg", "rounding: none")
    assert flat.unstated == ("concentration", "infusion rate")


@pytest.mark.parametrize(
    ("words", "lowest", "highest"),
    [("18 to 65 years", 18, 65), ("18 years and over", 18, None), ("up to 17 years", None, 17)],
)
def test_eligible_ages_are_kept(words: str, lowest: int | None, highest: int | None) -> None:
    ages = protocol_of(protocol_text(more=f"eligibility: {{age: {words}, quote: from the record}}\n")).ages
    assert ages is not None
    assert (ages.lowest, ages.highest, ages.quote) == (lowest, highest, "from the record")


def test_ages_that_are_not_stated_are_none() -> None:
    assert protocol_of(protocol_text()).ages is None
    assert protocol_of(protocol_text(more="eligibility: {age: none stated}\n")).ages is None


def test_queries_stand_in_file_order() -> None:
    protocol = protocol_of(protocol_text(more='queries:\n  - "Which weight?"\n  - Which cells?\n'))
    assert protocol.queries == ("Which weight?", "Which cells?")


def test_protocol_without_regimens_is_whole() -> None:
    assert protocol_of(protocol_text()).regimens == ()


def plain(node: Node) -> Any:
    """The tree as JSON has it."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items]


@pytest.mark.parametrize(
    "text",
    [
        protocol_text(),
        protocol_text(
            regimen="dose: 1 mg/kg\nweight: {which: actual, not_older_than: 2 weeks, each_dose: weigh again}"
        ),
        protocol_text(regimen="dose: 1 mg\nrounding: none", visits="D1: {}\nscreening: {window: D-28 to D-1}"),
        protocol_text(visits="call: {days: -14, window: -1 to +2 days}", more="window: none stated\n"),
    ],
)
def test_schema_allows_what_is_read(text: str) -> None:
    protocol_of(text)
    Draft202012Validator(protocol_schema()).validate(plain(read_yaml(text.encode(), "a.yaml")))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("title:", "titel:"),
        ("no day 0", "day zero"),
        ("active: {label: Active}", "active: {name: Active}"),
        ("visits:\n  D1: {}", "visits: {}"),
        ("D1: {}", "D1: {day: '8'}"),
    ],
)
def test_schema_refuses_what_editors_should_mark(right: str, wrong: str) -> None:
    text = protocol_text()
    assert right in text
    tree = plain(read_yaml(text.replace(right, wrong).encode(), "a.yaml"))
    assert not Draft202012Validator(protocol_schema()).is_valid(tree)
