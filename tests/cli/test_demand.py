"""The forecast of what a plan needs: numbers worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosecal.app.cohort.demand import forecast
from dosecal.app.composition.inputs import Inputs
from dosecal.load.tables.table_reading import TableReading
from tests.command_line import csv_rows_of, json_of, run, run_well
from tests.example_products import product_text
from tests.example_protocols import protocol_text

VIALS = "container: {called: vial, content: 25 million cells, volume: 3.8 mL}"
HEAD = "product,lot,container,content,unit,volume_ml,expires,site\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    text = product_text(VIALS, "dose: 1 million cells/kg", ("D1", "D4", "D8"))
    (tmp_path / "protocol.yaml").write_text(text, encoding="utf-8")
    # Monday 2 March 2026 and Thursday 5 March: doses on 2, 5, 9 and on 5, 8, 12 March
    rows = "subject_id,arm,start,weight_kg,site\n1,active,2026-03-02,60,S1\n2,active,2026-03-05,25,S2\n"
    (tmp_path / "subjects.csv").write_text(rows, encoding="utf-8")
    lots = [f"drug,A,{k},25000000,cells,3.8,2026-03-06,S1\n" for k in range(8)]
    lots += [f"drug,B,{k},25000000,cells,3.8,,\n" for k in range(2)]
    (tmp_path / "lots.csv").write_text(HEAD + "".join(lots), encoding="utf-8")
    return tmp_path


def demanded(folder: Path, *options: str | Path) -> list[dict[str, str]]:
    arguments = (folder / "protocol.yaml", folder / "subjects.csv", "--format", "csv", *options)
    return csv_rows_of(run_well("demand", *arguments).stdout)


def test_week_from_monday_on_adds_up_its_doses(folder: Path) -> None:
    found = [
        tuple(row[key] for key in ("period_start", "site", "doses", "amount", "unit", "containers", "thaws"))
        for row in demanded(folder)
    ]
    # 60 million need 3 vials each, 25 million one; Sunday 8 March belongs to the week of the 2nd
    assert found == [
        ("2026-03-02", "S1", "2", "120000000", "cells", "6", "2"),
        ("2026-03-02", "S2", "2", "50000000", "cells", "2", "2"),
        ("2026-03-09", "S1", "1", "60000000", "cells", "3", "1"),
        ("2026-03-09", "S2", "1", "25000000", "cells", "1", "1"),
    ]


def test_days_are_rows_of_their_own(folder: Path) -> None:
    days = [(row["period_start"], row["site"]) for row in demanded(folder, "--by", "day")]
    assert days == [
        ("2026-03-02", "S1"),
        ("2026-03-05", "S1"),
        ("2026-03-05", "S2"),
        ("2026-03-08", "S2"),
        ("2026-03-09", "S1"),
        ("2026-03-12", "S2"),
    ]


def test_lots_say_what_is_covered_what_is_left_and_what_expires(folder: Path) -> None:
    rows = demanded(folder, "--lots", folder / "lots.csv")
    found = [
        tuple(row[key] for key in ("site", "covered_doses", "missing", "containers_at_hand", "expired")) for row in rows
    ]
    # S1 takes 6 of its 8 vials of lot A, the other two expire on the 6th; S2 takes both of lot B on the 5th and the 8th
    assert found == [
        ("S1", "2", "0", "0", "2"),
        ("S2", "2", "0", "0", "0"),
        ("S1", "0", "60000000", "0", "0"),
        ("S2", "0", "25000000", "0", "0"),
    ]


def test_day_on_which_lots_run_out_is_said(folder: Path) -> None:
    arguments = (folder / "protocol.yaml", folder / "subjects.csv", "--lots", folder / "lots.csv", "--format", "json")
    result = run_well("demand", *arguments)
    cover = {one["site"]: one for one in json_of(result)["cover"]}
    assert (cover["S1"]["runs_out"], cover["S1"]["not_covered"]) == ("2026-03-09", 1)
    assert (cover["S1"]["unused"], cover["S1"]["first_expiry"]) == (2, "2026-03-06")
    assert cover["S2"]["runs_out"] == "2026-03-12"
    said = "drug at site S1: the lots at hand run out on 2026-03-09: 1 dose is not covered; 2 containers are left over"
    assert said in result.stderr


@pytest.mark.parametrize(("name", "magic"), [("demand.png", b"\x89PNG"), ("demand.svg", b"<?xml")])
def test_plot_is_written_and_is_the_same_each_time(name: str, magic: bytes, folder: Path) -> None:
    arguments = ("demand", folder / "protocol.yaml", folder / "subjects.csv", "--lots", folder / "lots.csv")
    run_well(*arguments, "--plot", folder / name)
    content = (folder / name).read_bytes()
    assert content.startswith(magic)
    assert run(*arguments, "--plot", folder / name).exit_code == 1  # it is there already
    run_well(*arguments, "--plot", folder / name, "--force")
    assert (folder / name).read_bytes() == content


def test_plot_of_another_kind_is_wrong_usage(folder: Path) -> None:
    result = run("demand", folder / "protocol.yaml", folder / "subjects.csv", "--plot", folder / "demand.gif")
    assert result.exit_code == 2


def test_bad_row_stops_the_forecast_unless_it_is_skipped(folder: Path) -> None:
    with (folder / "subjects.csv").open("a", encoding="utf-8") as file:
        file.write("3,active,05/10/26,60,S1\n")
    arguments = ("demand", folder / "protocol.yaml", folder / "subjects.csv", "--format", "csv")
    stopped, skipped = run(*arguments), run(*arguments, "--skip-bad")
    assert (stopped.exit_code, stopped.stdout) == (1, "")
    assert skipped.exit_code == 1
    assert len(csv_rows_of(skipped.stdout)) == 4


def test_week_that_the_lots_do_not_cover_says_so(folder: Path) -> None:
    rows = demanded(folder, "--lots", folder / "lots.csv")
    assert [row["notes"] for row in rows] == [
        "",
        "",
        "not covered by the lots at hand: 1 of 1 dose",
        "not covered by the lots at hand: 1 of 1 dose",
    ]


def test_containers_that_are_not_known_are_said_to_be_so(folder: Path) -> None:
    text = product_text("concentration: none stated", "dose: 1 million cells/kg", ("D1", "D4", "D8"))
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    assert {row["notes"] for row in demanded(folder)} == {"containers not known: the protocol states no content of one"}
    first, _, third, _ = demanded(folder, "--lots", folder / "lots.csv")
    assert (first["containers"], first["notes"]) == ("6", "")
    assert (third["containers"], third["thaws"]) == ("", "")
    assert third["notes"] == (
        "not covered by the lots at hand: 1 of 1 dose; "
        "containers not known: the protocol states no content of one, and no lot is promised"
    )


def test_containers_beyond_64_bits_are_counted_exactly(folder: Path) -> None:
    vials = "container: {called: vial, content: 0.000001 units, volume: 1 mL}"
    text = product_text(vials, "dose: 9000000000000000 units", ("D1", "D4", "D8"))
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    first, *_ = demanded(folder)
    # 9 × 10¹⁵ ÷ 10⁻⁶ = 9 × 10²¹ vials a dose, two doses
    assert (first["doses"], first["containers"], first["thaws"]) == ("2", "18000000000000000000000", "2")


TWO = {
    "old.yaml": protocol_text(regimen="dose: 10 mg", visits="D1: {}"),
    "s.csv": "subject_id,arm,start,protocol_version\n1,active,2026-03-02,1.0\n2,active,2026-03-02,2.0\n",
    "lots.csv": "product;lot;container;content;unit\nother;L;1;30;mcg\n",
}
"""Two versions: the newer one gives another product, which stands before that of the older one, in another unit."""
TWO["new.yaml"] = (
    TWO["old.yaml"]
    .replace('"1.0"', '"2.0"\namends: "1.0"')
    .replace("  drug: {label: study drug}", "  other: {label: another drug}\n  drug: {label: study drug}")
    .replace("product: drug", "product: other")
    .replace("dose: 10 mg", "dose: 30 mcg")
)


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in TWO.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize("names", [("old.yaml", "new.yaml"), ("new.yaml", "old.yaml")])
def test_each_subject_needs_the_product_of_its_own_version(names: tuple[str, str]) -> None:
    first, other = names
    rows = csv_rows_of(run_well("demand", first, "s.csv", "--also", other, "--format", "csv").stdout)
    assert {tuple(row[name] for name in ("product", "amount", "unit", "doses")) for row in rows} == {
        ("drug", "10", "mg", "1"),
        ("other", "30", "mcg", "1"),
    }
    assert {frozenset(row["protocol_version"].split("; ")) for row in rows} == {frozenset({"1.0", "2.0"})}


@pytest.mark.usefixtures("versions")
def test_lot_may_be_of_a_product_that_another_version_brought_in() -> None:
    Path("lots.csv").write_text(TWO["lots.csv"].replace(";", ","), encoding="utf-8")
    asked = ("old.yaml", "s.csv", "--also", "new.yaml", "--lots", "lots.csv", "--format", "csv")
    assert [row["containers"] for row in csv_rows_of(run_well("doses", *asked).stdout)] == ["", "L:1"]
    (row,) = (row for row in csv_rows_of(run_well("demand", *asked).stdout) if row["product"] == "other")
    assert (row["covered_doses"], row["missing"]) == ("1", "0")


@pytest.mark.usefixtures("versions")
def test_lots_of_a_forecast_are_read_as_they_are_written() -> None:
    Path("s.csv").write_text(TWO["s.csv"].replace(",", ";"), encoding="utf-8")
    reading = TableReading(separator=";")
    inputs = Inputs(protocols=("old.yaml", "new.yaml"), subjects="s.csv", lots="lots.csv", reading=reading)
    demand, _ = forecast(inputs, "day")
    assert demand is not None
    assert [(need.product, need.covered) for need in demand.needs] == [("drug", 0), ("other", 1)]
