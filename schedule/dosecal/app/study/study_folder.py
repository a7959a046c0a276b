"""What a study folder holds, by the names of its files, and how it stands for a protocol, its subjects and options.

Conventions: a folder is one of a study where it has a ``protocol.yaml``; further versions stand beside it, as
``protocol-2.0.yaml``. Every other file is optional. A table with a header alone, and a YAML file with comments alone,
are there to be filled in, and count as not there where that would change a plan. What somebody names on the command
line wins over the folder's file. In a blinded study what tells arms stands in ``unblinded/``, with rights of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.composition.inputs import TableContent
from dosecal.app.files.store import STUDY_PROTOCOL, is_study_folder
from dosecal.app.study.history import digest_of
from dosecal.app.study.saving import read_whole
from dosecal.load.protocol.protocol_file import load_protocol
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
TABLES = (SUBJECTS, WEIGHTS, LEVELS, LOTS, CONTAINERS, ACTUALS)
UNBLINDED = "unblinded"
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
    def watched(self) -> tuple[str, ...]:
        """The names of all its files that a plan is made of, there or not."""
        return (*self.protocols, *TABLES, SITES, SETTINGS)

    @property
    def unblinded(self) -> Path:
        """The room of what tells arms."""
        return self.path / UNBLINDED

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
        "levels": LEVELS,
        "actuals": ACTUALS,
        "lots": LOTS,
        "containers": CONTAINERS,
        "sites": SITES,
    }
    found: dict[str, str | TableContent] = {}
    for what, name in named.items():
        content = study.content(name) if contents is None else contents[name]
        if not getattr(inputs, what) and content is not None and _counts(name, content):
            shown = str(study.path / name)
            found[what] = shown if contents is None or name == SITES else TableContent(shown, content)
    if inputs.lots and not inputs.containers:
        found.pop("containers", None)  # the containers of other lots
    told = study.settings.reading if inputs.reading is None else _over(inputs.reading, study.settings.reading)
    horizon = inputs.horizon or study.settings.horizon
    return replace(
        inputs,
        protocols=(*_protocols(study, contents, horizon), *inputs.protocols),
        horizon=horizon,
        reading=told,
        notes=(*inputs.notes, *study.warnings()),
        **found,
    )


def _protocols(
    study: StudyFolder, contents: Mapping[str, bytes | None] | None, horizon: Horizon | None
) -> tuple[ProtocolSource, ...]:
    """The protocols of a folder: their names, or what their bytes say."""
    names = {name: str(study.path / name) for name in study.protocols}
    if contents is None:
        return tuple(names.values())
    return tuple(load_protocol(contents[name] or b"", shown, horizon) for name, shown in names.items())


def _counts(name: str, content: bytes) -> bool:
    """Whether a file of a folder says anything that a plan is made of."""
    if name == SITES:
        return not says_nothing(content)
    return has_rows(content) if name in {LOTS, CONTAINERS} else True


def _over(told: TableReading, own: TableReading) -> TableReading:
    """How tables are written: as somebody says, and otherwise as the folder says."""
    said = {name: getattr(told, name) for name in names_of(TableReading) if getattr(told, name) is not None}
    return replace(own, **said)
