"""What is asked of the printer, and what it lacks, as problems."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.files.pictures import missing_font
from dosecal.model.problems import OutputError, PlanError, Problem, Source, quoted
from dosecal.model.struct import Struct
from dosecal.render.fonts import FontMissingError
from dosecal.render.typeset import GlyphError, ToolMissingError
from dosecal.report.calendars.page_foot import Stamp
from dosecal.report.messages.language import TermUnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.files.output import Output

PAPERS = {"a4": "a4", "letter": "us-letter"}
"""The papers, with their names for the typesetter."""


class PrintRequest(Struct, frozen=True, kw_only=True):
    """What is asked of the printer.

    Attributes:
        inputs: What the cohort is planned from; its subjects are empty for a kind that needs none.
        what: One of ``KINDS``.
        output: Where the pages go, in one of the forms of the kind.
        language: The language of the pages, a BCP 47 tag of ``Language``.
        paper: One of ``PAPERS``.
        contact: Whom participants ask, or the name of a YAML file with a contact for each site; empty for a place to
            write it in.
        words: The name of a YAML file with further wordings of the protocol's labels; None for none.
        visit: The id of one visit, for the sheets of its doses; None for all.
        only: One of ``PARTS``, for that sheet of each dose alone; empty for both.
    """

    inputs: Inputs
    what: str
    output: Output
    language: str = "en"
    paper: str = "a4"
    contact: str = ""
    words: str | None = None
    visit: str | None = None
    only: str = ""

    @property
    def stamp(self) -> Stamp:
        """What stands at the foot of every page."""
        return Stamp(__version__, self.inputs.judged_on)


@contextmanager
def as_problems(request: PrintRequest) -> Iterator[None]:
    """What is wrong with a page, as a problem."""
    try:
        yield
    except TermUnknownError as unknown:
        raise PlanError((no_wording(request, unknown.terms),)) from None
    except GlyphError as error:
        shown = ", ".join(f"{quoted(one)} (U+{ord(one[0]):04X})" for one in error.characters)
        message = f"expected characters that the fonts of pages have, got {shown}"
        raise OutputError((Problem(Source(request.output.shown), "O021", "", message),)) from None
    except FontMissingError as error:
        raise missing_font(error, request.output.shown) from None
    except ToolMissingError:
        raise _no_tools(request) from None
    except ModuleNotFoundError as error:  # the names of days and months come with the same packages
        if (error.name or "").partition(".")[0] != "babel":
            raise
        raise _no_tools(request) from None


def _no_tools(request: PrintRequest) -> OutputError:
    message = "expected the packages that set pages, got none"
    return OutputError((Problem(Source(request.output.shown), "O022", "", message, "pip install 'dosecal[paper]'"),))


def no_wording(request: PrintRequest, missing: tuple[str, ...]) -> Problem:
    """That the language has no wording for words of the protocol, and how to give it."""
    named = "; ".join(quoted(one) for one in missing)
    message = f"expected a wording in {request.language} for each text of the pages, got none for {named}"
    hint = f"--words FILE gives them: a YAML file with {request.language} and under it a line each, English: wording"
    return Problem(Source(str(request.inputs.protocols[0])), "O020", "--lang", message, hint)
