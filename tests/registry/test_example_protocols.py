"""The example protocols plan the dates that were counted by hand on a calendar, each from its published rule.

The first day is Monday, 2 March 2026. March has 31 days, April 30, May 31, June 30, July 31, August 31, September 30,
October 31, November 30, December 31, January 31, and February 2027 has 28.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.command_line import csv_rows_of, run_well

FOLDER = Path(__file__).parents[2] / "protocols" / "examples"
NAMES = ("es-sclc-chemotherapy", "genepredict-ps", "hepatitis-e-vaccine", "inm004-phase-1", "lzzt", "topaz-1")
NO_WINDOW = ("", "")

DATES = {
    "lzzt": {
        "visit_1": ("2026-02-16", NO_WINDOW),
        "visit_2": ("2026-02-28", NO_WINDOW),
        "visit_3": ("2026-03-02", NO_WINDOW),
        "visit_4": ("2026-03-16", ("2026-03-13", "2026-03-19")),
        "visit_5": ("2026-03-30", ("2026-03-27", "2026-04-02")),
        "visit_7": ("2026-04-13", ("2026-04-10", "2026-04-16")),
        "visit_8": ("2026-04-27", ("2026-04-24", "2026-04-30")),
        "visit_9": ("2026-05-25", ("2026-05-21", "2026-05-29")),
        "visit_10": ("2026-06-22", ("2026-06-18", "2026-06-26")),
        "visit_11": ("2026-07-20", ("2026-07-16", "2026-07-24")),
        "visit_12": ("2026-08-17", ("2026-08-13", "2026-08-21")),
        "visit_13": ("2026-08-31", ("2026-08-28", "2026-09-03")),
    },
    "genepredict-ps": {
        "week_0": ("2026-03-02", NO_WINDOW),
        "week_4": ("2026-03-30", ("2026-03-28", "2026-04-04")),
        "week_9": ("2026-05-04", ("2026-05-02", "2026-05-09")),
        "week_12": ("2026-05-25", ("2026-05-23", "2026-05-30")),
    },
    "hepatitis-e-vaccine": {
        "visit_1": ("2026-03-01", NO_WINDOW),
        "dose_1": ("2026-03-02", NO_WINDOW),
        **{f"A1D{day}": (f"2026-03-0{day + 2}", NO_WINDOW) for day in range(1, 8)},
        "dose_2": ("2026-04-01", ("2026-03-30", "2026-04-03")),
        "after_dose_2": ("2026-04-02", ("2026-04-02", "2026-04-08")),
        "dose_3": ("2026-08-29", ("2026-08-27", "2026-08-31")),  # day 182 is 31 August
        "after_dose_3": ("2026-08-30", ("2026-08-30", "2026-09-05")),
        "last_blood": ("2026-09-28", ("2026-09-26", "2026-09-30")),
        "visit_27": ("2028-09-02", NO_WINDOW),
    },
    "es-sclc-chemotherapy": {
        "screening": ("", ("2026-02-23", "2026-03-02")),
        "C1D1": ("2026-03-02", NO_WINDOW),
        "C2D1": ("2026-03-23", ("2026-03-16", "2026-03-30")),
        "C3D1": ("2026-04-13", ("2026-04-06", "2026-04-20")),
        "C4D1": ("2026-05-04", ("2026-04-27", "2026-05-11")),
        "C5D1": ("2026-05-25", ("2026-05-18", "2026-06-01")),
        "C6D1": ("2026-06-15", ("2026-06-08", "2026-06-22")),
        "end_of_treatment": ("2026-07-06", ("2026-06-29", "2026-07-13")),
        "F1D1": ("2026-09-13", ("2026-08-23", "2026-10-04")),
        "F2D1": ("2026-12-12", ("2026-11-21", "2027-01-02")),
        "F3D1": ("2027-03-12", ("2027-02-19", "2027-04-02")),
    },
    "topaz-1": {
        "C1D1": ("2026-03-02", NO_WINDOW),
        "C2D1": ("2026-03-23", NO_WINDOW),
        "C3D1": ("2026-04-13", NO_WINDOW),
        "C4D1": ("2026-05-04", NO_WINDOW),
        "C5D1": ("2026-05-25", NO_WINDOW),
        "C6D1": ("2026-06-15", NO_WINDOW),
        "C7D1": ("2026-07-06", NO_WINDOW),
        "C8D1": ("2026-07-27", NO_WINDOW),
        "M1D1": ("2026-08-17", NO_WINDOW),
        "M2D1": ("2026-09-14", NO_WINDOW),
        "M3D1": ("2026-10-12", NO_WINDOW),
    },
    "inm004-phase-1": {
        "screening": ("", ("2026-02-16", "2026-03-01")),
        "D1": ("2026-03-02", NO_WINDOW),
        "D2": ("2026-03-03", NO_WINDOW),
        "D3": ("2026-03-04", NO_WINDOW),
        "discharge": ("2026-03-05", NO_WINDOW),
        "day_30": ("2026-04-03", NO_WINDOW),
    },
}


def visits_of(name: str, *more: str | Path) -> list[dict[str, str]]:
    horizon = ("--horizon", "3 cycles") if name == "topaz-1" else ()
    arguments = ("visits", FOLDER / f"{name}.yaml", FOLDER / f"{name}-subjects.csv", *horizon, *more)
    return csv_rows_of(run_well(*arguments).stdout)


def test_every_example_has_dates_that_were_counted() -> None:
    assert set(DATES) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_dates_are_those_counted_by_hand(name: str) -> None:
    got = [(row["visit"], row["target_date"], (row["window_start"], row["window_end"])) for row in visits_of(name)]
    assert got == [(visit, target, window) for visit, (target, window) in DATES[name].items()]


@pytest.mark.parametrize("name", NAMES)
def test_example_cites_its_source_names_the_schema_and_has_queries(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../protocol.schema.json\n")
    whole = yaml.safe_load(text)
    schema = json.loads((FOLDER.parent / "protocol.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(whole)
    assert re.search(r"doi 10\.|PMC\d+|NCT\d+|implementation guide", whole["source"])
    assert whole["queries"]
    assert text.count("quote: ") >= 2


def test_late_second_dose_moves_its_home_visits_and_no_third_dose(tmp_path: Path) -> None:
    actuals = tmp_path / "actuals.csv"
    actuals.write_text(
        "subject_id,visit,date,status\n001,dose_1,2026-03-02,done\n001,dose_2,2026-04-03,done\n", encoding="utf-8"
    )
    rows = {
        row["visit"]: row for row in visits_of("hepatitis-e-vaccine", "--actuals", actuals, "--as-of", "2026-04-03")
    }
    assert (rows["dose_2"]["target_date"], rows["dose_2"]["actual_date"]) == ("2026-04-01", "2026-04-03")
    assert rows["after_dose_2"]["target_date"] == "2026-04-04"
    assert rows["dose_3"]["target_date"] == "2026-08-29"


def test_late_end_of_period_1_leaves_no_day_for_period_2_before_the_wash_out_is_over(tmp_path: Path) -> None:
    actuals = tmp_path / "actuals.csv"
    for actual, planned, says in (
        ("2026-04-04", "2026-05-04", ""),  # 4 weeks later is 2 May, before the target
        ("2026-04-10", "2026-05-08", "the target is too early"),  # 8 May is inside the window, to 9 May
        ("2026-04-12", "", "nothing is planned: no day is inside the window and at least 4 weeks after week_4"),
    ):
        actuals.write_text(f"subject_id,visit,date,status\n001,week_4,{actual},done\n", encoding="utf-8")
        rows = visits_of("genepredict-ps", "--actuals", actuals, "--as-of", actual)
        (row,) = (row for row in rows if row["visit"] == "week_9")
        assert (row["target_date"], row["planned_date"]) == ("2026-05-04", planned)
        assert says in row["notes"]
