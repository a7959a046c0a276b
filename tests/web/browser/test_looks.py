"""Every page in a browser: nothing cropped, nothing to scroll sideways, nothing that a screen reader stumbles over."""

from __future__ import annotations

import io
import json
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from dosecal.report.messages.language import Language
from tests.web.browser.conftest import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.web.browser.conftest import OpenPage

OPEN_PAGES = (
    "/today",
    "/dose",
    "/dose/004/D4",
    "/dose/004/D15",
    "/calendar/001",
    "/everybody/all/2026-04",
    "/participants",
    "/participants/001",
    "/record/001/D11",
    "/record/001/weight",
    "/add/subject",
    "/protocol",
    "/history",
    "/why",
    "/who",
    "/check/004/D4",
)
BLINDED_PAGES = ("/today", "/dose", "/calendar/001", "/everybody/all/2026-04", "/participants/001", "/protocol")
WIDTHS = (320, 360, 390, 414, 768, 1024, 1280, 1920) if WHOLE else (320, 1280)
LANGUAGES = tuple(Language) if WHOLE else (Language.ENGLISH, Language.SPANISH)
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
CROPPED = """() => {
  const wide = document.documentElement.clientWidth + 1, found = [];
  const named = (one) => one.textContent.trim().slice(0, 40);
  const scrolled = document.documentElement.scrollWidth;
  if (scrolled > wide) found.push("the page scrolls sideways: " + scrolled);
  for (const one of document.querySelectorAll(".q, .id, .whole, select, td.n, .btn, button, h1, h2, .num, input")) {
    const box = one.getBoundingClientRect();
    if (!box.width || one.closest(".vh, thead, .skip") || getComputedStyle(one).visibility === "hidden") continue;
    const card = one.closest(".card, .say, main, .bar, .foot");
    const room = card ? card.getBoundingClientRect() : { left: 0, right: wide };
    const isOut = box.right > Math.min(wide, room.right + 1) || box.left < room.left - 1;
    if (isOut) found.push(one.tagName + " " + named(one));
    if (one.tagName === "SELECT") {
      const text = one.selectedOptions[0]?.textContent.trim() ?? "";
      const pen = document.createElement("canvas").getContext("2d");
      pen.font = getComputedStyle(one).font;
      if (pen.measureText(text).width > one.clientWidth - 24) found.push("cut: " + text);
    } else if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") {
      found.push("cut: " + named(one));
    }
  }
  return found;
}"""
"""What is cropped, or runs out of its card or of the page."""


def axe_script() -> str:
    """The rules of axe-core."""
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: OpenPage) -> list[str]:
    """What axe finds on a page, past its policy of content, which lets no other script in."""
    session = page.tab.context.new_cdp_session(page.tab)
    options = json.dumps({"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"]})
    session.send("Runtime.evaluate", {"expression": axe_script() + "; true"})
    asked = {"expression": f"axe.run(document, {options})", "awaitPromise": True, "returnByValue": True}
    found: dict[str, Any] = session.send("Runtime.evaluate", asked)["result"]["value"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"]]


def look_at(page: OpenPage, paths: tuple[str, ...], languages: tuple[Language, ...]) -> list[str]:
    """What is wrong with pages, in languages and at widths."""
    found = []
    for language in languages:
        page.go("/why")
        page.speak(language)
        for path in paths:
            page.go(path)
            for width in WIDTHS:
                page.wide(width)
                found += [f"{path} {width} {language}: {one}" for one in page.tab.evaluate(CROPPED)]
            for width in (390, 1280):
                page.wide(width)
                found += [f"{path} {width} {language}: {one}" for one in violations(page)]
    return found


def test_pages_of_an_open_trial(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    assert look_at(page, OPEN_PAGES, LANGUAGES) == []
    assert [one for one in page.said if "403" not in one] == []


def test_pages_of_a_blinded_trial(opened: Callable[..., OpenPage], lzzt: Path) -> None:
    page = opened(lzzt, date(2026, 4, 8))
    assert look_at(page, BLINDED_PAGES, LANGUAGES if WHOLE else (Language.CHINESE,)) == []


def test_pages_of_files_with_problems(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    text = (ryoncil / "protocol.yaml").read_text(encoding="utf-8")
    (ryoncil / "protocol.yaml").write_text(text.replace("2 million cells/kg", "2*10E6 cells/kg"), encoding="utf-8")
    assert look_at(opened(ryoncil), ("/protocol",), (Language.ENGLISH,)) == []


def test_a_tried_and_a_refused_dose(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    for weight, sign in (("24.1", ".tag.warn"), ("23,4", "#answer .say.stop")):
        page.go("/dose/004/D4")
        page.tab.fill("#weight_kg", weight)
        page.tab.wait_for_selector(sign)
        for width in WIDTHS:
            page.wide(width)
            assert page.tab.evaluate(CROPPED) == []
        assert violations(page) == []


def test_the_first_run(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.server.site.study = None
    assert look_at(page, ("/open",), (Language.ENGLISH,)) == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_signatures_stand_on_the_page_of_the_answer(opened: Callable[..., OpenPage], ryoncil: Path, paper: str) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    pages = [one.extract_text() for one in PdfReader(io.BytesIO(page.tab.pdf(format=paper))).pages]
    (answer,) = [one for one in pages if "46,800,000 cells" in one and "Dose ordered" in one]
    for one in ("Signatures", "Prepared by", "ryoncil", "Participant 004"):
        assert one in answer
    assert "Print worksheet" not in answer
