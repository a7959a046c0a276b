"""Problems with a place, and the exceptions that carry them.

Conventions: lines and columns are one-based, as editors count them; a column counts characters, not bytes.
A problem says where, what was expected (with an example), what was found, and a code that has a heading in
``docs/reference/problems.md``. Codes are never used again for something else.
"""

from __future__ import annotations

from dosecal.model.messages import Msg
from dosecal.model.struct import Struct
from dosecal.model.visible import one_line

SHOWN_CHARACTERS = 60
"""How many characters of a found value a message shows; a longer one is cut, and its length is said."""


class Source(Struct, frozen=True, order=True):
    """A place in a file.

    Attributes:
        file: The name as the user gave it, ``<stdin>`` for standard input, ``<frame>`` for a table in memory.
        line: One-based line; 0 where the whole file is meant.
        column: One-based character column; 0 where the whole line is meant.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """The place as ``file:line:column``, with the parts left out that are 0."""
        if not self.line:
            return self.file
        if not self.column:
            return f"{self.file}:{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing that is wrong, where it is, and what would be right.

    Attributes:
        source: Where.
        code: The code, such as ``P104``; its letter tells the room (P protocol, C cohort, L planning, O output).
        subject: What the problem is about, as a path (``visits.D8.window``) or a column name; may be empty.
        message: What was expected, with an example, and what was found.
        hint: A way out, or empty.
    """

    source: Source
    code: str
    subject: str
    message: str
    hint: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether it is a warning, which changes no exit code."""
        return self.code.startswith("W")

    def __str__(self) -> str:
        """The problem on one line, as it is printed."""
        about = f"{self.subject}: " if self.subject else ""
        hint = f" ({self.hint})" if self.hint else ""
        return one_line(f"{self.source}: {about}{self.message}{hint} [{self.code}]")


class ScheduleError(Exception):
    """Input that dosecal refuses; it carries every problem that was found, in file order.

    Attributes:
        problems: At least one problem.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; their lines are the exception's text.

        Raises:
            ValueError: If there is no problem to carry.
        """
        if not problems:
            message = "an error carries at least one problem"
            raise ValueError(message)
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ProtocolError(ScheduleError):
    """A protocol file that can't be read whole."""


class CohortError(ScheduleError):
    """Subjects or weights that can't be read whole."""


class SiteError(ScheduleError):
    """A site file that can't be read whole."""


class PlanError(ScheduleError):
    """A readable protocol and readable subjects that can't be planned together."""


class OutputError(ScheduleError):
    """Results that can't be put where they were asked for."""


class RefusedError(ValueError):
    """A text that has no certain reading; the caller knows the place and the code.

    Attributes:
        expected: What would be read, with an example, as the end of "expected …".
        hint: A way out, or empty.
    """

    def __init__(self, expected: str, hint: str = "") -> None:
        """Keep what was expected."""
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


def quoted(text: str) -> str:
    """The found text in double quotes, cut when it is long, with line breaks, tabs and quotes made visible."""
    if not text:
        return "nothing"
    shown = one_line(text[:SHOWN_CHARACTERS].replace("\\", "\\\\").replace('"', '\\"'))
    cut = f"… ({len(text):,} characters)" if len(text) > SHOWN_CHARACTERS else ""
    return f'"{shown}"{cut}'


def expected_got(expected: str, found: str) -> Msg:
    """The message of a refusal: what was expected and, in quotes, what was found."""
    return Msg("expected {expected}, got {found}", expected=expected, found=quoted(found))
