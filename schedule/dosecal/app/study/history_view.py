"""A history as a table, whole or of some entries, as its reader may see it.

Conventions: of a blinded trial nothing is shown that tells an arm, a dose, a product or a lot, unless that is asked
for; a protocol that can't be read counts as blinded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.protocols import load_protocol
from dosecal.app.study.recordings import NOT_SO, Kind
from dosecal.app.study.study_folder import with_folder
from dosecal.model.days import iso_date
from dosecal.model.problems import PlanError, Problem, ScheduleError, Source
from dosecal.model.quantity import plain_digits
from dosecal.model.unblinding import Unblinding
from dosecal.planning.product.accounts import balances
from dosecal.report.tables.columns import listed
from dosecal.report.tables.table import Kind as ColumnKind
from dosecal.report.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from dosecal.app.study.history import Cells, Entry
    from dosecal.app.study.study_folder import StudyFolder
    from dosecal.planning.product.accounts import Balance

HIDDEN = "hidden"
_TELLING_KINDS = {one.value for one in (Kind.DOSE, Kind.LOT, Kind.CONTAINER, Kind.LEVEL)}
_PLAIN_CELLS = frozenset(
    ("subject_id", "visit", "date", "status", "planned_first", "weight_kg", "method", "site", "protocol_version")
)
"""The cells that tell nothing, whatever the protocol is."""


def chosen(entries: Sequence[Entry], subject: str | None = None, kind: str | None = None) -> tuple[Entry, ...]:
    """The entries about one subject, of one kind, or both; all where neither is asked for."""
    return tuple(one for one in entries if subject in {None, one.subject} and kind in {None, one.kind})


def history_table(entries: Sequence[Entry], folder: Path, *, unblinded: bool) -> Table:
    """Entries as a table, one a row, in their order.

    Args:
        entries: The entries.
        folder: The study folder, whose protocol says whether the trial is blinded.
        unblinded: Whether what tells arms is shown all the same.
    """
    tells = None if unblinded else _tells(folder)
    columns = {
        "n": [str(one.n) for one in entries],
        "at": [one.at for one in entries],
        "by": [one.by for one in entries],
        "role": [one.role for one in entries],
        "kind": [one.kind for one in entries],
        "subject_id": [one.subject for one in entries],
        "visit": [one.visit for one in entries],
        "file": [one.file for one in entries],
        "before": [_said(one, one.before, one.after, tells) for one in entries],
        "after": [_said(one, one.after, one.before, tells) for one in entries],
        "reason": [_reason_of(one, tells) for one in entries],
        "corrects": ["" if one.corrects is None else str(one.corrects) for one in entries],
        "digest": [one.digest for one in entries],
    }
    whole = {"n", "corrects"}
    made = (
        listed(name, texts, ColumnKind.WHOLE if name in whole else ColumnKind.TEXT) for name, texts in columns.items()
    )
    return Table("history", len(entries), tuple(made))


def balance_table(found: Sequence[Balance]) -> Table:
    """The balance of each container: where it is, what is left in it, and who did what last."""
    last = [one.last for one in found]
    columns = {
        "product": [one.container.product for one in found],
        "lot": [one.container.lot for one in found],
        "container": [one.container.id for one in found],
        "content": [plain_digits(one.container.content.value) for one in found],
        "left": ["" if one.left is None else plain_digits(one.left.value) for one in found],
        "unit": [one.container.content.unit.substance for one in found],
        "what": ["" if move is None else move.what.value for move in last],
        "date": ["" if move is None else iso_date(move.date) for move in last],
        "subject_id": ["" if move is None else move.subject for move in last],
        "visit": ["" if move is None else move.visit for move in last],
        "by": ["" if move is None else move.by for move in last],
        "witness": ["" if move is None else move.witness for move in last],
    }
    kinds = {"content": ColumnKind.DECIMAL, "left": ColumnKind.DECIMAL, "date": ColumnKind.DATE}
    made = (listed(name, texts, kinds.get(name, ColumnKind.TEXT)) for name, texts in columns.items())
    return Table("balances", len(found), tuple(made))


def folder_balances(study: StudyFolder, as_of: date, *, unblinded: bool) -> tuple[Balance, ...]:
    """The balance of each container of a study folder.

    Raises:
        ScheduleError: If a file is refused, or the trial is blinded and that is not to be told.
    """
    plan = Composition(with_folder(Inputs(protocols=(), as_of=as_of, unblinded=unblinded), study))
    if any(one.is_masked for one in plan.protocols):
        message = "expected --unblinded, since containers tell arms of a blinded trial, got nothing"
        raise PlanError((Problem(Source(str(study.path)), NOT_SO, "--balances", message),))
    return balances(plan.lots or (), plan.accounts)


def _tells(folder: Path) -> Callable[[str], bool] | None:
    """What tells whether a text would unblind; None where nobody is blinded."""
    try:
        protocol = load_protocol(folder)
    except ScheduleError:
        return bool
    return Unblinding(protocol).is_told_by if protocol.is_blinded else None


def _reason_of(entry: Entry, tells: Callable[[str], bool] | None) -> str:
    """Why, in the person's words; hidden from a blinded reader where these, or what they are about, would tell."""
    if tells is None or not entry.reason:
        return entry.reason
    return HIDDEN if entry.kind in _TELLING_KINDS or tells(entry.reason) else entry.reason


def _said(entry: Entry, cells: Cells | None, other: Cells | None, tells: Callable[[str], bool] | None) -> str:
    """The cells of a row that say something else than before or after; of a new row all that say anything."""
    if cells is None:
        return ""
    if tells is not None and entry.kind in _TELLING_KINDS:
        return HIDDEN
    changed = {name: text for name, text in cells.items() if text != (other or {}).get(name, "")}
    shown = {
        name: text if tells is None or (name in _PLAIN_CELLS and not tells(text)) else HIDDEN
        for name, text in changed.items()
    }
    return "; ".join(f"{name}={text}" for name, text in shown.items())
