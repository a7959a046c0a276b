"""An actuals table (``subject_id, visit, date, status, dose, unit, note``) to what is on record.

Conventions: a table is used whole or not at all, since a row that can't be read may be the one that moves others. Each
distinct text is read once. A row without a visit is an unscheduled visit; ``off_treatment`` and ``off_study`` in the
place of a visit are endings. Whether the visits exist is looked at when the protocol is at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.columns import DATE, SUBJECT_ID, Column, Kind, one_of
from dosecal.load.plain_text import read_line
from dosecal.load.tables.table_reader import NO_DAY, TableReader, raise_all
from dosecal.model.conditions import Ending
from dosecal.model.days import read_date
from dosecal.model.distinct import distinct_rows
from dosecal.model.problems import Problem, RefusedError, expected_got, quoted
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_number
from dosecal.model.record import Outcome, Record
from dosecal.model.regex import regex
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dosecal.load.tables.table_reader import Numbers, Rows
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_table import TextTable

ENDINGS = tuple(one.value for one in Ending)
MINUTES_A_DAY = 1_440
_TIME = regex(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_WORDS = {outcome.word: outcome for outcome in Outcome}


def _minute(text: str) -> int:
    """A local time, in minutes since 1970-01-01."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise RefusedError('a local time such as "2026-03-09 09:30"')
    return read_date(match[1]) * MINUTES_A_DAY + int(match[2]) * 60 + int(match[3])


_VISIT = "the id of a visit of the subject's arm; `off_treatment` or `off_study`"
_UNNAMED = "the visit has no name: see [below](#visits-without-a-name)"
_HELD = "the day on which it was held, or for which it is booked"
_STATUS = "`done`, `missed`, `cancelled`, or `planned` for a booking"
_FIRST = "the day on which a booked visit was planned before it was first moved"
_BEGAN, _ENDED = "the local time at which the dose began", "the local time at which it ended"
ACTUAL_COLUMNS = (
    SUBJECT_ID,
    Column("visit", Kind.TEXT, "", _VISIT, "D8").may_be_empty(_UNNAMED, ""),
    replace(DATE, meaning=_HELD).may_be_empty("refused where the status is `done` or `planned`"),
    Column("status", Kind.TEXT, "C310", _STATUS, "done", one_of(_WORDS, ", ".join(_WORDS))),
    Column("dose", Kind.DECIMAL, "C312", "the dose that was given, in plain digits", "70250000").optional(
        "no dose is on record", ""
    ),
    Column("unit", Kind.TEXT, "C312", "its unit, such as `cells` or `mg`", "cells").optional(
        "refused beside a dose", ""
    ),
    Column("note", Kind.TEXT, "C017", "what is to be said of it", "held at home", read_line).optional("nothing", ""),
    Column("regimen", Kind.TEXT, "", "whose dose it is, where several are given at the visit", "infusion").optional(
        "the only one of the visit", ""
    ),
    Column("dose_start", Kind.TIME, "C313", _BEGAN, "2026-03-09 09:30", _minute).optional("not known"),
    Column("dose_end", Kind.TIME, "C313", _ENDED, "2026-03-09 10:30", _minute).optional("not known"),
    replace(DATE, name="planned_first", meaning=_FIRST).optional("not moved"),
    Column("reason", Kind.TEXT, "C017", "why it was moved", "holiday", read_line).optional("nothing", ""),
)


def read_actuals(table: TextTable) -> Record:
    """What is on record in a table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    reading = _Reading(table)
    for rows in TableReader(table, ACTUAL_COLUMNS):
        if rows.count:
            reading.add(rows)
        reading.problems += rows.problems
    raise_all(reading.problems)
    record = reading.record()
    raise_all(_twice(record))
    return record


def strict_rows(table: TextTable) -> Iterator[tuple[str, ...]]:
    """The rows of an actuals table with ISO dates and points, however it is written; it can be read as it is."""
    how = table.reading
    strict = {Kind.DATE: how.iso, Kind.TIME: how.moment, Kind.DECIMAL: how.point}
    kinds = {one.name: strict.get(one.kind, str) for one in ACTUAL_COLUMNS}
    for chunk in table.chunks:
        if chunk.lines:
            columns = (map(kinds.get(name, str), chunk.texts(place)) for place, name in enumerate(table.header))
            yield from zip(*columns, strict=True)


class _Reading:
    """The chunks of one table, read into columns; values are known by their places over all chunks."""

    def __init__(self, table: TextTable) -> None:
        self.file = table.file
        self.problems: list[Problem] = []
        self._rows, self._files = 0, list[tuple[int, str]]()
        self._ids, self._visits, self._amounts = dict[str, int](), dict[str, int](), dict[Amount, int]()
        self._regimens, self._texts = {"": 0}, {"": 0}
        self._parts: list[list[Numbers]] = []

    def add(self, rows: Rows) -> None:
        """Read the rows of a chunk; their problems are theirs."""
        if rows.file != (self._files[-1][1] if self._files else self.file):
            self._files.append((self._rows, rows.file))
        self._rows += rows.count
        columns = [
            rows.places("subject_id", self._ids),
            rows.places("visit", self._visits),
            rows.numbers("date", NO_DAY),
            rows.numbers("status"),
            rows.places("regimen", self._regimens),
            _amounts(rows, self._amounts),
            rows.numbers("dose_start", NO_DAY),
            rows.numbers("dose_end", NO_DAY),
            rows.places("note", self._texts),
            rows.places("reason", self._texts),
            rows.numbers("planned_first", NO_DAY),
            np.array(rows.chunk.lines, dtype=np.int64),
        ]
        _agree(rows, columns, tuple(self._visits))
        self._parts.append(columns)

    def record(self) -> Record:
        """The columns of all chunks."""
        nothing = [np.zeros(0, dtype=np.int64)] * 12
        columns = [np.concatenate(pieces) for pieces in zip(*(self._parts or [nothing]), strict=True)]
        subject, visit, date, outcome, regimen, amount, start, end, note, reason, first, line = columns
        return Record(
            file=self.file,
            ids=tuple(self._ids),
            visits=tuple(self._visits),
            regimens=tuple(self._regimens),
            amounts=tuple(self._amounts),
            texts=tuple(self._texts),
            subject=subject.astype(np.int32),
            visit=visit.astype(np.int32),
            date=date.view("datetime64[D]"),
            outcome=outcome.astype(np.int8),
            regimen=regimen.astype(np.int32),
            amount=amount.astype(np.int32),
            start=start.view("datetime64[m]"),
            end=end.view("datetime64[m]"),
            note=note.astype(np.int32),
            reason=reason.astype(np.int32),
            planned_first=first.view("datetime64[D]"),
            line=line.astype(np.int32),
            files=tuple(self._files),
        )


def _amounts(rows: Rows, known: dict[Amount, int]) -> Numbers:
    """(n,) The place of each given dose among the amounts; -1 for none. A dose and its unit stand together."""
    (doses, dose), (units, unit) = rows.distinct("dose"), rows.distinct("unit")
    first, of_row = distinct_rows(dose, unit)
    places = np.full(len(first), -1, dtype=np.int64)
    for pair, example in enumerate(first.tolist()):
        dose_text, unit_text = doses[dose[example]], units[unit[example]]
        if not dose_text and not unit_text:
            continue
        try:
            amount = _amount(dose_text, unit_text, rows.reader.table.reading)
            places[pair] = known.setdefault(amount, len(known))
        except RefusedError as refusal:
            message = expected_got(refusal.expected, f"{dose_text} {unit_text}".strip())
            for row in np.flatnonzero(of_row == pair).tolist():
                rows.refuse(row, "dose" if "dose" in rows.reader.position else "unit", "C312", message)
    read: Numbers = places[of_row]
    return read


def _agree(rows: Rows, columns: list[Numbers], visits: tuple[str, ...]) -> None:
    """Keep a problem for each row whose cells contradict each other."""
    _, visit, date, outcome, _, amount, start, end, *_ = columns
    is_ending = np.isin(visit, [place for place, text in enumerate(visits) if text in ENDINGS])
    is_unnamed = np.isin(visit, [place for place, text in enumerate(visits) if not text])
    happens = np.isin(outcome, (Outcome.DONE, Outcome.PLANNED))
    is_done, no_day, held = outcome == Outcome.DONE, date == NO_DAY, 'status "done"'
    has_start, has_end, has_dose = start != NO_DAY, end != NO_DAY, amount >= 0
    is_other_day = has_start & ~no_day & (start // MINUTES_A_DAY != date)
    expected_date = 'a date such as "2026-03-09" of a visit that is done or planned'
    wrong: tuple[tuple[NDArray[np.bool_], str, str, str], ...] = (
        (no_day & happens, "date", "C311", expected_date),
        (~is_done & is_ending, "status", "C310", f"{held} of an ending, which happened or has no row"),
        (~is_done & is_unnamed, "status", "C310", f"{held} of a visit without a name"),
        (~is_done & has_dose, "dose", "C312", f"no dose beside another status than {held}"),
        (is_ending & has_dose, "dose", "C312", "no dose beside an ending, at which none is given"),
        (~is_done & (has_start | has_end), "dose_start", "C313", f"no times beside another status than {held}"),
        (is_other_day, "dose_start", "C313", "a time on the date of the row"),
        (
            has_end & (~has_start | (end < start)),
            "dose_end",
            "C313",
            "the beginning beside the end of a dose, and not after it",
        ),
    )
    bad = set(rows.bad)
    for is_wrong, name, code, message in wrong:
        for row in np.flatnonzero(is_wrong).tolist():
            if row not in bad:
                rows.refuse(row, name, code, f"expected {message}, got {quoted(rows.texts(name)[row])}")


def _amount(dose: str, unit: str, reading: TableReading) -> Amount:
    expected = f'a given dose with its unit such as "70250000" and "cells" ({", ".join(SUBSTANCES)})'
    try:
        value = reading.number(dose, lambda text: read_number(text, example="70250000"))
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if unit not in SUBSTANCES:
        raise RefusedError(expected)
    return Amount(value, Unit(unit))


def _line_of(record: Record, row: int, other: int) -> str:
    """Where a row stands, with its file where that is not the one of another row."""
    source = record.source(row)
    return f"line {source.line}" + ("" if source.file == record.source(other).file else f" of {source.file}")


def _twice(record: Record) -> list[Problem]:
    """A problem for each further row of a visit, unless the rows name regimens of their own and agree otherwise."""
    unnamed = [place for place, text in enumerate(record.visits) if not text]
    named = np.flatnonzero(~np.isin(record.visit, unnamed))
    first, of_row = distinct_rows(record.subject[named], record.visit[named])
    counts = np.bincount(of_row)
    problems, seen = [], set()
    for at in np.flatnonzero(counts[of_row] > 1).tolist():
        row, other = int(named[at]), int(named[first[of_row[at]]])
        regimen = (int(of_row[at]), int(record.regimen[row]))
        is_same = (record.date[row] == record.date[other] or np.isnat(record.date[[row, other]]).all()) and (
            record.outcome[row] == record.outcome[other]
        )
        if row != other and (regimen in seen or not is_same or 0 in {record.regimen[row], record.regimen[other]}):
            visit, subject = record.visits[record.visit[row]], record.ids[record.subject[row]]
            message = (
                f"expected one row for {visit} of {quoted(subject)}, got another one (the first is in "
                f"{_line_of(record, other, row)})"
            )
            hint = "several doses of one visit have a row each, with the regimen of each, one date and one status"
            problems.append(Problem(record.source(row), "C314", "visit", message, hint))
        seen.add(regimen)
    return problems
