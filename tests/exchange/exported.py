"""Exports through the command line, and their files read back."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.command_line import run

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]


@dataclass(frozen=True)
class Export:
    """What an export gave: its exit code, its files by name, and what it said."""

    exit_code: int
    files: dict[str, bytes]
    said: str

    def rows(self, name: str) -> list[Row]:
        """The rows of a CSV file, each by the names of the header."""
        return list(csv.DictReader(io.StringIO(self.files[name].decode(), newline="")))

    def header(self, name: str) -> str:
        """The first line of a CSV file."""
        return self.files[name].decode().split("\n", 1)[0]

    def lines_with(self, code: str) -> list[str]:
        """What was said under a code, a line each, without the place and the code."""
        lines = (line for line in self.said.splitlines() if line.endswith(f"[{code}]"))
        return [line.split(".yaml: ", 1)[1].removesuffix(f" [{code}]") for line in lines]


def export(
    folder: Path,
    protocol: str | Path,
    target: str,
    *more: str | Path,
    subjects: str | Path = "",
    as_of: str = "2026-03-01",
) -> Export:
    """An export of a protocol, by its text, its path or the id of a shipped one.

    Args:
        folder: A folder for the files.
        protocol: The text, the path or the id.
        target: The target.
        more: Further arguments; ``NAME=VALUE`` is told to the target.
        subjects: The subjects as CSV text or as a path; none for a target without them.
        as_of: The day of judgement.
    """
    output = folder / "out"
    arguments: list[str | Path] = ["export", _kept(folder / "protocol.yaml", protocol)]
    if subjects:
        arguments.append(_kept(folder / "subjects.csv", subjects))
    for one in more:
        is_told = isinstance(one, str) and "=" in one
        arguments += ["--set", one] if is_told else [one]
    result = run(*arguments, "--to", target, "-o", f"{output}/", "--as-of", as_of)
    files = {one.name: one.read_bytes() for one in sorted(output.iterdir())} if output.is_dir() else {}
    return Export(result.exit_code, files, result.stderr)


def _kept(path: Path, text: str | Path) -> str | Path:
    if not isinstance(text, str) or "\n" not in text:
        return text
    path.write_text(text, encoding="utf-8")
    return path
