"""A dose is worked out for the day on which it is given: held, else booked, else planned.

2 mg per kg; 70 kg on 1 March and 64 kg on 5 March are 140 mg and 128 mg. D3 is planned for 4 March.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dosecal.report.tables.schemas import table_columns
from tests.command_line import run_well
from tests.followed import files, followed

if TYPE_CHECKING:
    from pathlib import Path

VISITS = "D1: {}\nD3: {}"
DOSED = "dose: 2 mg/kg\nvisits: [D1, D3]"
WEIGHED = {"subjects": "1,active,2026-03-02,70,2026-03-01", "columns": ",weight_kg,weight_date"}
BOOKED = ("1,D1,2026-03-02,done", "1,D3,2026-03-06,planned")


def plan(folder: Path, *actuals: str, regimen: str = DOSED, more: str = "") -> list[Path | str]:
    """The arguments of a command: a subject of 70 kg, who weighs 64 kg on 5 March."""
    arguments = files(folder, visits=VISITS, regimen=regimen, actuals=actuals, more=more, **WEIGHED)
    weights = folder / "weights.csv"
    weights.write_text("subject_id,date,weight_kg\n1,2026-03-05,64\n", encoding="utf-8")
    return [*arguments, "--weights", weights]


def second(arguments: list[Path | str], as_of: str = "2026-03-05") -> dict[str, str]:
    """The row of the dose at D3."""
    (row,) = [row for row in followed("doses", arguments, as_of) if row["visit"] == "D3"]
    return row


@pytest.mark.parametrize(
    ("record", "day", "weight", "ordered"),
    [
        ((), "2026-03-04", "70", "140"),
        (("1,D3,2026-03-06,planned",), "2026-03-06", "64", "128"),
        (("1,D3,2026-03-05,done",), "2026-03-05", "64", "128"),
        (("1,D3,2026-03-03,planned",), "2026-03-03", "70", "140"),
        (("1,D3,2026-03-09,missed",), "2026-03-04", "70", "140"),
        (("1,D3,2026-03-09,cancelled",), "2026-03-04", "70", "140"),
        (("1,D3,2026-03-09,done",), "2026-03-04", "70", "140"),  # later than the day of judgement: it has not happened
    ],
)
def test_a_dose_takes_the_weight_of_the_day_on_which_it_is_given(
    record: tuple[str, ...], day: str, weight: str, ordered: str, tmp_path: Path
) -> None:
    row = second(plan(tmp_path, *record))
    assert (row["planned_date"], row["dose_date"]) == ("2026-03-04", day)
    assert (row["weight_kg"], row["ordered_dose"]) == (weight, ordered)


def test_the_age_of_a_weight_counts_to_the_booked_day(tmp_path: Path) -> None:
    regimen = f"{DOSED}\nweight: {{which: actual, not_older_than: 3 days, each_dose: weigh again}}"
    arguments = files(tmp_path, visits=VISITS, regimen=regimen, actuals=BOOKED, **WEIGHED)
    row = second(list(arguments))  # 1 March is 5 days before the 6th, and 3 before the 4th
    assert (row["ordered_dose"], row["notes"].partition(";")[0]) == (
        "",
        "to be determined: the weight is too old, weigh again",
    )


def test_the_first_weight_is_that_of_the_day_on_which_the_first_dose_was_given(tmp_path: Path) -> None:
    regimen = f"{DOSED}\nweight: {{which: actual, each_dose: use the first weight}}"
    rows = followed("doses", plan(tmp_path, "1,D1,2026-03-05,done", regimen=regimen), "2026-03-05")
    assert [row["ordered_dose"] for row in rows] == ["128", "128"]


def test_a_container_that_expires_before_the_booked_day_is_not_used(tmp_path: Path) -> None:
    lots = tmp_path / "lots.csv"
    lots.write_text(
        "product,lot,container,content,unit,volume_ml,expires\n"
        "drug,A,1,200,mg,10,2026-03-05\ndrug,B,1,200,mg,10,2026-12-31\n",
        encoding="utf-8",
    )
    arguments = [*plan(tmp_path, "1,D1,2026-03-02,missed", "1,D3,2026-03-06,planned"), "--lots", lots]
    assert second(arguments)["containers"] == "B:1"


def test_demand_counts_a_dose_on_the_day_for_which_it_is_booked(tmp_path: Path) -> None:
    arguments = plan(tmp_path, *BOOKED)
    rows = followed("demand", arguments, "2026-03-05", "--by", "day")
    assert [(row["period_start"], row["amount"]) for row in rows] == [("2026-03-02", "140"), ("2026-03-06", "128")]


def test_a_given_dose_is_compared_with_the_order_of_the_day_on_which_it_was_given(tmp_path: Path) -> None:
    arguments = plan(tmp_path, "1,D1,2026-03-02,done,140,mg", "1,D3,2026-03-06,done,128,mg")
    assert followed("deviations", [*arguments, "--unblinded"], "2026-03-06") == []


def test_a_sheet_says_for_which_day_a_dose_is_booked_or_on_which_its_visit_was_held(tmp_path: Path) -> None:
    arguments = plan(tmp_path, *BOOKED)
    options = ("--subject", "1", "--as-of", "2026-03-05")
    sheet = run_well("worksheet", *arguments, *options, "--visit", "D3").stdout
    checked = run_well("worksheet", *arguments, *options, "--visit", "D3", "--check-sheet").stdout
    for text in (sheet, checked):
        lines = [" ".join(line.split()) for line in text.splitlines()]
        assert lines[lines.index("booked for Friday 6 March 2026") - 1] == "planned date Wednesday 4 March 2026"
    assert "1 day on the day of the dose" in sheet
    held = run_well("worksheet", *arguments, *options, "--visit", "D1").stdout
    assert "visit held on Monday 2 March 2026" in [" ".join(line.split()) for line in held.splitlines()]


def test_the_column_of_the_day_stands_where_there_is_a_record_alone(tmp_path: Path) -> None:
    arguments = plan(tmp_path)
    (row, _) = followed("doses", arguments, "2026-03-05")
    assert list(row) == [name for name, _ in table_columns("doses", has_actuals=True)]
    without = [one for one in arguments if one != "--actuals" and one != tmp_path / "actuals.csv"]
    (row, _) = followed("doses", without, "2026-03-05")
    assert list(row) == [name for name, _ in table_columns("doses")]


@pytest.mark.parametrize(("as_of", "is_said"), [("2026-03-04", False), ("2026-03-05", True)])
def test_sheet_of_a_day_gone_by_says_that_a_later_weight_is_not_used(
    as_of: str, tmp_path: Path, *, is_said: bool
) -> None:
    arguments = plan(tmp_path, "1,D1,2026-03-02,done")
    sheet = run_well("worksheet", *arguments, "--subject", "1", "--visit", "D3", "--as-of", as_of).stdout
    assert "140 mg" in sheet
    assert ("the weight of 2026-03-05 is not used" in " ".join(sheet.split())) is is_said
