"""The study that is open: its files as they are now, and the one plan that every page is made from.

Conventions: files are read without a lock. What they were is known by their digests, which are taken before and after
a plan is made; where they differ, it is made again. A plan is kept until a file or the day of judgement changes. In a
blinded trial the plan of a blinded session has no arm, dose, product or lot: they are taken out of it before any page
is made (``planning/masking``), and what a page could only make from them it does not have.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.composition.composition import Composition, shown_protocols
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.purpose import Purpose
from dosecal.app.files.sources import open_input, read_trial_catalogue
from dosecal.app.paper.doses import sheet_dose
from dosecal.app.study.history import digest_of
from dosecal.app.study.study_folder import SUBJECTS, StudyFolder, has_rows, open_study, with_folder
from dosecal.load.protocol.yaml_text import Mapping as YamlMapping
from dosecal.load.protocol.yaml_text import read_yaml
from dosecal.load.tables.cohort_file import open_table
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.weights_file import read_weights
from dosecal.load.text_file import read_bytes
from dosecal.model.problems import OutputError, Problem, ScheduleError, Source
from dosecal.model.struct import Struct, field, replace
from dosecal.report.messages.language import CatalogueError, read_catalogue
from dosecal.report.subjects.subject_views import SubjectViews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from gettext import NullTranslations

    from dosecal.load.protocol.yaml_text import Node
    from dosecal.load.tables.weights_file import WeightEntry
    from dosecal.model.preparation import LotContainer
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.report.messages.language import Language
    from dosecal.report.sheets.sheet_sections import SheetDose
    from dosecal.report.subjects.subject_view import RecordedWeight, SubjectDose, SubjectView
    from dosecal.web.words import Speaker

EPOCH = date(1970, 1, 1)
_TRIES = 3


class FolderFiles(Struct, frozen=True):
    """What a study folder holds at a moment.

    Attributes:
        study: The folder.
        digests: The SHA-256 of each of its files; empty for one that is not there.
    """

    study: StudyFolder
    digests: Mapping[str, str]

    @property
    def digest(self) -> str:
        """One digest for all of them."""
        return sha256("\n".join(f"{name} {one}" for name, one in sorted(self.digests.items())).encode()).hexdigest()

    @property
    def protocol(self) -> str:
        """The path of the protocol file."""
        return str(self.study.path / self.study.protocols[0])


def files_in(folder: Path) -> FolderFiles:
    """The files of a folder, and their digests.

    Raises:
        ScheduleError: If it is no study folder, or one of its files is a link.
    """
    study = open_study(folder)
    return FolderFiles(study, {name: digest_of(content) for name, content in study.contents().items()})


class Plan(Struct):
    """The study as it is planned on one day; made whole before a page is made of it.

    Attributes:
        inputs: What it was planned from.
        composition: The composition, whose outcome says what was passed over.
        schedules: The schedules, as the session may see them.
        is_blinded: Whether something is hidden in them.
    """

    inputs: Inputs
    composition: Composition
    schedules: tuple[Schedule, ...]
    is_blinded: bool
    _views: dict[str, SubjectView] = field(default_factory=dict)
    _weights: dict[str, tuple[WeightEntry, ...]] | None = None

    @classmethod
    def of(cls, inputs: Inputs) -> Plan:
        """Plan a study.

        Raises:
            ScheduleError: With every problem of the files.
        """
        composition = Composition(inputs, Purpose(judges=True))
        is_blinded = composition.outcome.hides_doses
        schedules = composition.schedules() if inputs.subjects else ()
        return cls(inputs, composition, schedules, is_blinded)

    @property
    def protocol(self) -> Protocol:
        """The protocol, as the session may see it."""
        return self.composition.protocol

    @property
    def subjects(self) -> tuple[str, ...]:
        """The ids of all participants, in the order of the file."""
        lines: dict[str, int] = {}
        for schedule in self.schedules:
            for one, line in zip(schedule.cohort.ids, schedule.cohort.line.tolist(), strict=True):
                lines.setdefault(one, line)
        return tuple(sorted(lines, key=lines.__getitem__))

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites of the participants, in order; without those that have none."""
        return tuple(sorted({site for one in self.schedules for site in one.cohort.sites if site}))

    def views(self) -> dict[str, SubjectView]:
        """The view of each participant; by several versions of the protocol in one."""
        if not self._views:
            start = 0
            for schedule in self.schedules:
                for one in SubjectViews(schedule, self.composition.promised, start):
                    before = self._views.pop(one.subject, None)
                    self._views[one.subject] = one if before is None else one.after(before)
                start += len(schedule.doses)
        return self._views

    def place_of(self, subject: str) -> tuple[Schedule, int] | None:
        """The schedule that a participant is planned by now, and its place in it; None for nobody."""
        found = [one for one in self.schedules if subject in one.cohort.ids]
        return (found[-1], found[-1].cohort.ids.index(subject)) if found else None

    def doses_of(self, subject: str) -> tuple[SubjectDose, ...]:
        """The doses of a participant, in the order of the plan; never asked of a blinded plan.

        Raises:
            ValueError: If the plan is blinded.
        """
        if self.is_blinded:
            message = "a blinded plan has no doses"
            raise ValueError(message)
        view = self.views().get(subject)
        return () if view is None else view.doses

    def doses_at(self, subject: str, visit: str) -> tuple[SheetDose | Problem, ...]:
        """The doses of a participant at a visit, ready for their sheets, or why they can't be worked out yet."""
        stamp = (__version__, self.inputs.judged_on.isoformat())
        return tuple(sheet_dose(one, stamp) for one in self.doses_of(subject) if one.visit.id == visit)

    def planned_at(self, subject: str, visit: str) -> SubjectDose | None:
        """The first dose of a participant at a visit, as it is planned; None where there is none."""
        return next((one for one in self.doses_of(subject) if one.visit.id == visit), None)

    def weight_place(self, subject: str, weight: RecordedWeight) -> Source | None:
        """Where a participant's weight stands; None where that is not known, as for one that is tried."""
        day = None if weight.day is None else (weight.day - EPOCH).days
        for one in self.weight_entries().get(subject, ()):
            if (one.day, one.kilograms) == (day, weight.kilograms):
                return one.source
        place = self.place_of(subject)
        return None if place is None else place[0].cohort.source(place[1])

    def weight_entries(self) -> dict[str, tuple[WeightEntry, ...]]:
        """The further weights of each participant, with their places."""
        if self._weights is None:
            source = self.inputs.weights
            self._weights = {}
            if isinstance(source, str):
                with open_table(source, open_input, self.inputs.reading or STRICT) as table:
                    self._weights = read_weights(table)
        return self._weights

    @property
    def promises(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """To whom each container is promised: participant and visit, by lot and container as ``LOT:CONTAINER``."""
        found: dict[str, list[tuple[str, str]]] = {}
        start = 0
        for schedule in self.schedules:
            doses = schedule.doses
            for row in range(len(doses)):
                for one in (self.composition.promised or {}).get(start + row, ()):
                    subject = schedule.cohort.ids[int(doses.subject[row])]
                    visit = schedule.protocol.visits[int(doses.visit[row])].id
                    found.setdefault(container_name(one), []).append((subject, visit))
            start += len(doses)
        return {name: tuple(whose) for name, whose in found.items()}


def _lines_of(node: Node, path: str) -> Iterator[tuple[str, int]]:
    """The line of each key below a node of a protocol file."""
    if isinstance(node, YamlMapping):
        for key, value in node.entries:
            own = f"{path}.{key.text}" if path else key.text
            yield own, key.source.line
            yield from _lines_of(value, own)


def container_name(container: LotContainer) -> str:
    """A container by its lot and its own name."""
    return f"{container.lot}:{container.id}"


class OpenStudy:
    """A study folder that is open.

    Attributes:
        folder: The folder.
        shown_name: What the page calls the folder.
        is_unblinded: Whether it was opened for somebody who may know arms and doses.
        is_read_only: Whether nothing may be recorded: where that was asked for, the folder can't be written, or it is
            judged on another day than today.
        is_example: Whether it is a copy of a shipped trial, of which nothing is kept.
        as_of: The day of judgement that was told; None for today.
        lock: Held while the program plans, since its caches are shared.
    """

    def __init__(  # noqa: PLR0913 - one a switch of the command
        self,
        folder: Path,
        clock: Callable[[], datetime],
        *,
        as_of: date | None = None,
        is_unblinded: bool = False,
        is_read_only: bool = False,
        is_example: bool = False,
        shown_name: str = "",
    ) -> None:
        """Open a folder; its files are read when a page asks for them."""
        self.folder = folder
        self.shown_name = shown_name or str(folder)
        self.as_of = as_of
        self.is_unblinded = is_unblinded
        self.is_read_only = is_read_only or as_of is not None or not os.access(folder, os.W_OK)
        self.is_example = is_example
        self.lock = threading.RLock()
        self._clock = clock
        self._kept: tuple[str, date, Plan, FolderFiles] | None = None
        self._seen: tuple[str, datetime] | None = None

    @property
    def moment(self) -> datetime:
        """The moment."""
        return self._clock()

    @property
    def day(self) -> date:
        """The day of judgement: the one that was told, or this day in the study's own zone."""
        return self.as_of or self.moment.date()

    @property
    def tells_arms(self) -> bool:
        """Whether whoever works here may know the arms of a blinded trial; true where the trial can't be read."""
        if not self.is_unblinded:
            return False
        try:
            return self.protocol().is_blinded
        except ScheduleError:
            return True

    def files(self) -> FolderFiles:
        """The files as they are now.

        Raises:
            ScheduleError: If it is no study folder any more.
        """
        return files_in(self.folder)

    def inputs(self, files: FolderFiles) -> Inputs:
        """What the study is planned from.

        Raises:
            ScheduleError: If what the folder says of itself can't be read.
        """
        named = with_folder(Inputs(protocols=(), as_of=self.day, unblinded=self.is_unblinded), files.study)
        return named if has_rows(files.study.content(SUBJECTS)) else replace(named, subjects="")

    def change_words(self, files: FolderFiles, speaker: Speaker) -> str:
        """Which of the files are others than those of the last plan, and when that was seen."""
        if self._kept is None or self._kept[0] == files.digest:
            return ""
        if self._seen is None or self._seen[0] != files.digest:
            self._seen = (files.digest, self.moment)
        before = self._kept[3].digests
        names = sorted(one for one in {*before, *files.digests} if before.get(one) != files.digests.get(one))
        return speaker.t("{names} changed at {time}.", names=", ".join(names), time=f"{self._seen[1]:%H:%M}")

    def protocol(self) -> Protocol:
        """The protocol alone, as the session may see it.

        Raises:
            ScheduleError: If it can't be read.
        """
        return shown_protocols(self.inputs(self.files()))[0][0]

    def lines(self) -> dict[str, int]:
        """The line of each key of the protocol file, by its path: ``regimens.infusion.dose``."""
        name = self.files().protocol
        return dict(_lines_of(read_yaml(read_bytes(Path(name)), name), ""))

    def catalogues(self, language: Language) -> tuple[NullTranslations, ...]:
        """The words of the trial in a language, where they lie beside its protocol file; none that can't be read."""
        with suppress(ScheduleError, CatalogueError):
            found = read_trial_catalogue(self.files().protocol, language.value)
            return () if found is None else (read_catalogue(found[0], is_of_trial=True),)
        return ()

    def plan(self) -> Plan:
        """The plan of the files as they are now.

        Raises:
            ScheduleError: With every problem of the files.
        """
        with self.lock:
            for _ in range(_TRIES):
                files = self.files()
                if self._kept is not None and self._kept[:2] == (files.digest, self.day):
                    return self._kept[2]
                day = self.day
                plan = Plan.of(self.inputs(files))
                if self.files().digest == files.digest:
                    self._kept = (files.digest, day, plan, files)
                    return plan
        message = "expected files that stay as they are while they are read, got others each time"
        raise OutputError((Problem(Source(self.shown_name), "O072", "", message, "wait until they are saved"),))
