"""What a study folder holds, by the names of its files, and how it stands for a protocol, its subjects and options.

Conventions: a folder is one of a study where it has a ``protocol.yaml``; further versions stand beside it, as
``protocol-2.0.yaml``. Every other file is optional. A table with a header alone, and a YAML file with comments alone,
are there to be filled in, and count as not there where that would change a plan. What somebody names on the command
line wins over the folder's file. In a blinded study what tells arms stands in ``unblinded/``, with rights of its own.
"""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.composition.inputs import TableContent
from dosecal.app.files.sources import STUDY_PROTOCOL, is_study_folder
from dosecal.app.study.history import digest_of
from dosecal.app.study.saving import read_whole
from dosecal.app.study.table_edit import edited_table
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.study_file import StudySettings, read_study_settings, says_nothing
from dosecal.load.tables.table_reading import TableReading
from dosecal.model.problems import CohortError, Problem, Source
from dosecal.model.struct import Struct, names_of, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.app.composition.inputs import Inputs, ProtocolSource
    from dosecal.model.timing import Horizon

SETTINGS, SITES = "study.yaml", "sites.yaml"
SUBJECTS, WEIGHTS, LEVELS = "subjects.csv", "weights.csv", "levels.csv"
LOTS, CONTAINERS, ACTUALS = "lots.csv", "containers.csv", "actuals.csv"
ARMS, DOSES = "arms.csv", "doses.csv"
TABLES = (SUBJECTS, WEIGHTS, LEVELS, LOTS, CONTAINERS, ACTUALS)
UNBLINDED = "unblinded"
"""The folder of what tells arms, in a study folder of a blinded trial."""
DOSE_COLUMNS = ("subject_id", "visit", "regimen", "dose", "unit", "dose_start", "dose_end", "note")
"""The columns of ``doses.csv``, which are joined to the rows of the visits."""
APART = (ARMS, LEVELS, LOTS, CONTAINERS, DOSES)
"""What lies in it; ``arms.csv`` and ``doses.csv`` are nowhere else."""
DOSES_APART = f"{UNBLINDED}/{DOSES}"
RELEASED_OTHERWISE = "W071"


class StudyFolder(Struct, frozen=True):
    """A study folder.

    Attributes:
        path: Where it is.
        protocols: The names of its protocol files, ``protocol.yaml`` first.
        settings: What it says of itself.
    """

    path: Path
    protocols: tuple[str, ...]
    settings: StudySettings

    @property
    def is_parted(self) -> bool:
        """Whether what tells arms stands apart."""
        return (self.path / UNBLINDED).is_dir()

    @property
    def is_readable(self) -> bool:
        """Whether this user may read what stands apart."""
        return self.is_parted and os.access(self.path / UNBLINDED, os.R_OK | os.X_OK)

    @property
    def watched(self) -> tuple[str, ...]:
        """The names of all its files that a plan is made of, there or not, as far as this user may read them."""
        own = self.watched_in(unblinded=False)
        return (*own, *(f"{UNBLINDED}/{name}" for name in self.watched_in(unblinded=True))) if self.is_readable else own

    def watched_in(self, *, unblinded: bool) -> tuple[str, ...]:
        """The names of the files of one of its two rooms, each of which has a history of its own."""
        if unblinded:
            return APART if self.is_parted else ()
        return (*self.protocols, *(name for name in TABLES if not (self.is_parted and name in APART)), SITES, SETTINGS)

    def room(self, *, unblinded: bool) -> Path:
        """Where a history and its tables are: the folder itself, or what stands apart."""
        return self.path / UNBLINDED if unblinded and self.is_parted else self.path

    def name_of(self, table: str) -> str:
        """The name of a table from the folder on."""
        return f"{UNBLINDED}/{table}" if self.is_parted and table in APART else table

    def content(self, name: str) -> bytes | None:
        """The bytes of one of its files; None where it is not there.

        Raises:
            OutputError: If it is a link, or can't be read.
        """
        return read_whole(self.path / name)

    def contents(self) -> dict[str, bytes | None]:
        """The bytes of all its files, each read once."""
        return {name: self.content(name) for name in self.watched}

    def warnings(self) -> tuple[Problem, ...]:
        """That a protocol file is not the one that was released."""
        told = []
        for name, digest in self.settings.released.items():
            found = digest_of(self.content(name))
            if found != digest:
                what = f"the file whose SHA-256 begins with {digest[:12]}"
                message = f"expected {what}, as released, got {f'another: {found[:12]}' if found else 'none'}"
                told.append(Problem(Source(str(self.path / name)), RELEASED_OTHERWISE, "released", message))
        return tuple(told)


def open_study(name: str | Path) -> StudyFolder:
    """The study folder of a name.

    Raises:
        ScheduleError: If it is none, or what it says of itself can't be read.
    """
    path = Path(name)
    if not is_study_folder(str(name)):
        message = f"expected a folder with a {STUDY_PROTOCOL}, got none"
        raise CohortError((Problem(Source(str(name)), "C261", "", message, "dosecal new makes one"),))
    further = sorted(one.name for one in path.glob("protocol-*.yaml"))
    settings = read_study_settings(read_whole(path / SETTINGS) or b"", str(path / SETTINGS))
    return StudyFolder(path, (STUDY_PROTOCOL, *further), settings)


def has_rows(content: bytes | None) -> bool:
    """Whether a table has more than its header."""
    return content is not None and len(content.split(b"\n", 1)[-1].strip()) > 0


def with_folder(inputs: Inputs, study: StudyFolder, contents: Mapping[str, bytes | None] | None = None) -> Inputs:
    """Inputs with the files of a study folder, where no other ones are named.

    Args:
        inputs: What was named; its protocols are further versions alone.
        study: The folder.
        contents: The bytes of its files in place of what they are on the disk; None to read them there.
    """
    named = {
        "subjects": SUBJECTS,
        "weights": WEIGHTS,
        "arms": study.name_of(ARMS),
        "levels": study.name_of(LEVELS),
        "actuals": ACTUALS,
        "lots": study.name_of(LOTS),
        "containers": study.name_of(CONTAINERS),
        "sites": SITES,
    }
    told = study.settings.reading if inputs.reading is None else _over(inputs.reading, study.settings.reading)
    there = {name for name in named.values() if name in study.watched}
    found: dict[str, str | TableContent] = {}
    for what, name in named.items():
        content = None if name not in there else study.content(name) if contents is None else contents[name]
        if not getattr(inputs, what) and content is not None and _counts(name, content):
            shown = str(study.path / name)
            found[what] = shown if contents is None or name == SITES else TableContent(shown, content)
    if inputs.unblinded and "actuals" in found and study.is_readable:
        found["actuals"] = _with_doses(study, contents, told)
    if inputs.lots and not inputs.containers:
        found.pop("containers", None)  # the containers of other lots
    horizon = inputs.horizon or study.settings.horizon
    return replace(
        inputs,
        protocols=(*_protocols(study, contents, horizon), *inputs.protocols),
        horizon=horizon,
        reading=told,
        notes=(*inputs.notes, *study.warnings()),
        folder=str(study.path),
        **found,
    )


def _with_doses(study: StudyFolder, contents: Mapping[str, bytes | None] | None, reading: TableReading) -> TableContent:
    """What happened, with the doses that stand apart in the rows of their visits."""
    actuals, doses = (study.content(name) if contents is None else contents[name] for name in (ACTUALS, DOSES_APART))
    return TableContent(str(study.path / ACTUALS), joined_doses(actuals or b"", doses, reading))


def joined_doses(actuals: bytes, doses: bytes | None, reading: TableReading) -> bytes:
    """The rows of what happened with the cells of the doses that stand apart; a visit with several has a row for each.

    Args:
        actuals: The table of what happened.
        doses: The table of the doses; None for none.
        reading: How both are written.

    Raises:
        OutputError: If one of them can't be cut with certainty.
    """
    if doses is None or not has_rows(doses):
        return actuals
    table, given = edited_table(actuals, ACTUALS, reading), edited_table(doses, DOSES, reading)
    of_visit: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in given.rows:
        cells = given.cells_of(row)
        of_visit.setdefault((cells["subject_id"], cells["visit"]), []).append(cells)
    columns = tuple(dict.fromkeys(name for name in (*table.columns, *given.columns) if name))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n", delimiter=reading.separator or ",")
    writer.writeheader()
    for row in table.rows:
        cells = table.cells_of(row)
        own = of_visit.get((cells.get("subject_id", ""), cells.get("visit", "")), [{}])
        writer.writerows({**cells, **{name: text for name, text in dose.items() if text}} for dose in own)
    return out.getvalue().encode(reading.encoding or "utf-8")


def _protocols(
    study: StudyFolder, contents: Mapping[str, bytes | None] | None, horizon: Horizon | None
) -> tuple[ProtocolSource, ...]:
    """The protocols of a folder: their names, or what their bytes say."""
    names = {name: str(study.path / name) for name in study.protocols}
    if contents is None:
        return tuple(names.values())
    return tuple(read_protocol(contents[name] or b"", shown, horizon) for name, shown in names.items())


def _counts(name: str, content: bytes) -> bool:
    """Whether a file of a folder says anything that a plan is made of."""
    if name == SITES:
        return not says_nothing(content)
    return has_rows(content) if name.rsplit("/", 1)[-1] in {LOTS, CONTAINERS, ARMS} else True


def _over(told: TableReading, own: TableReading) -> TableReading:
    """How tables are written: as somebody says, and otherwise as the folder says."""
    said = {name: getattr(told, name) for name in names_of(TableReading) if getattr(told, name) is not None}
    return replace(own, **said)
