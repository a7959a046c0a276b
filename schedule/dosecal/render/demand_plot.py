"""What a plan needs as a picture, and as a line of blocks for a terminal.

Conventions: legible in black and white: what is covered is filled, what is not is hatched, and both are named in the
legend. The same demand gives the same bytes of SVG.
"""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dosecal.report.tables.demand_series import DemandSeries, SiteSeries

_DAYS = {"day": 1, "week": 7}
_INCHES = (8.3, 2.7)
_FIRST = date(1970, 1, 1)
_MOST_TICKS = 12
_FILL, _EDGE = "0.45", "black"


def demand_plot(series: DemandSeries, form: str) -> bytes:
    """A panel for each product and site, one bar a period.

    Args:
        series: What is shown; at least one panel.
        form: ``png`` or ``svg``.
    """
    import matplotlib as mpl  # noqa: PLC0415 - costs half a second, and is needed here alone
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - likewise
    from matplotlib.figure import Figure  # noqa: PLC0415 - likewise

    panels = series.panels
    with mpl.rc_context({"svg.hashsalt": series.head, "hatch.linewidth": 0.7, "font.size": 9}):
        figure = Figure(figsize=(_INCHES[0], 0.9 + _INCHES[1] * len(panels)), layout="constrained")
        FigureCanvasAgg(figure)
        figure.suptitle(series.head, fontsize=10)
        axes = figure.subplots(len(panels), 1, squeeze=False, sharex=True)
        for panel, axis in zip(panels, axes[:, 0], strict=True):
            _draw(panel, axis, series)
        figure.supxlabel(f"{series.foot}", fontsize=8)
        stream = io.BytesIO()
        figure.savefig(stream, format=form, dpi=150, metadata={"Date": None} if form == "svg" else {"Software": None})
    return stream.getvalue()


def _draw(panel: SiteSeries, axis: Any, series: DemandSeries) -> None:  # noqa: ANN401 - matplotlib's
    width = 0.8 * _DAYS[series.by]
    starts = [_number(day) + width / 8 for day in panel.starts]
    axis.set_title(panel.title, loc="left", fontsize=9)
    if panel.not_covered is None:
        axis.bar(starts, panel.doses, width, align="edge", color=_FILL, edgecolor=_EDGE, label="planned doses")
    else:
        covered = [all_of - missing for all_of, missing in zip(panel.doses, panel.not_covered, strict=True)]
        axis.bar(starts, covered, width, align="edge", color=_FILL, edgecolor=_EDGE, label="doses covered by the lots")
        axis.bar(
            *(starts, panel.not_covered, width, covered),
            align="edge",
            color="white",
            edgecolor=_EDGE,
            hatch="////",
            label="doses not covered",
        )
    if panel.runs_out is not None:
        said = f"lots run out: {panel.runs_out}"
        axis.axvline(_number(panel.runs_out), color=_EDGE, linestyle="--", linewidth=1.2, label=said)
    axis.set_ylabel(f"doses a {series.by}")
    axis.set_ylim(0, max(1, *panel.doses) * 1.35)
    axis.yaxis.get_major_locator().set_params(integer=True)
    _date_ticks(axis, panel.starts)
    axis.legend(loc="upper right", framealpha=1, edgecolor="none", fontsize=8, ncols=3)
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def _number(day: date) -> int:
    """A day on the axis: days since 1970, to which a part of a day can be added."""
    return (day - _FIRST).days


def _date_ticks(axis: Any, starts: tuple[date, ...]) -> None:  # noqa: ANN401 - as above
    """Ticks at the beginnings of periods, as ISO dates, so few that they can be read."""
    every = -(-len(starts) // _MOST_TICKS)
    shown = starts[::every]
    axis.set_xticks(
        [_number(day) for day in shown], [day.isoformat() for day in shown], rotation=30, ha="right", fontsize=8
    )


def sparkline(numbers: tuple[int, ...]) -> str:
    """The numbers as blocks of rising height; at most 120, since a longer line wraps."""
    from sparklines import sparklines  # noqa: PLC0415 - only where somebody looks

    shown = list(numbers[:120])
    return sparklines(shown, minimum=0, maximum=max([*shown, 1]))[0] if shown else ""
