"""Makes the study folder of the demonstration: RYONCIL in the middle of its life, counted back from today.

    python docs/make_demo_study.py FOLDER

Its example subjects began in the last two weeks. The program itself records their visits, one of them late, and a
newer weight, so that the page and ``dosecal history`` have something to show.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "protocols" / "examples"
HELD = {"001": ("D1", "D4", "D8"), "002": ("D1", "D4", "D8"), "003": ("D1", "D4"), "004": ("D1", "D4")}
"""The visits that were held on their days."""
COORDINATOR, PHARMACIST = ("--by", "LC"), ("--by", "MG", "--role", "pharmacist")


def dosecal(*arguments: str | Path) -> None:
    """Run the program, which ends this one where it refuses something."""
    command = [sys.executable, "-m", "dosecal", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        sys.exit(f"{' '.join(command[2:])}\n{ended.stderr}")


def shifted(name: str, columns: tuple[str, ...], days: int, folder: Path, target: str) -> None:
    """An example table with its dates moved by so many days, over the empty one of the folder."""
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        for column in columns:
            row[column] = str(date.fromisoformat(row[column]) + timedelta(days=days))
    with (folder / target).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Make the folder, where there is none yet or one of this script."""
    folder = Path(sys.argv[1])
    if (folder / "history.jsonl").exists():
        shutil.rmtree(folder)
    start = date.today() - timedelta(days=14)  # noqa: DTZ011 - the day of whoever looks at the demonstration
    days = (start - date(2026, 4, 6)).days
    dosecal("new", "examples/ryoncil", folder, *COORDINATOR)
    shifted("ryoncil-subjects.csv", ("start", "weight_date"), days, folder, "subjects.csv")
    shifted("ryoncil-lots.csv", ("expires",), days, folder, "lots.csv")

    for name in ("subjects.csv", "lots.csv"):
        dosecal("history", folder, "--explain", name, "--reason", "those of the example", *PHARMACIST)
    with (folder / "subjects.csv").open(encoding="utf-8", newline="") as stream:
        first = {row["subject_id"]: date.fromisoformat(row["start"]) for row in csv.DictReader(stream)}

    def held(subject: str, visit: str, day: date, *more: str) -> None:
        at = ("--subject", subject, "--visit", visit, "--date", str(day))
        dosecal("record", folder, "visit", *at, "status=done", *more, *COORDINATOR, "--yes")

    for subject, visits in HELD.items():
        for visit in visits:
            held(subject, visit, first[subject] + timedelta(days=int(visit[1:]) - 1))
    day = start + timedelta(days=12)
    held("001", "D11", day, "--reason", "transfer from the ward was late")
    weighed = ("--subject", "001", "--date", str(day), "weight_kg=51.2", "method=measured")
    dosecal("record", folder, "weight", *weighed, *COORDINATOR, "--yes")
    print(f"{folder}: a study in the middle of its life; look at it with: dosecal open {folder}")


if __name__ == "__main__":
    main()
