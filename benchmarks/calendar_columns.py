"""A million subject-visits: windows, closed days and statuses against ``planned = anchor + offset`` alone.

Both sides write the same CSV, which is most of either. They are measured in turn, in chunks of subjects as the program
plans them, and medians are compared.

The start dates of a year are measured too, as a whole process.

Conventions: a work is a function of a chunk that gives nothing; a further work joins ``WORKS`` with its name, and is
then part of the sum. Seconds of wall-clock time; nothing here passes or fails.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.run import PER_KG, run
from benchmarks.timing import in_turn, say, seconds
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.sites.site_calendars import SiteBook
from dosecal.load.sites.site_file import read_sites
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.text_table import csv_table
from dosecal.model.record import Outcome, Record
from dosecal.planning.dates.open_days import date_span, keep_to_open_days
from dosecal.planning.dates.visits import plan_visits
from dosecal.planning.record.follow_up import follow_up
from dosecal.planning.record.record import join_record
from dosecal.planning.resolve import plan_schedule
from dosecal.render.as_csv import csv_header, csv_rows
from dosecal.report.tables.schedule import visits_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dosecal.model.schedule import Schedule
    from dosecal.model.site import Calendars
    from dosecal.report.tables.table import Table

SUBJECTS, VISITS, SITES, ROUNDS = 100_000, 10, 50, 7
AS_OF = np.datetime64("2022-06-01", "D")

PROTOCOL = """\
study: BENCH-1
version: "1.0"
title: A calendar to measure with
source: the benchmarks
day_numbering: no day 0
window: ±3 days
closed_day: nearest, earlier first
anchors:
  start: {label: start}
arms:
  msc: {label: treated}
  control: {label: control}
visits:
"""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some subjects with everything that the works need, made beforehand.

    Attributes:
        schedule: The subjects, planned.
        calendars: The open days of their sites.
        record: What is on record of them.
        offset: (visits,) Days from the anchor.
        table: What is written of them.
    """

    schedule: Schedule
    calendars: Calendars
    record: Record
    offset: NDArray[np.timedelta64]
    table: Table


def plan_alone(chunk: Chunk) -> None:
    """The yardstick: the planned date of each visit of each subject, and nothing else."""
    visits = chunk.schedule.visits
    _ = chunk.schedule.cohort.anchors[visits.subject, 0] + chunk.offset[visits.visit]


def windows(chunk: Chunk) -> None:
    """Targets, both ends of the windows, and the order of the rows."""
    plan_visits(chunk.schedule.protocol, chunk.schedule.cohort)


def closed_days(chunk: Chunk) -> None:
    """Planned dates on open days of each subject's site."""
    keep_to_open_days(chunk.schedule, chunk.calendars)


def statuses(chunk: Chunk) -> None:
    """What is on record, joined to the subjects, and the status of each visit as of a day."""
    joined, _ = join_record(chunk.record, chunk.schedule.protocol, chunk.schedule.cohort, AS_OF)
    follow_up(chunk.schedule, joined, AS_OF)


WORKS: tuple[tuple[str, Callable[[Chunk], None]], ...] = (
    ("windows", windows),
    ("closed days", closed_days),
    ("statuses", statuses),
)
"""Everything that is done for a row beside writing it."""


def sites_text() -> str:
    """The sites of the cohort, half of them in Mexico and half in China."""
    countries = ("MX", "CN")
    lines = [f"  CN{k:02d}: {{country: {countries[k % 2]}, weekend: [Saturday, Sunday]}}" for k in range(SITES)]
    return "sites:\n" + "\n".join(lines) + "\n"


def made_chunks(folder: Path) -> list[Chunk]:
    """The cohort, planned in the chunks in which the program reads it."""
    from benchmarks.cohorts import write_cohort  # noqa: PLC0415 - its random numbers are needed here alone

    visits = "".join(f"  v{k}: {{days: {11 * k}}}\n" for k in range(VISITS))
    protocol = read_protocol((PROTOCOL + visits).encode(), "bench.yaml")
    book = SiteBook(read_sites(sites_text().encode(), "sites.yaml"), "sites.yaml")
    write_cohort(folder / "subjects.csv", SUBJECTS, weights=False)
    with (folder / "subjects.csv").open("rb") as file:
        reader = SubjectReader(protocol, sites=book.names)
        planned = [plan_schedule(protocol, cohort) for cohort, _ in reader.read(csv_table(file, "subjects.csv"))]
    spans = [span for span in map(date_span, planned) if span is not None]
    calendars = book.covering(min(first for first, _ in spans), max(last for _, last in spans))
    offset = np.array([11 * k for k in range(VISITS)], dtype="timedelta64[D]")
    return [
        Chunk(one, calendars, record_of(one), offset, visits_table(keep_to_open_days(one, calendars)))
        for one in planned
    ]


def record_of(schedule: Schedule) -> Record:
    """Nine in ten of the visits before the day held, a day early to four days late, and the rest not on record."""
    visits = schedule.visits
    chance = np.random.default_rng(len(visits))
    is_done = (visits.target < AS_OF - np.timedelta64(4, "D")) & (chance.random(len(visits)) < 0.9)  # noqa: PLR2004 - see above
    late = chance.integers(-1, 5, size=len(visits)).astype("timedelta64[D]")
    count = int(is_done.sum())
    none = np.zeros(count, dtype=np.int32)
    no_time, no_day = np.full(count, np.datetime64("NaT", "m")), np.full(count, np.datetime64("NaT", "D"))
    return Record(
        file="actuals.csv",
        ids=schedule.cohort.ids,
        visits=tuple(visit.id for visit in schedule.protocol.visits),
        regimens=("",),
        amounts=(),
        texts=("",),
        subject=visits.subject[is_done],
        visit=visits.visit[is_done],
        date=(visits.target + late)[is_done],
        outcome=np.full(count, Outcome.DONE, dtype=np.int8),
        regimen=none,
        amount=none - 1,
        start=no_time,
        end=no_time,
        note=none,
        reason=none,
        planned_first=no_day,
        line=np.arange(count, dtype=np.int32) + 2,
    )


def write(chunks: list[Chunk], path: Path) -> None:
    """The rows of all chunks as CSV."""
    with path.open("wb") as file:
        file.write(csv_header(chunks[0].table))
        for chunk in chunks:
            file.writelines(csv_rows(chunk.table))


def starts_of_a_year(folder: Path) -> None:
    """Every start date of a year judged, as a whole process."""
    (folder / "sites.yaml").write_text(sites_text(), encoding="utf-8")
    span = ("--from", "2026-01-01", "--to", "2026-12-31", "--format", "csv")
    work = run("starts", PER_KG, "--site", str(folder / "sites.yaml"), "--at", "CN01", *span)
    times = sorted(seconds(work) for _ in range(ROUNDS))
    say("dosecal starts over a year, seconds with process start", times[ROUNDS // 2], "<= 1", f"least {times[0]:.2f} s")


def main() -> None:
    """Measure everything."""
    print(f"{'what':<58} {'ratio':>8}  bar")
    with tempfile.TemporaryDirectory(prefix="dosecal-bench-") as name:
        chunks = made_chunks(Path(name))
        out = Path(name) / "visits.csv"
        rows = sum(len(chunk.schedule.visits) for chunk in chunks)

        def alone() -> None:
            for chunk in chunks:
                plan_alone(chunk)
            write(chunks, out)

        def everything() -> None:
            for chunk in chunks:
                for _, work in WORKS:
                    work(chunk)
            write(chunks, out)

        ours, base = in_turn(everything, alone, ROUNDS)
        say("windows, closed days and statuses / planned alone", ours / base, "<= 4", f"{ours:.2f} s / {base:.2f} s")
        for what, work in (("planned alone", plan_alone), *WORKS):
            each = min(seconds(lambda: [work(chunk) for chunk in chunks]) for _ in range(ROUNDS))  # noqa: B023
            say(f"  {what}", each / base, "", f"{each * 1e9 / rows:.0f} ns a row")
        size = out.stat().st_size / 1e6
        say("  writing", seconds(lambda: write(chunks, out)) / base, "", f"{rows:,} rows, {size:.0f} MB")
        starts_of_a_year(Path(name))


if __name__ == "__main__":
    main()
