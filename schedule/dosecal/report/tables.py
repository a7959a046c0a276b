"""Tables: columns of codes and the distinct texts that they stand for.

Conventions: the names, order and meaning of the columns are a contract; new columns go to the end. A cell is its exact
text (ISO dates, plain digits, a point as the decimal mark), and an empty text is not known or not stated. Columns that
share one array of codes are written together, which is what makes a national cohort cheap. pandas and Arrow are
imported only where their objects are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]

DECIMAL_DIGITS, DECIMAL_PLACES = 38, 18
"""Digits in all and after the point of a decimal column in Arrow and Parquet."""


class DecimalPlacesError(ValueError):
    """A decimal has more digits after the point than the column of a typed table holds; nothing is rounded away.

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


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: The name in the header.
        kind: What its cells are.
        texts: The distinct texts.
        codes: (rows,) The place of each row's text; None for a column that has one text in all rows.
    """

    name: str
    kind: Kind
    texts: tuple[str, ...]
    codes: Codes | None = None

    def cells(self, rows: int) -> list[str]:
        """The text of every row."""
        if self.codes is None:
            return [self.texts[0]] * rows
        return [self.texts[code] for code in self.codes.tolist()]


@dataclass(frozen=True, slots=True)
class Table:
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

    def first(self, rows: int) -> Table:
        """The first rows alone."""
        kept = min(rows, self.rows)
        columns = tuple(
            Column(c.name, c.kind, c.texts, None if c.codes is None else c.codes[:kept]) for c in self.columns
        )
        return Table(self.name, kept, columns)

    def as_arrow(self) -> pa.Table:
        """The table with text, int64, decimal128(38, 18) and date32 columns; an empty cell is null.

        Raises:
            DecimalPlacesError: If a decimal has more than 18 digits after the point.
        """
        import pyarrow as pa  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

        return pa.table({column.name: _arrow_column(column, self.rows) for column in self.columns})

    def as_pandas(self) -> pd.DataFrame:
        """The table as a frame: ``string``, ``Int64``, ``datetime64`` columns, and Decimals in object columns."""
        import pandas as pd  # noqa: PLC0415 - costs more than half a second, and is needed here alone

        return pd.DataFrame({column.name: _pandas_column(column, self.rows) for column in self.columns})


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


def _arrow_column(column: Column, rows: int) -> pa.Array:
    import numpy as np  # noqa: PLC0415 - typing alone needs it above
    import pyarrow as pa  # noqa: PLC0415 - see as_arrow

    types = {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int64(),
        Kind.DECIMAL: pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES),
        Kind.DATE: pa.date32(),
    }
    if column.kind is Kind.DECIMAL:
        for text in column.texts:
            if len(text.partition(".")[2]) > DECIMAL_PLACES:
                raise DecimalPlacesError(column.name, text)
    values = pa.array(_values(column), type=types[column.kind])
    codes = np.zeros(rows, dtype=np.int32) if column.codes is None else column.codes
    return values.take(pa.array(codes))


def _pandas_column(column: Column, rows: int) -> pd.Series:
    import numpy as np  # noqa: PLC0415 - typing alone needs it above
    import pandas as pd  # noqa: PLC0415 - see as_pandas

    types = {Kind.TEXT: "string", Kind.WHOLE: "Int64", Kind.DECIMAL: "object", Kind.DATE: "datetime64[s]"}
    distinct = pd.Series(_values(column), dtype=types[column.kind])
    codes = np.zeros(rows, dtype=np.int64) if column.codes is None else column.codes
    return distinct.take(codes).reset_index(drop=True)


def joined_frame(tables: list[Table]) -> pd.DataFrame:
    """The rows of tables with the same columns, one after the other, as one frame."""
    import pandas as pd  # noqa: PLC0415 - costs more than half a second, and is needed here alone

    return pd.concat([table.as_pandas() for table in tables], ignore_index=True)
