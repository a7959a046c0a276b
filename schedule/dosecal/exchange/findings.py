"""What an export has to say beside its files, and what it refuses: one place for each sentence.

Conventions: one line for all visits of which the same is to be said; each is named.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.problems import OutputError, Problem, Source, expected_got
from dosecal.report.tables.formulas import GUARD, is_formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dosecal.exchange.preset import ExportFile, ExportInput
    from dosecal.model.protocol import Protocol, Visit


def finding(protocol: Protocol, code: str, about: str, message: str, hint: str = "") -> Problem:
    """Something that is to be said of an export of a protocol."""
    return Problem(Source(protocol.file), code, about, message, hint)


def named(ids: Iterable[str]) -> str:
    """Ids in a sentence, each once: ``D1``, ``D1 and D3``, ``D1, D3 and D5``."""
    each = tuple(dict.fromkeys(ids))
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"


def visits_named(visits: Iterable[Visit]) -> str:
    """The ids of visits in a sentence."""
    return named(visit.id for visit in visits)


def guarded_texts(files: Iterable[ExportFile], protocol: Protocol) -> tuple[Problem, ...]:
    """That texts of CSV files begin with an apostrophe now, and are others than in the protocol or the subjects."""
    texts: dict[str, None] = {}
    for file in files:
        if GUARD.encode() in file.content:
            rows = csv.reader(io.StringIO(file.content.decode(), newline=""))
            cells = (cell.removeprefix(GUARD) for row in rows for cell in row if cell.startswith(GUARD))
            texts |= dict.fromkeys(cell for cell in cells if is_formula(cell))
    if not texts:
        return ()
    message = f"{named(texts)}: a spreadsheet would run it as a formula; it begins with an apostrophe now"
    return (finding(protocol, "W003", "", message, "in the target it is another text then"),)


def rows_left_out(given: ExportInput, rows: Sequence[tuple[str, str]], why: str) -> tuple[Problem, ...]:
    """That visits of subjects are left out; none where there are none.

    Args:
        given: What the export is made from.
        rows: The ids of the subject and of the visit.
        why: Why.
    """
    if not rows:
        return ()
    shown = ", ".join(f"{visit} of {subject}" for subject, visit in rows[:_SHOWN])
    more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
    count = counted(len(rows), "visit is", "visits are")
    return (finding(given.protocol, "W115", "", f"{count} left out, {why}: {shown}{more}"),)


_SHOWN = 5


def refuse(protocol: Protocol, code: str, about: str, message: str, hint: str = "") -> OutputError:
    """The refusal of an export."""
    return OutputError((finding(protocol, code, about, message, hint),))


def refuse_option(option: str, expected: str, told: str) -> OutputError:
    """The refusal of what a target was told."""
    return OutputError((Problem(Source("--set"), "X102", option, expected_got(expected, told)),))


def chosen(given: ExportInput, option: str, choices: Sequence[str]) -> str:
    """What was told of an option with a closed set of values; the first where nothing was told.

    Raises:
        OutputError: If it is none of them.
    """
    told = given.options.get(option, choices[0])
    if told not in choices:
        raise refuse_option(option, f"one of {', '.join(choices)}", told)
    return told
