"""Versions of one study's protocol: what they change, and which of them each subject is planned by.

Conventions: a subject is planned by the version that its ``protocol_version`` names, or where it names none, by the one
in effect on the date of its first anchor: the latest whose ``effective`` is not after it. Where neither tells, nobody
picks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.cohort_file import read_table
from dosecal.load.subjects import SubjectReader
from dosecal.load.text_chunks import ListedChunk
from dosecal.load.text_table import nobody
from dosecal.model.days import read_date
from dosecal.model.problems import CohortError, PlanError, Problem, RefusedError, Source, quoted
from dosecal.planning.follow_up import follow_up
from dosecal.planning.resolve import plan_schedule
from dosecal.report.changes import Change, protocol_changes
from dosecal.report.schedule_tables import doses_table, visits_table
from dosecal.report.subject_changes import SubjectChange, subject_changes
from dosecal.report.tables import Column, Table
from dosecal.workflow.protocols import load_for_planning
from dosecal.workflow.store import open_input

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dosecal.load.text_chunks import TextChunk
    from dosecal.load.text_table import TextTable
    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol
    from dosecal.model.timing import Horizon

    Lines = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions of one study's protocol.

    Attributes:
        protocols: The versions, each of another name; the first is the one that was named first.
    """

    protocols: tuple[Protocol, ...]

    def __post_init__(self) -> None:
        """See that they are versions of one study, each once.

        Raises:
            PlanError: If they are not.
        """
        first = self.protocols[0]
        problems = []
        names: dict[str, str] = {first.version: first.file}
        for one in self.protocols[1:]:
            if one.study != first.study:
                message = f"expected a version of {quoted(first.study)}, got {quoted(one.study)}"
                problems.append(Problem(Source(one.file), "L080", "study", message))
            elif one.version in names:
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


def load_versions(names: Sequence[str], horizon: Horizon | None = None) -> Versions:
    """The versions in files.

    Raises:
        ProtocolError: If one of them can't be read.
        PlanError: If they are not versions of one study, or their cycles go on without an end or a horizon.
    """
    return Versions(tuple(load_for_planning(name, horizon) for name in names))


def by_version(table: TextTable, versions: Versions) -> Iterator[tuple[list[TextTable | None], list[Problem]]]:
    """The chunks of a table, each parted by the version that its rows are planned by.

    Args:
        table: The subjects.
        versions: The versions.

    Returns:
        For each chunk, the rows of each version as a table of one chunk (None for no rows), in the order of the
        versions, and a problem for each row whose version is not known; such a row is in none of them.
    """
    position = {name: index for index, name in enumerate(table.header)}
    anchor = versions.protocols[0].anchors[0].id
    for chunk in table.chunks:
        if not chunk.lines:
            yield [_part(table, chunk, [], problems=chunk.problems)], []
            continue
        named = (
            chunk.texts(position["protocol_version"]) if "protocol_version" in position else ("",) * len(chunk.lines)
        )
        starts = chunk.texts(position[anchor]) if anchor in position else ("",) * len(chunk.lines)
        rows: list[list[int]] = [[] for _ in versions.protocols]
        problems = []
        for row, (version, start) in enumerate(zip(named, starts, strict=True)):
            try:
                rows[versions.place_of(version, table.reading.iso(start))].append(row)
            except RefusedError as refusal:
                place = chunk.place(row, position.get("protocol_version", 0))
                message = f"expected {refusal.expected}, got {quoted(version)}"
                problems.append(Problem(place, "L082", "protocol_version", message, refusal.hint))
        parts = [
            _part(table, chunk, own, problems=chunk.problems if place == 0 else []) if own or place == 0 else None
            for place, own in enumerate(rows)
        ]
        yield parts, problems


def _part(table: TextTable, chunk: TextChunk, rows: list[int], *, problems: list[Problem]) -> TextTable:
    """Some rows of a chunk as a table of their own, with their places."""
    columns = [chunk.texts(column) for column in range(len(table.header))] if rows else [() for _ in table.header]
    texts = [tuple(column[row] for row in rows) for column in columns]
    lines = [chunk.lines[row] for row in rows]

    def place(row: int, column: int) -> Source:
        return chunk.place(rows[row], column)

    part = ListedChunk(lines, texts, place, list(problems))
    return replace(table, chunks=iter([part]), is_whole=False)


@dataclass(frozen=True, slots=True)
class VersionReaders:
    """Reads subjects that are planned by several versions, a reader a version; ids are met once over all of them.

    Attributes:
        versions: The versions.
        readers: Their readers, in the same order, which share the ids that they have met.
    """

    versions: Versions
    readers: tuple[SubjectReader, ...]

    def read(self, table: TextTable) -> Iterator[tuple[list[tuple[Protocol, Cohort]], list[Problem]]]:
        """The subjects of a table, chunk by chunk: each version with its own, and the problems of the others.

        Raises:
            CohortError: If a column is missing, or there is no row at all.
        """
        if len(self.readers) == 1:
            for cohort, bad in self.readers[0].read(table):
                yield [(self.versions.protocols[0], cohort)], bad
            return
        is_empty = table.is_whole
        for parts, unplanned in by_version(table, self.versions):
            group, problems = [], list(unplanned)
            for part, reader in zip(parts, self.readers, strict=False):
                if part is None:
                    continue
                known = len(reader.warnings)
                for cohort, bad in reader.read(part):
                    group.append((reader.protocol, cohort))
                    problems += bad
                del reader.warnings[known or len(reader.warnings) :]
            is_empty = is_empty and not problems and not any(len(cohort) for _, cohort in group)
            yield group, sorted(problems, key=lambda one: (one.source.line, one.source.column))
        if is_empty:
            raise CohortError((nobody(table),))

    @property
    def warnings(self) -> list[Problem]:
        """What was passed over, each once."""
        return list(dict.fromkeys(warning for reader in self.readers for warning in reader.warnings))


def joined_tables(tables: Sequence[Table], cohorts: Sequence[Cohort]) -> Table:
    """Tables of one kind as one, with their rows in the order of the subjects in the input.

    Args:
        tables: The tables, with the same columns.
        cohorts: The subjects of each, from one input.
    """
    if len(tables) == 1:
        return tables[0]
    return _ordered(tables, [_lines(table, cohort) for table, cohort in zip(tables, cohorts, strict=True)])


def _lines(table: Table, cohort: Cohort) -> Lines:
    """(rows,) The line of each row's subject in the input."""
    line_of = dict(zip(cohort.ids, cohort.line.tolist(), strict=True))
    (column,) = (column for column in table.columns if column.name == "subject_id")
    by_text = np.array([line_of.get(text, 0) for text in column.texts], dtype=np.int64)
    return by_text[np.zeros(table.rows, dtype=np.int64) if column.codes is None else column.codes]


def _ordered(tables: Sequence[Table], keys: Sequence[Lines]) -> Table:
    order = np.argsort(np.concatenate(keys), kind="stable")
    columns = []
    for together in zip(*(table.columns for table in tables), strict=True):
        texts: list[str] = []
        codes = []
        for table, column in zip(tables, together, strict=True):
            own = np.zeros(table.rows, dtype=np.int64) if column.codes is None else column.codes
            codes.append(own + len(texts))
            texts += column.texts
        columns.append(Column(together[0].name, together[0].kind, tuple(texts), np.concatenate(codes)[order]))
    return Table(tables[0].name, len(order), tuple(columns))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a protocol, and what the newer one changes.

    Attributes:
        old, new: The versions.
        changes: What the protocol says otherwise.
        of_subjects: What that changes for the subjects of a file; None where no file was given.
        problems: Subjects that can't be planned by one of the versions.
    """

    old: Protocol
    new: Protocol
    changes: tuple[Change, ...]
    of_subjects: tuple[SubjectChange, ...] | None = None
    problems: tuple[Problem, ...] = ()


def compare_versions(old: str, new: str, subjects: str | None, horizon: Horizon | None) -> Comparison:
    """What a newer version of a protocol changes against an older one.

    Args:
        old: The name of the older version.
        new: The name of the newer version.
        subjects: The name of a file of subjects, to say for whom; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.

    Raises:
        ScheduleError: If one of the versions or the subjects can't be read, or they are of different studies.
    """
    before, after = (load_for_planning(name, horizon) for name in (old, new))
    if before.study != after.study:
        message = f"expected a version of {quoted(before.study)}, got {quoted(after.study)}"
        raise PlanError((Problem(Source(after.file), "L080", "study", message),))
    changes = protocol_changes(before, after)
    if subjects is None:
        return Comparison(before, after, changes)
    of_subjects, problems = changes_for_subjects(before, after, subjects)
    return Comparison(before, after, changes, of_subjects, problems)


def changes_for_subjects(
    old: Protocol, new: Protocol, subjects: str
) -> tuple[tuple[SubjectChange, ...], tuple[Problem, ...]]:
    """What a new version changes for each subject of a file, and the problems of subjects that either can't plan.

    Args:
        old: The old version.
        new: The new version; only its rows from the day of its ``effective`` on are told, where that is stated.
        subjects: The name of the subjects' file.

    Raises:
        CohortError: If the file can't be read.
    """
    problems: dict[Problem, None] = {}
    tables: list[tuple[Table, Table]] = []
    for protocol in (old, new):
        with open_input(subjects) as (stream, name, _):
            pieces = []
            reader = SubjectReader(protocol, any_version=True)
            for cohort, bad in reader.read(read_table(stream, name)):
                problems |= dict.fromkeys(bad)
                schedule = follow_up(plan_schedule(protocol, cohort), None, np.datetime64("NaT", "D"))
                pieces.append((visits_table(schedule), doses_table(schedule)))
        tables.append((_stacked([visits for visits, _ in pieces]), _stacked([doses for _, doses in pieces])))
    found = subject_changes(tables[0], tables[1])
    if new.effective is None:
        return found, tuple(problems)
    return tuple(one for one in found if _is_from(one.day, new.effective)), tuple(problems)


def _stacked(tables: Sequence[Table]) -> Table:
    """Tables of one kind, one after the other."""
    starts = np.cumsum([0, *(table.rows for table in tables)])
    return _ordered(tables, [np.arange(table.rows) + start for table, start in zip(tables, starts, strict=False)])


def _is_from(day: str, effective: int) -> bool:
    return not day or read_date(day) >= effective
