"""How a column of a table that is read is declared; and the columns of the subjects' table, which protocols name.

Conventions: a column is declared once, and its reading, the check of the header and the reference come from that. What
is expected of a cell, with an example, is said by the refusal of its reader. A column that depends on the protocol is
declared with what it says to anybody, and gets its reader where the protocol is at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from dosecal.load.doses.body_text import (
    LEAST_KILOGRAMS,
    MOST_KILOGRAMS,
    read_centimetres,
    read_creatinine,
    read_kilograms,
    read_method,
    read_rate,
    read_sex,
    read_surface,
)
from dosecal.load.plain_text import read_id, read_name
from dosecal.model.cohort import METHODS
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import plain_digits
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Kind(Enum):
    """What the cells of a column are, by the word that the reference has for it."""

    ID = "id"
    """A text that is a text in a workbook, too: one may show ``007`` where the cell holds 7."""
    TEXT = "text"
    DATE = "date"
    TIME = "time"
    DECIMAL = "decimal"


REFUSED = "refused"
"""What is said of an empty cell that is given to the reader, which refuses it."""


class Column(Struct, frozen=True):
    """A column of a table that is read.

    Attributes:
        name: Its name in the header.
        kind: What its cells are.
        code: The code of a cell that can't be read.
        meaning: What its cells say, for the reference.
        example: A cell that can be read, for the reference.
        read: Gives the value of a cell, or refuses it; not asked for a date, which is read as the table is written.
        is_required: Whether a table must have it.
        when_empty: What an empty cell means, for the reference; ``REFUSED`` for one that is refused.
        empty: The value of an empty cell that is not refused, and of all cells where the column is missing.
        needed: When it is needed, for the reference; empty for what ``is_required`` says.
    """

    name: str
    kind: Kind
    code: str
    meaning: str
    example: str
    read: Callable[[str], Any] = str
    is_required: bool = True
    when_empty: str = REFUSED
    empty: Any = None
    needed: str = ""

    def may_be_empty(self, when_empty: str, empty: Any = None) -> Column:  # noqa: ANN401 - each column has its own
        """The column with cells that may be empty: what that means, and the value that it is."""
        return replace(self, when_empty=when_empty, empty=empty)

    def optional(self, when_empty: str, empty: Any = None) -> Column:  # noqa: ANN401 - as above
        """The column as one that may be missing, which says as much as empty cells."""
        return replace(self, is_required=False, when_empty=when_empty, empty=empty)


SUBJECT_ID = Column("subject_id", Kind.ID, "C101", "a subject of the subjects' table, to the character", "007", read_id)
"""The subject of a row of a further table."""
DATE = Column("date", Kind.DATE, "C104", "", "2026-03-09")
_LIMITS = f"from {plain_digits(LEAST_KILOGRAMS)} to {MOST_KILOGRAMS}"
WEIGHT = Column("weight_kg", Kind.DECIMAL, "C105", f"body weight in kilograms, {_LIMITS}", "70.5", read_kilograms)
_METHODS = ", ".join(f"`{method}`" for method in METHODS[:-1]) + f" or `{METHODS[-1]}`"
METHOD = Column("method", Kind.TEXT, "C107", _METHODS, METHODS[0], read_method).optional(
    "not known, which is not `measured`", -1
)
ANCHOR = replace(DATE, name="one for each anchor, such as `start`", meaning="the date of the anchor").may_be_empty(
    "refused, unless the protocol says `may be empty`; then its visits are to be determined"
)
"""What is said of the columns of anchors, whose names are the protocol's."""


def _fact(name: str, kind: Kind, code: str, meaning: str, example: str, read: Callable[[str], Any]) -> Column:
    """A fact of the body, which is looked at where a rule of dosing or a condition needs it."""
    return Column(name, kind, code, f"{meaning}; otherwise not looked at", example, read).optional("not known")


_SHAPED = "a dose per kg of an ideal, adjusted, predicted or lean weight, or by AUC with"
_HEIGHT = f"height in centimetres, for a dose per m² or {_SHAPED.removeprefix('a dose ')} a rate of such a weight"
_SURFACE = "the recorded body surface in m², for a dose per m² whose formula is none stated"
_CREATININE = "serum creatinine in mg/dL, for a dose by AUC with an estimated rate"
_LEVEL = "the dose level that the subject is on from the beginning, for a protocol with levels; otherwise not looked at"
SUBJECT_COLUMNS = (
    replace(SUBJECT_ID, meaning="the subject, unique in the table, kept to the character (`007`)"),
    Column("arm", Kind.TEXT, "C103", "the id of an arm of the protocol", "treated"),
    replace(WEIGHT, needed="for doses that depend on weight").optional("no weight from this table"),
    replace(DATE, name="weight_date", meaning="the day on which it was taken").optional(
        "an undated weight; see [which weight is used](../explanation/which-weight.md)"
    ),
    replace(METHOD, name="weight_method"),
    _fact("height_cm", Kind.DECIMAL, "C111", _HEIGHT, "170", read_centimetres),
    _fact("sex", Kind.TEXT, "C112", f"`F` or `M`, for {_SHAPED} an estimated rate", "F", read_sex),
    replace(
        DATE, name="birth_date", meaning="to check the age; not after the first anchor", example="1980-02-29"
    ).optional("the age is not checked; a warning if the column is missing"),
    Column("site", Kind.ID, "C017", "the site, passed through", "US01", read_name).optional("empty in the output", ""),
    Column("protocol_version", Kind.TEXT, "C108", "must be the version of the protocol file", "1.0").optional(
        "not compared"
    ),
    _fact(
        "gfr_ml_min",
        Kind.DECIMAL,
        "C114",
        "measured filtration rate in mL/min, for a dose by AUC that takes it",
        "90",
        read_rate,
    ),
    _fact("body_surface_m2", Kind.DECIMAL, "C116", _SURFACE, "1.82", read_surface),
    Column("dose_level", Kind.TEXT, "C150", _LEVEL, "2").optional("none, or the levels table says it"),
    _fact("creatinine_mg_dl", Kind.DECIMAL, "C115", _CREATININE, "0.9", read_creatinine),
    Column("study", Kind.TEXT, "C320", "the study, where the protocols are those of several", "NCT04611256").optional(
        "the only study that there is, or that has the version"
    ),
)
"""The columns of the subjects' table beside those of anchors and declared facts, whose names are the protocol's."""


def names_of(columns: Iterable[Column]) -> tuple[str, ...]:
    """The names of columns."""
    return tuple(one.name for one in columns)


def one_of(values: Mapping[str, Any] | Iterable[str], expected: str) -> Callable[[str], Any]:
    """A reader of the texts that have a value; of texts alone, which are their own values.

    Args:
        values: The values by text, or the texts.
        expected: What is expected, for a refusal.
    """
    known = dict(values) if isinstance(values, Mapping) else {text: text for text in values}

    def read(text: str) -> Any:  # noqa: ANN401 - the value of whichever text
        if text not in known:
            raise RefusedError(expected)
        return known[text]

    return read
