"""Each bad protocol file is refused with exactly the problems that its last lines name.

A file ends with the line ``# Problems:`` and, after it, one comment a problem: what is printed after the file's name.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.model.codes import CODES
from dosecal.model.problems import ProtocolError

FOLDER = Path(__file__).parents[1] / "bad_protocols"
FILES = tuple(sorted(path.name for path in FOLDER.glob("*.yaml")))
NOT_IN_A_FILE = {"P001", "P002"}
"""A file that isn't there, and one that is no text: the tests of the command line and of YAML have them."""


def expected_lines(name: str) -> list[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line.removeprefix("# ") for line in text.partition("# Problems:\n")[2].splitlines()]


def found_lines(content: bytes) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        read_protocol(content, "bad.yaml")
    return [str(problem).removeprefix("bad.yaml:") for problem in caught.value.problems]


@pytest.mark.parametrize("name", FILES)
def test_bad_protocol_is_refused_with_its_problems_and_no_others(name: str) -> None:
    assert found_lines((FOLDER / name).read_bytes()) == expected_lines(name)


@pytest.mark.parametrize("code", [code for code, _ in CODES if code.startswith("P") and code not in NOT_IN_A_FILE])
def test_code_of_a_protocol_has_a_bad_file(code: str) -> None:
    own = [name for name in FILES if name.startswith(code.lower())]
    assert own
    assert all(line.endswith(f"[{code}]") for name in own for line in expected_lines(name))


@pytest.mark.parametrize("name", FILES)
def test_line_ends_of_windows_change_no_place(name: str) -> None:
    content = (FOLDER / name).read_bytes().replace(b"\n", b"\r\n")
    assert found_lines(content) == expected_lines(name)


@pytest.mark.parametrize("name", FILES)
def test_byte_order_mark_changes_no_place(name: str) -> None:
    content = b"\xef\xbb\xbf" + (FOLDER / name).read_bytes()
    assert found_lines(content) == expected_lines(name)
