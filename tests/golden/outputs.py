"""The outputs that are kept whole: which command makes each, and how it is compared.

The files change only together with a line in the changelog. ``python -m tests.golden.outputs`` writes them anew, which
nothing does by itself; what it changed is then to be read, line by line.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.command_line import run_well

HERE = Path(__file__).parent
EXAMPLES = HERE.parent.parent / "protocols" / "examples"
STUDIES = ("NCT04611256", "NCT04252118")

COMMANDS = {
    "activities.txt": ("show", "{study}"),
    "activities.md": ("show", "{study}", "--format", "markdown"),
    "activities.csv": ("show", "{study}", "--format", "csv"),
    "activities.json": ("show", "{study}", "--format", "json"),
    "visits.csv": ("visits", "{study}", "-"),
    "visits-long.csv": ("visits", "{study}", "-", "--long"),
    "doses.csv": ("doses", "{study}", "-"),
}
SUBJECTS_OF_LONG = 2
"""The long table is kept for the first subject of each arm alone: for all it has thousands of rows."""

NAMES = tuple((study, name) for study in STUDIES for name in COMMANDS)


def path_of(study: str, name: str) -> Path:
    """The kept file of an output."""
    return HERE / f"{study}-{name}"


def output_of(study: str, name: str) -> str:
    """The output as the program makes it now, with the program's version and the date masked."""
    lines = (EXAMPLES / f"{study}-subjects.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    subjects = lines[: SUBJECTS_OF_LONG + 1] if "long" in name else lines
    arguments = [argument.format(study=study) for argument in COMMANDS[name]]
    text = run_well(*arguments, stdin="".join(subjects)).stdout
    text = re.sub(r"made by dosecal \S+, as of [0-9-]{10}", "made by dosecal (version), as of (date)", text)
    return re.sub(r'"(program_version|as_of)": "[^"]*"', r'"\1": "(masked)"', text)


def write_all() -> None:
    """Write every kept file anew."""
    for study, name in NAMES:
        path_of(study, name).write_text(output_of(study, name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_all()
