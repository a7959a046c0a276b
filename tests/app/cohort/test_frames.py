"""The public ``plan`` over pandas frames."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pandas.testing import assert_frame_equal

from dosecal import Plan, load_protocol, plan
from dosecal.model.problems import CohortError, OutputError, PlanError, ProtocolError, RefusedError
from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import protocol_of, protocol_text
from tests.registry.cohorts import random_subjects, subjects_csv, weights_csv
from tests.registry.facts import MEXICO

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STUDY = "NCT04611256"
pytestmark = pytest.mark.filterwarnings("ignore:.*ages are not checked against")
"""Most subjects here have no date of birth, which the study's ages ask for."""


def frame(**columns: Any) -> pd.DataFrame:
    """One subject of the treated arm, with the given columns in place of the usual ones."""
    return pd.DataFrame(
        {"subject_id": ["007"], "arm": ["msc"], "start": ["2026-03-09"], "weight_kg": ["70.25"]} | columns
    )


def doses_of(subjects: pd.DataFrame, weights: pd.DataFrame | None = None) -> list[Decimal | None]:
    doses: list[Decimal | None] = plan(STUDY, subjects, weights).doses["ordered_dose"].tolist()
    return doses


def test_plan_gives_the_two_tables_with_their_types() -> None:
    visits, doses = plan(STUDY, frame())
    assert (len(visits), len(doses)) == (10, 2)
    assert (visits.shape[1], doses.shape[1]) == (25, 25)
    assert str(visits["subject_id"].dtype) == "string"
    assert str(visits["offset_days"].dtype) == "Int64"
    assert visits["target_date"].tolist()[-1] == date(2026, 4, 2)  # 9 March and 24 days
    # 1,000,000 cells/kg × 70.25 kg
    assert doses["ordered_dose"].tolist() == [Decimal(70_250_000)] * 2
    assert doses["weight_kg"].tolist() == [Decimal("70.25")] * 2


@pytest.mark.parametrize(
    "start",
    [
        "2026-03-09",
        date(2026, 3, 9),
        datetime(2026, 3, 9),  # noqa: DTZ001 - a frame's dates have no zone
        pd.Timestamp("2026-03-09"),
        np.datetime64("2026-03-09"),
        np.datetime64("2026-03-09T00:00:00.000000000"),
    ],
    ids=lambda start: type(start).__name__,
)
def test_date_is_taken_as_text_or_as_a_date(start: object) -> None:
    visits = plan(STUDY, frame(start=[start])).visits
    assert visits["anchor_date"].tolist() == [date(2026, 3, 9)] * 10


@pytest.mark.parametrize("start", [pd.Series(["2026-03-09"], dtype="datetime64[ns]"), pd.to_datetime(["2026-03-09"])])
def test_column_of_dates_is_taken(start: object) -> None:
    assert plan(STUDY, frame(start=start)).doses["planned_date"].tolist() == [
        date(2026, 3, 9),
        date(2026, 3, 11),
    ]


@pytest.mark.parametrize(
    ("weight", "dose"),
    [
        ("70.25", 70_250_000),
        (70.25, 70_250_000),
        (70.1, 70_100_000),  # as a binary number 70.1 is 70.099999999999994…: what was typed counts
        (70, 70_000_000),
        (70.0, 70_000_000),
        (Decimal("70.250"), 70_250_000),
        (np.float64(70.25), 70_250_000),
        (np.int64(70), 70_000_000),
    ],
    ids=lambda value: f"{type(value).__name__}-{value}",
)
def test_weight_is_taken_as_text_or_as_a_number(weight: object, dose: int) -> None:
    assert doses_of(frame(weight_kg=[weight])) == [Decimal(dose)] * 2


def test_missing_cells_are_nothing() -> None:
    for nothing in (None, np.nan, pd.NaT, pd.NA, ""):
        doses = plan(STUDY, frame(birth_date=pd.Series([nothing], dtype="object"), site=[nothing])).doses
        assert doses["ordered_dose"].tolist() == [Decimal(70_250_000)] * 2
        assert doses["site"].isna().all()


def test_missing_weight_of_a_control_is_nothing() -> None:
    both = frame(subject_id=["1"], arm=["control"], weight_kg=[np.nan])
    assert doses_of(both) == []


@pytest.mark.parametrize(
    "weight",
    [np.nan, None, pd.NA],
    ids=["NaN", "None", "NA"],
)
def test_missing_weight_for_a_first_dose_is_a_problem_and_no_number(weight: object) -> None:
    with pytest.raises(PlanError, match="L001") as error:
        plan(STUDY, frame(weight_kg=[weight]))
    assert str(error.value.problems[0].source) == "<frame>:1"


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("weight_kg", float("inf")),
        ("weight_kg", -70.0),
        ("weight_kg", 0),
        ("weight_kg", 1e-7),
        ("weight_kg", 0.1 + 0.2),
        ("weight_kg", "70,5"),
        ("weight_kg", "nan"),
        ("weight_kg", True),
        ("start", datetime(2026, 3, 9, 13, 0)),  # noqa: DTZ001 - a time of day is what is refused
        ("start", pd.Timestamp("2026-03-09", tz="UTC")),
        ("start", 46_090),
        ("start", "05/10/26"),
        ("start", None),
        ("arm", "MSC"),
        ("arm", None),
        ("subject_id", None),
        ("subject_id", ""),
        ("birth_date", "2027-01-01"),
    ],
)
def test_cell_that_cannot_be_read_is_a_problem_with_its_row(column: str, cell: object) -> None:
    rows = pd.concat([frame(), frame(subject_id=["008"])], ignore_index=True).astype(object)
    rows["birth_date"] = pd.Series([None, None], dtype="object")
    rows.loc[1, column] = cell  # type: ignore[call-overload]
    with pytest.raises(CohortError) as error:
        plan(STUDY, rows)
    assert {problem.source.line for problem in error.value.problems} == {2}
    assert {problem.source.file for problem in error.value.problems} == {"<frame>"}


def test_every_problem_of_a_frame_is_told() -> None:
    rows = pd.DataFrame({"subject_id": ["1", "1"], "arm": ["x", "msc"], "start": ["2026-02-30", "2026-03-09"]})
    with pytest.raises(CohortError) as error:
        plan(STUDY, rows)
    assert [problem.code for problem in error.value.problems if problem.code[0] == "C"] == ["C103", "C104", "C102"]


def test_missing_column_is_a_problem() -> None:
    with pytest.raises(CohortError, match="C004"):
        plan(STUDY, frame().drop(columns="start"))


def test_unknown_study_is_a_problem() -> None:
    with pytest.raises(ProtocolError, match="P001"):
        plan("NCT00000000", frame())


def test_index_of_the_frame_is_not_looked_at() -> None:
    rows = pd.concat([frame(), frame(subject_id=["008"])])
    assert rows.index.tolist() == [0, 0]
    assert plan(STUDY, rows).visits["subject_id"].tolist() == ["007"] * 10 + ["008"] * 10


def test_weights_come_from_a_second_frame() -> None:
    weights = pd.DataFrame(
        {"subject_id": ["007", "007"], "date": ["2026-03-09", "2026-03-11"], "weight_kg": [71.5, 72]}
    )
    assert doses_of(frame().drop(columns="weight_kg"), weights) == [Decimal(71_500_000), Decimal(72_000_000)]


def test_weight_of_an_unknown_subject_is_a_problem() -> None:
    weights = pd.DataFrame({"subject_id": ["008"], "date": ["2026-03-09"], "weight_kg": ["71.5"]})
    with pytest.raises(CohortError, match="C201"):
        plan(STUDY, frame(), weights)


def test_protocol_can_be_given_loaded_as_a_path_or_as_an_id(tmp_path: Path) -> None:
    protocol = load_protocol(STUDY)
    from_id = plan(STUDY, frame())
    for other in (plan(protocol, frame()), plan(protocol.study, frame())):
        assert_frame_equal(other.visits, from_id.visits)
        assert_frame_equal(other.doses, from_id.doses)
    text = protocol_text(regimen="dose: 2 mg/kg")
    path = tmp_path / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    rows = frame(arm=["active"])
    assert_frame_equal(plan(path, rows).doses, plan(protocol_of(text), rows).doses)


def many() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The random subjects of the registry tests, and their further weights, every cell as text."""
    subjects = random_subjects(MEXICO, seed=7)
    tables = (csv_rows_of(text(subjects)) for text in (subjects_csv, weights_csv))
    first, second = (pd.DataFrame(rows, dtype="string") for rows in tables)
    return first, second


def test_same_input_gives_the_same_frames_and_stays_as_it_was() -> None:
    subjects, weights = many()
    before = subjects.copy(deep=True), weights.copy(deep=True)
    first, second = plan(STUDY, subjects, weights), plan(STUDY, subjects, weights)
    assert_frame_equal(first.visits, second.visits)
    assert_frame_equal(first.doses, second.doses)
    assert_frame_equal(subjects, before[0])
    assert_frame_equal(weights, before[1])


def test_partitions_planned_by_themselves_are_the_whole() -> None:
    subjects, weights = many()
    whole = plan(STUDY, subjects, weights)
    pieces = []
    for start in range(0, len(subjects), 77):
        part = subjects.iloc[start : start + 77]
        pieces.append(plan(STUDY, part, weights[weights["subject_id"].isin(part["subject_id"])]))
    assert_frame_equal(pd.concat([piece.visits for piece in pieces], ignore_index=True), whole.visits)
    assert_frame_equal(pd.concat([piece.doses for piece in pieces], ignore_index=True), whole.doses)


def test_empty_partition_has_the_columns_and_types_of_the_others() -> None:
    subjects, weights = many()
    whole, nobody = plan(STUDY, subjects, weights), plan(STUDY, subjects.iloc[:0])
    assert (len(nobody.visits), len(nobody.doses)) == (0, 0)
    assert nobody.visits.dtypes.tolist() == whole.visits.dtypes.tolist()
    assert nobody.doses.dtypes.tolist() == whole.doses.dtypes.tolist()


def test_frames_of_others_are_planned_like_those_of_pandas() -> None:
    subjects, weights = many()
    planned = plan(STUDY, subjects, weights)
    of_arrow = plan(STUDY, pa.Table.from_pandas(subjects), pa.Table.from_pandas(weights).to_reader())
    assert_frame_equal(of_arrow.visits, planned.visits)
    assert_frame_equal(of_arrow.doses, planned.doses)
    with pytest.raises(TypeError, match="make a frame of it"):
        plan(STUDY, {"subject_id": ["1"]})  # type: ignore[arg-type]


class Stream:
    """Something that gives its rows as an Arrow stream, and is nothing else."""

    def __init__(self, table: pa.Table) -> None:
        """Give the rows of a table."""
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream."""
        return self._table.__arrow_c_stream__(requested_schema)


ROWS = {"subject_id": ["007", "008"], "arm": ["msc", "msc"], "start": ["2026-03-09"] * 2, "weight_kg": [70.25, 61.5]}
KINDS: dict[str, Callable[[pa.Table], Any]] = {
    "pandas": lambda table: table.to_pandas(),
    "arrow": lambda table: table,
    "reader": lambda table: table.to_reader(),
    "stream": Stream,
    "polars": pl.from_arrow,
    "duckdb": duckdb.from_arrow,
}


@pytest.mark.parametrize("kind", KINDS)
def test_frame_of_every_kind_is_planned_whole_or_empty(kind: str) -> None:
    table = pa.table(ROWS)
    weights = pa.table({"subject_id": ["007"], "date": [date(2026, 3, 11)], "weight_kg": [71]})
    visits, doses = plan(STUDY, KINDS[kind](table), KINDS[kind](weights))
    # 1,000,000 cells/kg; the weight of 11 March is that of the second dose
    assert doses["ordered_dose"].tolist() == [Decimal(n) for n in (70_250_000, 71_000_000, 61_500_000, 61_500_000)]
    nobody = plan(STUDY, KINDS[kind](table.slice(0, 0)), KINDS[kind](weights.slice(0, 0)))
    assert (len(nobody.visits), len(nobody.doses)) == (0, 0)
    assert nobody.visits.dtypes.tolist() == visits.dtypes.tolist()
    assert nobody.doses.dtypes.tolist() == doses.dtypes.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_stream_that_is_read_once_serves_every_version(kind: str) -> None:
    text = protocol_text(regimen='dose: 100 mg\nlevels: {"-1": 75 mg}')
    newer = protocol_of(text.replace('version: "1.0"', 'version: "2.0"'))
    rows = {"subject_id": ["1", "2"], "arm": ["active"] * 2, "start": ["2026-03-02"] * 2}
    subjects = pa.table({**rows, "protocol_version": ["1.0", "2.0"]})
    levels = pa.table({"subject_id": ["1", "2"], "date": ["2026-03-01"] * 2, "level": ["-1"] * 2})
    doses = plan(protocol_of(text), KINDS[kind](subjects), None, KINDS[kind](levels), also=[newer]).doses
    assert doses["ordered_dose"].tolist() == [Decimal(75)] * 2


def test_texts_of_frames_and_files_are_read_as_they_were_told(tmp_path: Path) -> None:
    rows = frame(start=["09/03/2026"], weight_kg=["70,25"])
    (tmp_path / "s.csv").write_text("subject_id;arm;start\n007;msc;09/03/2026\n", encoding="cp1252")
    weights = pd.DataFrame({"subject_id": ["007"], "date": [date(2026, 3, 8)], "weight_kg": [70.25]})
    of_frame = plan(STUDY, rows, dates="dd/mm/yyyy", decimal=",")
    of_file = plan(STUDY, str(tmp_path / "s.csv"), weights, dates="dd/mm/yyyy", separator=";", encoding="cp1252")
    assert of_frame.doses["planned_date"].tolist() == of_file.doses["planned_date"].tolist()
    assert (
        of_frame.doses["ordered_dose"].tolist() == of_file.doses["ordered_dose"].tolist() == [Decimal(70_250_000)] * 2
    )
    with pytest.raises(RefusedError, match="an order of dates"):
        plan(STUDY, rows, dates="dd/mm/yy")


def test_frames_hold_what_the_command_line_writes(tmp_path: Path) -> None:
    subjects, weights = many()
    subjects.to_csv(tmp_path / "subjects.csv", index=False)
    weights.to_csv(tmp_path / "weights.csv", index=False)
    planned = plan(STUDY, subjects, weights)
    for what, table in (("visits", planned.visits), ("doses", planned.doses)):
        given = ("--weights", tmp_path / "weights.csv", "--format", "parquet", "-o", tmp_path / what)
        run_well(what, STUDY, tmp_path / "subjects.csv", *given)
        written = pd.read_parquet(tmp_path / what).astype(object)
        assert list(written) == list(table)
        for name in table:
            ours, theirs = (
                column.astype(object).where(column.notna(), None) for column in (table[name], written[name])
            )
            assert ours.tolist() == theirs.tolist(), name


def test_no_float_comes_out() -> None:
    doses = plan(STUDY, frame(weight_kg=["68.45"])).doses
    assert {type(amount) for amount in doses["ordered_dose"]} == {Decimal}
    assert Fraction(doses["ordered_dose"][0]) == 68_450_000


SITES = """\
sites:
  CDMX-01: {country: MX, weekend: [Saturday, Sunday]}
  BJ-01: {country: CN, weekend: [Saturday, Sunday]}
"""


def at_sites(folder: Path, start: str, site: str) -> Plan:
    """The plan of one subject with a visit seven days after its start, against the closed days of its site."""
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    protocol = protocol_of(protocol_text(visits="D8: {window: ±2 days, closed_day: nearest}"))
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["control"], "start": [start], "site": [site]})
    return plan(protocol, subjects, sites=folder / "sites.yaml")


def test_plan_with_a_site_file_moves_off_closed_days(tmp_path: Path) -> None:
    # 2026-02-02 is the first Monday of February, a holiday in Mexico
    visits, _ = at_sites(tmp_path, "2026-01-26", "CDMX-01")
    assert [visits[name][0] for name in ("target_date", "planned_date")] == [date(2026, 2, 2), date(2026, 2, 3)]
    assert visits["closed_day"].tolist() == ["closed: Constitution Day (MX)"]


def test_plan_with_a_site_that_the_file_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CohortError, match=r"\[C160\]"):
        at_sites(tmp_path, "2026-01-26", "other")


def test_plan_warns_of_years_that_are_not_decided(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"sites.BJ-01: .* not decided yet for 2049"):
        at_sites(tmp_path, "2049-03-01", "BJ-01")


def test_plan_warns_of_columns_that_are_passed_over() -> None:
    weights = pd.DataFrame({"subject_id": ["007"], "date": ["2026-03-02"], "weight_kg": ["70"], "methd": ["measured"]})
    with pytest.warns(UserWarning, match=r'passed over: "methd" \[W001\]'):
        plan(STUDY, frame(), weights)


def test_plan_warns_that_ages_are_not_checked_without_dates_of_birth() -> None:
    with pytest.warns(UserWarning, match=r"ages are not checked against 18 to 65 years: .* \[W002\]"):
        plan(STUDY, frame())


def test_plan_with_actuals_says_what_became_of_visits_as_of_a_day() -> None:
    protocol = protocol_of(protocol_text(visits="D1: {}\nD8: {window: ±1 day}"))
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["control"], "start": ["2026-03-02"]})
    actuals = pd.DataFrame({"subject_id": ["1"], "visit": ["D1"], "date": [date(2026, 3, 3)], "status": ["done"]})
    with pytest.warns(UserWarning, match="D1 was held on 2026-03-03, and start, .* is 2026-03-02"):
        visits, _ = plan(protocol, subjects, actuals=actuals, as_of=date(2026, 3, 11))
    assert visits["status"].tolist() == ["done", "overdue"]
    assert visits["deviation_days"].tolist() == [1, pd.NA]


def test_plan_refuses_actuals_of_unknown_subjects_and_without_a_day() -> None:
    protocol = protocol_of(protocol_text(visits="D1: {}"))
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["control"], "start": ["2026-03-02"]})
    actuals = pd.DataFrame({"subject_id": ["2"], "visit": ["D1"], "date": ["2026-03-03"], "status": ["done"]})
    with pytest.raises(CohortError, match=r"\[C317\]"):
        plan(protocol, subjects, actuals=actuals, as_of=date(2026, 3, 11))
    with pytest.raises(ValueError, match="given together"):
        plan(protocol, subjects, actuals=actuals)


def test_plan_leaves_out_visits_whose_condition_is_false() -> None:
    protocol = protocol_of(protocol_text(visits="D1: {}\nD8: {if: sex is F}"))
    rows = {"subject_id": ["1", "2"], "arm": ["control"] * 2, "start": ["2026-03-02"] * 2, "sex": ["F", "M"]}
    assert plan(protocol, pd.DataFrame(rows)).visits["visit"].tolist() == ["D1", "D8", "D1"]


def test_amount_with_more_than_20_digits_before_the_point_is_refused() -> None:
    protocol = protocol_of(protocol_text(regimen=f"dose: 1{'0' * 20} cells/kg"))
    with pytest.raises(OutputError, match=r"<frame>: calculated_dose: expected at most 20 digits .* \[O004\]"):
        plan(protocol, frame(arm=["active"]))
