"""Speed and size as ratios in one run; the two sides of each ratio are measured in turn, and medians are compared.

With an argument, the interpreter of an environment that has clinicedc, that library is measured in the same run.

Conventions: seconds of wall-clock time; a ratio beside its bar; nothing here passes or fails.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cohorts import write_cohort
from benchmarks.doses import doses
from benchmarks.timing import in_turn, say, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

FLAT, PER_KG = "NCT04252118", "NCT04611256"
PEER_SECONDS = 49e-6
"""Seconds a subject-visit of clinicedc 4.12.2's Visit and VisitCollection, measured once beside the loop below."""
PEER_LOOP_SECONDS = 0.56e-6
"""Seconds a subject-visit of a plain loop over ``datetime.date``, measured on that occasion."""


def run(*arguments: str) -> Callable[[], object]:
    """A whole process of dosecal."""
    command = [sys.executable, "-m", "dosecal", *arguments]
    return lambda: subprocess.run(command, check=True, capture_output=True)


def start_up(folder: Path) -> None:
    """One dose and twenty subjects as whole processes, against importing typer."""
    typer = [sys.executable, "-c", "import typer"]
    subjects = folder / "20.csv"
    write_cohort(subjects, 20, weights=False)
    base = lambda: subprocess.run(typer, check=True)  # noqa: E731 - a work to be timed
    dose, typed = in_turn(run("dose", PER_KG, "--arm", "msc", "--weight", "70.25"), base, 15)
    say("dosecal dose / import typer", dose / typed, "<= 2.5", f"{dose:.3f} s / {typed:.3f} s")
    visits, typed = in_turn(run("visits", FLAT, str(subjects)), base, 15)
    say("dosecal visits, 20 subjects / import typer", visits / typed, "<= 4", f"{visits:.3f} s / {typed:.3f} s")


def writing(folder: Path) -> None:
    """A hundred thousand subjects to CSV, against pyarrow's CSV writer with the same rows in memory."""
    import pyarrow as pa  # noqa: PLC0415 - not before the start-up times
    import pyarrow.csv as arrow_csv  # noqa: PLC0415 - likewise

    subjects, ours, theirs = folder / "100k.csv", folder / "visits.csv", folder / "arrow.csv"
    write_cohort(subjects, 100_000, weights=False)
    run("visits", FLAT, str(subjects), "-o", str(ours))()
    with arrow_csv.open_csv(ours) as reader:
        names = reader.schema.names
    dates = {name: pa.date32() for name in names if name.endswith("_date") or name.startswith("window_")}
    numbers = {name: pa.int64() for name in ("offset_days", "deviation_days")}
    types = {name: pa.string() for name in names} | dates | numbers
    options = arrow_csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    rows = arrow_csv.read_csv(ours, convert_options=options)
    texts = rows.cast(pa.schema([(name, pa.string()) for name in names]))

    def write_ours() -> None:
        ours.unlink()
        run("visits", FLAT, str(subjects), "-o", str(ours))()

    def write_theirs(table: pa.Table) -> None:
        theirs.unlink(missing_ok=True)
        arrow_csv.write_csv(table, theirs)

    whole, alone = in_turn(write_ours, lambda: write_theirs(rows), 9)
    detail = f"{whole:.2f} s / {alone:.2f} s; {rows.num_rows:,} rows, {rows.num_columns} columns"
    say("dosecal visits, 100,000 subjects / pyarrow.csv alone", whole / alone, "<= 2", detail)
    whole, as_text = in_turn(write_ours, lambda: write_theirs(texts), 9)
    say(
        "the same / pyarrow.csv with dates made text beforehand",
        whole / as_text,
        "",
        f"{whole:.2f} s / {as_text:.2f} s",
    )
    frame = rows.to_pandas()
    slow = seconds(lambda: frame.to_csv(folder / "pandas.csv", index=False))
    say("pandas to_csv of the same rows / pyarrow.csv alone", slow / alone, "", f"{slow:.2f} s")


def planning(folder: Path) -> None:
    """Planning alone, against loops over dates and, by their ratio to it, against clinicedc."""
    from dosecal.app.composition.protocols import load_protocol  # noqa: PLC0415 - likewise
    from dosecal.load.tables.subjects import SubjectReader  # noqa: PLC0415 - not before the start-up times
    from dosecal.load.tables.text_table import csv_table  # noqa: PLC0415 - likewise
    from dosecal.planning.resolve import plan_schedule  # noqa: PLC0415 - likewise

    protocol = load_protocol(FLAT)
    with (folder / "100k.csv").open("rb") as file:
        cohorts = [cohort for cohort, _ in SubjectReader(protocol).read(csv_table(file, "100k.csv"))]
    subject_visits = sum(len(plan_schedule(protocol, cohort).visits) for cohort in cohorts)
    starts = [day for cohort in cohorts for day in cohort.anchors[:, 0].tolist()]
    offsets = [timedelta(days=visit.offset or 0) for visit in protocol.visits]

    def loop() -> list[list[date]]:
        return [[start + offset for offset in offsets] for start in starts]

    ours, loops = in_turn(lambda: [plan_schedule(protocol, cohort) for cohort in cohorts], loop, 9)
    each, loop_each = ours / subject_visits, loops / (len(starts) * len(offsets))
    detail = f"{each * 1e9:.0f} ns a subject-visit with its doses; date loop {loop_each * 1e9:.0f} ns"
    if len(sys.argv) > 1:
        script = str(Path(__file__).with_name("peer_clinicedc.py"))
        measured = subprocess.run([sys.argv[1], script], check=True, capture_output=True, text=True)
        peer = float(measured.stdout)
        say("clinicedc, measured in this run / planning alone", peer / each, ">= 300", f"{detail}; {peer * 1e6:.0f} us")
    else:
        peer = loop_each * PEER_SECONDS / PEER_LOOP_SECONDS
        say("clinicedc (49/0.56 x date loop) / planning alone", peer / each, ">= 300", detail)


def growth(folder: Path) -> None:
    """Time and memory from ten thousand to a million subjects, each in a process of its own."""
    times = []
    for subjects in (10_000, 100_000, 1_000_000):
        path, out = folder / f"{subjects}.csv", folder / "growth.csv"
        write_cohort(path, subjects, weights=False)
        taken = seconds(run("visits", FLAT, str(path), "-o", str(out), "--force"))
        times.append((subjects, taken))
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{subjects:>9,} subjects: {taken:7.2f} s, {peak:5.0f} MB at the most so far", flush=True)
        out.unlink()
    (few, first), (_, _), (many, last) = times
    slope = (last - first) / (many - few)
    middle = (times[1][1] - first) / (times[1][0] - few)
    say("seconds a million subjects", slope * 1e6, "", f"slope to 1,000,000 / slope to 100,000: {slope / middle:.2f}")


def main() -> None:
    """Measure everything."""
    print(f"{'what':<58} {'ratio':>8}  bar")
    with tempfile.TemporaryDirectory(prefix="dosecal-bench-") as name:
        folder = Path(name)
        start_up(folder)
        growth(folder)
        writing(folder)
        planning(folder)
        doses()


if __name__ == "__main__":
    main()
