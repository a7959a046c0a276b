"""``import dosecal`` is cheap, and gives what it promises when it is asked."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

import dosecal
from dosecal.app.cohort import frames
from dosecal.app.composition import protocols

if TYPE_CHECKING:
    from pathlib import Path


def test_version_is_that_of_the_distribution() -> None:
    assert dosecal.__version__ == version("dosecal")


def test_public_functions_are_those_of_the_verbs() -> None:
    assert dosecal.plan is frames.plan
    assert dosecal.load_protocol is protocols.load_protocol


def test_public_face_lists_its_names() -> None:
    assert dir(dosecal) == sorted(dosecal.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'dosecal' has no attribute 'plans'"):
        _ = dosecal.plans


def test_import_of_the_public_face_imports_nothing_heavy(root: Path) -> None:
    heavy = "{'numpy', 'pandas', 'pyarrow', 'yaml', 'typer', 'rich', 'dosecal.app'}"
    program = f"import sys, dosecal; print(sorted({heavy} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize("imported", ["dosecal.app.main", "dosecal.app.cohort.frames"])
def test_command_line_starts_without_pandas(imported: str, root: Path) -> None:
    program = f"import sys, {imported}; print('pandas' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
