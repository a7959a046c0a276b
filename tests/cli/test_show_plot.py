"""The schedule as a picture, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.command_line import run, run_well

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "begins"), [("plan.png", b"\x89PNG"), ("plan.SVG", b"<?xml")])
def test_timeline_is_drawn_beside_the_schedule(name: str, begins: bytes, tmp_path: Path) -> None:
    result = run_well("show", "NCT04611256", "--plot", tmp_path / name)
    assert result.stdout == run_well("show", "NCT04611256").stdout
    picture = (tmp_path / name).read_bytes()
    assert picture.startswith(begins)
    assert run("show", "NCT04611256", "--plot", tmp_path / name).exit_code == 1  # it is there already
    run_well("show", "NCT04611256", "--plot", tmp_path / name, "--force")
    assert (tmp_path / name).read_bytes() == picture


def test_horizon_draws_cycles_that_have_no_end(tmp_path: Path) -> None:
    run_well("show", "examples/topaz-1", "--horizon", "14 cycles", "--plot", tmp_path / "plan.svg")
    picture = (tmp_path / "plan.svg").read_text(encoding="utf-8")
    assert "M1D1 to M14D1" in picture
    assert "planned for 14 cycles" in picture


def test_picture_of_another_kind_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    result = run("show", "NCT04611256", "--plot", tmp_path / "plan.pdf", "-o", tmp_path / "plan.txt")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[O007]")
    assert list(tmp_path.iterdir()) == []


def test_protocol_is_not_drawn_over(tmp_path: Path, protocols: Path) -> None:
    own = tmp_path / "mine.svg"
    own.write_bytes((protocols / "NCT04611256.yaml").read_bytes())
    result = run("show", own, "--plot", own, "--force")
    assert (result.exit_code, result.stderr.strip()[-6:]) == (1, "[O005]")


def test_picture_without_its_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    result = run("show", "NCT04611256", "--plot", tmp_path / "plan.png")
    assert (result.exit_code, "[O006]" in result.stderr) == (1, True)
