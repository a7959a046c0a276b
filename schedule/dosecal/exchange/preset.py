"""What every target of an export has: what it is made from, and the files that come out.

Conventions: a target's module makes bytes and opens no file. What the target can't take is told as a finding, beside
the files; what would be wrong there is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import OutputError, Problem, Source, expected_got
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.model.table_mapping import TableMapping
    from dosecal.report.subjects.subject_view import SubjectView

_YES_OR_NO = ("yes", "no")


class ExportInput(Struct, frozen=True):
    """What a target's files are made from.

    Attributes:
        protocol: The protocol; with several versions, the one that was named first.
        views: The subjects, in the order of the input; empty for a target that needs none.
        program_version: The version of the program.
        as_of: The day on which the files are made.
        options: What the target was told beside, by the names of the target's options.
        told_day: The same day where somebody told it; None where it is today, which a file of a protocol doesn't carry.
        per: ``subject`` or ``site`` where each gets files of its own; else empty. A target that does not part its files
            itself is handed one subject or the subjects of one site at a time, and need not look at it.
        scope: The id of the one subject that was asked for; empty for all subjects.
        previous: The files of the export before; empty for none.
        mapping: The columns of a table that the target writes; None for a target that has its own.
        rows: The rows of the table that the mapping is about, cell by cell; empty where there is no mapping.
    """

    protocol: Protocol
    views: tuple[SubjectView, ...]
    program_version: str
    as_of: date
    options: Mapping[str, str] = field(default_factory=dict)
    told_day: date | None = None
    per: str = ""
    scope: str = ""
    previous: tuple[ExportFile, ...] = ()
    mapping: TableMapping | None = None
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def versions(self) -> dict[str, Protocol]:
        """The versions of the protocol that subjects are planned by, by their digest."""
        return {view.protocol.sha256: view.protocol for view in self.views}

    def says_yes(self, name: str) -> bool:
        """Whether an option is ``yes``; without it, it is ``no``.

        Raises:
            OutputError: If it says something else.
        """
        text = self.options.get(name, "no")
        if text not in _YES_OR_NO:
            message = expected_got("yes or no", text)
            raise OutputError((Problem(Source("--set"), "X102", name, message),))
        return text == "yes"


class ExportFile(Struct, frozen=True):
    """A file of an export.

    Attributes:
        name: Its name in the folder of the export.
        content: Its bytes.
    """

    name: str
    content: bytes


class Exported(Struct, frozen=True):
    """What comes out of an export.

    Attributes:
        files: At least one; the first is the one to load, the others go with it.
        findings: What the target can't take, and what it would do that somebody has to know.
    """

    files: tuple[ExportFile, ...]
    findings: tuple[Problem, ...] = ()


class Preset(Struct, frozen=True):
    """A target.

    Attributes:
        name: The name on the command line, such as ``redcap-events``.
        summary: What it is, in one line.
        needs_subjects: Whether it is made from a list of subjects; else from the protocol alone.
        make: Makes the files.
        options: What it may be told beside: a name and what it means.
        parts_itself: Whether it makes the files of each subject or site itself, from all subjects together.
        previous_ending: How the names of the files end from which it goes on, of the export before; empty for a target
            that goes on from none.
        takes_mapping: Whether it needs to be told its columns by a file.
        carries_arms: Whether its files say who is in which arm, or what an arm has; nothing of them can be hidden.
    """

    name: str
    summary: str
    needs_subjects: bool
    make: Callable[[ExportInput], Exported]
    options: tuple[tuple[str, str], ...] = ()
    parts_itself: bool = False
    previous_ending: str = ""
    takes_mapping: bool = False
    carries_arms: bool = False
