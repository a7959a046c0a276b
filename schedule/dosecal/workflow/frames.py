"""The same planning over pandas frames, for analysts and for partitions of larger frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from warnings import warn

from dosecal.model.problems import CohortError, PlanError, Problem, ScheduleError
from dosecal.model.protocol import Protocol
from dosecal.model.timing import read_horizon
from dosecal.workflow.protocols import load_for_planning, require_horizon

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from dosecal.report.tables import Table


class Plan(NamedTuple):
    """What ``plan`` gives: two frames with the columns of the files.

    Attributes:
        visits: One row a subject and visit.
        doses: One row a subject and planned dose.
    """

    visits: pd.DataFrame
    doses: pd.DataFrame


def plan(  # noqa: PLR0913 - everything that a plan is made of, each by its name
    protocol: Protocol | str | Path,
    subjects: pd.DataFrame,
    weights: pd.DataFrame | None = None,
    levels: pd.DataFrame | None = None,
    *,
    horizon: str | None = None,
    sites: str | Path | None = None,
    actuals: pd.DataFrame | None = None,
    as_of: date | None = None,
) -> Plan:
    """The visits and doses of subjects that are in a frame.

    It is pure: the same protocol and frame give the same frames; nothing is read but the protocol file, where a name is
    given, and the site file. Each partition of a larger frame can be planned by itself.

    Args:
        protocol: A protocol, a path, or the id of a shipped study.
        subjects: One row a subject with the columns of the subjects file; cells as text, dates or numbers.
        weights: Further weights with the columns of the weights file.
        levels: Dose levels with the columns of the levels file.
        horizon: How far cycles are planned that go on until something happens, such as ``12 cycles`` or ``52 weeks``,
            where the protocol is given by its name; a protocol itself was loaded with one.
        sites: A site file, for closed days; None for none. What it can't know of a year is a Python warning, and so is
            what is to be looked at before a dose is given.
        actuals: What happened, with the columns of the actuals file; None for nothing on record.
        as_of: The day of judgement, which statuses need: it is given together with ``actuals``.

    Returns:
        The two frames: text as ``string``, whole numbers as ``Int64``, dates as ``datetime64``, amounts as Decimals.

    Raises:
        ProtocolError: If the protocol can't be read.
        SiteError: If the site file can't be read.
        CohortError: If any row can't be read; each is named by its place in the frame, from 1.
        PlanError: If all rows can be read, and a first dose has no weight; or if cycles go on without a horizon.
        RefusedError: If the horizon can't be read.
        ValueError: If only one of ``actuals`` and ``as_of`` is given.
    """
    # numpy is imported for cohorts alone
    from dosecal.load.entry_rows import LEVEL_OF_NOBODY, WEIGHT_OF_NOBODY, unknown_subjects  # noqa: PLC0415
    from dosecal.load.levels_file import read_levels  # noqa: PLC0415
    from dosecal.load.subjects import SubjectReader  # noqa: PLC0415
    from dosecal.load.typed_tables import frame_table  # noqa: PLC0415
    from dosecal.load.weights_file import read_weights  # noqa: PLC0415
    from dosecal.planning.resolve import first_dose_problems  # noqa: PLC0415
    from dosecal.report.schedule_tables import doses_table, visits_table  # noqa: PLC0415
    from dosecal.workflow.dose_warnings import DoseWarnings  # noqa: PLC0415
    from dosecal.workflow.records import frame_follow_up  # noqa: PLC0415
    from dosecal.workflow.sites import ClosedDayStep, load_sites  # noqa: PLC0415

    far = None if horizon is None else read_horizon(horizon)
    whole = protocol if isinstance(protocol, Protocol) else load_for_planning(protocol, far)
    require_horizon(whole)
    further = {} if weights is None else read_weights(frame_table(weights))
    following = frame_follow_up(actuals, as_of)
    step = None if sites is None else ClosedDayStep(load_sites(str(sites)))
    held = {} if levels is None else read_levels(frame_table(levels), whole)
    reader = SubjectReader(whole, further, held, sites=None if step is None else step.book.names)
    shown = DoseWarnings()
    pieces: list[tuple[Table, Table]] = []
    unread: list[Problem] = []
    unplanned: list[Problem] = []
    for cohort, bad in reader.read(frame_table(subjects)):
        schedule, wrong = following.plan(whole, cohort)
        unread += [*bad, *wrong]
        unplanned += first_dose_problems(schedule)
        shown.look_at(schedule)
        schedule = schedule if step is None else step.apply(schedule)
        pieces.append((visits_table(schedule), doses_table(schedule)))
    unread += unknown_subjects(further, reader.seen, WEIGHT_OF_NOBODY)
    unread += unknown_subjects(held, reader.seen, LEVEL_OF_NOBODY)
    unread += following.unknown_subjects(reader.seen)
    if unread or unplanned:
        kind: type[ScheduleError] = CohortError if unread else PlanError
        raise kind((*unread, *unplanned))
    for warning in (*shown.warnings, *(() if step is None else step.book.warnings)):
        warn(str(warning), stacklevel=2)
    return Plan(_joined([visits for visits, _ in pieces]), _joined([doses for _, doses in pieces]))


def _joined(tables: list[Table]) -> pd.DataFrame:
    from dosecal.report.tables import joined_frame  # noqa: PLC0415 - pandas, for frames alone

    return joined_frame(tables)
