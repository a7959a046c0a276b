"""A levels table (``subject_id, date, level, regimen``) to dose levels by subject, and a cohort's levels as columns.

Conventions: a level holds from its date on; one of the subjects' table (``dose_level``) holds from the beginning. A
level without a regimen is for every regimen that has a level of that name. The table is read once, whatever versions
and studies there are; that a level is one of the protocol is judged by the protocol of its subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.load.columns import DATE, SUBJECT_ID, Column, Kind
from dosecal.load.tables.table_reader import read_by_subject
from dosecal.model.cohort import Levels
from dosecal.model.problems import Problem, RefusedError, Source, expected_got
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dosecal.load.tables.table_reader import Row
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.protocol import Protocol

LEVEL_COLUMNS = (
    SUBJECT_ID,
    replace(DATE, meaning="the day from which the level holds, itself inside"),
    Column("level", Kind.TEXT, "C150", "the name of a level of the version that the subject is planned by", "2"),
    Column("regimen", Kind.TEXT, "C150", "the regimen that it is for", "infusion").optional(
        "it is for every regimen that has a level of that name", ""
    ),
)
FROM_THE_BEGINNING = np.iinfo(np.int64).min
"""The day of a level that holds from the beginning; it is NaT as a date."""


class LevelEntry(Struct, frozen=True):
    """One level of one subject.

    Attributes:
        day: Days since 1970-01-01; ``FROM_THE_BEGINNING`` for none.
        regimen: The id of the regimen; empty for all that have such a level.
        name: The level's name.
        source: Where it stands.
    """

    day: int
    regimen: str
    name: str
    source: Source

    def fault(self, protocol: Protocol) -> Problem | None:
        """What is wrong with it for a subject of a protocol; None for nothing."""
        try:
            read_level_name(self.name, protocol)
        except RefusedError as refusal:
            return Problem(self.source, "C150", "level", expected_got(refusal.expected, self.name))
        regimens = [one.id for one in protocol.regimens if one.levels]
        if not self.regimen or self.regimen in regimens:
            return None
        expected = f"a regimen with levels ({', '.join(regimens)}), or nothing"
        row = Source(self.source.file, self.source.line)
        return Problem(row, "C150", "regimen", expected_got(expected, self.regimen))


def level_names(protocol: Protocol) -> tuple[str, ...]:
    """The names of the levels of all regimens, each once, in file order."""
    return tuple(dict.fromkeys(level.id for regimen in protocol.regimens for level in regimen.levels))


def read_levels(table: TextTable) -> dict[str, tuple[LevelEntry, ...]]:
    """The levels of each subject, by id, in the order of the table.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    first: dict[tuple[str, int, str], Source] = {}

    def check(row: Row) -> Iterator[Problem]:
        place = row.place("level")
        other = first.setdefault((row["subject_id"], row["date"], row["regimen"]), place)
        if other is not place:
            message = f"expected one level a day, got another one of the same day at {other}"
            yield Problem(place, "C151", "level", message)

    return read_by_subject(table, LEVEL_COLUMNS, _entry, check)


def _entry(row: Row) -> LevelEntry:
    return LevelEntry(row["date"], row["regimen"], row["level"], row.place("level"))


def levels_before(levels: Mapping[str, tuple[LevelEntry, ...]], day: int) -> dict[str, tuple[LevelEntry, ...]]:
    """The levels of each subject that hold from a day on that is before another one.

    Args:
        levels: The levels by subject.
        day: The other day, in days since 1970-01-01, itself outside.
    """
    return {subject: tuple(one for one in entries if one.day < day) for subject, entries in levels.items()}


def read_level_name(text: str, protocol: Protocol) -> str:
    """The name of a level of the protocol.

    Raises:
        RefusedError: If no regimen has such a level.
    """
    names = level_names(protocol)
    if text not in names:
        raise RefusedError(f"a level of the protocol ({', '.join(names) or 'it has none'})")
    return text


def levels_of(
    rows: Sequence[str], of_table: Sequence[str], further: Mapping[str, tuple[LevelEntry, ...]], protocol: Protocol
) -> Levels:
    """The levels of a cohort's rows as columns.

    Args:
        rows: (n,) The ids of the subjects.
        of_table: (n,) The level of each subject in the subjects' table; empty for none.
        further: Levels by subject, with the days from which they hold; none has a fault for the protocol.
        protocol: The protocol.
    """
    names = level_names(protocol)
    places = {name: place for place, name in enumerate(names)}
    entries = [(row, FROM_THE_BEGINNING, -1, places[name]) for row, name in enumerate(of_table) if name]
    if further:
        regimens = {"": -1, **{one.id: place for place, one in enumerate(protocol.regimens)}}
        entries += [
            (row, one.day, regimens[one.regimen], places[one.name])
            for row, subject in enumerate(rows)
            for one in further.get(subject, ())
        ]
    entries.sort()
    columns: NDArray[np.int64] = np.array(entries, dtype=np.int64).reshape(-1, 4)
    return Levels(
        subject=columns[:, 0].astype(np.int32),
        date=columns[:, 1].copy().view("datetime64[D]"),
        regimen=columns[:, 2].astype(np.int32),
        name=columns[:, 3].astype(np.int32),
        names=names,
    )
