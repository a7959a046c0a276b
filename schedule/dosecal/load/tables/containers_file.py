"""A containers table (``date, lot, container, what, left, unit, …``) to what became of the containers of the lots.

Conventions: the table is appended to and never changed; its order is the order of what happened, and a container's
dates never go back. What is left is a plain number with its unit beside it, of the kind of the container's content, and
is never more than there was. A container is one of the lots table; where two products have a lot and a container of one
name, ``product`` says which.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.columns import DATE, SUBJECT_ID, Column, Kind, one_of
from dosecal.load.plain_text import read_id, read_line, read_name
from dosecal.load.tables.table_reader import read_rows
from dosecal.model.days import iso_date
from dosecal.model.preparation import ContainerEvent, ContainerMove
from dosecal.model.problems import Problem, expected_got, quoted
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_grouped_number
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from dosecal.load.tables.table_reader import Row
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


_EVENTS = {one.value: one for one in ContainerEvent}
_LEFT = "how much is left in it: a number in plain digits, at most its content, and never more than before"


def _left(text: str) -> Fraction:
    return read_grouped_number(text, example="25000000")


_OF_A_DOSE = "for `prepared` and `given`"
CONTAINER_COLUMNS = (
    replace(DATE, meaning="the day; it never goes back for one container"),
    Column("lot", Kind.ID, "C121", "the lot, as the lots table names it", "R-101", read_id),
    Column("container", Kind.ID, "C121", "the container, likewise", "1", read_id),
    Column(
        "what",
        Kind.TEXT,
        NO_EVENT,
        ", ".join(f"`{one}`" for one in _EVENTS),
        "set aside",
        one_of(_EVENTS, ", ".join(_EVENTS)),
    ),
    Column("left", Kind.DECIMAL, NOT_LEFT, _LEFT, "5000000", _left).optional("it is not said"),
    Column(
        "unit",
        Kind.TEXT,
        "C123",
        "its unit",
        "cells",
        one_of(SUBSTANCES, f"one of {', '.join(SUBSTANCES)}, or nothing"),
    ).optional("that of the content", ""),
    replace(SUBJECT_ID, meaning="the subject of the dose for which it was", needed=_OF_A_DOSE).optional(
        "it is for nobody yet", ""
    ),
    replace(Column("visit", Kind.TEXT, "C101", "the visit of that dose", "D1", read_id), needed=_OF_A_DOSE).optional(
        "it is for none yet", ""
    ),
    Column("by", Kind.TEXT, "C017", "the initials of who did it", "MG", read_name).optional("it is not said", ""),
    Column("witness", Kind.TEXT, "C017", "the initials of who saw it", "JB", read_name).optional("it is not said", ""),
    Column(
        "product", Kind.TEXT, "C120", "the product, where two have a lot and a container of one name", "msc", read_id
    ).optional("the only one", ""),
    Column("note", Kind.TEXT, "C017", "what is to be said of it", "bag torn", read_line).optional("nothing", ""),
)


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

    def check(row: Row) -> Iterator[Problem]:
        found = [one for one in known.get((row["lot"], row["container"]), []) if row["product"] in {"", one.product}]
        if len(found) != 1:
            yield _unknown(row, found)
            return
        move = _move(row, found[0])
        problems = tuple(_contradictions(row, move, last.get(found[0])))
        yield from problems
        if not problems:
            last[found[0]] = move
            moves.append(move)

    for _ in read_rows(table, CONTAINER_COLUMNS, check):
        pass
    return tuple(moves)


def _unknown(row: Row, found: list[LotContainer]) -> Problem:
    shown = f"{row['lot']}:{row['container']}"
    if found:
        message = f"expected the product of {shown}, got nothing: {', '.join(one.product for one in found)} have one"
        return Problem(row.place("container"), NO_CONTAINER, "product", message)
    message = expected_got("a container of the lots table", shown)
    return Problem(row.place("container"), NO_CONTAINER, "container", message, "lots.csv says what is in it")


def _move(row: Row, container: LotContainer) -> ContainerMove:
    unit = row["unit"] or container.content.unit.substance
    return ContainerMove(
        container=container,
        what=row["what"],
        date=row["date"],
        left=None if row["left"] is None else Amount(row["left"], Unit(unit)),
        subject=row["subject_id"],
        visit=row["visit"],
        by=row["by"],
        witness=row["witness"],
        note=row["note"],
        line=row.place("date").line,
    )


def _contradictions(row: Row, move: ContainerMove, before: ContainerMove | None) -> Iterator[Problem]:
    """What can't be, after what happened before."""
    content = move.container.content
    if move.left is not None and (move.left.unit != content.unit or move.left.value > content.value):
        shown = f"at most the content of {content.value} {content.unit.substance}"
        found = f"{move.left.value} {move.left.unit.substance}"
        yield Problem(row.place("left"), NOT_LEFT, "left", expected_got(shown, found))
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
