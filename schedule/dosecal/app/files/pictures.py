"""Timelines to pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.app.files.fonts import missing_font
from dosecal.app.files.store import open_output, printable, refuse_output_over_input
from dosecal.model.problems import OutputError, Problem, Source, expected_got
from dosecal.render.fonts import FontMissingError
from dosecal.render.load_plot import FORMS, PlotLibraryError
from dosecal.render.timeline_plot import timeline_picture
from dosecal.report.calendars.timeline import protocol_timeline

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.report.calendars.timeline import Timeline


def write_protocol_timeline(protocol: Protocol, plot: str, made_by: str, *, force: bool) -> None:
    """Draw a protocol's timeline to a file.

    Args:
        protocol: The protocol.
        plot: The name of the picture, which ends in .png or .svg.
        made_by: The program's version and the day.
        force: Whether a picture that is there already may be replaced.

    Raises:
        OutputError: If the picture can't be drawn or written.
    """
    write_timeline(protocol_timeline(protocol, made_by), plot, force=force)


def write_timeline(timeline: Timeline, plot: str, *, force: bool) -> None:
    """Draw a timeline to a file, whose name says the format.

    Raises:
        OutputError: If the name ends otherwise, the library or a font is not installed, or the file can't be written.
    """
    picture = drawn(timeline, picture_form(plot), plot)
    with open_output(plot, force=force) as stream:
        stream.write(picture)


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
