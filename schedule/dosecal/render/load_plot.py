"""The work of each day as a picture: bars of visits, hatched where an infusion is among them.

Conventions: nothing depends on colour alone, so that a black-and-white print says the same; the same input gives the
same bytes.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosecal.report.worklists.work_list import WorkList

FORMS = ("png", "svg")


class PlotLibraryError(ValueError):
    """The library that draws is not installed."""


def load_plot(work: WorkList, title: str, made_by: str, form: str) -> bytes:
    """The visits and infusions of each day, as a picture.

    Args:
        work: The work list.
        title: What it is of.
        made_by: The program's version and the day, for the foot.
        form: One of ``FORMS``.

    Raises:
        PlotLibraryError: If the library that draws is not installed.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 - a second of imports, for pictures alone
        from matplotlib.figure import Figure  # noqa: PLC0415 - likewise
        from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise PlotLibraryError(str(error)) from None
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its font cache on a first run
    days = work.load_by_day
    places = range(len(days))
    with mpl.rc_context({"svg.hashsalt": "dosecal", "svg.fonttype": "none"}):
        figure = Figure(figsize=(max(6.0, 0.45 * len(days) + 2), 4.0), layout="constrained")
        axes = figure.add_subplot()
        visits = axes.bar(places, [count for _, count, _ in days], color="white", edgecolor="black", label="visits")
        axes.bar(
            places,
            [count for _, _, count in days],
            width=0.5,
            color="lightgrey",
            edgecolor="black",
            hatch="///",
            label="_" if work.hides_doses else "infusions among them",  # a name with that sign is not in the legend
        )
        axes.bar_label(visits, labels=[str(count) if count else "" for _, count, _ in days])
        axes.set_xticks(list(places), [day.strftime("%a %d %b") for day, _, _ in days], rotation=60, ha="right")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel("visits")
        axes.set_title(title)
        axes.margins(y=0.15)
        axes.legend()
        figure.supxlabel(made_by, fontsize="x-small")
        stream = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, metadata=metadata, dpi=120)
    return stream.getvalue()
