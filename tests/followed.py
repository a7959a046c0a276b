"""Files of what happened, for tests that follow subjects up through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import NO_DAY_0, protocol_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    Row = dict[str, str]

HEADER = "subject_id,visit,date,status,dose,unit,note"


def files(
    folder: Path, *, visits: str, actuals: Iterable[str] = (), subjects: str = "1,control,2026-03-02", **more: str
) -> tuple[Path, Path, str, Path]:
    """A protocol, its subjects and what happened, as the arguments of a command.

    Args:
        folder: Where they are written.
        visits: The visits of the protocol.
        actuals: Lines such as ``1,D3,2026-03-04,done``, from the subject to the status or further.
        subjects: Lines such as ``1,control,2026-03-02``.
        more: ``regimen``, ``numbering`` and ``more``, as ``protocol_text`` takes them, and ``columns``, the further
            columns of the subjects such as ``,sex``.
    """
    columns = more.pop("columns", "")
    text = protocol_text(visits=visits, numbering=more.pop("numbering", NO_DAY_0), **more)
    (folder / "protocol.yaml").write_text(text, encoding="utf-8")
    (folder / "subjects.csv").write_text(f"subject_id,arm,start{columns}\n{subjects}\n", encoding="utf-8")
    width = HEADER.count(",")
    lines = [line + "," * (width - line.count(",")) for line in actuals]
    (folder / "actuals.csv").write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return folder / "protocol.yaml", folder / "subjects.csv", "--actuals", folder / "actuals.csv"


def followed(command: str, arguments: Iterable[Path | str], as_of: str, *options: str) -> list[Row]:
    """The rows that a command gives as of a day."""
    return csv_rows_of(run_well(command, *arguments, "--as-of", as_of, "--format", "csv", *options).stdout)


def statuses(arguments: Iterable[Path | str], as_of: str) -> dict[str, str]:
    """The status of each visit of one subject as of a day, by id."""
    return {row["visit"]: row["status"] for row in followed("visits", arguments, as_of)}
