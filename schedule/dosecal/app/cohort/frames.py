"""The same planning over frames in memory, for analysts and for partitions of larger frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from warnings import warn

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.joined_tables import joined_tables
from dosecal.app.composition.purpose import DOSING
from dosecal.app.files.table_rows import decimal_refused
from dosecal.load.tables.table_reading import table_reading
from dosecal.load.tables.typed_tables import FRAME
from dosecal.model.timing import read_horizon
from dosecal.planning.masking import masked
from dosecal.report.tables.schedule import doses_table, visits_table
from dosecal.report.tables.table import DecimalRangeError, joined_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from dosecal.app.composition.inputs import ProtocolSource, TableSource
    from dosecal.report.tables.table import Table


class Plan(NamedTuple):
    """What ``plan`` gives: two frames with the columns of the files.

    Attributes:
        visits: One row a subject and visit.
        doses: One row a subject and planned dose.
    """

    visits: pd.DataFrame
    doses: pd.DataFrame


def plan(
    protocol: ProtocolSource,
    subjects: TableSource,
    weights: TableSource | None = None,
    levels: TableSource | None = None,
    *,
    horizon: str | None = None,
    sites: str | Path | None = None,
    actuals: TableSource | None = None,
    as_of: date | None = None,
    lots: TableSource | None = None,
    also: Sequence[ProtocolSource] = (),
    renames: str | Path | None = None,
    unblinded: bool = False,
    separator: str | None = None,
    encoding: str | None = None,
    dates: str | None = None,
    decimal: str | None = None,
) -> Plan:
    """The visits and doses of subjects that are in a frame.

    It is pure: the same inputs give the same frames, and nothing is read but the files that are named. Each partition
    of a larger frame can be planned by itself, unless lots are given, which are promised over all subjects. What the
    commands warn of (columns passed over, what is to be looked at before a dose is given, that doses unblind, years
    that a site file can't know) is a Python warning each.

    Args:
        protocol: A protocol, a path, or the id of a shipped study.
        subjects: One row a subject with the columns of the subjects file; cells as text, dates or numbers. This and the
            other tables may also be the name of a file, of a folder or a pattern of files. A frame is one of pandas or
            Polars, a relation of DuckDB, a table of Arrow, or whatever gives its rows as they do.
        weights: Further weights with the columns of the weights file.
        levels: Dose levels with the columns of the levels file.
        horizon: How far cycles are planned that go on until something happens, such as ``12 cycles`` or ``52 weeks``,
            where the protocol is given by its name; a protocol itself was loaded with one.
        sites: A site file, for closed days; None for none.
        actuals: What happened, with the columns of the actuals file; None for nothing on record.
        as_of: The day of judgement, which statuses need: it is given together with ``actuals``.
        lots: The containers at hand, with the columns of the lots file; each dose gets its own.
        also: Further versions of the protocol; each subject is planned by its own.
        renames: A file that renames the columns of the subjects.
        unblinded: Whether the visits of a blinded trial show arms and regimens; its doses do by their nature.
        separator: What parts the cells of CSV, such as ``;``, where that is not a comma.
        encoding: The encoding of CSV, such as ``cp1252``, where that is not UTF-8.
        dates: How dates in text are written, such as ``dd/mm/yyyy``, beside ISO dates; in files and frames alike.
        decimal: The decimal mark of numbers in text, where that is a comma; likewise.

    Returns:
        The two frames, with the types of ``table_schema`` whatever is in them: text as ``string``, whole numbers as
        ``Int64``, amounts as ``decimal128(38, 18)`` and dates as ``date32``.

    Raises:
        ProtocolError: If the protocol can't be read.
        SiteError: If the site file can't be read.
        CohortError: If any row can't be read; each is named by its place in the frame, from 1.
        PlanError: If all rows can be read, and a first dose has no weight; or if cycles go on without a horizon.
        OutputError: If an amount has more than 20 digits before the point.
        RefusedError: If the horizon can't be read, or how the tables are written.
        ValueError: If only one of ``actuals`` and ``as_of`` is given.
    """
    if (actuals is None) != (as_of is None):
        message = "actuals and as_of are given together: a status is judged as of a day"
        raise ValueError(message)
    inputs = Inputs(
        protocols=(protocol, *also),
        subjects=subjects,
        weights=weights,
        levels=levels,
        lots=lots,
        sites=None if sites is None else str(sites),
        actuals=actuals,
        renames=None if renames is None else str(renames),
        horizon=None if horizon is None else read_horizon(horizon),
        as_of=as_of,
        reading=table_reading(separator, encoding, dates, decimal),
    )
    composed = Composition(inputs, DOSING)
    pieces: list[tuple[Table, Table]] = []
    for group in composed.groups():
        cohorts = [one.cohort for one in group]
        shown = group if unblinded else [masked(one) for one in group]
        visits = joined_tables([visits_table(one) for one in shown], cohorts)
        doses = joined_tables([doses_table(one) for one in group], cohorts)
        pieces.append((visits, doses))
    composed.require_no_problem()
    for warning in composed.outcome.warnings:
        warn(str(warning), stacklevel=2)
    return Plan(_joined([visits for visits, _ in pieces]), _joined([doses for _, doses in pieces]))


def _joined(tables: list[Table]) -> pd.DataFrame:
    try:
        return joined_frame(tables)
    except DecimalRangeError as error:
        raise decimal_refused(error, FRAME) from None
