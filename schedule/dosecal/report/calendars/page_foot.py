"""The foot of every printed page: study, version, digest, program and the day of judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, in_context
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.protocol import Protocol
    from dosecal.report.messages.language import Wording


class Stamp(Struct, frozen=True):
    """What made a page.

    Attributes:
        program_version: The version of the program.
        as_of: The day of judgement.
    """

    program_version: str
    as_of: date


def foot_lines(
    protocol: Protocol, wording: Wording, stamp: Stamp, subject: str = "", *, may_tell: bool = True
) -> list[str]:
    """The lines at the foot of a page: whose it is, where it is of somebody, and the marks of what it was made from.

    Args:
        protocol: The version that the page is made by.
        wording: The language.
        stamp: What made the page.
        subject: The subject's id; empty for a page of none.
        may_tell: Whether the page shows all of the protocol: that of a blinded trial is then headed as unblinding.
    """
    marks = wording.say(
        Msg(
            "{study} · version {version} · file {digest} · made by dosecal {program}, as of {day}",
            study=protocol.study,
            version=protocol.version,
            digest=protocol.digest,
            program=stamp.program_version,
            day=wording.plain_date(stamp.as_of),
        )
    )
    whose = [wording.say(Msg("UNBLINDED"))] if may_tell and protocol.is_blinded else []
    if subject:
        of_staff = in_context("staff", "participant {subject}", subject=subject)
        whose.append(wording.say(of_staff if may_tell else Msg("participant {subject}", subject=subject)))
    return [" · ".join(whose), marks] if whose else [marks]
