"""A table of subjects to Cohorts, chunk by chunk, with every problem that was found.

Conventions: a subject with a problem in any cell is left out of the chunk's cohort and named in its problems. Ids are
text and are kept to the character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from dosecal.load.columns import DATE, REFUSED, SUBJECT_COLUMNS, Column, Kind, one_of
from dosecal.load.plain_text import are_plain_ids, id_fault, read_name
from dosecal.load.tables.csv_rows import CUT_CODES
from dosecal.load.tables.levels_file import level_names, levels_of, read_level_name
from dosecal.load.tables.table_header import columns_passed_over, folded, header_place
from dosecal.load.tables.table_reader import NO_DAY, TableReader, in_order
from dosecal.load.tables.text_table import nobody
from dosecal.load.tables.weights_file import weights_of
from dosecal.model.cohort import Cohort, KnownFact
from dosecal.model.problems import CohortError, Problem, RefusedError, Source, expected_got, quoted
from dosecal.model.quantity import read_number
from dosecal.model.struct import Struct, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from fractions import Fraction

    from dosecal.load.tables.levels_file import LevelEntry
    from dosecal.load.tables.table_reader import Numbers, Rows
    from dosecal.load.tables.text_chunks import TextChunk
    from dosecal.load.tables.text_table import TextTable
    from dosecal.load.tables.weights_file import WeightEntry
    from dosecal.model.cohort import Dates
    from dosecal.model.conditions import DeclaredFact
    from dosecal.model.protocol import Anchor
    from dosecal.model.protocol import Protocol as StudyProtocol

WEIGHT_OF_NOBODY, LEVEL_OF_NOBODY = "C201", "C152"
_NUMBERS = frozenset(one.name for one in SUBJECT_COLUMNS if one.kind is Kind.DECIMAL) - {"weight_kg"}


class MetSubjects(Struct):
    """The subjects of a table that were met so far, whether they could be read or not.

    Attributes:
        lines: The line of each id's first row.
        files: The file of that, where the subjects are several files.
        twice: Ids that are known to stand more than once, whose every row is refused; else the first alone is read.
        refused: The letters and digits of ids in rows that were left out, or that can't be read themselves.
        is_cut: Whether a part of the table was not read.
    """

    lines: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    twice: frozenset[str] = frozenset()
    refused: set[str] = field(default_factory=set)
    is_cut: bool = False

    def __contains__(self, subject_id: object) -> bool:
        """Whether an id of another table may be that of a subject: what was refused has its problem already."""
        return self.is_cut or subject_id in self.lines or (bool(self.refused) and _letters(subject_id) in self.refused)

    def refuse(self, ids: Iterable[str]) -> None:
        """Keep ids of rows that were refused."""
        self.refused.update(filter(None, map(_letters, ids)))

    def pass_over(self, chunk: TextChunk, header: tuple[str, ...]) -> None:
        """Keep what is known of rows that a chunk left out."""
        self.is_cut = self.is_cut or any(one.code in CUT_CODES for one in chunk.problems)
        if "subject_id" in header:
            at = header.index("subject_id")
            self.refuse(cells[at] for cells in chunk.left_out if at < len(cells))


def _letters(subject_id: object) -> str:
    """The letters and digits of an id without zeros before them, which a spreadsheet takes away."""
    return folded(str(subject_id)).lstrip("0")


class SubjectReader(Struct):
    """Reads the subjects of one protocol.

    Attributes:
        protocol: The protocol.
        weights: Further weights, by subject id, each subject's in any order.
        levels: Dose levels with the days from which they hold, by subject id.
        met: The subjects met so far, by this reader and those that share it.
        warnings: What was passed over.
        sites: The sites that are known, one of which every subject has; None where no sites are asked for.
        any_version: Whether a subject is read whose ``protocol_version`` is another one.
        arms: The arms of subjects that stand apart from them, by id, in place of what the subjects' table says.
        takes_words: Whether ``arm`` may hold the words that blinded arms share, since nothing that differs is shown.
    """

    protocol: StudyProtocol
    weights: Mapping[str, tuple[WeightEntry, ...]] = field(default_factory=dict)
    levels: Mapping[str, tuple[LevelEntry, ...]] = field(default_factory=dict)
    met: MetSubjects = field(default_factory=MetSubjects)
    warnings: list[Problem] = field(default_factory=list)
    sites: tuple[str, ...] | None = None
    any_version: bool = False
    arms: Mapping[str, str] = field(default_factory=dict)
    takes_words: bool = False

    def read(self, table: TextTable) -> Iterator[tuple[Cohort, list[Problem]]]:
        """The subjects of a table, chunk by chunk: the readable ones, and the problems of the others.

        Raises:
            CohortError: If a column is missing, or a whole file has no row at all.
        """
        columns = self.columns()
        reader = TableReader(table, columns)
        self.warnings += columns_passed_over(table, columns)
        if self.protocol.ages is not None and "birth_date" not in table.header:
            message = f"ages are not checked against {self.protocol.ages.words}: there is no column birth_date"
            self.warnings.append(Problem(header_place(table), "W002", "", message))
        is_empty = table.is_whole
        for rows in reader:
            is_empty = is_empty and not rows.count and not rows.chunk.problems
            self.met.pass_over(rows.chunk, table.header)
            yield _SubjectRows(self, rows).cohort(), in_order(rows.problems)
        if is_empty:
            raise CohortError((nobody(table),))

    def columns(self) -> tuple[Column, ...]:
        """The columns of the protocol's subjects."""
        protocol = self.protocol
        anchors = (_anchor_column(one) for one in protocol.anchors if one.event is None)
        arms = {one.id: place for place, one in enumerate(protocol.arms)}
        arms |= shared_words(protocol) if self.takes_words else {}
        own = {one.name: one for one in SUBJECT_COLUMNS}
        reads: dict[str, Callable[[str], object]] = {
            "arm": one_of(arms, f"an arm of the protocol ({', '.join(arms)})"),
            "protocol_version": self._read_version,
            "dose_level": lambda text: read_level_name(text, protocol),
        }
        own |= {name: replace(own[name], read=read) for name, read in reads.items()}
        if self.sites is not None:
            site = replace(own["site"], code="C160", read=self._read_site, when_empty=REFUSED, is_required=True)
            own["site"] = site
        subject_id, arm, *others = own.values()
        return (subject_id, arm, *anchors, *others, *map(_fact_column, protocol.facts))

    def _read_version(self, text: str) -> str:
        if text != self.protocol.version and not self.any_version:
            raise RefusedError(f'the version of the protocol, "{self.protocol.version}", or nothing')
        return text

    def _read_site(self, text: str) -> str:
        if self.sites is not None and text not in self.sites:
            raise RefusedError(f"one of the sites of the site file ({', '.join(self.sites)})")
        return read_name(text)


def shared_words(protocol: StudyProtocol) -> dict[str, int]:
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


def _anchor_column(anchor: Anchor) -> Column:
    column = replace(DATE, name=anchor.id)
    return column.may_be_empty("to be determined") if anchor.may_be_empty else column


def _fact_column(fact: DeclaredFact) -> Column:
    """A declared fact: one of its values, or a number; empty is not known."""
    column = Column(fact.id, Kind.TEXT, "C319", "", "", one_of(fact.values, f"{', '.join(fact.values)}, or nothing"))
    if fact.is_number:
        column = Column(fact.id, Kind.DECIMAL, "C318", "", "", _read_number)
    return column.optional("not known")


def _read_number(text: str) -> Fraction:
    return read_number(text, example="2")


class _SubjectRows(Struct):
    """Rows of subjects: columns to codes, with the problems by row."""

    reader: SubjectReader
    rows: Rows

    def cohort(self) -> Cohort:
        """The readable subjects; the problems of the others are those of the rows."""
        protocol, rows, reader = self.reader.protocol, self.rows, self.reader
        ids = rows.texts("subject_id")
        self._ids(ids)
        arm = self._arms(ids)
        anchors = np.stack([self._anchor_dates(one) for one in protocol.anchors], axis=1)
        birth = self._dates("birth_date")
        self._births_come_first(birth, anchors)
        rows.values("protocol_version")
        sites, site = rows.values("site")
        needs = {*protocol.body_needs, *protocol.fact_needs}
        facts = {name: self._fact(name) for name in protocol.body_needs if name in _NUMBERS}
        nothing = np.full(rows.count, -1, dtype=np.int64)
        sex = rows.numbers("sex") if "sex" in needs else nothing
        facts |= {one.id: self._fact(one.id, one.values) for one in protocol.facts if one.id in protocol.fact_needs}
        weights = weights_of(rows, reader.weights)
        level = self._levels()
        kept = np.delete(np.arange(rows.count), list(rows.bad))
        lines = np.array(rows.chunk.lines, dtype=np.int32)
        kept_ids = ids if len(kept) == rows.count else tuple(ids[row] for row in kept.tolist())
        return Cohort(
            ids=kept_ids,
            sites=tuple(map(sites.__getitem__, site[kept].tolist())),
            arm=arm[kept].astype(np.int32),
            anchors=anchors[kept],
            birth=birth[kept],
            sex=sex[kept].astype(np.int32),
            weights=weights.of_kept_rows(kept, rows.count),
            levels=levels_of(
                kept_ids if level or reader.levels else (),
                [level[row] for row in kept.tolist()] if level else (),
                reader.levels,
                protocol,
            ),
            file=rows.file,
            line=lines[kept],
            facts={name: KnownFact(fact.codes[kept], fact.values) for name, fact in facts.items()},
        )

    def _ids(self, ids: tuple[str, ...]) -> None:
        """See that each row has a certain id, once."""
        met, rows = self.reader.met, self.rows
        distinct = set(ids)
        faults = {} if are_plain_ids(ids) else {text: id_fault(text) for text in distinct if text}
        refused = {text for text in distinct if not text or faults.get(text)}
        is_new = len(distinct) == len(ids) and met.lines.keys().isdisjoint(distinct)
        if rows.file != rows.reader.table.file:
            met.files.update((one, rows.file) for one in distinct if one not in met.lines)
        met.refuse(refused)
        met.refuse(ids[row] for row in rows.bad if rows.is_faulty(row, "subject_id"))
        if not refused and is_new and met.twice.isdisjoint(distinct):
            met.lines.update(zip(ids, rows.chunk.lines, strict=True))
            return
        for row, subject_id in enumerate(ids):
            if subject_id in refused:
                message: str = expected_got('an id such as "007"', subject_id)
                rows.refuse(row, "subject_id", "C101", message, faults.get(subject_id, ""))
            elif subject_id in met.lines:
                message = f"expected each subject once, got {quoted(subject_id)} again ({self._first(subject_id)})"
                rows.refuse(row, "subject_id", "C102", message)
            elif subject_id in met.twice:
                message = f"expected each subject once, got {quoted(subject_id)} here and again below"
                rows.refuse(row, "subject_id", "C102", message, "nobody picks one of the two")
            met.lines.setdefault(subject_id, rows.chunk.lines[row])

    def _first(self, subject_id: str) -> str:
        """Where a subject stands first."""
        file = self.reader.met.files.get(subject_id, "")
        return f"first in line {self.reader.met.lines[subject_id]}{f' of {file}' if file else ''}"

    def _arms(self, ids: tuple[str, ...]) -> Numbers:
        """(n,) The place of each subject's arm: the one that stands apart, else the one of the table."""
        rows, apart = self.rows, self.reader.arms
        if not apart:
            return rows.numbers("arm", 0)
        column, places = rows.reader.columns["arm"], np.zeros(rows.count, dtype=np.int64)
        for row, (subject, cell) in enumerate(zip(ids, rows.texts("arm"), strict=True)):
            text = apart.get(subject, cell)
            try:
                places[row] = column.read(text)
            except RefusedError as refusal:
                rows.refuse(row, "arm", column.code, expected_got(refusal.expected, text))
        return places

    def _dates(self, name: str) -> Dates:
        return self.rows.numbers(name, NO_DAY).view("datetime64[D]")

    def _anchor_dates(self, anchor: Anchor) -> Dates:
        """The column of an anchor; an event has none, and its date follows from the plan."""
        if anchor.event is not None:
            return np.full(self.rows.count, np.datetime64("NaT", "D"))
        return self._dates(anchor.id)

    def _births_come_first(self, birth: Dates, anchors: Dates) -> None:
        for row in np.flatnonzero(birth > anchors[:, 0]).tolist():
            first = self.reader.protocol.anchors[0].id
            message = f"expected a birth_date on or before {first} ({anchors[row, 0]}), got {birth[row]}"
            self.rows.refuse(row, "birth_date", "C109", message)

    def _fact(self, name: str, values: tuple[str, ...] = ()) -> KnownFact:
        """A fact that the protocol needs: the place of each row's value among those that it has, and these."""
        known: dict[str, int] = {value: place for place, value in enumerate(values)}
        return KnownFact(self.rows.places(name, known).astype(np.int32), tuple(known))

    def _levels(self) -> list[str]:
        """The name of each row's level, empty for none; an empty list where the protocol has no levels."""
        self._further_levels()
        if not level_names(self.reader.protocol) or "dose_level" not in self.rows.reader.position:
            return []
        values, codes = self.rows.values("dose_level")
        return [values[code] or "" for code in codes.tolist()]

    def _further_levels(self) -> None:
        """Leave out the rows whose levels in the levels table are none of the protocol."""
        for row, subject_id in enumerate(self.rows.texts("subject_id") if self.reader.levels else ()):
            faults = (one.fault(self.reader.protocol) for one in self.reader.levels.get(subject_id, ()))
            found = [one for one in faults if one is not None]
            self.rows.problems += found
            self.rows.bad |= {row} if found else set()


class _Placed(Protocol):
    """An entry that knows where it stands."""

    @property
    def source(self) -> Source:
        """Where it stands."""
        ...


def no_such_subject(source: Source, code: str, about: str, subject: str) -> Problem:
    """That nobody of the subjects' table has an id."""
    message = expected_got("a subject of the subjects' table", subject)
    return Problem(source, code, about, message, "ids are compared to the character")


def unknown_subjects(entries: Mapping[str, Sequence[_Placed]], known: Container[str], code: str) -> tuple[Problem, ...]:
    """A problem for each subject of a further table that is not among the subjects.

    Args:
        entries: The entries of the table by subject.
        known: The ids of the subjects' table.
        code: The code of the problems.
    """
    return tuple(
        no_such_subject(of_subject[0].source, code, "subject_id", subject)
        for subject, of_subject in entries.items()
        if subject not in known
    )


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
