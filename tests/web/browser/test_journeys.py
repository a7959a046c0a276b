"""What people do on the page: by keyboard, without script, with a slow answer, and when the program is gone."""

from __future__ import annotations

import time
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.web.browser.conftest import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.web.browser.conftest import OpenPage

MOST_SECONDS = 0.6
"""From a keystroke to its dose; 0.3 is the bar on a machine with nothing else to do."""


def press_until(page: OpenPage, what: str, most: int = 60) -> None:
    """Press Tab until something has the focus."""
    for _ in range(most):
        page.tab.keyboard.press("Tab")
        if page.tab.evaluate("what => document.activeElement.matches(what)", what):
            return
    message = f"{what} can't be reached by keyboard"
    raise AssertionError(message)


def test_a_dose_by_keyboard(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    press_until(page, "#weight_kg")
    page.tab.keyboard.press("Control+A")
    page.tab.keyboard.type("24.1")
    expect(page.tab.locator(".num")).to_have_text("48,200,000 cells")
    expect(page.tab.locator(".tag.warn")).to_contain_text("Tried, not on file")
    assert page.tab.input_value("#weight_date") == ""
    page.tab.keyboard.press("Escape")
    expect(page.tab.locator(".num")).to_have_text("46,800,000 cells")
    press_until(page, "form[action^='/print/worksheet'] button")


def test_the_old_number_goes_at_the_first_keystroke(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    page.tab.route("**/dose/work", lambda _: None)  # an answer that never comes
    page.tab.locator("#weight_kg").press("5")
    assert "46,800,000" not in page.tab.locator("#answer").inner_text()
    assert page.tab.locator("#answer").get_attribute("aria-busy") == "true"


def test_an_older_answer_does_not_overtake_a_newer_one(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")

    def slowly(route: Route) -> None:
        answer = route.fetch()
        if "weight_kg=24.1" in (route.request.post_data or ""):
            page.tab.wait_for_timeout(600)
        route.fulfill(response=answer)

    page.tab.route("**/dose/work", slowly)
    page.tab.fill("#weight_kg", "24.1")
    page.tab.wait_for_timeout(200)
    page.tab.fill("#weight_kg", "25")
    page.tab.wait_for_timeout(1500)
    expect(page.tab.locator(".num")).to_have_text("50,000,000 cells")


def test_no_number_is_left_when_the_program_is_gone(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    page.tab.route("**/*", lambda route: route.abort())
    page.tab.fill("#weight_kg", "25")
    expect(page.tab.locator("#gone")).to_be_visible()
    assert "cells" not in page.tab.locator("#answer").inner_text()


def test_a_dose_without_script(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil, script=False)
    page.go("/today")
    page.tab.click("text=Dose of 004")
    page.tab.fill("#weight_kg", "24.1")
    page.tab.click("text=Work out")
    expect(page.tab.locator(".num")).to_have_text("48,200,000 cells")
    page.tab.fill("#weight_kg", "23,4")
    page.tab.click("text=Work out")
    expect(page.tab.locator("#answer .say.stop")).to_contain_text("C105")
    assert "cells" not in page.tab.locator("#answer").inner_text()


def test_a_late_visit_is_recorded_without_script(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil, date(2026, 4, 18), script=False)
    page.go("/participants/001")
    page.tab.click("text=Record D11")
    page.tab.check("input[value=done]")
    page.tab.fill("#f-date", "2026-04-18")
    page.tab.fill("#f-dose_given", "100 million cells")
    page.tab.click("text=Show what it changes")
    expect(page.tab.locator("tr.moved")).to_have_count(3)
    page.tab.fill("#reason", "transfer from the ward was late")
    page.tab.check("input[name=looked]")
    page.tab.click("text=Save this record")
    expect(page.tab.locator("h1")).to_contain_text("Saved as entry")
    assert "001,D11,2026-04-18,done,100000000,cells," in (ryoncil / "actuals.csv").read_text(encoding="utf-8")


def test_the_next_visit_and_what_if_without_script(opened: Callable[..., OpenPage], lzzt: Path) -> None:
    page = opened(lzzt, date(2026, 4, 8), script=False)
    page.go("/calendar/001")
    expect(page.tab.locator(".num")).to_contain_text("13")
    page.tab.fill("#to", "2026-04-17")
    page.tab.click("text=Try")
    expect(page.tab.locator(".say.warn")).to_contain_text("1 day after the window")


def test_the_menu_opens_and_closes_by_keyboard(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.wide(390)
    page.go("/today")
    expect(page.tab.locator("nav.main")).to_be_hidden()
    press_until(page, ".menu")
    page.tab.keyboard.press("Enter")
    expect(page.tab.locator("nav.main")).to_be_visible()
    page.tab.keyboard.press("Escape")
    expect(page.tab.locator("nav.main")).to_be_hidden()


def test_a_changed_file_is_said_and_nothing_moves(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    subjects = (ryoncil / "subjects.csv").read_text(encoding="utf-8")
    (ryoncil / "subjects.csv").write_text(subjects.replace("23.4,", "24.4,"), encoding="utf-8")
    expect(page.tab.locator("#changed")).to_be_visible(timeout=8_000)
    expect(page.tab.locator("#changed")).to_contain_text("subjects.csv")
    expect(page.tab.locator(".num")).to_have_text("46,800,000 cells")
    page.tab.click("text=Read again")
    expect(page.tab.locator(".num")).to_have_text("48,800,000 cells")


def test_a_keystroke_has_its_dose_in_time(opened: Callable[..., OpenPage], ryoncil: Path) -> None:
    page = opened(ryoncil)
    page.go("/dose/004/D4")
    times = []
    for number in range(20 if WHOLE else 5):
        weight = f"2{number % 10}.5"
        begun = time.perf_counter()
        page.tab.fill("#weight_kg", weight)
        page.tab.wait_for_function(
            "typed => document.querySelector('#answer .tag.warn')?.parentElement.textContent.includes(typed)",
            arg=f"{weight} kg was typed",
        )
        times.append(time.perf_counter() - begun)
    assert median(times) < MOST_SECONDS
