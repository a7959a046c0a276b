"""A timeline as a picture: a row a visit, its words beside it, the days across.

Conventions: nothing depends on colour: marks differ by shape and filling, windows are hatched, and every row says in
words what its marks mean. The same timeline gives the same bytes. Lengths are in inches, from the top left.
"""

from __future__ import annotations

import io
import logging
import warnings
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from dosecal.model.struct import Struct
from dosecal.render.fonts import CHINESE, chinese_font_file
from dosecal.render.load_plot import PlotLibraryError
from dosecal.render.timeline_axis import AxisPart, axis_parts, named_days
from dosecal.report.calendars.timeline import BarKind, MarkKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from dosecal.report.calendars.timeline import Panel, Row, Timeline

_WIDTH, _EDGE, _GAP = 11.69, 0.3, 0.14
_LEAST_PLOT = 4.4
_LINE, _ROW_EDGE, _MARK_TEXT = 0.145, 0.1, 0.16
_SIGNS = {"name": 28, "said": 32, "remark": 44}
"""So many signs of a text stand in a line."""
_FONT = 8.0
_SMALL = 7.0
_MOST_PIXELS = 60_000
_DOTS = 150
_BETWEEN_PARTS = 0.16
_FAR = 1_000
"""Days beyond which marks are not near each other on any axis."""
_SMALLEST_MARK = 2.5
_BEYOND = 0.1
"""An axis goes on by up to so much of its length for a day of judgement that comes after all marks."""
_FONT_NAME = "DejaVu Sans"
_EAST_ASIA = "\u2e80"
"""From here on the library's own font has next to no signs."""

_MARKS: dict[MarkKind, dict[str, Any]] = {
    MarkKind.TARGET: {"marker": "o", "markersize": 6.5, "markerfacecolor": "white"},
    MarkKind.DOSE: {"marker": "D", "markersize": 7.5, "markerfacecolor": "0.75"},
    MarkKind.PLANNED: {"marker": "s", "markersize": 6, "markerfacecolor": "white"},
    MarkKind.BOOKED: {"marker": ">", "markersize": 7, "markerfacecolor": "white"},
    MarkKind.HELD: {"marker": "o", "markersize": 4, "markerfacecolor": "black"},
    MarkKind.GIVEN: {"marker": "D", "markersize": 4.5, "markerfacecolor": "black"},
    MarkKind.MISSED: {"marker": "x", "markersize": 9, "markeredgewidth": 1.8},
    MarkKind.CANCELLED: {"marker": "_", "markersize": 13, "markeredgewidth": 2.2},
}
_STROKES = {MarkKind.MISSED, MarkKind.CANCELLED}
_BARS: dict[BarKind, dict[str, object]] = {
    BarKind.WIDER: {"height": 0.2, "facecolor": "white", "linestyle": (0, (2, 1.5))},
    BarKind.WINDOW: {"height": 0.13, "facecolor": "white", "hatch": "//////"},
    BarKind.MONTHS: {"height": 0.06, "facecolor": "0.6"},
}
_LINE_STYLES = ("--", "-.", ":")


def timeline_picture(timeline: Timeline, form: str) -> bytes:
    """A timeline as a picture.

    Args:
        timeline: What is drawn.
        form: ``png`` or ``svg``.

    Raises:
        FontMissingError: If there are signs of East Asia, and no font that has them.
        PlotLibraryError: If the library that draws is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - half a second of imports, for pictures alone
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - likewise
        from matplotlib.figure import Figure  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise PlotLibraryError(str(error)) from None
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache on a first run
    settings: Any = {
        "svg.hashsalt": timeline.head,
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.family": _families(timeline),
        "font.size": _FONT,
        "hatch.linewidth": 0.6,
        "axes.linewidth": 0.6,
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a sign that the font lacks is shown as a box
        figure = Figure(dpi=_DOTS)
        FigureCanvasAgg(figure)
        _Page(figure, timeline).draw()
        dots = min(_DOTS, _MOST_PIXELS / max(figure.get_size_inches()))
        stream = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=dots, metadata=metadata)
    return stream.getvalue()


def _families(timeline: Timeline) -> list[str]:
    """The fonts that are tried for each sign in turn: the library's own and, for signs of East Asia, one beside it."""
    rows = [row for panel in timeline.panels for row in panel.rows]
    texts = [timeline.title, *(panel.title + panel.axis for panel in timeline.panels)]
    texts += [text for row in rows for text in (row.name, row.said, row.group, row.remark)]
    if not any(sign >= _EAST_ASIA for text in texts for sign in text):
        return [_FONT_NAME]
    from matplotlib.font_manager import fontManager  # noqa: PLC0415 - see timeline_picture

    file = chinese_font_file()
    if {font.fname for font in fontManager.ttflist if font.name == CHINESE.family} != {file}:
        fontManager.ttflist[:] = [font for font in fontManager.ttflist if font.name != CHINESE.family]
        fontManager.addfont(file)
    return [_FONT_NAME, CHINESE.family]


class _Line(Struct, frozen=True):
    """A row as it is laid out: its texts in lines; a row that is only the name of a group has no other texts."""

    row: Row | None
    name: tuple[str, ...]
    said: tuple[str, ...] = ()
    remark: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        has_text = self.row is not None and any(mark.text for mark in self.row.marks)
        lines = max(len(self.name), len(self.said), len(self.remark), 1)
        return lines * _LINE + _ROW_EDGE + (_MARK_TEXT if has_text else 0)

    @property
    def middle(self) -> float:
        """How far down its marks stand; those with a text above them have room for it."""
        has_text = self.row is not None and any(mark.text for mark in self.row.marks)
        return self.height / 2 + (_MARK_TEXT / 3 if has_text else 0)


def _lines(panel: Panel) -> list[_Line]:
    """The rows of a panel, each part of the study after its name."""
    lines: list[_Line] = []
    group = ""
    for row in panel.rows:
        if row.group and row.group != group:
            lines.append(_Line(None, (row.group,)))
        group = row.group or group
        lines.append(_Line(row, *(tuple(wrap(getattr(row, part), signs)) for part, signs in _SIGNS.items())))
    return lines


class _Page:
    """A figure, and how far down it is filled."""

    def __init__(self, figure: Figure, timeline: Timeline) -> None:
        self._figure = figure
        self._timeline = timeline
        self._panels = [(panel, _lines(panel)) for panel in timeline.panels]
        self._columns = {part: self._column(part) for part in _SIGNS}
        used = sum(width + _GAP for width in self._columns.values() if width)
        self._plot = max(_WIDTH - 2 * _EDGE - used, _LEAST_PLOT)
        self._wide = used + self._plot + 2 * _EDGE
        self._left = _EDGE + sum(self._columns[part] + _GAP for part in ("name", "said") if self._columns[part])
        self._title = wrap(timeline.title, int(self._wide * 14))
        self._axes_height = 0.85 if timeline.has_dates else 0.5
        heights = [sum(line.height for line in lines) + self._axes_height + 0.5 for _, lines in self._panels]
        self._head = 0.62 + 0.17 * len(self._title)
        self._legend = self._entries()
        self._legend_rows = -(-len(self._legend) // 4)
        self._tall = self._head + sum(heights) + 0.24 * self._legend_rows + 0.62
        figure.set_size_inches(self._wide, self._tall)

    def draw(self) -> None:
        """Draw everything."""
        top = 0.3
        self._write(_EDGE, top, self._timeline.head, fontsize=10, fontweight="bold")
        for line in self._title:
            top += 0.19
            self._write(_EDGE, top, line, fontsize=9)
        top = self._head
        scales = {panel.axis: self._scale(panel.axis) for panel, _ in self._panels}
        for panel, lines in self._panels:
            self._write(_EDGE, top, panel.title, fontsize=9, fontweight="bold")
            top += 0.16
            height = sum(line.height for line in lines)
            self._draw_rows(panel, lines, top, scales[panel.axis])
            self._write_axis_words(panel, top + height + self._axes_height - 0.08, scales[panel.axis])
            top += height + self._axes_height + 0.34
        self._draw_legend(top)
        self._write(_EDGE, self._tall - 0.2, self._timeline.foot, fontsize=_SMALL)

    def _write(self, x: float, y: float, text: str, **how: object) -> None:
        """Write a line of text, its middle so far down."""
        how = {"va": "center", **how}
        self._figure.text(x / self._wide, 1 - y / self._tall, text, **how)  # type: ignore[arg-type]

    def _width_of(self, text: str, size: float, weight: str = "normal") -> float:
        from matplotlib.font_manager import FontProperties  # noqa: PLC0415 - see timeline_picture

        renderer = self._figure.canvas.get_renderer()  # type: ignore[attr-defined]
        font = FontProperties(size=size, weight=weight)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            width, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width) / _DOTS

    def _column(self, part: str) -> float:
        weight = "bold" if part == "name" else "normal"
        texts = {text for _, lines in self._panels for line in lines if line.row for text in getattr(line, part)}
        return max((self._width_of(text, _FONT, weight) for text in texts), default=0)

    def _scale(self, axis: str) -> tuple[AxisPart, ...]:
        """The parts of an axis, by the days of all panels that have it."""
        rows = [row for panel, _ in self._panels if panel.axis == axis for row in panel.rows]
        days = [mark.day for row in rows for mark in row.marks]
        days += [end for row in rows for bar in row.bars for end in (bar.first, bar.last)]
        first, last = min(days, default=0), max(days, default=0)
        lines = [day for panel, _ in self._panels if panel.axis == axis for day, _ in panel.lines]
        days += [day for day in lines if first <= day <= last + (last - first) * _BEYOND]
        return axis_parts(days or [0])

    def _draw_rows(self, panel: Panel, lines: list[_Line], top: float, parts: tuple[AxisPart, ...]) -> None:
        height = sum(line.height for line in lines)
        room = self._plot - _BETWEEN_PARTS * (len(parts) - 1)
        left = self._left
        axes = []
        for place, part in enumerate(parts):
            width = room * part.share
            box = (left / self._wide, 1 - (top + height) / self._tall, width / self._wide, height / self._tall)
            axis = self._figure.add_axes(box)
            axes.append(axis)
            self._set_axis(axis, panel, part, width, height)
            _draw_breaks(axis, has_before=place > 0, has_after=place < len(parts) - 1)
            left += width + _BETWEEN_PARTS
        down = 0.0
        for line in lines:
            self._write_row(line, top + down)
            if line.row is not None:
                for axis, part in zip(axes, parts, strict=True):
                    _draw_row(axis, line.row, part, down + line.middle, room * part.share)
            down += line.height

    def _set_axis(self, axis: Any, panel: Panel, part: AxisPart, width: float, height: float) -> None:  # noqa: ANN401 - matplotlib's
        axis.set_xlim(part.start, part.end)
        axis.set_ylim(height, 0)
        axis.set_yticks([])
        axis.patch.set_visible(False)
        for side in ("top", "left", "right"):
            axis.spines[side].set_visible(False)
        has_dates = self._timeline.has_dates
        named = named_days(
            panel.days, part, width, lambda label: 0.17 if has_dates else self._width_of(label, _SMALL) + 0.07
        )
        turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if has_dates else {}
        axis.set_xticks([day for day, _ in named], [label for _, label in named], fontsize=_SMALL, **turned)
        for day, _ in named:
            axis.axvline(day, color="0.88", linewidth=0.5, zorder=0)
        for (day, _), style in zip(panel.lines, _LINE_STYLES, strict=False):
            if part.holds(day):
                axis.axvline(day, color="black", linewidth=1.1, linestyle=style, zorder=1)

    def _write_row(self, line: _Line, top: float) -> None:
        """The words of a row, and the thin line above it."""
        from matplotlib.lines import Line2D  # noqa: PLC0415 - see timeline_picture

        y = 1 - top / self._tall
        ends = (_EDGE / self._wide, 1 - _EDGE / self._wide)
        shade = "0.88" if line.row is not None else "0.5"
        self._figure.add_artist(Line2D(ends, (y, y), color=shade, linewidth=0.5, zorder=-1))
        middle = top + line.height / 2
        if line.row is None:
            self._write(_EDGE, middle, line.name[0], fontstyle="italic")
            return
        left = _EDGE
        for part in ("name", "said", "remark"):
            if part == "remark":
                left = self._left + self._plot + _GAP
            texts = getattr(line, part)
            for place, text in enumerate(texts):
                y_text = middle + (place - (len(texts) - 1) / 2) * _LINE
                self._write(left, y_text, text, fontweight="bold" if part == "name" else "normal")
            left += self._columns[part] + _GAP

    def _write_axis_words(self, panel: Panel, y: float, parts: tuple[AxisPart, ...]) -> None:
        said: list[str] = [] if self._timeline.has_dates else [panel.axis]
        said += ["the axis is broken at //"] if len(parts) > 1 else []
        said += ["no bar: no window is stated"] if any(row.marks and not row.bars for row in panel.rows) else []
        said += [
            f"{words} is not in the picture" for day, words in panel.lines if not any(part.holds(day) for part in parts)
        ]
        self._write(self._wide - _EDGE, y, "; ".join(said), fontsize=_SMALL, ha="right")

    def _entries(self) -> list[tuple[str, object]]:
        """The entries of the legend: what occurs in the picture, each with its words."""
        rows = [row for panel, _ in self._panels for row in panel.rows]
        marks = {mark.kind for row in rows for mark in row.marks}
        bars = {bar.kind for row in rows for bar in row.bars}
        entries: list[tuple[str, object]] = [(kind.words, kind) for kind in MarkKind if kind in marks]
        entries += [(f"{kind.words}, both ends inside", kind) for kind in BarKind if kind in bars]
        lines = next((panel.lines for panel, _ in self._panels if panel.lines), ())
        entries += [(words, style) for (_, words), style in zip(lines, _LINE_STYLES, strict=False)]
        return entries

    def _draw_legend(self, top: float) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415 - see timeline_picture
        from matplotlib.patches import Patch  # noqa: PLC0415 - likewise

        handles: list[Any] = []
        for words, what in self._legend:
            if isinstance(what, MarkKind):
                how: dict[str, Any] = {"color": "black", "linestyle": "none", **_MARKS[what]}
                handles.append(Line2D([], [], label=words, **how))
            elif isinstance(what, BarKind):
                how = {key: value for key, value in _BARS[what].items() if key != "height"}
                handles.append(Patch(label=words, edgecolor="black", linewidth=0.6, **how))
            else:
                style: Any = what
                handles.append(Line2D([], [], label=words, color="black", linewidth=1.1, linestyle=style))
        if handles:
            self._figure.legend(
                handles=handles,
                loc="upper left",
                bbox_to_anchor=(_EDGE / self._wide, 1 - (top - 0.1) / self._tall),
                borderaxespad=0,
                ncols=4,
                frameon=False,
                fontsize=_FONT,
            )


def _draw_row(axis: Any, row: Row, part: AxisPart, y: float, width: float) -> None:  # noqa: ANN401 - matplotlib's
    """The bars and marks of a row, as far as they are on a part of the axis."""
    for bar in row.bars:
        if bar.first - 0.5 <= part.end and bar.last + 0.5 >= part.start:
            length = bar.last - bar.first + 1
            axis.barh(y, length, left=bar.first - 0.5, edgecolor="black", linewidth=0.6, zorder=2, **_BARS[bar.kind])
    points = 72 * width / (part.end - part.start)
    largest = _largest_mark(row, points)
    for mark in row.marks:
        if not part.holds(mark.day):
            continue
        how = dict(_MARKS[mark.kind])
        how["markersize"] = min(how["markersize"], largest)
        if mark.kind in _STROKES:  # a stroke is not to be lost among the hatches
            axis.plot([mark.day], [y], color="white", linestyle="none", marker="o", markersize=11, zorder=3)
        axis.plot([mark.day], [y], color="black", linestyle="none", zorder=4, **how)
    texts = [(mark.day, mark.text) for mark in row.marks if mark.text]
    for day, text in named_days(texts, part, width, lambda text: (len(text) * 4.5 + 3) / 72):
        axis.annotate(text, (day, y), (0, 8.5), textcoords="offset points", ha="center", fontsize=6.5)


def _largest_mark(row: Row, points: float) -> float:
    """The size up to which the marks of cycles don't cover each other, where a day is so many points wide."""
    days = sorted(mark.day for mark in row.marks if mark.text)
    nearest = min((other - one for one, other in pairwise(days)), default=_FAR)
    return max(nearest * points - 1, _SMALLEST_MARK)


def _draw_breaks(axis: Any, *, has_before: bool, has_after: bool) -> None:  # noqa: ANN401 - matplotlib's
    """The two strokes where an axis is broken."""
    how = {"marker": [(-1, -2), (1, 2)], "markersize": 8, "linestyle": "none", "color": "black", "clip_on": False}
    for is_there, x in ((has_before, 0), (has_after, 1)):
        if is_there:
            axis.plot([x], [0], transform=axis.transAxes, **how)
