"""Who works in a browser, and when its page covers itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.page_client import Page


def test_a_page_covers_itself_after_half_an_hour(page: Page) -> None:
    page.work_as("MG", "pharmacist")
    page.clock.now += timedelta(minutes=29)
    assert page.get("/today").status_code == 200
    page.clock.now += timedelta(minutes=30)
    for path in ("/today", "/dose/004/D4", "/history.csv", "/ics/001"):
        answer = page.get(path)
        assert answer.status_code == 403
        assert "46,800,000" not in answer.text
        assert "ryoncil" not in answer.text.replace(str(page.folder), "")


def test_what_the_page_asks_by_itself_is_no_sign_of_a_person(page: Page) -> None:
    covered = []
    for _ in range(4):
        page.clock.now += timedelta(minutes=10)
        covered.append(page.get("/alive").json()["covered"])
    assert covered == [False, False, True, True]
    assert page.get("/today").status_code == 403


def test_a_covered_page_goes_on_when_somebody_says_who_works_there(page: Page) -> None:
    page.clock.now += timedelta(hours=1)
    assert page.get("/today").status_code == 403
    page.work_as("AB", "coordinator")
    answer = page.get("/today")
    assert answer.status_code == 200
    assert "AB · coordinator" in answer.text


@pytest.mark.parametrize(
    ("initials", "role"), [("", "pharmacist"), ("MG", ""), ("<b>", "pharmacist"), ("1", "monitor")]
)
def test_nobody_is_nobody(page: Page, initials: str, role: str) -> None:
    assert page.post("/who", initials=initials, role=role).status_code == 422


def test_a_language_is_kept_for_the_session(page: Page) -> None:
    answer = page.post("/language", language="zh-CN", back="/today")
    assert answer.headers["location"] == "/today"
    assert '<html lang="zh-CN">' in page.get("/today").text
