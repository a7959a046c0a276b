"""What a new version of a protocol changes for each subject: visits, windows, assessments and doses.

Conventions: rows of two tables are held together by subject and visit, doses by subject, regimen and visit. Only what a
subject would notice is compared; a row that stands in one of the two alone is added or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, Msg, joined, unsaid
from dosecal.model.struct import Struct
from dosecal.report.messages.words import digits_as_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.report.tables.table import Table

_VISIT_KEY, _DOSE_KEY = ("subject_id", "visit"), ("subject_id", "regimen", "visit")
_OF_VISITS = ("target_date", "window_start", "window_end", "assessments")
_OF_DOSES = ("planned_date", "ordered_dose", "unit", "volume_ml")
_NAMES = {
    "target_date": Msg("target date"),
    "window_start": Msg("window start"),
    "window_end": Msg("window end"),
    "assessments": Msg("assessments"),
    "planned_date": Msg("planned date"),
    "ordered_dose": Msg("ordered dose"),
    "unit": Msg("unit"),
    "volume_ml": Msg("volume"),
}
ADDED, REMOVED = Msg("added"), Msg("removed")
"""What became of a row as a whole."""


class SubjectChange(Struct, frozen=True):
    """One change for one subject.

    Attributes:
        subject: The subject's id.
        visit: The id of the visit.
        regimen: The id of the regimen, for a dose; empty for a visit.
        what: The column, ``added`` or ``removed``.
        old: What it was; empty for what is added, or was not stated.
        new: What it is; empty for what is removed, or is not stated.
        day: The date of the row in the new version, or in the old one where it is removed; empty where not known.
        words: The change as people read it, each amount with its unit.
    """

    subject: str
    visit: str
    regimen: str
    what: Msg
    old: str
    new: str
    day: str
    words: Msg


def subject_changes(old: tuple[Table, Table], new: tuple[Table, Table]) -> tuple[SubjectChange, ...]:
    """The changes from one version to another, by subject, then visits before doses, in the order of the new tables.

    Args:
        old: The visits and the doses of the subjects by the old version.
        new: The same by the new one.
    """
    visits = _changes(old[0], new[0], _VISIT_KEY, _OF_VISITS, "target_date")
    doses = _changes(old[1], new[1], _DOSE_KEY, _OF_DOSES, "planned_date")
    found = [*visits, *doses]
    place = {name: index for index, name in enumerate(dict.fromkeys(one.subject for one in found))}
    return tuple(sorted(found, key=lambda one: place[one.subject]))


def _changes(
    old: Table, new: Table, key: tuple[str, ...], columns: tuple[str, ...], day: str
) -> Iterator[SubjectChange]:
    before, after = (_by_key(table, key, columns) for table in (old, new))
    for name, row in after.items():
        subject, *of_dose, visit = name
        where = (subject, visit, "".join(of_dose))
        if name not in before:
            words = Msg("{what}: {reason}", what=ADDED, reason=_said(row, columns))
            yield SubjectChange(*where, ADDED, "", _exact(row, columns), row[day], words)
            continue
        for column in columns:
            was = before[name]
            if row[column] != was[column]:
                cells = {"old": _cell(was, column), "new": _cell(row, column)}
                words = Msg("{what}: {old} -> {new}", what=_NAMES[column], **cells)
                yield SubjectChange(*where, unsaid(column), was[column], row[column], row[day] or was[day], words)
    for name, row in before.items():
        if name not in after:
            subject, *of_dose, visit = name
            where = (subject, visit, "".join(of_dose))
            words = Msg("{what}: {reason}", what=REMOVED, reason=_said(row, columns))
            yield SubjectChange(*where, REMOVED, _exact(row, columns), "", row[day], words)


def _exact(row: dict[str, str], columns: tuple[str, ...]) -> str:
    return " ".join(row[column] for column in columns if row[column])


def _said(row: dict[str, str], columns: tuple[str, ...]) -> Msg:
    return joined((_cell(row, column) for column in columns if row[column] and column != "unit"), COMMA)


def _cell(row: dict[str, str], column: str) -> Msg:
    """A cell as people read it, an amount with its unit."""
    text = row[column]
    if not text:
        return Msg("none")
    unit = {"ordered_dose": row.get("unit", ""), "volume_ml": "mL"}.get(column)
    return unsaid(text if unit is None else f"{digits_as_read(text, unit)} {unit}")


def _by_key(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
    cells = {column.name: column.cells(table.rows) for column in table.columns if column.name in {*key, *columns}}
    return {
        tuple(cells[name][row] for name in key): {name: cells[name][row] for name in columns}
        for row in range(table.rows)
    }
