"""A thousand participants' calendars as one PDF, against the typesetter's own time for the same pages.

The yardstick sets the same records in the same batches with the typesetter alone, and throws the pages away; ours plans
the cohort, makes the records, joins the batches and writes the file. Memory is that of whole processes of their own.

Conventions: seconds of wall-clock time, in turn; nothing here passes or fails.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.timing import in_turn, say
from dosecal.app.composition.inputs import Inputs
from dosecal.app.files.output import Output
from dosecal.app.paper.pages import BY_NAME, papers_of, print_papers, shared_words
from dosecal.app.paper.request import PrintRequest
from dosecal.render import typeset
from dosecal.report.messages.language import Language, Wording

if TYPE_CHECKING:
    from collections.abc import Mapping

STUDY, SUBJECTS, ROUNDS = "NCT04252118", 1_000, 3
SIZES = (250, 500, 1_000)
AS_OF = date(2020, 1, 1)


def write_subjects(path: Path, count: int) -> None:
    """Subjects of both arms, who started on the days of ten months."""
    rows = [
        f"S{one:04d},{'msc' if one % 2 else 'control'},{AS_OF + timedelta(one % 300)},CN01\n" for one in range(count)
    ]
    path.write_text(f"subject_id,arm,start,site\n{''.join(rows)}", encoding="utf-8")


def request_of(subjects: Path, output: Path) -> PrintRequest:
    """The calendars of all subjects, as one PDF."""
    return PrintRequest(
        inputs=Inputs(protocols=(STUDY,), subjects=str(subjects), as_of=AS_OF),
        what="participant",
        output=Output(str(output), "pdf", force=True),
    )


def typeset_alone(shared: Mapping[str, object], records: list[dict[str, object]]) -> None:
    """The yardstick: every batch set, and nothing else."""
    source = iter(records)
    while batch := list(islice(source, typeset.RECORDS_AT_ONCE)):
        typeset.typeset("participant", shared, batch)


def print_once(subjects: str, output: str) -> None:
    """Print a file of subjects, and say how much memory it took at most, in MB; a process of its own does this."""
    print_papers(request_of(Path(subjects), Path(output)))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure everything."""
    print(f"{'what':<58} {'ratio':>8}  bar")
    with tempfile.TemporaryDirectory(prefix="dosecal-bench-") as name:
        folder = Path(name)
        subjects, output = folder / "subjects.csv", folder / "calendars.pdf"
        write_subjects(subjects, SUBJECTS)
        request = request_of(subjects, output)
        kind = BY_NAME["participant"]
        records = [paper.record for paper in papers_of(request)]
        alone = partial(typeset_alone, shared_words(request, kind, Wording(Language.ENGLISH)), records)
        ours, base = in_turn(partial(print_papers, request), alone, ROUNDS)
        detail = f"{ours:.1f} s / {base:.1f} s, {output.stat().st_size / 1e6:.0f} MB"
        say(f"{SUBJECTS:,} participants' calendars / the typesetter alone", ours / base, "<= 1.3", detail)
        peaks = []
        for size in SIZES:
            write_subjects(subjects, size)
            command = [sys.executable, "-m", "benchmarks.paper", str(subjects), str(output)]
            ended = subprocess.run(command, capture_output=True, text=True, check=True)
            peaks.append(float(ended.stdout.split()[-1]))
            say(f"  peak memory for {size:,}", peaks[-1] / peaks[0], "", f"{peaks[-1]:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print_once(*sys.argv[1:])
    else:
        main()
