"""The columns of every table with their kinds, and the types that they have in Arrow, pandas and Spark.

Conventions: a column is written ``name`` where it holds text, else ``name:kind``. The tables of visits and doses have
further columns at their end, each where the protocol states what it says or something is on record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosecal.model.quantity import COLUMN_DIGITS, COLUMN_PLACES
from dosecal.report.tables.table import Kind, arrow_types, pandas_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.model.protocol import Protocol

Columns = tuple[tuple[str, Kind], ...]

_KINDS = {"": Kind.TEXT, "whole": Kind.WHOLE, "decimal": Kind.DECIMAL, "date": Kind.DATE}
_SPARK = {
    Kind.TEXT: "string",
    Kind.WHOLE: "bigint",
    Kind.DECIMAL: f"decimal({COLUMN_DIGITS},{COLUMN_PLACES})",
    Kind.DATE: "date",
}
ENGINES = ("arrow", "pandas", "spark")


def _columns(text: str) -> Columns:
    pairs = (column.partition(":") for column in text.split())
    return tuple((name, _KINDS[kind]) for name, _, kind in pairs)


_PROTOCOL = "study protocol_version protocol_sha256"
_SUBJECT = f"{_PROTOCOL} subject_id site"
_VISITS = f"""
    {_SUBJECT} arm visit visit_label epoch study_day offset_days:whole anchor anchor_date:date target_date:date weekday
    window_start:date window_end:date planned_date:date closed_day actual_date:date status deviation_days:whole doses
    assessments notes
"""
_TABLES: Mapping[str, Columns] = {
    "visits": _columns(_VISITS),
    "assessments": _columns(_VISITS.replace("assessments", "assessment")),
    "doses": _columns(f"""
        {_SUBJECT} arm regimen dose_number:whole visit study_day planned_date:date dose_rule weight_kg:decimal
        weight_date:date calculated_dose:decimal ordered_dose:decimal unit limited_by product volume_ml:decimal
        containers notes dose_level weekday closed_day
    """),
    "deviations": _columns(f"""
        {_SUBJECT} arm visit deviation rule planned actual days_out:whole deviation_percent:decimal notes
        wider_days_out:whole minutes_out:whole
    """),
    "unscheduled": _columns(f"{_SUBJECT} arm date:date fit visit next_visit finding notes"),
    "moves": _columns(f"""
        {_PROTOCOL} subject_id visit from_date:date to_date:date weekday days:whole why window_start:date
        window_end:date days_out:whole first_planned:date notes closed_day not_before:date
    """),
    "starts": _columns(f"""
        {_PROTOCOL} site arm start_date:date weekday verdict doses_on_closed_days:whole visits_without_open_day:whole
        visits_off_target:whole days_off_target:whole breaks moves
    """),
    "timepoints": _columns(f"""
        {_PROTOCOL} visit dose_start dose_end zone timepoint counted_from elapsed date:date time earliest latest
        utc_offset notes
    """),
    "demand": _columns(f"""
        {_PROTOCOL} period_start:date site product doses:whole to_be_determined:whole amount:decimal unit
        containers:whole thaws:whole covered_doses:whole missing:decimal containers_at_hand:whole expired:whole notes
    """),
    "work": _columns(f"""
        {_SUBJECT} visit visit_label status what date:date weekday window_start:date window_end:date days_left:whole
        doses assessments notes
    """),
}
TABLES = tuple(_TABLES)
"""The names of the tables."""
_WIDER, _GAPS, _BOOKED, _WINDOWS, _GIVEN = map(
    _columns,
    (
        "wider_start:date wider_end:date",
        "not_before:date",
        "booked_date:date",
        "window_met days_out:whole wider_days_out:whole",
        "dose_date:date",
    ),
)
FURTHER_VISIT_COLUMNS = (*_WIDER, *_GAPS, *_BOOKED)
"""The columns of dates that the visits table has after all others where there is something to say in them."""


def table_columns(table: str, protocol: Protocol | None = None, *, has_actuals: bool = False) -> Columns:
    """The names and kinds of the columns of a table, in their order.

    Args:
        table: One of ``TABLES``.
        protocol: The protocol, for the further columns of ``visits`` and ``assessments``; None for what all have.
        has_actuals: Whether these two, or ``doses``, are made with an actuals file.

    Raises:
        ValueError: For any other table.
    """
    if table not in _TABLES:
        raise ValueError(f"no such table: {table!r}; there are {', '.join(TABLES)}")
    if table == "doses" and has_actuals:
        return (*_TABLES[table], *_GIVEN)
    if table not in {"visits", "assessments"}:
        return _TABLES[table]
    visits = () if protocol is None else protocol.visits
    is_wider, has_gaps = any(visit.wider is not None for visit in visits), any(visit.gaps for visit in visits)
    further = ((_WIDER, is_wider), (_GAPS, has_gaps), (_BOOKED, has_actuals), (_WINDOWS, is_wider and has_actuals))
    return (*_TABLES[table], *(column for columns, is_there in further if is_there for column in columns))


def column_names(table: str) -> tuple[str, ...]:
    """The names of the columns that a table always has."""
    return tuple(name for name, _ in table_columns(table))


def table_schema(
    table: str, engine: str = "arrow", protocol: Protocol | None = None, *, has_actuals: bool = False
) -> Any:  # noqa: ANN401 - each engine has a schema of its own
    """The types of a table, which are the same whatever is in it.

    Args:
        table: The name of a table: ``visits``, ``assessments`` (visits with ``--long``), ``doses``, ``deviations``,
            ``unscheduled``, ``moves``, ``starts``, ``timepoints``, ``demand`` or ``work``.
        engine: ``arrow``, ``pandas`` or ``spark``.
        protocol: The protocol, where it states a second window or a gap between visits: ``visits`` and ``assessments``
            have columns for these.
        has_actuals: Whether these two, or ``doses``, are made with actuals, for which they have columns, too.

    Returns:
        A ``pyarrow.Schema``; a dict of pandas types by column, which Dask takes as ``meta``; or, for Spark, its DDL as
        text. Texts are ``string``, whole numbers 64 bits, decimals ``decimal(38, 18)``, dates whole days.

    Raises:
        ValueError: For any other table or engine.
    """
    columns = table_columns(table, protocol, has_actuals=has_actuals)
    if engine == "arrow":
        import pyarrow as pa  # noqa: PLC0415 - costs a quarter of a second, and is needed here alone

        arrow = arrow_types()
        return pa.schema([(name, arrow[kind]) for name, kind in columns])
    if engine == "pandas":
        pandas = pandas_types()
        return {name: pandas[kind] for name, kind in columns}
    if engine == "spark":
        return ", ".join(f"{name} {_SPARK[kind]}" for name, kind in columns)
    raise ValueError(f"no such engine: {engine!r}; there are {', '.join(ENGINES)}")
