"""Protocols of one list of subjects: the versions of a study, or of several studies, and who is planned by which.

Conventions: a subject belongs to the study that the row names, or to the only one that there is, and within it to the
version that its ``protocol_version`` names, or where it names none, to the one in effect on the date of its first
anchor: the latest whose ``effective`` is not after it. Where a row doesn't tell, nobody picks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dosecal.load.tables.levels_file import levels_before
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.text_chunks import ListedChunk
from dosecal.load.tables.text_table import nobody
from dosecal.model.days import read_date
from dosecal.model.problems import CohortError, PlanError, Problem, RefusedError, Source, quoted
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol

STUDY, VERSION = "study", "protocol_version"


class Unrouted(NamedTuple):
    """Why a row belongs to no certain protocol: a problem's code, the column, what was expected, and a hint."""

    code: str
    column: str
    expected: str
    hint: str


class Versions(Struct, frozen=True):
    """Versions of one study's protocol.

    Attributes:
        protocols: The versions, each of another name; the first is the one that was named first.
    """

    protocols: tuple[Protocol, ...]

    def __post_init__(self) -> None:
        """See that each is there once.

        Raises:
            PlanError: If one is not.
        """
        problems = []
        names: dict[str, str] = {}
        for one in self.protocols:
            if one.version in names:
                message = f"expected each version once, got {quoted(one.version)} again (first in {names[one.version]})"
                problems.append(Problem(Source(one.file), "L081", "version", message))
            names.setdefault(one.version, one.file)
        if problems:
            raise PlanError(tuple(problems))

    def place_of(self, version: str, start: str) -> int:
        """The place of the version that a subject is planned by.

        Args:
            version: The cell ``protocol_version``; empty for none.
            start: The cell of the first anchor.

        Raises:
            RefusedError: If no version has the name, or none is known to be in effect on the day.
        """
        known = [one.version for one in self.protocols]
        if version:
            if version not in known:
                raise RefusedError(f"a version of the protocol ({', '.join(known)}), or nothing")
            return known.index(version)
        if len(known) == 1:
            return 0
        day = read_date(start)
        effective = [(one.effective, place) for place, one in enumerate(self.protocols) if one.effective is not None]
        in_effect = [(since, place) for since, place in effective if since <= day]
        if not in_effect:
            undated = [one.version for one in self.protocols if one.effective is None]
            hint = f"{', '.join(undated)}: no date of effect is stated" if undated else ""
            expected = f"a version of the protocol ({', '.join(known)}), since none is in effect on {start}"
            raise RefusedError(expected, hint)
        return max(in_effect)[1]

    def before(self, protocol: Protocol) -> tuple[Protocol, ...]:
        """The versions that were in force before one of them took effect, from the latest to the first.

        A version was before another one if that names it as the one that it amends, or else if it took effect earlier.
        """
        if protocol.effective is None:
            return ()
        others = [one for one in self.protocols if one.version != protocol.version]
        amended = [one for one in others if one.version == protocol.amends]
        earlier = [one for one in others if one.effective is not None and one.effective < protocol.effective]
        if not amended and not earlier:
            return ()
        last = amended[0] if amended else max(earlier, key=lambda one: one.effective or 0)
        return (last, *self.before(last))


class Studies(Struct, frozen=True):
    """Protocols of which each subject of a list has one.

    Attributes:
        protocols: The protocols.
        versions: Those of each study, by its identifier.
        places: The places of each study's among all protocols, in the order of its versions.
    """

    protocols: tuple[Protocol, ...]
    versions: Mapping[str, Versions]
    places: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, protocols: Sequence[Protocol], *, several: bool = True) -> Studies:
        """The studies of protocols.

        Args:
            protocols: At least one.
            several: Whether they may be those of several studies.

        Raises:
            PlanError: If a version of a study is there twice, or another study where there may be one alone.
        """
        first = protocols[0].study
        strangers = tuple(
            Problem(
                Source(one.file), "L080", "study", f"expected a version of {quoted(first)}, got {quoted(one.study)}"
            )
            for one in protocols
            if one.study != first and not several
        )
        if strangers:
            raise PlanError(strangers)
        places: dict[str, list[int]] = {}
        for place, one in enumerate(protocols):
            places.setdefault(one.study, []).append(place)
        versions = {study: Versions(tuple(protocols[place] for place in some)) for study, some in places.items()}
        return cls(tuple(protocols), versions, {study: tuple(some) for study, some in places.items()})

    def place_of(self, cells: Mapping[str, str], reading: TableReading = STRICT) -> int | Unrouted:
        """The place of the protocol that a subject is planned by, or why there is none.

        Args:
            cells: The subject's cells by the names of their columns.
            reading: How their dates are written.
        """
        study, version = cells.get(STUDY, ""), cells.get(VERSION, "")
        fitting = [one for one in self.versions if study in {"", one}]
        if len(fitting) > 1:  # a version may still be of one study alone
            named = [
                study for study in fitting if any(one.version == version for one in self.versions[study].protocols)
            ]
            fitting = named or fitting
        if len(fitting) != 1:
            hint = "several fit, and nobody picks one" if fitting else ""
            return Unrouted("C320", STUDY, f"the study of one of the protocols ({', '.join(self.versions)})", hint)
        versions = self.versions[fitting[0]]
        if len(versions.protocols) == 1:
            return self.places[fitting[0]][0]
        anchor = versions.protocols[0].anchors[0].id
        start = cells.get(anchor, "")
        try:
            if not version:
                reading.date(start)
        except RefusedError as refusal:
            return Unrouted("C104", anchor, refusal.expected, refusal.hint)
        try:
            place = versions.place_of(version, reading.iso(start))
        except RefusedError as refusal:
            return Unrouted("L082", VERSION, refusal.expected, refusal.hint)
        return self.places[fitting[0]][place]

    def parts_of(
        self, chunk: TextChunk, header: tuple[str, ...], reading: TableReading = STRICT
    ) -> tuple[list[list[int]], list[Problem]]:
        """The rows of a chunk that belong to each protocol, and a problem for each that belongs to no certain one."""
        position = {name: index for index, name in enumerate(header)}
        asked = {STUDY, VERSION, *(one.anchors[0].id for one in self.protocols)} & position.keys()
        columns = {name: chunk.texts(position[name]) for name in asked}
        rows: list[list[int]] = [[] for _ in self.protocols]
        problems = []
        for row in range(len(chunk.lines)):
            cells = {name: texts[row] for name, texts in columns.items()}
            place = self.place_of(cells, reading)
            if isinstance(place, Unrouted):
                where = chunk.place(row, position.get(place.column, 0))
                message = f"expected {place.expected}, got {quoted(cells.get(place.column, ''))}"
                problems.append(Problem(where, place.code, place.column, message, place.hint))
            else:
                rows[place].append(row)
        return rows, problems


class ReadCohort(NamedTuple):
    """Subjects of one protocol, as they were read together.

    Attributes:
        protocol: The protocol that they are planned by.
        cohort: The subjects.
        earlier: The versions that were in force before it took effect, from the latest to the first, each with those of
            the subjects whom it can plan.
    """

    protocol: Protocol
    cohort: Cohort
    earlier: tuple[tuple[Protocol, Cohort], ...] = ()


class StudyReaders(Struct, frozen=True):
    """Reads subjects that are planned by several protocols, a reader a protocol; ids are met once over all of them.

    Attributes:
        studies: The protocols.
        readers: Their readers, in the same order, which share the ids that they have met.
        looks_back: Whether subjects are read by the versions before theirs, too.
    """

    studies: Studies
    readers: tuple[SubjectReader, ...]
    looks_back: bool = False

    def read(self, table: TextTable) -> Iterator[tuple[list[ReadCohort], list[Problem]]]:
        """The subjects of a table, chunk by chunk: each protocol with its own, and the problems of the others.

        Raises:
            CohortError: If a column is missing, or a whole file has no row at all.
        """
        if len(self.readers) == 1 and STUDY not in table.header:
            for cohort, bad in self.readers[0].read(table):
                yield [ReadCohort(self.studies.protocols[0], cohort)], bad
            return
        is_empty = table.is_whole
        for chunk in table.chunks:
            is_empty = is_empty and not chunk.lines and not chunk.problems
            yield self._read_chunk(table, chunk)
        if is_empty:
            raise CohortError((nobody(table),))

    def _read_chunk(self, table: TextTable, chunk: TextChunk) -> tuple[list[ReadCohort], list[Problem]]:
        if not chunk.lines:
            first, alone = self.readers[0], replace(table, chunks=iter([chunk]), is_whole=False)
            return [ReadCohort(first.protocol, cohort) for cohort, _ in first.read(alone)], list(chunk.problems)
        rows, problems = self.studies.parts_of(chunk, table.header, table.reading)
        met, routed = self.readers[0].met, {row for own in rows for row in own}
        met.pass_over(chunk, table.header)
        if "subject_id" in table.header:
            ids = chunk.texts(table.header.index("subject_id"))
            met.refuse(one for row, one in enumerate(ids) if row not in routed)
        of_rows = {chunk.lines[row] for row in routed}
        problems += [fault for fault in chunk.problems if fault.source.line not in of_rows]
        group: list[ReadCohort] = []
        for own, reader in zip(rows, self.readers, strict=True):
            for cohort, bad in reader.read(_part(table, chunk, own)) if own else ():
                group.append(ReadCohort(reader.protocol, cohort, self._earlier(reader.protocol, table, chunk, own)))
                problems += bad
        return group, sorted(problems, key=lambda one: (one.source.line, one.source.column))

    def _earlier(
        self, protocol: Protocol, table: TextTable, chunk: TextChunk, rows: list[int]
    ) -> tuple[tuple[Protocol, Cohort], ...]:
        """The same rows by the versions before; a subject whom one of them can't plan is not among its own.

        A level that holds only from the days of the version after on is none of theirs.
        """
        before = self.studies.versions[protocol.study].before(protocol) if self.looks_back else ()
        shared, readers = self.readers[0], []
        for version, after in zip(before, (protocol, *before), strict=False):
            levels = levels_before(shared.levels, after.effective or 0)
            alike = SubjectReader(version, shared.weights, levels, any_version=True)
            alike.arms, alike.takes_words = shared.arms, shared.takes_words
            readers.append(alike)
        return tuple(
            (reader.protocol, cohort) for reader in readers for cohort, _ in reader.read(_part(table, chunk, rows))
        )

    @property
    def warnings(self) -> list[Problem]:
        """What was passed over, each once."""
        return list(dict.fromkeys(warning for reader in self.readers for warning in reader.warnings))


def _part(table: TextTable, chunk: TextChunk, rows: list[int]) -> TextTable:
    """Some rows of a chunk as a table of their own, with their places and faults."""
    texts = [tuple(map(chunk.texts(column).__getitem__, rows)) for column in range(len(table.header))]
    lines = [chunk.lines[row] for row in rows]
    known = set(lines)
    faults = [fault for fault in chunk.problems if fault.source.line in known]
    numbers = [bytes(flags[row] for row in rows) for flags in chunk.numbers]
    part = ListedChunk(lines, texts, lambda row, column: chunk.place(rows[row], column), faults, numbers)
    return replace(table, chunks=iter([part]), is_whole=False)
