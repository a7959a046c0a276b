"""A table of texts to Cohorts, chunk by chunk, with every problem that was found.

Conventions: each distinct text is read once, so that a long table costs little; a subject with a problem in any of its
cells is left out of the chunk's cohort and named in its problems. Ids are text and are kept to the character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.doses.body_text import (
    read_centimetres,
    read_creatinine,
    read_kilograms,
    read_method,
    read_rate,
    read_sex,
    read_surface,
)
from dosecal.load.plain_text import are_plain_ids, id_fault, read_name
from dosecal.load.protocol.checks import COHORT_COLUMNS
from dosecal.load.tables.levels_file import level_names, levels_of, read_level_name
from dosecal.load.tables.table_header import header_place, require_columns
from dosecal.load.tables.text_chunks import NO_CERTAIN_TEXT, cell_problems
from dosecal.load.tables.text_table import nobody
from dosecal.model.cohort import Cohort, KnownFact, Weights
from dosecal.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted
from dosecal.model.quantity import read_number
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from fractions import Fraction

    from numpy.typing import NDArray

    from dosecal.load.tables.levels_file import LevelEntry
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.cohort import Dates, Indices
    from dosecal.model.conditions import DeclaredFact
    from dosecal.model.protocol import Anchor, Protocol

    Days = NDArray[np.int64]

NO_DAY = np.iinfo(np.int64).min
"""What NaT is, as a number of days."""


class WeightEntry(Struct, frozen=True):
    """One weight of one subject, from whichever table.

    Attributes:
        day: Days since 1970-01-01.
        kilograms: The weight, exactly.
        method: The place in ``METHODS``; -1 where it is not given.
        source: Where it stands.
    """

    day: int
    kilograms: Fraction
    method: int
    source: Source


class SubjectReader(Struct):
    """Reads the subjects of one protocol, and remembers the ids that it has met.

    Attributes:
        protocol: The protocol.
        weights: Further weights, by subject id, each subject's in any order.
        levels: Dose levels with the days from which they hold, by subject id.
        seen: The ids met so far, with their lines.
        twice: Ids that are known to stand more than once, whose every row is refused; else the first alone is read.
        warnings: What was passed over.
        any_version: Whether a subject is read whose ``protocol_version`` is another one.
        arms: The arms of subjects that stand apart from them, by id, in place of what the subjects' table says.
        takes_words: Whether ``arm`` may hold the words that blinded arms share, since nothing that differs is shown.
        sites: The sites that are known, one of which every subject has; None where no sites are asked for.
        days: The dates read so far, by column, since a cohort's dates come again and again.
        files: The file of each id's first row, where the subjects are several files.
    """

    protocol: Protocol
    weights: Mapping[str, tuple[WeightEntry, ...]] = field(default_factory=dict)
    levels: Mapping[str, tuple[LevelEntry, ...]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    twice: frozenset[str] = frozenset()
    warnings: list[Problem] = field(default_factory=list)
    sites: tuple[str, ...] | None = None
    any_version: bool = False
    arms: Mapping[str, str] = field(default_factory=dict)
    takes_words: bool = False
    days: dict[str, dict[str, int]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def read(self, table: TextTable) -> Iterator[tuple[Cohort, list[Problem]]]:
        """The subjects of a table, chunk by chunk: the readable ones, and the problems of the others.

        Raises:
            CohortError: If a column is missing, or a whole file has no row at all.
        """
        columns = self._require_columns(table)
        position = {name: index for index, name in enumerate(table.header) if name in columns}
        is_empty = table.is_whole
        for chunk in table.chunks:
            is_empty = is_empty and not chunk.lines and not chunk.problems
            yield _ChunkReader(self, chunk, position, table).cohort()
        if is_empty:
            raise CohortError((nobody(table),))

    def _require_columns(self, table: TextTable) -> frozenset[str]:
        """The columns that are looked at."""
        anchors = tuple(anchor.id for anchor in self.protocol.anchors if anchor.event is None)
        needed = ("subject_id", "arm", *anchors, *(("site",) if self.sites is not None else ()))
        known = (*COHORT_COLUMNS, *anchors, *(fact.id for fact in self.protocol.facts))
        require_columns(table, needed, known)
        self.warnings += columns_passed_over(table, known)
        if self.protocol.ages is not None and "birth_date" not in table.header:
            message = f"ages are not checked against {self.protocol.ages.words}: there is no column birth_date"
            self.warnings.append(Problem(header_place(table), "W002", "", message))
        return frozenset(known)


def shared_words(protocol: Protocol) -> dict[str, int]:
    """The words that blinded arms share, with the place of the first, whose calendar is that of the others.

    The checks of a protocol file see to that; where an anchor is a dose, arms may differ in it, and no words are taken.
    """
    if any(anchor.event is not None for anchor in protocol.anchors):
        return {}
    words: dict[str, int] = {}
    for place, arm in enumerate(protocol.arms):
        if arm.blinded_as:
            words.setdefault(arm.blinded_as, place)
    return words


class _ChunkReader:
    """Reads one chunk: columns to codes, with the problems by row."""

    def __init__(self, reader: SubjectReader, chunk: TextChunk, position: dict[str, int], table: TextTable) -> None:
        self.reader = reader
        self.chunk = chunk
        self.position = position
        self.reading = table.reading
        self.count = len(chunk.lines)
        self.file = chunk.place(0, 0).file if self.count else table.file
        self.is_one_of_several = self.file != table.file
        self.problems = cell_problems(chunk, frozenset(position.values()))
        without_text = [one.source for one in self.problems if one.code == NO_CERTAIN_TEXT]
        self.failed = {(source.line, table.header[source.column - 1]) for source in without_text}
        lines = {source.line for source in without_text}
        self.bad_rows = {row for row, line in enumerate(chunk.lines) if line in lines} if lines else set()

    def cohort(self) -> tuple[Cohort, list[Problem]]:
        """The readable subjects, and the problems of the others in the order of the input."""
        protocol = self.reader.protocol
        ids = self._cells("subject_id")
        self._ids(ids)
        arm = self._arms(ids)
        anchors = np.stack([self._anchor_dates(one) for one in protocol.anchors], axis=1)
        birth = self._dates("birth_date", is_required=False)
        self._births_come_first(birth, anchors)
        self._versions()
        self._sites()
        height, centimetres = self._measures("height_cm", read_centimetres, "C111")
        gfr, rates = self._measures("gfr_ml_min", read_rate, "C114")
        creatinine, creatinines = self._measures("creatinine_mg_dl", read_creatinine, "C115")
        surface, surfaces = self._measures("body_surface_m2", read_surface, "C116")
        sex = self._sexes()
        facts = {fact.id: self._fact(fact) for fact in protocol.facts if fact.id in protocol.fact_needs}
        weights = self._weights()
        level = self._levels()
        kept = np.delete(np.arange(self.count), list(self.bad_rows))
        lines = np.array(self.chunk.lines, dtype=np.int32)
        cohort = Cohort(
            ids=ids if len(kept) == self.count else tuple(ids[row] for row in kept.tolist()),
            sites=self._texts("site", kept),
            arm=arm[kept],
            anchors=anchors[kept],
            birth=birth[kept],
            height=height[kept],
            centimetres=centimetres,
            gfr=gfr[kept],
            rates=rates,
            creatinine=creatinine[kept],
            creatinines=creatinines,
            surface=surface[kept],
            surfaces=surfaces,
            sex=sex[kept],
            weights=weights.of_kept_rows(kept, self.count),
            levels=levels_of(
                [ids[row] for row in kept.tolist()] if level or self.reader.levels else (),
                [level[row] for row in kept.tolist()] if level else (),
                self.reader.levels,
                protocol,
            ),
            file=self.file,
            line=lines[kept],
            facts={name: KnownFact(fact.codes[kept], fact.values) for name, fact in facts.items()},
        )
        self.problems.sort(key=lambda problem: (problem.source.line, problem.source.column))
        return cohort, self.problems

    def _cells(self, name: str) -> tuple[str, ...]:
        index = self.position.get(name)
        return ("",) * self.count if index is None or not self.count else self.chunk.texts(index)

    def _texts(self, name: str, kept: Days) -> tuple[str, ...]:
        if name not in self.position or not self.count:
            return ("",) * len(kept)
        texts, codes = self.chunk.distinct(self.position[name])
        return tuple(map(texts.__getitem__, codes[kept].tolist()))

    def refuse(self, row: int, name: str, code: str, message: str, hint: str = "") -> None:
        """Record a problem with a cell, unless it has one already, and leave its row out."""
        self.bad_rows.add(row)
        if (self.chunk.lines[row], name) in self.failed:
            return
        source = self.chunk.place(row, self.position.get(name, 0))
        self.problems.append(Problem(source, code, name, message, hint))

    def _ids(self, cells: tuple[str, ...]) -> None:
        seen, lines = self.reader.seen, self.chunk.lines
        distinct = set(cells)
        faults = {} if are_plain_ids(cells) else {text: id_fault(text) for text in distinct if text}
        refused = {text for text in distinct if not text or faults.get(text)}
        is_new = len(distinct) == len(cells) and seen.keys().isdisjoint(distinct)
        if self.is_one_of_several:
            self.reader.files.update((one, self.file) for one in distinct if one not in seen)
        if not refused and is_new and self.reader.twice.isdisjoint(distinct):
            seen.update(zip(cells, lines, strict=True))
            return
        for row, subject_id in enumerate(cells):
            if subject_id in refused:
                message = expected_got('an id such as "007"', subject_id)
                self.refuse(row, "subject_id", "C101", message, faults.get(subject_id, ""))
            elif subject_id in seen:
                message = f"expected each subject once, got {quoted(subject_id)} again ({self._first(subject_id)})"
                self.refuse(row, "subject_id", "C102", message)
            elif subject_id in self.reader.twice:
                message = f"expected each subject once, got {quoted(subject_id)} here and again below"
                self.refuse(row, "subject_id", "C102", message, "nobody picks one of the two")
            seen.setdefault(subject_id, lines[row])

    def _first(self, subject_id: str) -> str:
        """Where a subject stands first."""
        file = self.reader.files.get(subject_id, "")
        return f"first in line {self.reader.seen[subject_id]}{f' of {file}' if file else ''}"

    def _parsed(self, name: str, parse: Callable[[str], int], code: str, known: dict[str, int] | None = None) -> Days:
        """(n,) Each cell parsed; distinct texts once. What is refused becomes ``NO_DAY``, a problem and a bad row.

        Args:
            name: The column.
            parse: Gives a cell's number, or refuses it.
            code: The code of a refusal.
            known: Texts parsed before, to which these are added; None to begin anew.
        """
        if name not in self.position:
            return np.full(self.count, parse("") if self.count else 0, dtype=np.int64)
        if not self.count:
            return np.empty(0, dtype=np.int64)
        texts, codes = self.chunk.distinct(self.position[name])
        values = {} if known is None else known
        refusals: dict[str, RefusedError] = {}
        for text in texts:
            try:
                if text not in values:
                    values[text] = parse(text)
            except RefusedError as refusal:
                refusals[text] = refusal
        if refusals:
            for row, code_of_row in enumerate(codes.tolist()):
                text = texts[code_of_row]
                if text in refusals:
                    why = refusals[text]
                    self.refuse(row, name, code, expected_got(why.expected, text), why.hint)
        return np.array([values.get(text, NO_DAY) for text in texts], dtype=np.int64)[codes]

    def _arms(self, ids: tuple[str, ...]) -> Indices:
        """(n,) The place of each subject's arm: the one that stands apart, else the one of the table."""
        protocol, own = self.reader.protocol, self.reader.arms
        places = {one.id: index for index, one in enumerate(protocol.arms)}
        known = places | (shared_words(protocol) if self.reader.takes_words else {})
        if not own:
            return self._indices("arm", known, "C103", "an arm")
        found = np.zeros(self.count, dtype=np.int32)
        for row, (subject, cell) in enumerate(zip(ids, self._cells("arm"), strict=True)):
            text = own.get(subject, cell)
            if text in known:
                found[row] = known[text]
            else:
                self.refuse(row, "arm", "C103", expected_got(f"an arm of the protocol ({', '.join(places)})", text))
        return found

    def _indices(self, name: str, places: dict[str, int], code: str, what: str) -> Indices:
        shown = ", ".join(places)

        def parse(text: str) -> int:
            if text not in places:
                raise RefusedError(f"{what} of the protocol ({shown})")
            return places[text]

        return np.maximum(self._parsed(name, parse, code), 0).astype(np.int32)

    def _dates(self, name: str, *, is_required: bool) -> Dates:
        def parse(text: str) -> int:
            return NO_DAY if not text and not is_required else self.reading.date(text)

        known = self.reader.days.setdefault(name, {})
        return self._parsed(name, parse, "C104", known).view("datetime64[D]")

    def _anchor_dates(self, anchor: Anchor) -> Dates:
        """The column of an anchor; an event has none, and its date follows from the plan."""
        if anchor.event is not None:
            return np.full(self.count, np.datetime64("NaT", "D"))
        return self._dates(anchor.id, is_required=not anchor.may_be_empty)

    def _births_come_first(self, birth: Dates, anchors: Dates) -> None:
        for row in np.flatnonzero(birth > anchors[:, 0]):
            first = self.reader.protocol.anchors[0].id
            message = f"expected a birth_date on or before {first} ({anchors[row, 0]}), got {birth[row]}"
            self.refuse(int(row), "birth_date", "C109", message)

    def _versions(self) -> None:
        protocol = self.reader.protocol

        def parse(text: str) -> int:
            if text not in {"", protocol.version} and not self.reader.any_version:
                raise RefusedError(f'the version of the protocol, "{protocol.version}", or nothing')
            return 0

        self._parsed("protocol_version", parse, "C108")

    def _sites(self) -> None:
        known = self.reader.sites

        def parse(text: str) -> int:
            if known is not None and text not in known:
                raise RefusedError(f"one of the sites of the site file ({', '.join(known)})")
            read_name(text)
            return 0

        self._parsed("site", parse, "C017" if known is None else "C160")

    def _measures(self, name: str, read: Callable[[str], Fraction], code: str) -> tuple[Indices, tuple[Fraction, ...]]:
        """The place of each row's measure (-1 for none) and the distinct measures, where the protocol asks for them."""
        places: dict[Fraction, int] = {}

        def parse(text: str) -> int:
            return places.setdefault(self.reading.number(text, read), len(places)) if text else -1

        if name not in self.reader.protocol.body_needs:
            return np.full(self.count, -1, dtype=np.int32), ()
        return np.maximum(self._parsed(name, parse, code), -1).astype(np.int32), tuple(places)

    def _sexes(self) -> Indices:
        """The place of each row's sex (-1 for none), where the protocol asks for it."""
        if "sex" not in {*self.reader.protocol.body_needs, *self.reader.protocol.fact_needs}:
            return np.full(self.count, -1, dtype=np.int32)
        return np.maximum(self._parsed("sex", read_sex, "C112"), -1).astype(np.int32)

    def _levels(self) -> list[str]:
        """The name of each row's level, empty for none; an empty list where the protocol has no levels."""
        self._further_levels()
        names = level_names(self.reader.protocol)
        if not names or "dose_level" not in self.position:
            return []

        def parse(text: str) -> int:
            return names.index(read_level_name(text, self.reader.protocol)) if text else -1

        places = np.maximum(self._parsed("dose_level", parse, "C150"), -1)
        return [names[place] if place >= 0 else "" for place in places.tolist()]

    def _further_levels(self) -> None:
        """Leave out the rows whose levels in the levels table are none of the protocol."""
        for row, subject_id in enumerate(self._cells("subject_id") if self.reader.levels else ()):
            faults = [one.fault(self.reader.protocol) for one in self.reader.levels.get(subject_id, ())]
            found = [one for one in faults if one is not None]
            self.problems += found
            self.bad_rows |= {row} if found else set()

    def _fact(self, fact: DeclaredFact) -> KnownFact:
        """A declared fact that a condition asks for: one of its values, or a number; empty is not known."""
        values = {value: place for place, value in enumerate(fact.values)}
        numbers: dict[Fraction, int] = {}

        def parse(text: str) -> int:
            if not text:
                return -1
            if fact.is_number:
                value = self.reading.number(text, lambda one: read_number(one, example="2"))
                return numbers.setdefault(value, len(numbers))
            if text not in values:
                raise RefusedError(f"{', '.join(values)}, or nothing")
            return values[text]

        codes = np.maximum(self._parsed(fact.id, parse, "C318" if fact.is_number else "C319"), -1).astype(np.int32)
        return KnownFact(codes, tuple(numbers) if fact.is_number else fact.values)

    def _weights(self) -> _WeightRows:
        """The weights of each row: its own, and those of the weights table, by row and day."""
        value, kilograms, method, day = self._weight_cells()
        row = np.flatnonzero(value >= 0)
        own = _WeightRows(row, day[row], value[row], method[row], kilograms)
        return self._with_further(own) if self.reader.weights else own

    def _weight_cells(self) -> tuple[Days, tuple[Fraction, ...], Days, Days]:
        """The place of each row's weight (-1 for none), the distinct weights, the method and the day."""
        places: dict[Fraction, int] = {}

        def parse(text: str) -> int:
            return places.setdefault(self.reading.number(text, read_kilograms), len(places)) if text else -1

        value = np.maximum(self._parsed("weight_kg", parse, "C105"), -1)
        method = self._parsed("weight_method", read_method, "C107")
        day = self._dates("weight_date", is_required=False).astype(np.int64)
        for row in np.flatnonzero((value < 0) & ((day != NO_DAY) | (method >= 0))).tolist():
            if row not in self.bad_rows:
                message = 'expected a weight such as "70.5" beside its date or method, got nothing'
                self.refuse(row, "weight_kg", "C105", message)
        return value, tuple(places), method, day

    def _with_further(self, own: _WeightRows) -> _WeightRows:
        """The rows' own weights and those of the weights table; two of one day that differ are a problem."""
        kilograms = {value: place for place, value in enumerate(own.kilograms)}
        entries = {
            (row, day): (value, method)
            for row, day, value, method in zip(
                own.row.tolist(), own.day.tolist(), own.value.tolist(), own.method.tolist(), strict=True
            )
        }
        for row, subject_id in enumerate(self._cells("subject_id")):
            for entry in self.reader.weights.get(subject_id, ()):
                value = kilograms.setdefault(entry.kilograms, len(kilograms))
                other, _ = entries.setdefault((row, entry.day), (value, entry.method))
                if other != value:
                    message = f"expected one weight a day, got another one of the same day at {entry.source}"
                    self.refuse(row, "weight_kg", "C110", message)
        by_day = sorted(entries.items())
        columns = np.array([(row, day, value, method) for (row, day), (value, method) in by_day], dtype=np.int64)
        columns = columns.reshape(-1, 4)
        return _WeightRows(columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3], tuple(kilograms))


class _WeightRows(Struct, frozen=True):
    """Weights by row of a chunk and by day; the columns are those of ``Weights``, with days as numbers."""

    row: Days
    day: Days
    value: Days
    method: Days
    kilograms: tuple[Fraction, ...]

    def of_kept_rows(self, kept: Days, count: int) -> Weights:
        """The weights of the rows that are kept, which are numbered anew in their order."""
        new = np.full(count, -1, dtype=np.int64)
        new[kept] = np.arange(len(kept))
        is_kept = new[self.row] >= 0
        return Weights(
            subject=new[self.row[is_kept]].astype(np.int32),
            date=self.day[is_kept].view("datetime64[D]"),
            value=self.value[is_kept].astype(np.int32),
            method=self.method[is_kept].astype(np.int32),
            kilograms=self.kilograms,
        )


def columns_passed_over(table: TextTable, known: tuple[str, ...]) -> list[Problem]:
    """What is to be said of how a table was read, and a warning that names the columns that nobody asked for."""
    unknown = [name for name in table.header if name not in known]
    if not unknown:
        return list(table.warnings)
    shown = ", ".join(quoted(name) for name in unknown)
    passed_over = Problem(header_place(table), "W001", "", f"columns that nobody asks for are passed over: {shown}")
    return [*table.warnings, passed_over]


def repeated_ids(table: TextTable) -> frozenset[str]:
    """The subject ids that stand more than once in a table, which is read to its end for them."""
    seen: set[str] = set()
    twice: set[str] = set()
    if "subject_id" in table.header:
        column = table.header.index("subject_id")
        for chunk in table.chunks:
            for subject_id in chunk.texts(column) if chunk.lines else ():
                (twice if subject_id in seen else seen).add(subject_id)
    return frozenset(twice)
