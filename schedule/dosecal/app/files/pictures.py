"""Timelines to pictures, and what pictures and pages need that this machine lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.files.output import refuse_output_over_input
from dosecal.app.files.sources import printable
from dosecal.model.problems import OutputError, Problem, Source, expected_got
from dosecal.render.fonts import FOLDER, FontMissingError
from dosecal.render.load_plot import FORMS, PlotLibraryError
from dosecal.render.timeline_plot import timeline_picture

if TYPE_CHECKING:
    from dosecal.report.calendars.timeline import Timeline


def missing_font(error: FontMissingError, output: str) -> OutputError:
    """Which font is missing, for which languages, where it was looked for, and what installs it.

    Args:
        error: What was missing.
        output: The name of the output that would have been set in it.
    """
    font = error.font
    where = f"the folder {error.place} that {FOLDER} names" if error.place else "the folders of fonts"
    wanted, got = ", ".join(font.faces), ", ".join(error.faces) or "none"
    message = f"expected the font {font.family} ({wanted}) for {font.purpose} in {where}, got {got}"
    hint = f"{font.install} installs it, or {FOLDER} names a folder that has it"
    return OutputError((Problem(Source(output), "O025", "", message, hint),))


def drawn(timeline: Timeline, form: str, plot: str) -> bytes:
    """A timeline as a picture.

    Args:
        timeline: What is drawn.
        form: ``png`` or ``svg``.
        plot: The name of the output, for the problem.

    Raises:
        OutputError: If the library that draws or a font that it needs is not installed.
    """
    try:
        return timeline_picture(timeline, form)
    except FontMissingError as error:
        raise missing_font(error, plot) from None
    except PlotLibraryError:
        message = "expected the libraries for plots to be installed, got none"
        raise OutputError((Problem(Source(plot), "O006", "--plot", message, "pip install 'dosecal[plots]'"),)) from None


def picture_form(plot: str, *inputs: str) -> str:
    """The format of a picture, by the end of its name.

    Args:
        plot: The name of the picture.
        inputs: The names of what it is made from, none of which it may take the place of.

    Raises:
        OutputError: If it is none that can be drawn, or the picture is one of the inputs.
    """
    form = plot.rsplit(".", 1)[-1].lower()
    if form not in FORMS:
        message = expected_got("a name that ends in .png or .svg", printable(plot))
        raise OutputError((Problem(Source(plot), "O007", "--plot", message),))
    refuse_output_over_input(plot, inputs)
    return form
