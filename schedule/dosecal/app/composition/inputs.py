"""What a plan is made from: one type for every command, page, export and for Python.

Conventions: an input is the name of a file, of a folder or a pattern of files, ``-`` for standard input, or, from
Python, a frame in memory: of pandas, or whatever gives its rows as an Arrow stream or by the interchange. Nothing is
read here, so that a command line is understood before numpy is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from dosecal.app.files.sources import STANDARD_INPUT
from dosecal.load.tables.file_kind import PARQUETS, WORKBOOKS
from dosecal.load.tables.table_files import ending_of, table_files
from dosecal.model.problems import CohortError
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from dosecal.load.tables.table_reading import TableReading
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol as LoadedProtocol
    from dosecal.model.timing import Horizon


class ArrowStream(Protocol):
    """A frame that gives its rows as an Arrow stream, such as one of Polars, DuckDB or Arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The stream."""
        ...


class Interchange(Protocol):
    """A frame that gives its rows by the interchange of data frames."""

    def __dataframe__(self, nan_as_null: bool = ..., allow_copy: bool = ...) -> object:  # noqa: FBT001 - the standard's
        """The frame for others."""
        ...


class TableContent(Struct, frozen=True):
    """A table whose bytes are at hand, such as a file with a row that is not written yet.

    Attributes:
        name: The name of the file, for problems, and for what kind it is.
        content: Its bytes.
    """

    name: str
    content: bytes


TableSource: TypeAlias = "str | TableContent | pd.DataFrame | ArrowStream | Interchange"
"""A table: the name of a file, of a sheet (``book.xlsx#A``), of a folder or a pattern of files; bytes; or a frame."""

ProtocolSource: TypeAlias = "str | Path | LoadedProtocol"
"""A protocol: the name of a file, the id of a shipped one, or a protocol that is loaded."""


class Inputs(Struct, frozen=True, kw_only=True):
    """What a cohort is planned from.

    Attributes:
        protocols: The protocol, then further versions of it; of several studies where these share a list of subjects.
        subjects: The subjects; empty for what needs none.
        weights: Further weights; None for none.
        arms: The arms of a blinded trial's subjects, where they stand apart; None where the subjects' table has them.
        levels: Dose levels; None for none.
        lots: The containers at hand, which the doses get; None for none.
        containers: What became of the containers; None for nothing on record.
        sites: The name of the site file, for closed days; None for none.
        actuals: What happened; None for nothing on record.
        renames: The name of the file that renames columns of the subjects; None for none.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        as_of: The day of judgement; None where nothing is judged.
        subject: The id of one subject, for the plan of that one alone; None for all. Problems in the rows of others are
            passed over with a warning then, unless lots are promised, which are over all subjects.
        reading: How the tables are written; None for a comma, UTF-8, ISO dates and a point.
        skip_bad: Whether the good rows are planned where others are bad.
        unblinded: Whether arms, doses and products of a blinded trial are shown where a blinded reader might read.
        notes: What is to be said of the inputs themselves, beside the warnings of their plan.
        beside: The inputs of further studies, each planned by itself, for a list of the work of all.
        folder: The study folder that the files are of; empty for none.
    """

    protocols: tuple[ProtocolSource, ...]
    subjects: TableSource = ""
    weights: TableSource | None = None
    arms: TableSource | None = None
    levels: TableSource | None = None
    lots: TableSource | None = None
    containers: TableSource | None = None
    sites: str | None = None
    actuals: TableSource | None = None
    renames: str | None = None
    horizon: Horizon | None = None
    as_of: date | None = None
    subject: str | None = None
    reading: TableReading | None = None
    skip_bad: bool = False
    unblinded: bool = False
    notes: tuple[Problem, ...] = ()
    beside: tuple[Inputs, ...] = ()
    folder: str = ""

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """The files that are read, each with what it is and its name, in the order in which an output names them."""
        sources: list[tuple[str, object]] = [
            *(("protocol", one) for one in self.protocols),
            ("subjects", STANDARD_INPUT if _is_stream(self.subjects) else self.subjects),
            ("weights", self.weights),
            ("arms", self.arms),
            ("levels", self.levels),
            ("lots", self.lots),
            ("containers", self.containers),
            ("sites", self.sites),
            ("actuals", self.actuals),
            ("names of columns", self.renames),
        ]
        return tuple((what, name) for what, one in sources if (name := name_of(one)))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all files that are read: of a folder, a pattern or a sheet those that it stands for."""
        own = (file for _, name in self.named for file in _files_of(name))
        return (*own, *(file for one in self.beside for file in one.files))

    @property
    def reads_text(self) -> bool:
        """Whether a table is read from text, as CSV is and a spreadsheet, Parquet or a frame is not."""
        further = (self.weights, self.arms, self.levels, self.lots, self.containers, self.actuals)
        files = [file for one in (self.subjects, *further) if (name := name_of(one)) for file in _files_of(name)]
        return any(ending_of(file) not in {*PARQUETS, *WORKBOOKS} for file in files)

    @property
    def judged_on(self) -> date:
        """The day of judgement, where there must be one.

        Raises:
            ValueError: If there is none.
        """
        if self.as_of is None:
            message = "a status is judged as of a day"
            raise ValueError(message)
        return self.as_of


def name_of(source: object) -> str:
    """The name of the file that a source stands for; empty for one in memory, or none."""
    if isinstance(source, TableContent):
        return source.name
    return source if isinstance(source, str) else ""


def _is_stream(source: TableSource) -> bool:
    return isinstance(source, str) and source == "-"


def _files_of(name: str) -> tuple[str, ...]:
    try:
        return table_files(name).files
    except CohortError:  # its reader will say what is wrong with it
        return (name,)
