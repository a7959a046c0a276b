"""An actuals table (``subject_id, visit, date, status, dose, unit, note``) to what is on record.

Conventions: a table is used whole or not at all, since a row that can't be read may be the one that moves others. Each
distinct text is read once. A row without a visit is an unscheduled visit; ``off_treatment`` and ``off_study`` in the
place of a visit are endings. Whether the visits exist is looked at when the protocol is at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.plain_text import read_id, read_line
from dosecal.load.tables.subjects import NO_DAY
from dosecal.load.tables.table_header import require_columns
from dosecal.load.tables.text_chunks import cell_problems
from dosecal.model.conditions import Ending
from dosecal.model.days import read_date
from dosecal.model.distinct import distinct_rows
from dosecal.model.problems import CohortError, Problem, RefusedError, expected_got, quoted
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_number
from dosecal.model.record import Outcome, Record
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable

    Numbers = NDArray[np.int64]

NEEDED = ("subject_id", "visit", "date", "status")
ACTUAL_COLUMNS = (
    *NEEDED,
    "dose",
    "unit",
    "note",
    "regimen",
    "dose_start",
    "dose_end",
    "planned_first",
    "reason",
)
"""The columns of an actuals file; those after ``status`` may be missing."""

ENDINGS = tuple(one.value for one in Ending)
MINUTES_A_DAY = 1_440
_TIME = regex(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_WORDS = {outcome.word: outcome for outcome in Outcome}


def read_actuals(table: TextTable) -> Record:
    """What is on record in a table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    require_columns(table, NEEDED, ACTUAL_COLUMNS)
    reading = _Reading(table)
    for chunk in table.chunks:
        reading.add(chunk)
    record = reading.record()
    problems = [*reading.problems, *(() if reading.problems else _twice(record))]
    if problems:
        raise CohortError(tuple(sorted(problems, key=lambda one: (one.source.line, one.source.column))))
    return record


def strict_rows(table: TextTable) -> Iterator[tuple[str, ...]]:
    """The rows of an actuals table with ISO dates and points, however it is written; it can be read as it is."""
    how = table.reading
    strict = dict.fromkeys(("date", "planned_first"), how.iso) | dict.fromkeys(("dose_start", "dose_end"), how.moment)
    strict["dose"] = how.point
    for chunk in table.chunks:
        if chunk.lines:
            columns = (map(strict.get(name, str), chunk.texts(place)) for place, name in enumerate(table.header))
            yield from zip(*columns, strict=True)


class _Places(Struct):
    """Distinct values in the order in which they came, with the place of each."""

    values: dict[object, int] = field(default_factory=dict)

    def of(self, value: object) -> int:
        """The place of a value, which is a new one for a new value."""
        return self.values.setdefault(value, len(self.values))


class _Reading:
    """The chunks of one table, read into columns."""

    def __init__(self, table: TextTable) -> None:
        self.file = table.file
        self.position = {name: table.header.index(name) for name in ACTUAL_COLUMNS if name in table.header}
        self.how = table.reading
        self.files: list[tuple[int, str]] = []
        self.rows = 0
        self.problems: list[Problem] = []
        self.ids, self.visits, self.amounts = _Places(), _Places(), _Places()
        self.regimens, self.texts = _Places({"": 0}), _Places({"": 0})
        self.parts: list[list[Numbers]] = []

    def add(self, chunk: TextChunk) -> None:
        """Read the rows of a chunk; their problems are kept."""
        self.problems += cell_problems(chunk, frozenset(self.position.values()))
        if not chunk.lines:
            return
        file = chunk.place(0, 0).file
        if file != (self.files[-1][1] if self.files else self.file):
            self.files.append((self.rows, file))
        self.rows += len(chunk.lines)
        rows = _Rows(self, chunk)
        columns = [
            rows.read("subject_id", self._subject, "C101"),
            rows.read("visit", self.visits.of),
            rows.read("date", self._day_or_none, "C104"),
            rows.read("status", _outcome, "C310"),
            rows.read("regimen", self.regimens.of),
            rows.amounts(),
            rows.read("dose_start", self._minute_or_none, "C313"),
            rows.read("dose_end", self._minute_or_none, "C313"),
            rows.read("note", self._line, "C017"),
            rows.read("reason", self._line, "C017"),
            rows.read("planned_first", self._day_or_none, "C104"),
            np.array(chunk.lines, dtype=np.int64),
        ]
        rows.agree(columns)
        self.parts.append(columns)

    def _subject(self, text: str) -> int:
        return self.ids.of(read_id(text))

    def _line(self, text: str) -> int:
        return self.texts.of(read_line(text))

    def _day_or_none(self, text: str) -> int:
        return self.how.date(text) if text else NO_DAY

    def _minute_or_none(self, text: str) -> int:
        if not text:
            return NO_DAY
        match = _TIME.fullmatch(self.how.moment(text))
        if match is None:
            raise RefusedError('a local time such as "2026-03-09 09:30"')
        return read_date(match[1]) * MINUTES_A_DAY + int(match[2]) * 60 + int(match[3])

    def record(self) -> Record:
        """The columns of all chunks."""
        if self.parts:
            columns = [np.concatenate(pieces) for pieces in zip(*self.parts, strict=True)]
        else:
            columns = [np.zeros(0, dtype=np.int64)] * 12
        subject, visit, date, outcome, regimen, amount, start, end, note, reason, first, line = columns
        return Record(
            file=self.file,
            ids=_texts(self.ids),
            visits=_texts(self.visits),
            regimens=_texts(self.regimens),
            amounts=tuple(one for one in self.amounts.values if isinstance(one, Amount)),
            texts=_texts(self.texts),
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
            files=tuple(self.files),
        )


def _texts(places: _Places) -> tuple[str, ...]:
    return tuple(str(value) for value in places.values)


class _Rows(Struct, frozen=True):
    """The rows of one chunk."""

    reading: _Reading
    chunk: TextChunk

    def read(self, name: str, parse: Callable[[str], int], code: str = "") -> Numbers:
        """(n,) What each cell of a column says, each distinct text read once; a missing column is empty texts."""
        if name not in self.reading.position:
            return np.full(len(self.chunk.lines), parse(""), dtype=np.int64)
        texts, codes = self.chunk.distinct(self.reading.position[name])
        values, refusals = np.zeros(len(texts), dtype=np.int64), {}
        for place, text in enumerate(texts):
            try:
                values[place] = parse(text)
            except RefusedError as refusal:
                refusals[place] = refusal
        for place, why in refusals.items():
            message = expected_got(why.expected, texts[place])
            for row in np.flatnonzero(codes == place).tolist():
                self.refuse(row, name, code, message, why.hint)
        read: Numbers = values[codes]
        return read

    def refuse(self, row: int, name: str, code: str, message: str, hint: str = "") -> None:
        """Keep a problem with a cell."""
        place = self.chunk.place(row, self.reading.position.get(name, 0))
        self.reading.problems.append(Problem(place, code, name, message, hint))

    def amounts(self) -> Numbers:
        """(n,) The place of each given dose among the amounts; -1 for none. A dose and its unit stand together."""
        doses, units = _Places(), _Places()
        dose, unit = self.read("dose", doses.of), self.read("unit", units.of)
        dose_texts, unit_texts = _texts(doses), _texts(units)
        first, of_row = distinct_rows(dose, unit)
        places = np.full(len(first), -1, dtype=np.int64)
        for pair, example in enumerate(first.tolist()):
            dose_text, unit_text = dose_texts[dose[example]], unit_texts[unit[example]]
            if not dose_text and not unit_text:
                continue
            try:
                places[pair] = self.reading.amounts.of(_amount(dose_text, unit_text, self.reading.how))
            except RefusedError as refusal:
                message = expected_got(refusal.expected, f"{dose_text} {unit_text}".strip())
                for row in np.flatnonzero(of_row == pair).tolist():
                    self.refuse(row, "dose" if "dose" in self.reading.position else "unit", "C312", message)
        read: Numbers = places[of_row]
        return read

    def agree(self, columns: list[Numbers]) -> None:
        """Keep a problem for each row whose cells contradict each other."""
        _, visit, date, outcome, _, amount, start, end, *_ = columns
        visits = _texts(self.reading.visits)
        is_ending = np.isin(visit, [place for place, text in enumerate(visits) if text in ENDINGS])
        is_unnamed = np.isin(visit, [place for place, text in enumerate(visits) if not text])
        happens = np.isin(outcome, (Outcome.DONE, Outcome.PLANNED))
        is_done = outcome == Outcome.DONE
        no_day, held = date == NO_DAY, 'status "done"'
        wrong: Iterable[tuple[Numbers | NDArray[np.bool_], str, str, str]] = (
            (
                no_day & happens,
                "date",
                "C311",
                'a date such as "2026-03-09" of a visit that is done or planned',
            ),
            (~is_done & is_ending, "status", "C310", f"{held} of an ending, which happened or has no row"),
            (~is_done & is_unnamed, "status", "C310", f"{held} of a visit without a name"),
            (~is_done & (amount >= 0), "dose", "C312", f"no dose beside another status than {held}"),
            (is_ending & (amount >= 0), "dose", "C312", "no dose beside an ending, at which none is given"),
            (
                ~is_done & ((start != NO_DAY) | (end != NO_DAY)),
                "dose_start",
                "C313",
                f"no times beside another status than {held}",
            ),
            (
                (start != NO_DAY) & ~no_day & (start // MINUTES_A_DAY != date),
                "dose_start",
                "C313",
                "a time on the date of the row",
            ),
            (
                (end != NO_DAY) & ((start == NO_DAY) | (end < start)),
                "dose_end",
                "C313",
                "the beginning beside the end of a dose, and not after it",
            ),
        )
        bad_lines = {one.source.line for one in self.reading.problems}
        for is_wrong, name, code, message in wrong:
            for row in np.flatnonzero(is_wrong).tolist():
                if self.chunk.lines[row] not in bad_lines:
                    self.refuse(row, name, code, f"expected {message}, got {quoted(self._text(row, name))}")

    def _text(self, row: int, name: str) -> str:
        """The text of a cell; empty where the column is missing."""
        return self.chunk.texts(self.reading.position[name])[row] if name in self.reading.position else ""


def _amount(dose: str, unit: str, reading: TableReading) -> Amount:
    expected = f'a given dose with its unit such as "70250000" and "cells" ({", ".join(SUBSTANCES)})'
    try:
        value = reading.number(dose, lambda text: read_number(text, example="70250000"))
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if unit not in SUBSTANCES:
        raise RefusedError(expected)
    return Amount(value, Unit(unit))


def _outcome(text: str) -> int:
    if text not in _WORDS:
        raise RefusedError(", ".join(_WORDS))
    return _WORDS[text]


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
