"""What a participant's page offers: open days that are late enough, and no visit that only an event brings.

2 March 2026 is a Monday; 1 April is a Wednesday.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from tests.command_line import run_well
from tests.followed import files

if TYPE_CHECKING:
    from pathlib import Path

SITES = """\
sites:
  A:
    country: none stated
    weekend: [Saturday, Sunday]
    closed:
      2026-04-02 to 2026-04-03: Holy Week
"""
AT_SITE = {"subjects": "1,control,2026-03-02,A", "columns": ",site"}


def page_of(
    folder: Path, visits: str, *options: str, lang: str = "en", actuals: tuple[str, ...] = ("1,D1,2026-03-02,done",)
) -> str:
    """The words of the participant's page, with one blank between them."""
    arguments = files(folder, visits=visits, actuals=actuals, **AT_SITE)
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    labels = "".join(f"  Day {day}: V{day}\n" for day in (1, 8, 31, 33))
    (folder / "words.yaml").write_text(f"{lang}:\n{labels}  W: W\n", encoding="utf-8")
    wordings = () if lang == "en" else ("--lang", lang, "--words", folder / "words.yaml")
    page = folder / "page.html"
    run_well("print", *arguments, *options, *wordings, "--as-of", "2026-03-10", "--force", "-o", page)
    text = re.sub(r"<(style|script).*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


WEEKS = "any day from Wed 25 Mar 2026 to Wed 8 Apr 2026"


def with_sites(folder: Path) -> tuple[str, str]:
    return "--sites", str(folder / "sites.yaml")


@pytest.mark.parametrize(
    ("visits", "offered"),
    [
        # 1 to 5 April: Thursday and Friday are closed, and so is the weekend
        ("D1: {}\nW: {window: D31 to D35}", "Wednesday 1 April 2026 W"),
        # D31 is 1 April; the window is 30 March to 3 April
        (
            "D1: {}\nD31: {window: ±2 days}",
            "any day from Mon 30 Mar 2026 to Wed 1 Apr 2026 Day 31",
        ),
        (
            "D1: {}\nD31: {window: ±7 days}",
            f"{WEEKS}, except Sat 28 Mar 2026 to Sun 29 Mar 2026, Thu 2 Apr 2026 to Sun 5 Apr 2026 Day 31",
        ),
        # D33 is Friday 3 April, which is closed, as are the days around it
        ("D1: {}\nD33: {window: ±1 day}", "Friday 3 April 2026 Day 33"),
        # 27 days after 2 March is 29 March, a Sunday
        (
            "D1: {}\nD31: {window: ±7 days, at_least: 27 days after D1}",
            "any day from Mon 30 Mar 2026 to Wed 8 Apr 2026, except Thu 2 Apr 2026 to Sun 5 Apr 2026 Day 31",
        ),
    ],
)
def test_closed_days_and_days_that_are_too_early_are_not_offered(visits: str, offered: str, tmp_path: Path) -> None:
    assert offered in page_of(tmp_path, visits, *with_sites(tmp_path))


def test_day_between_two_closed_ones_is_offered_and_one_closed_day_is_named_alone(tmp_path: Path) -> None:
    sites = SITES.replace("weekend: [Saturday, Sunday]", "weekend: [Sunday]")
    visits = "D1: {}\nD31: {window: ±7 days}"
    page_of(tmp_path, visits)
    (tmp_path / "one.yaml").write_text(sites, encoding="utf-8")
    said = page_of(tmp_path, visits, "--sites", str(tmp_path / "one.yaml"))
    assert "except Sun 29 Mar 2026, Thu 2 Apr 2026 to Fri 3 Apr 2026, Sun 5 Apr 2026 Day 31" in said


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("es-MX", "cualquier día del lun 30 mar 2026 al mié 8 abr 2026, excepto jue 2 abr 2026 a dom 5 abr 2026"),
        ("zh-CN", "2026年3月30日 周一至2026年4月8日 周三之间任一天，2026年4月2日 周四至2026年4月5日 周日除外"),
    ],
)
def test_days_are_offered_in_the_language_of_the_page(lang: str, said: str, tmp_path: Path) -> None:
    visits = "D1: {}\nD31: {window: ±7 days, at_least: 27 days after D1}"
    assert said in page_of(tmp_path, visits, *with_sites(tmp_path), lang=lang)


def test_without_a_site_the_whole_window_is_offered(tmp_path: Path) -> None:
    said = page_of(tmp_path, "D1: {}\nD31: {window: ±2 days}")
    assert "any day from Mon 30 Mar 2026 to Fri 3 Apr 2026 Day 31" in said


def test_months_mark_the_days_that_are_offered_and_no_others(tmp_path: Path) -> None:
    page_of(tmp_path, "D1: {}\nD31: {window: ±7 days}", *with_sites(tmp_path))
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    possible = re.findall(r'<td><span class="day possible">(.*?)</span></td>', page)
    # of 25 March to 8 April without the visit's own day, 1 April, two weekends and two days of Holy Week
    assert possible == ["25", "26", "27", "30", "31", "6", "7", "8"]


EVENTS = """\
D1: {}
early: {label: Early end, days: 0, after: off_treatment, window: +14 days}
after_early: {label: After the end, days: 10, after: early, counted_from: actual}
rescue: {label: Rescue visit, days: 40, if: D8 missed}
leaver: {label: Leaver visit, days: 50, if: off study before D31}
stayer: {label: Stayer visit, days: 60, if: not off study before D31}
D8: {}
D31: {}
"""


def test_visit_that_only_an_event_brings_is_left_out_until_the_event_is_on_record(tmp_path: Path) -> None:
    labels = ("Early end", "After the end", "Rescue visit", "Leaver visit")
    before = page_of(tmp_path, EVENTS)
    assert [label for label in labels if label in before] == []
    assert "Stayer visit" in before
    ended = page_of(tmp_path, EVENTS, actuals=("1,D1,2026-03-02,done", "1,off_treatment,2026-03-09,done"))
    assert [label for label in labels if label in ended] == ["Early end", "After the end"]
    missed = page_of(tmp_path, EVENTS, actuals=("1,D1,2026-03-02,done", "1,D8,,missed"))
    assert [label for label in labels if label in missed] == ["Rescue visit"]


def test_coordinators_page_keeps_the_visits_that_an_event_may_bring(tmp_path: Path) -> None:
    said = page_of(tmp_path, EVENTS, "--what", "coordinator")
    assert [label in said for label in ("Early end", "Rescue visit", "Stayer visit")] == [True] * 3


def test_visits_of_an_anchor_that_may_be_empty_stay_to_be_arranged(tmp_path: Path) -> None:
    arguments = files(tmp_path, visits="D1: {}\ncheck: {label: Check, days: 5, anchor: surgery}", **AT_SITE)
    text = arguments[0].read_text(encoding="utf-8")
    anchors = "  start: {label: first infusion}\n"
    arguments[0].write_text(text.replace(anchors, f"{anchors}  surgery: {{date: may be empty}}\n"), encoding="utf-8")
    arguments[1].write_text("subject_id,arm,start,surgery\n1,control,2026-03-02,\n", encoding="utf-8")
    run_well("print", *arguments, "--as-of", "2026-03-10", "-o", tmp_path / "page.html")
    said = " ".join(re.sub(r"<[^>]*>", " ", (tmp_path / "page.html").read_text(encoding="utf-8")).split())
    assert "to be arranged Check" in said
