"""What stands on a printed sheet, in no file format: marks, sections, and lines of which some are blank.

Conventions: a sheet is about one dose of one subject at one visit; its texts are ready to be read, with units, and a
line that a program may want carries the exact value in plain digits beside its text. A renderer adds nothing to what is
said here and leaves nothing out, so that every format of a sheet says the same.
"""

from __future__ import annotations

from dosecal.model.messages import NOTHING, Msg
from dosecal.model.protocol import UNBLINDED
from dosecal.model.struct import Struct
from dosecal.report.messages.workings import outcome


class Fact(Struct, frozen=True):
    """Something that is known.

    Attributes:
        id: Its name for programs, unique within its section.
        name: Its name for people.
        text: What is known.
        value: The value in plain digits; empty where it is no number.
        unit: The unit of the value, as a file writes it; empty for none.
        fraction: The fraction that the value is, where its digits have no end and it is rounded half up to 18 decimals.
        is_main: Whether it is what a reader looks for first on the page.
    """

    id: str
    name: Msg
    text: Msg
    value: str = ""
    unit: str = ""
    fraction: str = ""
    is_main: bool = False


class NumberedStep(Struct, frozen=True):
    """One step of a calculation, to be repeated by hand.

    Attributes:
        number: Its place, from 1.
        name: What is found.
        working: The rule with the numbers put in; empty where there is nothing to compute.
        result: What comes out; empty on a sheet that shows no results.
    """

    number: int
    name: Msg
    working: Msg
    result: Msg

    @property
    def outcome(self) -> str:
        """The result as it follows the working: after "=", or after "≈" where its digits have no end."""
        return outcome(self.working, self.result)


class Note(Struct, frozen=True):
    """A sentence that belongs to the section.

    Attributes:
        text: The sentence.
        is_warning: Whether somebody has to answer it before the dose is given.
        query: The protocol's query that it is; empty for any other sentence.
    """

    text: Msg
    is_warning: bool = False
    query: str = ""


class Blank(Struct, frozen=True):
    """A place for a person to write in.

    Attributes:
        id: Its name for programs, unique within the sheet.
        name: What is written there.
        unit: The unit that is printed after the place; empty for none.
        hint: How it is written; empty for no more than the name says.
    """

    id: str
    name: Msg
    unit: Msg = NOTHING
    hint: Msg = NOTHING


class Signature(Struct, frozen=True):
    """Places for one person's name, signature, date and time.

    Attributes:
        id: Its name for programs, unique within the sheet.
        role: What the person did, such as ``prepared by``.
    """

    id: str
    role: Msg


class Grid(Struct, frozen=True):
    """A small table.

    Attributes:
        id: Its name for programs, unique within its section.
        heads: The names of the columns.
        rows: The texts of each row, as many as there are heads; a cell that is empty is one to be written in.
    """

    id: str
    heads: tuple[Msg, ...]
    rows: tuple[tuple[Msg, ...], ...]

    def __post_init__(self) -> None:
        """Hold the shape.

        Raises:
            ValueError: For a row with more or fewer texts than there are heads.
        """
        if any(len(row) != len(self.heads) for row in self.rows):
            message = "a row has a text for each head"
            raise ValueError(message)


Line = Fact | NumberedStep | Note | Blank | Signature | Grid


class Section(Struct, frozen=True):
    """Lines under one heading.

    Attributes:
        id: Its name for programs, unique within the sheet.
        title: The heading.
        lines: At least one line.
    """

    id: str
    title: Msg
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        """Hold that a heading has something under it.

        Raises:
            ValueError: For no lines.
        """
        if not self.lines:
            message = "a section has lines"
            raise ValueError(message)


class Marks(Struct, frozen=True):
    """What every page of a sheet carries, so that it can be laid to its protocol and its dose again.

    Attributes:
        study: The study's id.
        protocol_version: The version of the protocol.
        protocol_sha256: The first 12 hexadecimal digits of the protocol file's SHA-256.
        study_title: The study's title.
        program_version: The version of the program.
        as_of: The day on which the sheet was made, ``YYYY-MM-DD``.
        subject: The subject's id.
        visit: The visit's id.
        regimen: The regimen's id.
        dose_number: Which dose of its regimen it is, from 1.
        dose_count: How many doses of its regimen the subject is planned to have.
        is_unblinding: Whether it tells what a blinded reader may not know.
    """

    study: str
    protocol_version: str
    protocol_sha256: str
    study_title: str
    program_version: str
    as_of: str
    subject: str
    visit: str
    regimen: str
    dose_number: int
    dose_count: int
    is_unblinding: bool = False

    @property
    def heading(self) -> str:
        """What stands above all else; empty for nothing."""
        return UNBLINDED if self.is_unblinding else ""

    @property
    def made_by(self) -> str:
        """What made the sheet: the program's version and the day."""
        return f"made by dosecal {self.program_version}, as of {self.as_of}"


class Sheet(Struct, frozen=True):
    """One sheet.

    Attributes:
        kind: ``preparation worksheet`` or ``check sheet``.
        marks: What every page of it carries.
        sections: In the order of the page.
        caution: What the sheet is and is not; the last line.
    """

    kind: Msg
    marks: Marks
    sections: tuple[Section, ...]
    caution: Msg
