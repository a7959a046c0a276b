"""A containers table (``date, lot, container, what, left, unit, …``) to what became of the containers of the lots.

Conventions: the table is appended to and never changed; its order is the order of what happened, and a container's
dates never go back. What is left is a plain number with its unit beside it, of the kind of the container's content, and
is never more than there was. A container is one of the lots table; where two products have a lot and a container of one
name, ``product`` says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.plain_text import read_id, read_line, read_name
from dosecal.load.tables.entry_rows import CellReader, number_cell, read_date_cell, read_entries, text_cell
from dosecal.model.days import iso_date
from dosecal.model.preparation import ContainerEvent, ContainerMove
from dosecal.model.problems import Problem, RefusedError, expected_got, quoted
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_grouped_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction
    from typing import Any

    from dosecal.load.tables.entry_rows import EntryRow
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.preparation import LotContainer

NO_EVENT, NO_CONTAINER, OUT_OF_TURN, NOT_LEFT = "C132", "C133", "C134", "C135"
_E = ContainerEvent
_AFTER: dict[ContainerEvent, frozenset[ContainerEvent]] = {
    _E.RECEIVED: frozenset((_E.SET_ASIDE, _E.PREPARED, _E.GIVEN, _E.RETURNED, _E.DESTROYED, _E.LOST)),
    _E.SET_ASIDE: frozenset((_E.RECEIVED, _E.PREPARED, _E.GIVEN, _E.RETURNED, _E.DESTROYED, _E.LOST)),
    _E.PREPARED: frozenset((_E.PREPARED, _E.GIVEN, _E.SET_ASIDE, _E.RETURNED, _E.DESTROYED, _E.LOST)),
    _E.GIVEN: frozenset((_E.PREPARED, _E.GIVEN, _E.RETURNED, _E.DESTROYED, _E.LOST)),
    _E.RETURNED: frozenset((_E.RECEIVED, _E.DESTROYED, _E.LOST)),
    _E.DESTROYED: frozenset(),
    _E.LOST: frozenset((_E.RECEIVED, _E.DESTROYED)),
}
"""What may happen to a container after each thing; anything may be the first."""


def _event(text: str) -> ContainerEvent:
    try:
        return ContainerEvent(text)
    except ValueError:
        raise RefusedError(", ".join(one.value for one in ContainerEvent)) from None


def _left(text: str) -> Fraction | None:
    return read_grouped_number(text, example="25000000") if text else None


def _unit(text: str) -> str:
    if text and text not in SUBSTANCES:
        raise RefusedError(f"one of {', '.join(SUBSTANCES)}, or nothing")
    return text


def _maybe_id(text: str) -> str:
    return read_id(text) if text else ""


_COLUMNS = (
    CellReader("date", read_date_cell, "C104"),
    CellReader("lot", text_cell(read_id), "C121"),
    CellReader("container", text_cell(read_id), "C121"),
    CellReader("what", text_cell(_event), NO_EVENT),
    CellReader("left", number_cell(_left), NOT_LEFT, is_required=False),
    CellReader("unit", text_cell(_unit), "C123", is_required=False, absent=""),
    CellReader("subject_id", text_cell(_maybe_id), "C101", is_required=False, absent=""),
    CellReader("visit", text_cell(_maybe_id), "C101", is_required=False, absent=""),
    CellReader("by", text_cell(read_name), "C017", is_required=False, absent=""),
    CellReader("witness", text_cell(read_name), "C017", is_required=False, absent=""),
    CellReader("product", text_cell(_maybe_id), "C120", is_required=False, absent=""),
    CellReader("note", text_cell(read_line), "C017", is_required=False, absent=""),
)
CONTAINER_COLUMNS = tuple(one.name for one in _COLUMNS)


def read_containers(table: TextTable, lots: Sequence[LotContainer]) -> tuple[ContainerMove, ...]:
    """What happened to the containers of lots, in the order of the table.

    Args:
        table: The table.
        lots: The containers.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    known: dict[tuple[str, str], list[LotContainer]] = {}
    for one in lots:
        known.setdefault((one.lot, one.id), []).append(one)
    last: dict[LotContainer, ContainerMove] = {}
    moves: list[ContainerMove] = []

    def check(row: EntryRow) -> Iterator[Problem]:
        found = [
            one
            for one in known.get((row.values["lot"], row.values["container"]), [])
            if row.values["product"] in {"", one.product}
        ]
        if len(found) != 1:
            yield _unknown(row, found)
            return
        move = _move(row, found[0])
        problems = tuple(_contradictions(row, move, last.get(found[0])))
        yield from problems
        if not problems:
            last[found[0]] = move
            moves.append(move)

    for _ in read_entries(table, _COLUMNS, check):
        pass
    return tuple(moves)


def _unknown(row: EntryRow, found: list[LotContainer]) -> Problem:
    shown = f"{row.values['lot']}:{row.values['container']}"
    if found:
        message = f"expected the product of {shown}, got nothing: {', '.join(one.product for one in found)} have one"
        return Problem(row.place("container"), NO_CONTAINER, "product", message)
    message = expected_got("a container of the lots table", shown)
    return Problem(row.place("container"), NO_CONTAINER, "container", message, "lots.csv says what is in it")


def _move(row: EntryRow, container: LotContainer) -> ContainerMove:
    values: dict[str, Any] = row.values
    unit = values["unit"] or container.content.unit.substance
    return ContainerMove(
        container=container,
        what=values["what"],
        date=values["date"],
        left=None if values["left"] is None else Amount(values["left"], Unit(unit)),
        subject=values["subject_id"],
        visit=values["visit"],
        by=values["by"],
        witness=values["witness"],
        note=values["note"],
        line=row.place("date").line,
    )


def _contradictions(row: EntryRow, move: ContainerMove, before: ContainerMove | None) -> Iterator[Problem]:
    """What can't be, after what happened before."""
    content = move.container.content
    if move.left is not None and (move.left.unit != content.unit or move.left.value > content.value):
        shown = f"at most the content of {content.value} {content.unit.substance}"
        yield Problem(row.place("left"), NOT_LEFT, "left", expected_got(shown, f"{move.left.value} {move.left.unit.substance}"))
    if move.subject == "" and move.visit:
        yield Problem(row.place("visit"), "C101", "subject_id", "expected a subject beside a visit, got nothing")
    if move.what in {ContainerEvent.GIVEN, ContainerEvent.PREPARED} and not move.visit:
        message = f"expected the subject and the visit for which it is {move.what.value}, got nothing"
        yield Problem(row.place("what"), OUT_OF_TURN, "visit", message)
    if before is None:
        return
    if move.date < before.date:
        message = f"expected a date from {iso_date(before.date)} on, when it was {before.what.value}"
        yield Problem(row.place("date"), OUT_OF_TURN, "date", f"{message}, got {quoted(iso_date(move.date))}")
    if move.what not in _AFTER[before.what]:
        may = ", ".join(one.value for one in ContainerEvent if one in _AFTER[before.what]) or "nothing more"
        message = expected_got(f"after {before.what.value} {may}", move.what.value)
        yield Problem(row.place("what"), OUT_OF_TURN, "what", message)
    if move.left is not None and before.left is not None and move.left.value > before.left.value:
        message = expected_got(f"at most the {before.left.value} that were left", str(move.left.value))
        yield Problem(row.place("left"), NOT_LEFT, "left", message)
