"""The parts of a protocol file fit together, and what could not be read is not blamed a second time."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.checks import CHECKS
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.model.problems import ProtocolError
from tests.example_protocols import DAY_0, NO_DAY_0, protocol_text


def codes(text: str) -> list[str]:
    """The codes of a text's problems, in file order; none where it loads."""
    try:
        read_protocol(text.encode(), "a.yaml")
    except ProtocolError as error:
        return [problem.code for problem in error.problems]
    return []


def codes_of_visits(visits: str, numbering: str = NO_DAY_0) -> list[str]:
    return codes(protocol_text(visits=visits, numbering=numbering))


def codes_of_regimen(*lines: str, visits: str = "D1: {}\nD3: {}") -> list[str]:
    return codes(protocol_text(regimen="\n".join(lines), visits=visits))


def test_each_check_is_there_once() -> None:
    assert len(set(CHECKS)) == len(CHECKS)


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("active: {label: Active}", "active: Active", ["P103"]),
        ("drug: {label: study drug}", "drug: study drug", ["P103"]),
        ("D1: {}", "D1: today", ["P103"]),
        ("start: {label: first infusion}", "start: first infusion", ["P103"]),
        ("arms:\n  active: {label: Active}\n  control: {label: Control}\n", "", ["P102"]),
        ("arms:\n  active: {label: Active}\n  control: {label: Control}\n", "arms: []\n", ["P103"]),
        ("anchors:\n  start: {label: first infusion}\n", "anchors: start\n", ["P103"]),
        ("products:\n  drug: {label: study drug}\n", "products: drug\n", ["P103"]),
        ("day_numbering: no day 0", "day_numbering: day 1", ["P106"]),
    ],
)
def test_what_mentions_an_unreadable_thing_is_not_blamed(right: str, wrong: str, expected: list[str]) -> None:
    text = protocol_text(regimen="dose: 1 mg", visits="D1: {}\nD8: {anchor: start, arms: [active], window: D7 to D9}")
    assert right in text
    assert codes(text) == []
    assert codes(text.replace(right, wrong)) == expected


@pytest.mark.parametrize("arms", ["[activ]", "active", "[2]", "[]"])
def test_dose_is_not_blamed_for_the_arms_of_its_visit(arms: str) -> None:
    found = codes_of_regimen("dose: 1 mg", visits=f"D1: {{arms: {arms}}}")
    assert len(found) == 1
    assert found[0] in {"P103", "P107", "P201"}


@pytest.mark.parametrize("label", ["D0", "D0 to D3", "D-3 to D0"])
def test_day_0_exists_only_where_the_numbering_has_it(label: str) -> None:
    visit = f"call: {{window: {label}}}" if " " in label else f"call: {{day: {label}}}"
    assert codes_of_visits(visit) == ["P207"]
    assert codes_of_visits(visit, DAY_0) == []


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        ("call: {}", ["P208"]),
        ("call: {window: ±1 day}", ["P208"]),
        ("call: {window: none stated}", ["P208"]),
        ("call: {epoch: follow-up}", ["P208"]),
        ("call: {window: 1 day}", ["P104"]),
        ("call: {days: x}", ["P104"]),
        ("call: {day: 8}", ["P108"]),
        ("call: {days: 7, weeks: 1}", []),
        ("call: {days: 7, weeks: 2}", ["P213"]),
        ("D8: {days: 8}", ["P213"]),
        ("D8: {days: 7}", []),
    ],
)
def test_visit_has_one_day(visit: str, expected: list[str]) -> None:
    assert codes_of_visits(visit) == expected


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("D8 to D8", []),
        ("D7 to D9", []),
        ("D9 to D7", ["P209"]),
        ("D9 to D10", ["P209"]),
        ("D1 to D7", ["P209"]),
        ("+1 to +3 days", ["P209"]),
        ("-3 to -1 days", ["P209"]),
        ("0 to +3 days", []),
        ("-3 to 0 days", []),
        ("+3 to -1 days", ["P104"]),
    ],
)
def test_window_holds_the_day_that_it_is_about(window: str, expected: list[str]) -> None:
    assert codes_of_visits(f"D8: {{window: {window}}}") == expected


@pytest.mark.parametrize(("window", "expected"), [("±1 day", []), ("+1 to +2 days", ["P209"]), ("D1 to D2", ["P209"])])
def test_window_of_the_file_is_about_a_target(window: str, expected: list[str]) -> None:
    assert codes(protocol_text(more=f"window: {window}\n")) == expected


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ("D1: {}", []),
        ("D1: {arms: [active]}", []),
        ("D1: {arms: [active, control]}", []),
        ("D1: {arms: [control]}", ["P206"]),
        ("D1: {window: D1 to D2}", []),
        ("D1: {}\nD2: {arms: [control]}", []),
    ],
)
def test_dose_is_given_at_a_visit_of_its_arm(visits: str, expected: list[str]) -> None:
    assert codes_of_regimen("dose: 1 mg", visits=visits) == expected


@pytest.mark.parametrize(("arms", "expected"), [("[control]", []), ("[active]", ["P211"]), ("[active, control]", [])])
def test_assessment_has_an_arm_that_has_its_visit(arms: str, expected: list[str]) -> None:
    more = f"assessments:\n  ct: {{label: CT, visits: [D8], arms: {arms}}}\n"
    assert codes(protocol_text(visits="D8: {arms: [control]}", more=more)) == expected


@pytest.mark.parametrize(
    ("dose", "limit", "expected"),
    [
        ("1 mg/kg", "100 mg", []),
        ("1 mg/kg", "100 mcg", ["P212"]),
        ("1 mg/kg", "100 mcg/kg", ["P212"]),
        ("1 million cells/kg", "100 million viable cells", ["P212"]),
        ("1 million viable cells/kg", "100 million viable cells", []),
        ("10 units", "10 mL", ["P212"]),
    ],
)
def test_limit_is_an_amount_of_what_is_dosed(dose: str, limit: str, expected: list[str]) -> None:
    assert codes_of_regimen(f"dose: {dose}", f"at_most: {limit}") == expected
    assert codes_of_regimen(f"dose: {dose}", f"at_least: {limit}") == expected
    assert codes_of_regimen(f"dose: {dose}", f"rounding: {{dose: {{to: {limit}, ties: up}}}}") == expected


def test_limit_may_be_per_kg_and_the_step_of_a_rounding_may_not() -> None:
    assert codes_of_regimen("dose: 1 mg/kg", "at_most: 100 mg/kg", "at_least: 1 mg/kg") == []
    assert codes_of_regimen("dose: 1 mg/kg", "rounding: {dose: {to: 1 mg/kg, ties: up}}") == ["P212"]


@pytest.mark.parametrize(("floor", "expected"), [("9.9 mg", []), ("10 mg", []), ("10.1 mg", ["P214"])])
def test_floor_lies_at_or_below_the_cap(floor: str, expected: list[str]) -> None:
    assert codes_of_regimen("dose: 1 mg/kg", "at_most: 10 mg", f"at_least: {floor}") == expected


@pytest.mark.parametrize(
    ("limit", "expected"), [("10 mg", []), ("7.5 mg", []), ("0.5 mg", []), ("7.6 mg", ["P219"]), ("0.4 mg", ["P219"])]
)
def test_limit_is_a_whole_multiple_of_the_increment(limit: str, expected: list[str]) -> None:
    rounding = "rounding: {dose: {to: 0.5 mg, ties: up}}"
    assert codes_of_regimen("dose: 1 mg/kg", f"at_most: {limit}", rounding) == expected
    assert codes_of_regimen("dose: 1 mg/kg", f"at_least: {limit}", rounding) == expected


@pytest.mark.parametrize(("dose", "expected"), [("1 mg/kg", []), ("1 mg", ["P215"])])
def test_weight_rule_belongs_to_a_dose_per_kg(dose: str, expected: list[str]) -> None:
    assert codes_of_regimen(f"dose: {dose}", "weight: {which: actual, each_dose: weigh again}") == expected


@pytest.mark.parametrize(
    ("counts", "dose", "expected"),
    [
        ("viable cells", "1 million viable cells/kg", []),
        ("viable cells", "1 million cells/kg", ["P218"]),
        ("total cells", "1 million cells/kg", []),
        ("total cells", "1 million viable cells/kg", ["P218"]),
        ("none stated", "1 million viable cells/kg", []),
        ("viable cells", "1 mg/kg", ["P218"]),
    ],
)
def test_cells_dosed_are_the_cells_counted(counts: str, dose: str, expected: list[str]) -> None:
    text = protocol_text(regimen=f"dose: {dose}")
    assert codes(text.replace("{label: study drug}", f"{{label: study drug, counts: {counts}}}")) == expected


@pytest.mark.parametrize("name", ["subject_id", "arm", "weight_kg", "birth_date", "site", "protocol_version"])
def test_anchor_is_not_named_as_another_column(name: str) -> None:
    assert codes(protocol_text().replace("start: {label", f"{name}: {{label")) == ["P216"]


def test_first_anchor_has_a_date_for_everybody() -> None:
    text = protocol_text()
    first, second = "label: first infusion", "{label: first infusion}\n  discharge: {date: may be empty}"
    assert codes(text.replace(first, f"{first}, date: may be empty")) == ["P217"]
    assert codes(text.replace(f"{{{first}}}", second)) == []


def test_every_list_names_a_thing_once() -> None:
    assert codes_of_regimen("dose: 1 mg", "visits: [D1, D3, D1, D1]") == ["P210", "P210"]
    assert codes_of_visits("D1: {arms: [active, active]}") == ["P210"]


def test_parts_and_bands_of_which_none_can_be_read_are_one_problem_each() -> None:
    assert codes_of_regimen("dose: 1 mg", "split: {1: 100 %}") == ["P107"]
    assert codes_of_regimen("dose: [1 mg]") == ["P103"]
