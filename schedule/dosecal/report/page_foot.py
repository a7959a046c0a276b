"""The foot of every printed page: study, version, digest, program and the day of judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.report.phrases import Wording


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made a page.

    Attributes:
        program_version: The version of the program.
        as_of: The day of judgement.
    """

    program_version: str
    as_of: date


def foot_words(
    protocol: Protocol, wording: Wording, stamp: Stamp, subject: str = "", *, is_of_participant: bool = False
) -> str:
    """The marks at the foot of a page.

    Args:
        protocol: The version that the page is made by.
        wording: The language.
        stamp: What made the page.
        subject: The subject's id; empty for a page of none.
        is_of_participant: Whether the page tells nothing that blinded readers may not know, whatever the protocol says.
    """
    marks = wording.say(
        "foot",
        study=protocol.study,
        version=protocol.version,
        digest=protocol.digest,
        program=stamp.program_version,
        day=wording.plain_date(stamp.as_of),
    )
    marks = f"{wording.say('unblinded')} · {marks}" if protocol.is_blinded and not is_of_participant else marks
    return f"{marks} · {wording.say('foot_subject', subject=subject)}" if subject else marks
