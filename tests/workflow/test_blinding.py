"""Who may see what of a blinded trial, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dosecal.workflow.blinding import load_shown
from tests.example_protocols import protocol_text

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "blinding: open label\n"
ARMS = "  active: {label: Active}\n  control: {label: Control}\n"
BLINDED = ARMS.replace("}", ", blinded_as: study treatment}")


def codes_of(folder: Path, arms: str, *, unblinded: bool) -> list[str]:
    path = folder / "protocol.yaml"
    path.write_text(protocol_text().replace(HEAD, "").replace(ARMS, arms), encoding="utf-8")
    return [warning.code for warning in load_shown(str(path), None, unblinded=unblinded)[1]]


@pytest.mark.parametrize(
    ("arms", "unblinded", "codes"),
    [
        (BLINDED, True, ["W021"]),
        (BLINDED, False, []),
        (ARMS, False, ["W022"]),
    ],
)
def test_what_unblinds_and_a_file_that_is_silent_are_said(
    arms: str, codes: list[str], tmp_path: Path, *, unblinded: bool
) -> None:
    assert codes_of(tmp_path, arms, unblinded=unblinded) == codes
