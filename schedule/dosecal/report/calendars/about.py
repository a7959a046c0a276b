"""What made an output: the study and its version, the program, the day and the inputs, as a page says it.

Conventions: of an input the name alone is said, without its folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import Msg, msgid
from dosecal.model.protocol import UNBLINDED
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import date

    from dosecal.model.protocol import Protocol


class About(Struct, frozen=True):
    """What made an output.

    Attributes:
        protocols: The protocol, or the versions of it that were asked for, as the reader sees them; at least one.
        program: The program with its version.
        as_of: The day of judgement, or the day on which the output was made.
        inputs: What each input is, and the name of its file; inputs that were not given are left out.
    """

    protocols: tuple[Protocol, ...]
    program: str
    as_of: date
    inputs: tuple[tuple[str, str], ...] = ()

    @property
    def foot(self) -> Msg:
        """The study with version and digest, for the foot of a page."""
        first = self.protocols[0]
        head = f"{UNBLINDED} · {first.study}" if self.is_unblinding else first.study
        if len(self.protocols) == 1:
            template = msgid("{study} · version {version} · file {digest}")
            return Msg(template, study=head, version=first.version, digest=first.digest)
        versions = ", ".join(one.version for one in self.protocols)
        return Msg("{study} · versions {versions}", study=head, versions=versions)

    @property
    def is_unblinding(self) -> bool:
        """Whether it shows what a blinded reader may not know."""
        return any(one.is_blinded for one in self.protocols)

    @property
    def made_by(self) -> Msg:
        """The program and the day, in one line."""
        return Msg("made by {program}, as of {day}", program=self.program, day=self.as_of.isoformat())


def named_inputs(*inputs: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The inputs that were given, each with the name of its file without the folder."""
    return tuple((what, name.replace("\\", "/").rsplit("/", 1)[-1]) for what, name in inputs if name)


def about_rows(about: About) -> tuple[tuple[str, str], ...]:
    """What made an output, each fact after its name."""
    first = about.protocols[0]
    rows = [("blinding", UNBLINDED)] if about.is_unblinding else []
    rows += [("study", first.study), ("title", first.title)]
    for protocol in about.protocols:
        rows += [
            ("protocol_version", protocol.version),
            ("protocol_sha256", protocol.digest),
            ("SHA-256 of the protocol file", protocol.sha256),
        ]
    rows += [("made by", about.program), ("as of", about.as_of.isoformat())]
    return (*rows, *((f"input: {what}", name) for what, name in about.inputs))
