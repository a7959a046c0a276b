"""Tables: columns of codes and the distinct texts that they stand for.

Conventions: the names, order and meaning of the columns are a contract; new columns go to the end. A cell is its exact
text (ISO dates, plain digits, a point as the decimal mark), and an empty text is not known or not stated. A decimal
holds the exact value, half up to 18 decimals where it has more or no end (``column_digits``), in every format.
The type of a column follows from its kind alone, never from its values. Columns that share one array of codes are
written together, which is what makes a national cohort cheap. pandas and Arrow are imported only where their objects
are asked for.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from dosecal.model.quantity import COLUMN_DIGITS, COLUMN_PLACES
from dosecal.model.struct import Struct, replace
from dosecal.model.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

WHOLE_DIGITS = COLUMN_DIGITS - COLUMN_PLACES
"""Digits before the point of a decimal in a table, at most."""


class DecimalRangeError(ValueError):
    """A decimal has more digits before the point than a table holds.

    Attributes:
        column: The name of the column.
        text: The decimal.
    """

    def __init__(self, column: str, text: str) -> None:
        """Keep which decimal it is."""
        super().__init__(f"{column}: {text}")
        self.column = column
        self.text = text


class Kind(Enum):
    """What the cells of a column are."""

    TEXT = "text"
    WHOLE = "whole number"
    DECIMAL = "decimal"
    DATE = "date"


class Tone(Enum):
    """How a text of a column is to be taken, beside what it says."""

    WRONG = "wrong"
    """Something is late, missed or broken."""
    SOON = "soon"
    """Something is to be done now."""
    WELL = "well"
    """It is done, or fits."""


class Column(Struct, frozen=True):
    """A column of a table.

    Attributes:
        name: The name in the header.
        kind: What its cells are.
        texts: The distinct texts.
        codes: (rows,) The place of each row's text; None for a column that has one text in all rows.
        fractions: Each text that is rounded, since its digits have no end, with the fraction that it is, for JSON.
        tones: Each text that has a tone, with it; a file has none of them, a terminal may have colours.
    """

    name: str
    kind: Kind
    texts: tuple[str, ...]
    codes: Codes | None = None
    fractions: tuple[tuple[str, str], ...] = ()
    tones: tuple[tuple[str, Tone], ...] = ()

    def cells(self, rows: int) -> list[str]:
        """The text of every row."""
        if self.codes is None:
            return [self.texts[0]] * rows
        return [self.texts[code] for code in self.codes.tolist()]


class Table(Struct, frozen=True):
    """Columns of equal length.

    Attributes:
        name: What the table is, for a sheet or a file.
        rows: How many rows there are.
        columns: The columns in the order of the contract.
    """

    name: str
    rows: int
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def records(self) -> Iterator[dict[str, str]]:
        """The rows, each the text of its cells by the names of the columns."""
        cells = [column.cells(self.rows) for column in self.columns]
        return (dict(zip(self.header, row, strict=True)) for row in zip(*cells, strict=True))

    def first(self, rows: int) -> Table:
        """The first rows alone."""
        kept = min(rows, self.rows)
        columns = tuple(
            column if column.codes is None else replace(column, codes=column.codes[:kept]) for column in self.columns
        )
        return Table(self.name, kept, columns)

    def on_lines(self) -> Table:
        """The table with no cell of more than one line, for a terminal, where a cell could be taken for rows."""
        columns = tuple(replace(column, texts=tuple(map(one_line, column.texts))) for column in self.columns)
        return replace(self, columns=columns)

    def require_room(self) -> None:
        """See that every decimal has room in its column.

        Raises:
            DecimalRangeError: If one has more than 20 digits before the point.
        """
        for column in self.columns:
            for text in column.texts if column.kind is Kind.DECIMAL else ():
                if len(text.partition(".")[0].lstrip("-")) > WHOLE_DIGITS:
                    raise DecimalRangeError(column.name, text)

    def as_arrow(self) -> pa.Table:
        """The table with the types of ``arrow_types``; an empty cell is null.

        Raises:
            DecimalRangeError: If a decimal has more than 20 digits before the point.
        """
        import pyarrow as pa  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

        self.require_room()
        types = arrow_types()
        return pa.table({column.name: _arrow_column(column, self.rows, types[column.kind]) for column in self.columns})


def arrow_types() -> dict[Kind, pa.DataType]:
    """The Arrow type of each kind of column, which is that of Parquet files, too."""
    import pyarrow as pa  # noqa: PLC0415 - see as_arrow

    return {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.DECIMAL: pa.decimal128(COLUMN_DIGITS, COLUMN_PLACES),
        Kind.DATE: pa.date32(),
    }


def pandas_types() -> dict[Kind, Any]:  # the stubs lack ``__from_arrow__``, by which each takes a column
    """The pandas type of each kind of column: ``string``, ``Int64``, and Arrow's decimals and dates."""
    import pandas as pd  # noqa: PLC0415 - costs more than half a second, and is needed here alone

    arrow = arrow_types()
    return {
        Kind.TEXT: pd.StringDtype("pyarrow"),
        Kind.WHOLE: pd.Int64Dtype(),
        Kind.DECIMAL: pd.ArrowDtype(arrow[Kind.DECIMAL]),
        Kind.DATE: pd.ArrowDtype(arrow[Kind.DATE]),
    }


def joined_frame(tables: Sequence[Table]) -> pd.DataFrame:
    """The rows of tables with the same columns, one after the other, as one frame of ``pandas_types``.

    Raises:
        DecimalRangeError: If a decimal has more than 20 digits before the point.
    """
    import pandas as pd  # noqa: PLC0415 - costs more than half a second, and is needed here alone
    import pyarrow as pa  # noqa: PLC0415 - see as_arrow

    types = pandas_types()
    rows = pa.concat_tables([table.as_arrow() for table in tables])
    pairs = zip(tables[0].columns, rows.columns, strict=True)
    # column by column: the whole table at once, with types of extensions, takes twice as long for a few rows
    return pd.DataFrame({column.name: types[column.kind].__from_arrow__(cells) for column, cells in pairs}, copy=False)


def _arrow_column(column: Column, rows: int, dtype: pa.DataType) -> pa.Array:
    import numpy as np  # noqa: PLC0415 - typing alone needs it above
    import pyarrow as pa  # noqa: PLC0415 - see as_arrow

    values = pa.array(_values(column), type=dtype)
    codes = np.zeros(rows, dtype=np.int32) if column.codes is None else column.codes
    return values.take(pa.array(codes))


def _values(column: Column) -> list[object]:
    """The distinct values behind the texts; None for an empty text."""
    from datetime import date  # noqa: PLC0415 - with Decimal, only for typed values
    from decimal import Decimal  # noqa: PLC0415 - likewise

    parsers: dict[Kind, Callable[[str], object]] = {
        Kind.TEXT: str,
        Kind.WHOLE: int,
        Kind.DECIMAL: Decimal,
        Kind.DATE: date.fromisoformat,
    }
    parse = parsers[column.kind]
    return [parse(text) if text else None for text in column.texts]
