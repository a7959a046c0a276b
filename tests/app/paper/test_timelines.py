"""A subject's timeline to a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.inputs import Inputs
from dosecal.app.files.output import Output
from dosecal.app.paper.pages import print_papers
from dosecal.app.paper.request import PrintRequest
from dosecal.model.problems import OutputError
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    names = files(tmp_path, visits="D1: {}\nD8: {window: ±1 day}", actuals=["1,D1,2026-03-02,done"])
    return Inputs(protocols=(names[0],), subjects=str(names[1]), actuals=str(names[3]), as_of=date(2026, 3, 9))


def draw(inputs: Inputs, name: Path) -> None:
    output = Output(str(name), name.suffix.removeprefix("."))
    print_papers(PrintRequest(inputs=inputs, what="timeline", output=output))


def test_subject_is_drawn_with_what_happened(tmp_path: Path, inputs: Inputs) -> None:
    name = tmp_path / "subject.svg"
    draw(inputs, name)
    picture = name.read_text(encoding="utf-8")
    for text in ("subject 1, arm control", "done; held 2026-03-02", "due; target 2026-03-09", "as of 2026-03-09"):
        assert text in picture


def test_picture_that_is_there_is_left_as_it_is(tmp_path: Path, inputs: Inputs) -> None:
    name = tmp_path / "subject.png"
    name.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as refusal:
        draw(inputs, name)
    assert (refusal.value.problems[0].code, name.read_text(encoding="utf-8")) == ("O001", "mine")
