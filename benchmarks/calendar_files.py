"""Ten thousand events: calendars of subjects to an iCalendar file, against the library's own writing of that file.

Both sides end with the same bytes. The yardstick is ``Calendar.to_ical()`` of a calendar that is built beforehand; ours
begins at the visits and their texts. They are measured in turn, and medians are compared.

The whole command is measured too, as a process, from the table of subjects on.

Conventions: seconds of wall-clock time; nothing here passes or fails.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from benchmarks.cohorts import write_cohort
from benchmarks.run import PER_KG, run
from benchmarks.timing import in_turn, say, seconds
from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.subject_views import read_subjects_with_visits
from dosecal.exchange.calendar_files import make_calendar_files
from dosecal.exchange.preset import ExportFile, ExportInput
from dosecal.model.struct import replace

SUBJECTS, ROUNDS = 1_000, 3
AS_OF = date(2026, 3, 9)


def made_export(folder: Path) -> ExportInput:
    """The views of the subjects, planned beforehand."""
    subjects = folder / "subjects.csv"
    write_cohort(subjects, SUBJECTS, weights=False)
    plan = Composition(Inputs(protocols=(PER_KG,), subjects=str(subjects)))
    return ExportInput(plan.protocol, tuple(read_subjects_with_visits(plan)), "0", AS_OF)


def main() -> None:
    """Measure everything."""
    from icalendar import Calendar  # noqa: PLC0415 - what it costs to import is no part of this

    print(f"{'what':<58} {'ratio':>8}  bar")
    with tempfile.TemporaryDirectory(prefix="dosecal-bench-") as name:
        export = made_export(Path(name))
        content = make_calendar_files(export).files[0].content
        calendar = Calendar.from_ical(content)
        events = len(calendar.subcomponents)
        ours, base = in_turn(lambda: make_calendar_files(export), calendar.to_ical, ROUNDS)
        detail = f"{events:,} events, {ours:.2f} s / {base:.2f} s"
        say("calendars to iCalendar / the library's to_ical alone", ours / base, "<= 1.5", detail)
        again = replace(export, previous=(ExportFile("visits.ics", content),))
        ours = min(seconds(lambda: make_calendar_files(again)) for _ in range(ROUNDS))
        say("  likewise, going on from the export before", ours / base, "", f"{ours:.2f} s / {base:.2f} s")
        work = run("export", PER_KG, str(Path(name) / "subjects.csv"), "--to", "ics")
        whole = min(seconds(work) for _ in range(ROUNDS))
        say("dosecal export --to ics, whole process / to_ical", whole / base, "<= 1.5", f"{whole:.2f} s / {base:.2f} s")


if __name__ == "__main__":
    main()
