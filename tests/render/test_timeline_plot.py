"""Timelines as pictures: the same bytes each time, everything in words, no label over another."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # pictures of our own
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from dosecal.app.composition.protocols import load_protocol
from dosecal.model.messages import NOTHING, unsaid
from dosecal.render.load_plot import PlotLibraryError
from dosecal.render.timeline_plot import timeline_picture
from dosecal.report.calendars.timeline import Bar, BarKind, Mark, MarkKind, Panel, Row, Timeline, protocol_timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

STUDIES = ("NCT04611256", "NCT04252118", "examples/es-sclc-chemotherapy", "examples/hepatitis-e-vaccine")


def small(*rows: Row, lines: Sequence[tuple[int, str]] = (), title: str = "arm a") -> Timeline:
    days = tuple((mark.day, f"D{mark.day}") for row in rows for mark in row.marks)
    said = tuple((day, unsaid(words)) for day, words in lines)
    panel = Panel(unsaid(title), unsaid("days from start"), rows, days, said)
    return Timeline(unsaid("T-1"), "A trial", (panel,), has_dates=False)


def row(name: str, *marks: Mark, bars: tuple[Bar, ...] = (), group: str = "", remark: str = "") -> Row:
    return Row(unsaid(name), NOTHING, unsaid(group), marks, bars, unsaid(remark))


def texts_of(timeline: Timeline) -> list[str]:
    picture = ET.fromstring(timeline_picture(timeline, "svg"))  # noqa: S314 - see the import
    return ["".join(one.itertext()) for one in picture.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("study", STUDIES[:2])
@pytest.mark.parametrize(("form", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_picture_is_the_same_each_time(study: str, form: str, begins: bytes) -> None:
    timeline = protocol_timeline(load_protocol(study), "made by the test")
    picture = timeline_picture(timeline, form)
    assert picture.startswith(begins)
    assert picture == timeline_picture(timeline, form)


def test_everything_is_said_in_words() -> None:
    protocol = load_protocol("examples/es-sclc-chemotherapy")
    said = texts_of(protocol_timeline(protocol, "made by the test"))
    for text in (
        f"ES-SCLC-TCM  version protocol of 2021  file {protocol.digest}",
        "all arms: medicine, placebo",
        "follow-up",
        "C1D1 to C6D1",
        "window ±7 days",
        "D195",
        "visit: target day",
        "window, both ends inside",
        "made by the test",
    ):
        assert text in said


@pytest.mark.parametrize("study", [*STUDIES, "examples/inm004-phase-1", "examples/genepredict-ps", "examples/lzzt"])
def test_no_label_stands_over_another(study: str, monkeypatch: pytest.MonkeyPatch) -> None:
    figures: list[Any] = []
    drawn = Figure.savefig

    def kept(figure: Figure, *arguments: Any, **options: Any) -> None:
        figures.append(figure)
        drawn(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", kept)
    timeline_picture(protocol_timeline(load_protocol(study), "made by the test"), "png")
    (figure,) = figures
    renderer = figure.canvas.get_renderer()
    texts = [one for one in figure.findobj(Text) if one.get_text().strip() and one.get_visible()]
    boxes = [(one.get_text(), one.get_window_extent(renderer)) for one in texts]
    assert len(boxes) > 10
    over = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.padded(-1).overlaps(other.padded(-1))]
    assert over == []
    width, height = figure.bbox.width, figure.bbox.height
    outside = [a for a, box in boxes if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height]
    assert outside == []


def test_axis_that_is_broken_is_said_to_be() -> None:
    said = texts_of(protocol_timeline(load_protocol("NCT04252118")))
    assert any("the axis is broken at //" in text and "no bar: no window is stated" in text for text in said)


def test_signs_of_mathematics_and_markup_stay_as_they_are() -> None:
    said = texts_of(small(row("D1", Mark(MarkKind.TARGET, 0), remark="$x$ & <b>y</b>")))
    assert "$x$ & <b>y</b>" in said


def test_day_of_judgement_is_a_line_or_said_to_be_elsewhere() -> None:
    rows = row("D1", Mark(MarkKind.TARGET, 0)), row("D9", Mark(MarkKind.MISSED, 8))
    assert not any("is not in the picture" in text for text in texts_of(small(*rows, lines=[(4, "as of D4")])))
    assert any("as of D40 is not in the picture" in text for text in texts_of(small(*rows, lines=[(40, "as of D40")])))


def test_every_kind_of_mark_and_bar_is_drawn_and_explained() -> None:
    rows = [row(f"v{place}", Mark(kind, place)) for place, kind in enumerate(MarkKind)]
    rows += [row(f"w{place}", bars=(Bar(kind, place, place + 2),)) for place, kind in enumerate(BarKind)]
    said = texts_of(small(*rows))
    assert {kind.value for kind in MarkKind} <= set(said)
    assert {f"{kind.value}, both ends inside" for kind in BarKind} <= set(said)


def test_numbers_of_many_cycles_are_left_out_where_they_have_no_room() -> None:
    marks = [Mark(MarkKind.DOSE, 7 * number, str(number)) for number in range(1, 101)]
    said = texts_of(small(row("C1D1 to C100D1", *marks)))
    numbers = [int(text) for text in said if text.isdigit()]
    assert numbers[0] == 1
    assert 10 < len(numbers) < 60


def test_row_without_any_day_is_drawn_with_its_words() -> None:
    assert "to be determined" in texts_of(small(row("late", remark="to be determined")))


def test_signs_of_east_asia_have_a_font() -> None:
    assert "移植後三十日" in texts_of(small(row("T30", Mark(MarkKind.TARGET, 0), remark="移植後三十日")))


def test_picture_without_the_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(PlotLibraryError):
        timeline_picture(small(row("D1")), "png")
