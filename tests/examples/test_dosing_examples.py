"""The example protocols: each dose of their subjects, worked by hand from the sentence that the file quotes.

The arithmetic stands beside the expected values. Nothing here comes from the program's own output.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.protocols import load_protocol
from tests.command_line import csv_rows_of, json_of, run, run_well

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "protocols" / "examples"
NAMES = (
    *("axicabtagene", "car-t-escalation", "car-t-split", "carboplatin-auc"),
    *("docetaxel-cycles", "mesenchymal-ards", "ryoncil", "tisagenlecleucel"),
)
FURTHER = ("weights", "levels")
"""The tables that some examples have beside their subjects, each after the option that takes it."""

CYCLE_STARTS = ("C1D1", "C2D1", "C3D1", "C4D1", "C5D1", "C6D1")
TWICE_A_WEEK = ("D1", "D4", "D8", "D11", "D15", "D18", "D22", "D25")


def tables_of(name: str) -> list[str | Path]:
    """The subjects of an example, and its further tables with their options."""
    further = [(f"--{what}", EXAMPLES / f"{name}-{what}.csv") for what in FURTHER]
    return [EXAMPLES / f"{name}-subjects.csv", *(part for pair in further if pair[1].is_file() for part in pair)]


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of an example's doses table."""
    return csv_rows_of(run_well("doses", EXAMPLES / f"{name}.yaml", *tables_of(name)).stdout)


def doses_of(name: str, regimen: str = "") -> dict[tuple[str, str], dict[str, str]]:
    """The rows of an example's doses table by subject and visit: those of one regimen, or of the only one."""
    rows = [row for row in rows_of(name) if row["regimen"] == regimen or not regimen]
    assert len({row["regimen"] for row in rows}) == 1
    return {(row["subject_id"], row["visit"]): row for row in rows}


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """The name of each example in turn."""
    return str(request.param)


@pytest.fixture
def protocol(name: str) -> Protocol:
    """The protocol of the example."""
    return load_protocol(EXAMPLES / f"{name}.yaml")


def test_every_kind_of_dosing_has_its_example() -> None:
    assert NAMES == (
        "axicabtagene",
        "car-t-escalation",
        "car-t-split",
        "carboplatin-auc",
        "docetaxel-cycles",
        "mesenchymal-ards",
        "ryoncil",
        "tisagenlecleucel",
    )


def test_examples_have_no_problems() -> None:
    printed = run_well("check", *(EXAMPLES / f"{one}.yaml" for one in NAMES)).stdout
    assert [": no problems (" in line for line in printed.splitlines()] == [True] * len(NAMES)


def test_example_names_its_source_and_quotes_it_for_each_dose(protocol: Protocol) -> None:
    assert len(protocol.source_words) > len("ClinicalTrials.gov")
    assert [regimen.id for regimen in protocol.regimens if not regimen.quote] == []


def test_what_the_source_leaves_open_is_printed_with_the_schedule(name: str, protocol: Protocol) -> None:
    shown = json_of(run_well("show", EXAMPLES / f"{name}.yaml", "--unblinded", "--format", "json"))
    assert shown["queries"] == list(protocol.queries)
    assert protocol.queries


def test_doses_say_in_every_row_what_is_none_stated(name: str) -> None:
    assert {"none stated: " in row["notes"] for row in rows_of(name)} == {True}


DOSES = {
    # 2 million a kg, at most 200 million.
    ("axicabtagene", "infusion", ("D0",)): {
        "001": ("160000000", "160000000", ""),  # 80 kg x 2 million
        "002": ("200000000", "200000000", ""),  # 100 kg x 2 million is the cap itself: nothing is cut
        "003": ("201000000", "200000000", "cap"),  # 100.5 kg x 2 million, cut by 1 million
        "004": ("240000000", "200000000", "cap"),  # 120 kg x 2 million, cut by 40 million
    },
    # 500 mg and 30 mg for each square metre that the site recorded.
    ("axicabtagene", "cyclophosphamide", ("D-5", "D-4", "D-3")): {
        "001": ("980", "980", ""),  # 1.96 m2 x 500
        "002": ("1100", "1100", ""),  # 2.2 m2 x 500
        "003": ("1115", "1115", ""),  # 2.23 m2 x 500
        "004": ("1200", "1200", ""),  # 2.4 m2 x 500
    },
    ("axicabtagene", "fludarabine", ("D-5", "D-4", "D-3")): {
        "001": ("58.8", "58.8", ""),  # 1.96 m2 x 30
        "002": ("66", "66", ""),  # 2.2 m2 x 30
        "003": ("66.9", "66.9", ""),  # 2.23 m2 x 30
        "004": ("72", "72", ""),  # 2.4 m2 x 30
    },
    # 10 million a kg of 50 kg (men) or 45.5 kg (women) + 0.91 kg for each cm over 152.4.
    ("mesenchymal-ards", "infusion", ("D0",)): {
        "001": ("705660000", "705660000", ""),  # 50 + 0.91 x (175 - 152.4) = 50 + 20.566 = 70.566 kg
        "002": ("524160000", "524160000", ""),  # 45.5 + 0.91 x (160 - 152.4) = 45.5 + 6.916 = 52.416 kg
        "003": ("455000000", "455000000", ""),  # 45.5 + 0.91 x 0 = 45.5 kg
    },
    # 75 mg for each square metre that the site recorded.
    ("docetaxel-cycles", "docetaxel", CYCLE_STARTS): {
        "001": ("150", "150", ""),  # 2 m2 x 75
        "002": ("112.5", "112.5", ""),  # 1.5 m2 x 75
        "003": ("136.5", "136.5", ""),  # 1.82 m2 x 75
    },
    # 5 x (rate + 25), the rate being (140 - age) x kg / (72 x mg/dL) x 0.85 for women, at most 125.
    ("carboplatin-auc", "carboplatin", CYCLE_STARTS): {
        "001": ("380", "380", ""),  # (140 - 80) x 72 / 72 x 0.85 = 51; 5 x 76
        "002": ("750", "750", ""),  # 70 x 72 / (72 x 0.476) x 0.85 = 59.5 / 0.476 = 125, the cap itself; 5 x 150
        "003": ("750", "750", ""),  # 70 x 90 / 36 x 0.85 = 148.75, counted as 125; 5 x 150
        # 65 x 60 / 43.2 x 0.85 = 5525/72; 5 x (5525/72 + 25) = 36625/72 = 508.68055…, half up to 18 decimals
        "004": ("508.680555555555555556", "508.680555555555555556", ""),
    },
    # 0.5, 2 or 5 million a kg, by the level of each subject.
    ("car-t-escalation", "infusion", ("D0",)): {
        "001": ("32100000", "32100000", ""),  # level 1: 64.2 x 500,000
        "002": ("29000000", "29000000", ""),  # level 1: 58 x 500,000
        "003": ("35750000", "35750000", ""),  # level 1: 71.5 x 500,000
        "004": ("100000000", "100000000", ""),  # level 2: 50 x 2 million
        "005": ("132600000", "132600000", ""),  # level 2: 66.3 x 2 million
        "006": ("406500000", "406500000", ""),  # level 3, from the levels' table: 81.3 x 5 million
    },
}


@pytest.mark.parametrize(
    ("name", "regimen", "visit", "subject", "expected"),
    [
        (name, regimen, visit, subject, expected)
        for (name, regimen, visits), subjects in DOSES.items()
        for visit in visits
        for subject, expected in subjects.items()
    ],
)
def test_dose_is_the_one_worked_by_hand(
    name: str, regimen: str, visit: str, subject: str, expected: tuple[str, str, str]
) -> None:
    row = doses_of(name, regimen)[subject, visit]
    assert (row["calculated_dose"], row["ordered_dose"], row["limited_by"]) == expected


@pytest.mark.parametrize(("name", "regimen", "visits"), list(DOSES))
def test_every_dose_of_the_subjects_is_among_those_worked(name: str, regimen: str, visits: tuple[str, ...]) -> None:
    worked = {(subject, visit) for subject in DOSES[name, regimen, visits] for visit in visits}
    assert set(doses_of(name, regimen)) == worked


ENDS = {
    "001": "from 7,600,000 to 190,000,000",  # 38 kg x 200,000 and 38 kg x 5 million
    "002": "from 10,000,000 to 250,000,000",  # 50 kg, in the band per kg: x 200,000 and x 5 million
    "003": "from 10,000,000 to 250,000,000",  # 50.1 kg, in the flat band; per kg it would be 10,020,000 to 250,500,000
    "004": "from 10,000,000 to 250,000,000",  # 72.4 kg, likewise
}


@pytest.mark.parametrize(("subject", "ends"), list(ENDS.items()))
def test_range_without_an_aim_gives_both_ends_and_no_dose(subject: str, ends: str) -> None:
    row = doses_of("tisagenlecleucel")[subject, "D0"]
    assert (row["calculated_dose"], row["ordered_dose"]) == ("", "")
    assert f"any dose {ends} viable cells is allowed" in row["notes"]
    assert "none stated: aim of the range, " in row["notes"]


def test_parts_of_a_split_dose_are_ten_thirty_and_sixty_percent_on_three_days() -> None:
    rows = doses_of("car-t-split")
    # 70.25 kg x 1 million = 70,250,000, of which 10, 30 and 60 in a hundred; 55.5 kg likewise
    assert {key: row["ordered_dose"] for key, row in rows.items()} == {
        ("001", "D1"): "7025000",
        ("001", "D2"): "21075000",
        ("001", "D3"): "42150000",
        ("002", "D1"): "5550000",
        ("002", "D2"): "16650000",
        ("002", "D3"): "33300000",
    }
    assert {row["calculated_dose"] for row in rows.values()} == {"70250000", "55500000"}
    assert [rows["001", visit]["planned_date"] for visit in ("D1", "D2", "D3")] == [
        "2026-06-01",
        "2026-06-02",
        "2026-06-03",
    ]


def test_rate_at_the_cap_is_not_called_capped() -> None:
    rows = doses_of("carboplatin-auc")
    assert "filtration rate 125 mL per min;" in rows["002", "C1D1"]["notes"]
    # 5 x (148.75 + 25) = 868.75
    assert "filtration rate 148.75 mL per min, capped: 868.75 mg without the cap;" in rows["003", "C1D1"]["notes"]


def test_cycles_are_21_days_apart() -> None:
    rows = doses_of("docetaxel-cycles")
    assert [rows["001", visit]["planned_date"] for visit in CYCLE_STARTS] == [
        "2026-01-05",
        "2026-01-26",
        "2026-02-16",
        "2026-03-09",
        "2026-03-30",
        "2026-04-20",
    ]


def test_chemotherapy_is_on_the_fifth_fourth_and_third_day_before() -> None:
    rows = doses_of("axicabtagene", "fludarabine")
    assert [rows["001", visit]["planned_date"] for visit in ("D-5", "D-4", "D-3")] == [
        "2026-02-26",
        "2026-02-27",
        "2026-02-28",
    ]
    assert doses_of("axicabtagene", "infusion")["001", "D0"]["planned_date"] == "2026-03-03"


@pytest.mark.parametrize(("name", "regimen"), [("docetaxel-cycles", "docetaxel"), ("axicabtagene", "fludarabine")])
def test_surface_without_a_formula_is_the_recorded_one_and_said_so(name: str, regimen: str) -> None:
    notes = {row["notes"] for row in doses_of(name, regimen).values()}
    assert {"(as recorded, formula none stated)" in note for note in notes} == {True}


def test_predicted_weight_takes_none_on_the_scale() -> None:
    rows = doses_of("mesenchymal-ards").values()
    assert {(row["weight_kg"], "the weight on the scale is not used" in row["notes"]) for row in rows} == {("", True)}


def test_level_of_each_subject_stands_beside_the_dose() -> None:
    levels = {subject: row["dose_level"] for (subject, _), row in doses_of("car-t-escalation").items()}
    assert levels == {"001": "1", "002": "1", "003": "1", "004": "2", "005": "2", "006": "3"}


def test_subject_without_a_level_is_refused() -> None:
    protocol, subjects = EXAMPLES / "car-t-escalation.yaml", EXAMPLES / "car-t-escalation-subjects.csv"
    result = run("doses", protocol, subjects)
    assert result.exit_code == 1
    assert ":7: dose_level: expected a level for the first dose (for infusion on 2026-05-05), got none [L011]" in (
        result.stderr
    )


SHEETS = [
    ("axicabtagene", "004", "D0", "200,000,000 viable cells (200 million; 2 × 10⁸)"),
    ("car-t-escalation", "004", "D0", "100,000,000 cells (100 million; 1 × 10⁸)"),
    ("car-t-split", "001", "D3", "42,150,000 cells (42.15 million; 4.215 × 10⁷)"),
    ("carboplatin-auc", "001", "C2D1", "380 mg"),
    ("docetaxel-cycles", "002", "C6D1", "112.5 mg"),
    ("mesenchymal-ards", "003", "D0", "455,000,000 cells (455 million; 4.55 × 10⁸)"),
    ("ryoncil", "004", "D15", "46,200,000 cells (46.2 million; 4.62 × 10⁷)"),
]


@pytest.mark.parametrize(("name", "subject", "visit", "ordered"), SHEETS)
def test_worksheet_has_the_order_the_source_and_what_is_open(name: str, subject: str, visit: str, ordered: str) -> None:
    protocol = EXAMPLES / f"{name}.yaml"
    sheet = run_well("worksheet", protocol, *tables_of(name), "--subject", subject, "--visit", visit).stdout
    assert f"  ordered dose  {ordered}\n" in sheet
    together = " ".join(sheet.split())
    given = [one.quote for one in load_protocol(protocol).regimens if visit in one.visits]
    unmarked = re.sub(r" \[sic: read as 10[⁶⁸], see query\]", "", together)
    for quote in (*given, *load_protocol(protocol).queries):
        assert " ".join(quote.split()) in unmarked


def test_worksheet_names_a_rate_for_which_no_volume_is_stated() -> None:
    tables = tables_of("mesenchymal-ards")
    sheet = run_well("worksheet", EXAMPLES / "mesenchymal-ards.yaml", *tables, "--subject", "001").stdout
    together = " ".join(sheet.split())
    assert "infusion rate over 60 to 80 min" in together
    assert "rate none stated" not in together


def test_worksheet_of_a_range_without_an_aim_leaves_the_order_blank() -> None:
    tables = tables_of("tisagenlecleucel")
    sheet = run_well("worksheet", EXAMPLES / "tisagenlecleucel.yaml", *tables, "--subject", "002").stdout
    together = " ".join(sheet.split())
    # 50 kg: 0.2 and 5 million viable cells per kg
    assert "ordered dose ________________________ viable cells (within the allowed range)" in together
    assert "10,000,000 viable cells (10 million; 1 × 10⁷) to 250,000,000 viable cells" in together


DEMAND = {
    # Doses and amounts of all weeks: the sums of the doses above; where no dose is worked out, it is to be determined.
    "axicabtagene": (28, 0),
    "car-t-escalation": (6, 0),
    "car-t-split": (6, 0),
    "carboplatin-auc": (24, 0),
    "docetaxel-cycles": (18, 0),
    "mesenchymal-ards": (3, 0),
    "ryoncil": (32, 0),
    "tisagenlecleucel": (4, 4),
}


def test_demand_counts_every_dose_of_the_example(name: str) -> None:
    printed = run_well("demand", EXAMPLES / f"{name}.yaml", *tables_of(name), "--format", "csv").stdout
    rows = csv_rows_of(printed)
    found = tuple(sum(int(row[column] or 0) for row in rows) for column in ("doses", "to_be_determined"))
    assert found == DEMAND[name]


def test_demand_says_when_the_vials_run_out() -> None:
    lots = ("--lots", EXAMPLES / "ryoncil-lots.csv", "--format", "csv")
    result = run_well("demand", EXAMPLES / "ryoncil.yaml", *tables_of("ryoncil"), *lots)
    rows = {(row["period_start"], row["site"]): row for row in csv_rows_of(result.stdout)}
    # US01, first week: 2 x 100 million for subject 001 and 2 x 25 million for 002, from 2 x 4 and 2 x 1 vials
    first = rows["2026-04-06", "US01"]
    assert (first["doses"], first["amount"], first["containers"]) == ("4", "250000000", "10")
    # US02, fourth week: 2 x 46.2 million for subject 004 and 2 x 25.2 million for 003, and no vial left
    fourth = rows["2026-04-27", "US02"]
    assert (fourth["doses"], fourth["covered_doses"], fourth["missing"]) == ("4", "0", "142800000")
    # 16 doses at US02, of which 20 vials give ten
    assert "site US02: the lots at hand run out on 2026-04-27: 6 doses are not covered" in result.stderr
    assert "site US01: the lots at hand cover every dose" in result.stderr


def test_arm_without_an_infusion_has_no_dose() -> None:
    assert {subject for subject, _ in doses_of("mesenchymal-ards")} == {"001", "002", "003"}
    assert {subject for subject, _ in doses_of("docetaxel-cycles")} == {"001", "002", "003"}


def test_cells_twice_a_week_follow_the_latest_weight() -> None:
    rows = doses_of("ryoncil")
    # 50 kg x 2 million, and from the weight of 20 April (D15) on 48.2 kg x 2 million
    assert [rows["001", visit]["ordered_dose"] for visit in TWICE_A_WEEK] == ["100000000"] * 4 + ["96400000"] * 4
    # 23.4 kg x 2 million, and from 27 April (D15) on 23.1 kg x 2 million
    assert [rows["004", visit]["ordered_dose"] for visit in TWICE_A_WEEK] == ["46800000"] * 4 + ["46200000"] * 4


VIALS = {
    # 25 million cells in 3.8 mL: cells / 25 million x 3.8 mL, measured to 0.1 mL; cells / 25 million vials, rounded up
    ("001", "D1"): ("15.2", "4"),  # 100 million: 4 x 3.8 mL to the drop
    ("001", "D15"): ("14.7", "4"),  # 96.4 million: 3.856 x 3.8 = 14.6528 mL
    ("002", "D1"): ("3.8", "1"),  # 25 million: one vial to the last cell
    ("003", "D1"): ("3.8", "2"),  # 25.2 million: 1.008 vials, 3.8304 mL
    ("004", "D1"): ("7.1", "2"),  # 46.8 million: 1.872 x 3.8 = 7.1136 mL
}


@pytest.mark.parametrize(("key", "expected"), list(VIALS.items()))
def test_cells_are_counted_in_whole_vials(key: tuple[str, str], expected: tuple[str, str]) -> None:
    row = doses_of("ryoncil")[key]
    assert (row["volume_ml"], row["containers"]) == expected


LOTS = {
    # Site US01 by date: 4 vials of subject 001, then 1 of 002, five times and once more 4: the 24 of lot R-101.
    ("001", "D1"): ("15.2", "R-101:V01,V02,V03,V04"),
    ("002", "D1"): ("3.8", "R-101:V05"),
    ("001", "D15"): ("14.7", "R-101:V21,V22,V23,V24"),
    # Then the 16 of lot R-102, of 26 million each: 25 / 26 x 3.8 = 3.6538 mL, and 96.4 / 26 x 3.8 = 14.0892 mL
    ("002", "D15"): ("3.7", "R-102:V01"),
    ("001", "D18"): ("14.1", "R-102:V02,V03,V04,V05"),
    ("002", "D25"): ("3.7", "R-102:V16"),
    # Site US02: 2 vials a dose of either subject, so the 20 of lot R-103 are ten doses; the eleventh has none.
    ("003", "D18"): ("3.8", "R-103:V19,V20"),
    ("004", "D15"): ("", ""),
}


def test_vials_of_the_lots_are_given_out_by_date_and_by_expiry() -> None:
    lots = ("--lots", EXAMPLES / "ryoncil-lots.csv")
    printed = run_well("doses", EXAMPLES / "ryoncil.yaml", *tables_of("ryoncil"), *lots).stdout
    rows = {(row["subject_id"], row["visit"]): row for row in csv_rows_of(printed)}
    assert {key: (rows[key]["volume_ml"], rows[key]["containers"]) for key in LOTS} == LOTS
    assert "the lots at hand do not cover 46,200,000 cells" in rows["004", "D15"]["notes"]
    promised = [
        f"{lot}:{vial}"
        for row in rows.values()
        for lot, _, vials in [row["containers"].partition(":")]
        for vial in vials.split(",")
        if vials
    ]
    assert len(promised) == len(set(promised)) == 24 + 16 + 20


def test_contradiction_of_the_vial_is_a_query() -> None:
    (query,) = [one for one in load_protocol(EXAMPLES / "ryoncil.yaml").queries if "25 x 10^6 MSC/3.8 mL" in one]
    # 25 / 3.8 = 6.5789..., and 6.68 x 3.8 = 25.384
    assert "6.58 million per mL" in query
    assert "25.4 million" in query


@pytest.mark.parametrize("name", [one for one in NAMES if not (EXAMPLES / f"{one}-lots.csv").is_file()])
def test_product_without_a_strength_gives_no_volume(name: str) -> None:
    assert {(row["volume_ml"], row["containers"]) for row in rows_of(name)} == {("", "")}


def test_infusions_of_cells_are_at_least_three_days_apart() -> None:
    days = [int(visit[1:]) for visit in TWICE_A_WEEK]
    assert [later - earlier for earlier, later in pairwise(days)] == [3, 4, 3, 4, 3, 4, 3]
    assert [visit for subject, visit in doses_of("ryoncil") if subject == "001"] == list(TWICE_A_WEEK)
