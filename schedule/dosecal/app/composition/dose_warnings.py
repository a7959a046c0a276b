"""What is to be looked at before a dose is given, over all doses of a command: each kind once, with its first place.

Conventions: the notes of each dose say the same beside it. A warning changes no exit code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.problems import Problem, Source
from dosecal.model.struct import Struct, field
from dosecal.report.messages.doubt_words import doubt_sentence
from dosecal.report.messages.limit_words import off_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from dosecal.model.preparation import Preparation
    from dosecal.model.schedule import Schedule
    from dosecal.model.worked_dose import BodyDoubt, DoubtKind
    from dosecal.planning.product.allocation import Allocation


class DoseWarnings(Struct):
    """What was found so far.

    Attributes:
        doubts: By kind, the first problem, and the subjects that have one.
        off: The first dose that is delivered too far off, and how many there are; None for none.
    """

    doubts: dict[DoubtKind, tuple[Problem, set[str]]] = field(default_factory=dict)
    off: tuple[Problem, int] | None = None

    def look_at(self, schedule: Schedule) -> None:
        """Look at the doses of some subjects."""
        doses, cohort = schedule.doses, schedule.cohort
        rows = zip(doses.subject.tolist(), doses.worked.tolist(), doses.open_range.tolist(), strict=True)
        doubted = {
            index for index, one in enumerate(doses.calculations) if any(doubt.kind.is_warning for doubt in one.doubts)
        }
        open_doubted = {
            index for index, one in enumerate(doses.open_ranges) if any(doubt.kind.is_warning for doubt in one.doubts)
        }
        for subject, worked, open_range in rows if doubted or open_doubted else ():
            if worked in doubted:
                self._doubt(cohort.source(subject), cohort.ids[subject], doses.calculations[worked].doubts)
            if open_range in open_doubted:
                self._doubt(cohort.source(subject), cohort.ids[subject], doses.open_ranges[open_range].doubts)
        self._look_at_volumes(schedule)

    def _doubt(self, source: Source, subject: str, doubts: Iterable[BodyDoubt]) -> None:
        for doubt in doubts:
            if doubt.kind.is_warning:
                problem = Problem(source, "W052", subject, doubt_sentence(doubt))
                self.doubts.setdefault(doubt.kind, (problem, set()))[1].add(subject)

    def _look_at_volumes(self, schedule: Schedule) -> None:
        """Count the doses whose measured volume is too far off, and keep the first."""
        prepared, doses, cohort = schedule.prepared, schedule.doses, schedule.cohort
        off = {place for place, one in enumerate(prepared.preparations) if off_words(one)}
        for row, place in enumerate(prepared.place.tolist() if off else ()):
            if place not in off:
                continue
            subject, visit = int(doses.subject[row]), schedule.protocol.visits[int(doses.visit[row])].id
            about = f"{cohort.ids[subject]} at {visit}"
            first = Problem(cohort.source(subject), "W053", about, off_words(prepared.preparations[place]))
            self.off = (first, 1) if self.off is None else (self.off[0], self.off[1] + 1)

    @property
    def warnings(self) -> list[Problem]:
        """One warning a kind, with the first place, and how many more there are."""
        told = [_with_more(problem, len(subjects), "subject") for problem, subjects in self.doubts.values()]
        return told if self.off is None else [*told, _with_more(*self.off, "dose")]


def _with_more(problem: Problem, count: int, what: str) -> Problem:
    more = count - 1
    hint = "" if not more else f"and {counted(more, f'more {what}')}: see the notes"
    return Problem(problem.source, problem.code, problem.subject, problem.message, hint)


def single_warnings(
    doses: Iterable[tuple[str, tuple[BodyDoubt, ...], Preparation | None]], source: Source
) -> list[Problem]:
    """The same of doses that are looked at one by one.

    Args:
        doses: What each dose is about, what is to be said of its body, and how it is made up; None for not at all.
        source: The place of what the doses are worked out from.
    """
    found: list[Problem] = []
    for about, doubts, preparation in doses:
        said: list[tuple[str, str]] = [("W052", doubt_sentence(doubt)) for doubt in doubts if doubt.kind.is_warning]
        off = "" if preparation is None else off_words(preparation)
        said += [("W053", off)] if off else []
        found += [Problem(source, code, about, text) for code, text in said]
    return list(dict.fromkeys(found))


def lot_warnings(allocation: Allocation, file: str, known: Container[str] | None = None) -> list[Problem]:
    """What is to be said of containers that no dose got: those that can't be used, and those that expired.

    Args:
        allocation: What was promised.
        file: The name of the lots.
        known: Ids of the products that the reader may know of; None for all.
    """
    said = [(one.container, f"not used: {one.reason}") for one in allocation.unusable]
    said += [
        (container, f"expired on {container.expires}: not used for a dose on {day}")
        for container, day in allocation.expired.items()
    ]
    return [
        Problem(
            Source(container.file or file, container.line),
            "W004",
            "container",
            f"{container.lot}:{container.id} is {words}",
        )
        for container, words in said
        if known is None or container.product in known
    ]
