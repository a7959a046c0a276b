"""What can be recorded: its table, the row that it is about, and who may record it.

Conventions: a recording is cells by the names of their columns, as they are to stand in the table; what they may say is
judged by the reader of the table and by nobody else. One row is appended or changed; none is taken away. A cell that is
not named keeps what it says. A row that is filled in, or whose visit was booked and now happened, is carried on; any
other change of what a row says is a correction, which has a reason.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from dosecal.app.study.study_folder import (
    ACTUALS,
    APART,
    ARMS,
    CONTAINERS,
    DOSE_COLUMNS,
    DOSES,
    LEVELS,
    LOTS,
    SUBJECTS,
    UNBLINDED,
    WEIGHTS,
)
from dosecal.app.study.table_edit import NO_ROW, edited_table
from dosecal.load.columns import names_of
from dosecal.load.tables.actuals_file import ACTUAL_COLUMNS, ENDINGS
from dosecal.load.tables.arms_file import ARM_COLUMNS
from dosecal.load.tables.containers_file import CONTAINER_COLUMNS
from dosecal.load.tables.levels_file import LEVEL_COLUMNS
from dosecal.load.tables.lots_file import LOT_COLUMNS
from dosecal.load.tables.weights_file import WEIGHT_COLUMNS
from dosecal.model.problems import OutputError, PlanError, Problem, Source, expected_got, quoted
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.app.study.history import Entry
    from dosecal.app.study.table_edit import EditedTable, Row
    from dosecal.load.tables.table_reading import TableReading

NEEDED, NOT_THEIRS, NOT_SO = "L090", "L091", "L092"


class Role(StrEnum):
    """What a person does in the study."""

    PHARMACIST = "pharmacist"
    SECOND_PHARMACIST = "second pharmacist"
    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"


class Kind(Enum):
    """What is recorded; the values are the words of the command line and of the history."""

    VISIT = "visit"
    DOSE = "dose"
    WEIGHT = "weight"
    SUBJECT = "subject"
    LOT = "lot"
    CONTAINER = "container"
    LEVEL = "level"
    END = "end"
    ARM = "arm"


_PHARMACY = frozenset((Role.PHARMACIST, Role.SECOND_PHARMACIST))
_CLINIC = frozenset((Role.COORDINATOR, Role.INVESTIGATOR))


class Ledger(Struct, frozen=True):
    """Where one kind of recording stands.

    Attributes:
        file: The name of the table.
        columns: The columns of a new table.
        key: The columns that tell a row from all others; empty for a table that is only appended to.
        needed: The cells that are asked for before anything is looked at.
        roles: Who may record it.
    """

    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    needed: tuple[str, ...]
    roles: frozenset[Role]


LEDGERS: dict[Kind, Ledger] = {
    Kind.VISIT: Ledger(
        ACTUALS,
        names_of(ACTUAL_COLUMNS),
        ("subject_id", "visit"),
        ("subject_id", "status"),
        _CLINIC | {Role.PHARMACIST},
    ),
    Kind.DOSE: Ledger(
        ACTUALS,
        names_of(ACTUAL_COLUMNS),
        ("subject_id", "visit"),
        ("subject_id", "visit", "dose", "unit"),
        _PHARMACY | _CLINIC,
    ),
    Kind.WEIGHT: Ledger(
        WEIGHTS,
        names_of(WEIGHT_COLUMNS),
        ("subject_id", "date"),
        ("subject_id", "date", "weight_kg"),
        _CLINIC | {Role.PHARMACIST},
    ),
    Kind.SUBJECT: Ledger(SUBJECTS, (), ("subject_id",), ("subject_id",), _CLINIC),
    Kind.LOT: Ledger(
        LOTS, names_of(LOT_COLUMNS), ("product", "lot", "container"), ("product", "lot", "container"), _PHARMACY
    ),
    Kind.CONTAINER: Ledger(
        CONTAINERS, names_of(CONTAINER_COLUMNS), (), ("date", "lot", "container", "what"), _PHARMACY
    ),
    Kind.LEVEL: Ledger(
        LEVELS,
        names_of(LEVEL_COLUMNS),
        ("subject_id", "date", "regimen"),
        ("subject_id", "date", "level"),
        frozenset((Role.INVESTIGATOR, Role.PHARMACIST)),
    ),
    Kind.END: Ledger(
        ACTUALS, names_of(ACTUAL_COLUMNS), ("subject_id", "visit"), ("subject_id", "visit", "date"), _CLINIC
    ),
    Kind.ARM: Ledger(ARMS, names_of(ARM_COLUMNS), ("subject_id",), ("subject_id", "arm"), _PHARMACY),
}
"""Each kind with its table, its key, and who may record it."""
_DOSE_APART = Ledger(
    DOSES, DOSE_COLUMNS, ("subject_id", "visit", "regimen"), ("subject_id", "visit", "dose", "unit"), _PHARMACY
)
"""The doses of a blinded trial, apart from the visits at which they were given."""


class Person(Struct, frozen=True):
    """Who records.

    Attributes:
        by: The initials, as they are typed; no electronic signature.
        role: What the person does in the study.
    """

    by: str
    role: Role


class Recording(Struct, frozen=True):
    """What somebody says that happened.

    Attributes:
        kind: What it is.
        cells: What is to stand in the row, by the names of columns; an empty text empties a cell.
        corrects: The number of the entry whose row it corrects; None to find the row by its key.
        is_parted: Whether the folder has apart what tells arms; known when the recording is completed.
    """

    kind: Kind
    cells: dict[str, str]
    corrects: int | None = None
    is_parted: bool = False

    @property
    def ledger(self) -> Ledger:
        """Where it stands."""
        return _DOSE_APART if self.is_parted and self.kind is Kind.DOSE else LEDGERS[self.kind]

    @property
    def tells_arms(self) -> bool:
        """Whether it stands among what tells arms."""
        return self.is_parted and self.ledger.file in APART

    @property
    def subject(self) -> str:
        """The id of the subject; empty for none."""
        return self.cells.get("subject_id", "")

    @property
    def visit(self) -> str:
        """The visit; empty for none."""
        return self.cells.get("visit", "")


class RowChange(Struct, frozen=True):
    """The row of a recording, before and after.

    Attributes:
        file: The name of the table.
        before: What it says; None for a new row.
        after: What it is to say.
        content: The bytes of the table with it.
        is_correction: Whether it takes back what the row said.
    """

    file: str
    before: dict[str, str] | None
    after: dict[str, str]
    content: bytes
    is_correction: bool


def completed(what: Recording, *, is_parted: bool = False) -> Recording:
    """A recording with what its kind says by itself: a dose that is recorded was given, an ending is one that happened.

    Args:
        what: What somebody says.
        is_parted: Whether the folder has apart what tells arms.

    Raises:
        PlanError: If something is missing that every such recording says.
    """
    what = replace(what, is_parted=is_parted)
    happened = what.kind in {Kind.DOSE, Kind.END} and what.ledger.file == ACTUALS
    cells = {**({"status": "done"} if happened else {}), **what.cells}
    problems = [
        Problem(Source(what.ledger.file), NEEDED, name, expected_got(f"{name} of a {what.kind.value}", ""))
        for name in what.ledger.needed
        if not cells.get(name)
    ]
    if what.kind is Kind.END and cells.get("visit") not in {*ENDINGS, None, ""}:
        message: str = expected_got(" or ".join(ENDINGS), cells["visit"])
        problems.append(Problem(Source(what.ledger.file), NOT_SO, "visit", message))
    if what.kind is not Kind.END and cells.get("visit") in ENDINGS:
        message = f"expected a visit, got {quoted(cells['visit'])}"
        problems.append(Problem(Source(what.ledger.file), NOT_SO, "visit", message, "record it as an end"))
    if what.kind is Kind.ARM and not is_parted:
        message = f"expected a folder with {UNBLINDED}/, in which arms stand apart, got one without"
        problems.append(Problem(Source(what.ledger.file), NOT_SO, "arm", message, "record it as the subject's"))
    if problems:
        raise PlanError(tuple(problems))
    return replace(what, cells=cells)


def row_change(
    what: Recording, content: bytes | None, columns: tuple[str, ...], reading: TableReading, corrected: Entry | None
) -> RowChange:
    """The row of a recording, and the table with it.

    Args:
        what: The recording, completed.
        content: The bytes of the table; None where it is not there.
        columns: The columns of a new table.
        reading: How the table is written.
        corrected: The entry that it corrects; None for none.

    Raises:
        ScheduleError: If the row can't be found, would say nothing new, or can't be written safely.
    """
    file = what.ledger.file
    if content is None or not content.strip():
        content = (",".join(columns) + "\n").encode()
    table = edited_table(content, file, reading)
    row = _corrected_row(table, what, corrected) if corrected is not None else _row_of(table, what)
    if row is None:
        after = {name: what.cells.get(name, "") for name in table.columns if name}
        after |= {name: text for name, text in what.cells.items() if text}
        return RowChange(file, None, after, table.appended(after), is_correction=False)
    before = table.cells_of(row)
    after = {**before, **{name: text for name, text in what.cells.items() if text or name in before}}
    if after == before:
        message = "expected something that the table does not say yet, got what it says"
        raise PlanError((Problem(Source(file, row.line), NOT_SO, "", message),))
    is_correction = corrected is not None or _takes_back(before, after)
    return RowChange(file, before, after, table.changed(before, after), is_correction)


def _takes_back(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a row says something else than it did; what was empty is filled in, and what was booked happens."""
    was_booked = before.get("status") == "planned"
    free = {"status", "date", "note", "reason"} if was_booked else set()
    return any(text and after.get(name, "") != text for name, text in before.items() if name not in free)


def _row_of(table: EditedTable, what: Recording) -> Row | None:
    """The row that a recording is about; None for a new one.

    Raises:
        OutputError: If several rows could be meant.
    """
    key = what.ledger.key
    if not key:
        return None
    wanted = {name: what.cells.get(name, "") for name in key}
    if what.ledger.file == ACTUALS and not what.visit:  # a visit without a name is another one each day
        wanted["date"] = what.cells.get("date", "")
    rows = table.rows_with(wanted)
    if what.cells.get("regimen") and "regimen" not in key:
        of_regimen = tuple(row for row in rows if table.cells_of(row).get("regimen") == what.cells["regimen"])
        silent = tuple(row for row in rows if not table.cells_of(row).get("regimen"))
        rows = of_regimen or silent
    if len(rows) > 1:
        message = f"expected one row of {what.visit or what.subject}, got {len(rows)}"
        raise OutputError((Problem(Source(table.file, rows[1].line), NO_ROW, "", message, "say which regimen"),))
    return rows[0] if rows else None


def _corrected_row(table: EditedTable, what: Recording, corrected: Entry) -> Row:
    """The row that an entry left.

    Raises:
        OutputError: If that row is not there any more.
    """
    if corrected.file != table.file or corrected.after is None or not what.ledger.key:
        message = f"expected an entry whose row can be changed, got entry {corrected.n}"
        hint = f"{CONTAINERS} is only added to: record what happened then"
        raise OutputError(
            (Problem(Source(table.file), NO_ROW, "corrects", message, hint if not what.ledger.key else ""),)
        )
    rows = table.rows_with(corrected.after)
    if len(rows) != 1:
        message = f"expected the row that entry {corrected.n} left, got none: it was changed since"
        raise OutputError((Problem(Source(table.file), NO_ROW, "corrects", message),))
    return rows[0]
