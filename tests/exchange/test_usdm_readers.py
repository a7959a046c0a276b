"""Another program's reader of USDM loads every protocol of ours, and expands it to the days that we plan."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from tests.command_line import csv_rows_of, run_well

if TYPE_CHECKING:
    from pathlib import Path

HORIZON = ("--horizon", "10 cycles")
MONTHS = {("hepatitis-e-vaccine", "visit_27"): 900}
"""Days of visits in calendar months as usdm4 counts them, a month for 30 days: 30 months are 900 days there."""
NOT_STATED = {
    *("DDF00041", "DDF00084"),  # objectives and their endpoints
    *("DDF00097", "DDF00098", "DDF00141"),  # ages and sex of the population
    *("DDF00112", "DDF00128", "DDF00179", "DDF00208", "DDF00210"),  # kinds of interventions and products
    *("DDF00140", "DDF00172", "DDF00200", "DDF00201"),  # the sponsor
    *("DDF00214", "DDF00215", "DDF00216", "DDF00217", "DDF00218", "DDF00229"),  # the kind of the design
    *("DDF00039", "DDF00153", "DDF00177", "DDF00185"),  # durations, and doses without an aim or a route
    *("DDF00175", "DDF00233"),  # frequencies and units for which CDISC has no term, which both lists allow
    *("DDF00075", "DDF00080"),  # biomedical concepts, and the epoch of an anchor
}
"""The rules of conformance that ask for what a protocol file doesn't state."""


@pytest.fixture(scope="module")
def reader(root: Path) -> Path:
    """The Python with the reader."""
    python = root / ".venv-usdm" / "bin" / "python"
    if not python.exists():
        pytest.skip("the reader of USDM is not there: make usdm")
    return python


@pytest.fixture(scope="module")
def studies(protocols: Path) -> dict[str, str]:
    """Each shipped and each example protocol by its name, as the command takes it."""
    examples = {path.stem: str(path) for path in sorted((protocols / "examples").glob("*.yaml"))}
    return {path.stem: path.stem for path in sorted(protocols.glob("*.yaml"))} | examples


def read_by(reader: Path, folder: Path, studies: dict[str, str], *more: str) -> dict[str, Any]:
    """What the reader makes of the exports of studies, by their names."""
    for name, study in studies.items():
        run_well("export", study, *HORIZON, "--to", "usdm", "--unblinded", "-o", folder / f"{name}.json")
    script = "tests/exchange/usdm_reader.py"
    files = [str(folder / f"{name}.json") for name in studies]
    root = reader.parent.parent.parent
    done = subprocess.run([reader, script, *more, *files], cwd=root, capture_output=True, check=True, text=True)
    found = json.loads(done.stdout)
    return {name: found[file] for name, file in zip(studies, files, strict=True)}


def planned_days(study: str, name: str, protocols: Path) -> dict[str, tuple[int | None, tuple[int, int] | None]]:
    """The days from the first anchor to each visit's target, and to its window's ends, as the visits table has them."""
    subjects = protocols / "examples" / f"{name}-subjects.csv"
    rows = csv_rows_of(run_well("visits", study, subjects, *HORIZON, "--skip-bad").stdout)
    found: dict[str, tuple[int | None, tuple[int, int] | None]] = {}
    for row in rows:
        started = next(one["anchor_date"] for one in rows if one["subject_id"] == row["subject_id"])
        ends = [row[key] and days_between(started, row[key]) for key in ("target_date", "window_start", "window_end")]
        window = (int(ends[1]), int(ends[2])) if row["window_start"] else None
        found.setdefault(row["visit"], (int(ends[0]) if row["target_date"] else None, window))
    return found


def days_between(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def test_every_protocol_has_our_days(reader: Path, studies: dict[str, str], protocols: Path, tmp_path: Path) -> None:
    found = read_by(reader, tmp_path, studies)
    assert len(found) >= 16
    for name, study in studies.items():
        assert found[name]["errors"] == [], name
        ((timeline, visits),) = found[name]["timelines"].items()
        assert found[name]["main"] == timeline
        planned = planned_days(study, name, protocols)
        assert [visit for visit, _ in visits if visit not in planned] == [], name
        assert {visit for visit, _ in visits} == set(planned), name
        for visit, day in visits:
            target, window = planned[visit]
            if target is not None:
                assert day == MONTHS.get((name, visit), target), (name, visit)
            else:
                assert window is not None
                assert day == min(max(0, window[0]), window[1]), (name, visit)


def test_no_rule_of_conformance_fails_but_for_what_is_not_stated(
    reader: Path, studies: dict[str, str], tmp_path: Path
) -> None:
    some = {name: studies[name] for name in ("NCT04611256", "inm004-phase-1", "car-t-split")}
    for name, found in read_by(reader, tmp_path, some, "--rules").items():
        assert set(found["rules"]) <= NOT_STATED, name
