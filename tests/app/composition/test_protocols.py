"""Protocols by name, and one dose of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.protocols import load_examples, load_protocol, load_shipped
from dosecal.app.dose.one_dose import DoseRequest, work_doses
from dosecal.model.problems import PlanError, ProtocolError
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.report.sheets.worksheet import Working


def test_shipped_protocols_stand_by_their_ids() -> None:
    assert [protocol.study for protocol in load_shipped()] == ["NCT04252118", "NCT04611256"]


def test_examples_stand_by_their_ids_after_their_folder(protocols: Path) -> None:
    by_id = dict(load_examples())
    assert list(by_id) == sorted(f"examples/{path.stem}" for path in (protocols / "examples").glob("*.yaml"))
    by_path = load_protocol(protocols / "examples" / "ryoncil.yaml")
    assert (by_id["examples/ryoncil"].sha256, by_id["examples/ryoncil"].study) == (by_path.sha256, "ryoncil")


def test_id_works_wherever_a_path_does(protocols: Path) -> None:
    by_id, by_path = load_protocol("NCT04611256"), load_protocol(protocols / "NCT04611256.yaml")
    assert by_id.sha256 == by_path.sha256
    assert by_id.visits == by_path.visits


def test_file_in_the_folder_comes_before_a_shipped_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("NCT04611256").write_text(protocol_text(), encoding="utf-8")
    assert load_protocol("NCT04611256").study == "TEST-1"


@pytest.mark.parametrize("name", ["NCT00000000", "nct04611256", "", "protocols", "../NCT04611256"])
def test_unknown_name_is_a_problem_that_names_what_is_shipped(name: str) -> None:
    with pytest.raises(ProtocolError) as error:
        load_protocol(name)
    (problem,) = error.value.problems
    assert problem.code == "P001"
    assert "NCT04252118, NCT04611256" in problem.message


@pytest.fixture
def protocol() -> Protocol:
    """Two regimens: per kg on D1 and D8, flat on D8."""
    text = protocol_text(regimen="dose: 2 mg/kg\nvisits: [D1, D8]", visits="D1: {}\nD8: {}\nD9: {}")
    flat = "  boost:\n    arms: [active]\n    product: drug\n    dose: 30 mg\n    visits: [D8]\n"
    return protocol_of(text.replace("visits:\n  D1", f"{flat}visits:\n  D1"))


def ordered(one: Working) -> Fraction | None:
    return None if one.worked is None else one.worked.ordered.value


def test_every_regimen_of_the_arm_is_worked(protocol: Protocol) -> None:
    workings = work_doses(protocol, DoseRequest("active", Fraction("70.5")))
    assert [(one.regimen.id, one.visits, ordered(one)) for one in workings] == [
        ("infusion", ("D1", "D8"), Fraction(141)),
        ("boost", ("D8",), Fraction(30)),
    ]


def test_doses_of_one_visit_are_worked_alone(protocol: Protocol) -> None:
    (one,) = work_doses(protocol, DoseRequest("active", Fraction(70), visit="D1"))
    assert (one.visits, ordered(one)) == (("D1",), Fraction(140))


@pytest.mark.parametrize(
    ("arm", "weight", "visit", "code"),
    [
        ("Active", Fraction(70), None, "L004"),
        ("active", Fraction(70), "D2", "L005"),
        ("active", Fraction(70), "D9", "L006"),
        ("control", Fraction(70), None, "L006"),
        ("active", None, None, "L007"),
    ],
)
def test_dose_that_the_protocol_does_not_give_is_a_problem(
    protocol: Protocol, arm: str, weight: Fraction | None, visit: str | None, code: str
) -> None:
    with pytest.raises(PlanError) as error:
        work_doses(protocol, DoseRequest(arm, weight, visit=visit))
    assert [problem.code for problem in error.value.problems] == [code]
