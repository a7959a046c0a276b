"""Who may ask the page, what a form must carry, and the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dosecal.web.routes import ROUTES
from tests.web.page_client import HOST, ORIGIN, PORT

if TYPE_CHECKING:
    from tests.web.page_client import Page

WRITING = [one.path for one in ROUTES if one.is_form]


def filled(path: str) -> str:
    """An address with something in its places."""
    for place, text in {"{subject}": "001", "{visit}": "D1", "{what}": "D1", "{kind}": "subject", "{n}": "1"}.items():
        path = path.replace(place, text)
    return path


@pytest.mark.parametrize(
    "host", ["example.com", f"example.com:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.2:{PORT}"]
)
def test_another_host_is_refused_whatever_it_asks_for(page: Page, host: str) -> None:
    for path in ("/", "/today", "/static/page.css", "/nowhere"):
        assert page.get(path, host=host).status_code == 421


def test_the_name_of_this_machine_is_a_host_of_ours(page: Page) -> None:
    assert page.get("/static/page.css", host=f"localhost:{PORT}").status_code == 200


def test_two_hosts_are_refused(page: Page) -> None:
    answer = page.client.get("/today", headers=[("host", HOST), ("host", "example.com")])
    assert answer.status_code == 421


def test_without_a_cookie_nothing_of_the_study_is_told(page: Page) -> None:
    page.client.cookies.clear()
    for route in ROUTES:
        path = filled(route.path)
        answer = page.post(path) if route.is_form else page.get(path)
        assert answer.status_code == 403
        assert "ryoncil" not in answer.text
        assert "004" not in answer.text


def test_a_wrong_token_opens_nothing(page: Page) -> None:
    page.client.cookies.clear()
    assert page.get("/?token=x").status_code == 403
    assert page.get("/today").status_code == 403


def test_the_token_becomes_a_cookie_and_goes_out_of_the_address(page: Page) -> None:
    answer = page.get(f"/?token={page.site.sessions.token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"dosecal_{PORT}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie


def test_the_cookie_of_another_server_is_none_of_ours(page: Page) -> None:
    page.client.cookies.clear()
    page.client.cookies.set(f"dosecal_{PORT + 1}", "x")
    assert page.get("/today").status_code == 403


@pytest.mark.parametrize(
    "origin", ["", "null", "http://example.com", "http://127.0.0.1", f"https://{HOST}", "http://127.0.0.1:1"]
)
def test_a_form_of_another_page_is_refused(page: Page, origin: str) -> None:
    headers = {"origin": origin} if origin else {}
    for path in WRITING:
        assert page.client.post(filled(path), data={"csrf": page.csrf}, headers=headers).status_code == 403, path


def test_a_form_that_a_browser_says_is_from_elsewhere_is_refused(page: Page) -> None:
    headers = {"origin": ORIGIN, "sec-fetch-site": "cross-site"}
    for path in WRITING:
        assert page.client.post(filled(path), data={"csrf": page.csrf}, headers=headers).status_code == 403, path


@pytest.mark.parametrize("csrf", ["", "x"])
def test_a_form_without_the_value_of_its_session_is_refused(page: Page, csrf: str) -> None:
    for path in WRITING:
        assert page.client.post(filled(path), data={"csrf": csrf}, headers={"origin": ORIGIN}).status_code == 403, path


def test_what_writes_is_not_read(page: Page) -> None:
    before = {one.name: one.read_bytes() for one in page.folder.iterdir()}
    for path in set(WRITING) - {one.path for one in ROUTES if not one.is_form}:
        page.get(filled(path))
    assert {one.name: one.read_bytes() for one in page.folder.iterdir()} == before


def test_reading_every_page_writes_nothing(page: Page) -> None:
    page.work_as("MG", "pharmacist")
    before = {one.name: one.read_bytes() for one in page.folder.iterdir()}
    for route in ROUTES:
        if not route.is_form and "/check" not in route.path:
            page.get(filled(route.path))
    assert {one.name: one.read_bytes() for one in page.folder.iterdir()} == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(page: Page, method: str) -> None:
    assert page.client.request(method, "/today").status_code == 405


def test_a_form_of_another_type_is_refused(page: Page) -> None:
    answer = page.client.post("/language", json={"csrf": page.csrf}, headers={"origin": ORIGIN})
    assert answer.status_code == 415


def test_a_form_with_a_field_twice_is_refused(page: Page) -> None:
    content = f"csrf={page.csrf}&language=en&language=zh-CN"
    headers = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
    assert page.client.post("/language", content=content, headers=headers).status_code == 400


def test_a_large_form_is_refused(page: Page) -> None:
    assert page.post("/language", language="x" * 70_000).status_code == 413


@pytest.mark.parametrize(
    "path", ["/today", "/dose/004/D4", "/nowhere", "/static/page.css", "/static/x", "/history.csv"]
)
def test_every_answer_has_the_headers(page: Page, path: str) -> None:
    headers = page.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; object-src 'none'; base-uri 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("back", ["//example.com", "https://example.com", "/\\example.com", "javascript:alert(1)"])
def test_nothing_leads_to_another_site(page: Page, back: str) -> None:
    assert page.post("/language", language="en", back=back).headers["location"] == "/"


@pytest.mark.parametrize("name", ["..", "../x", "%2e%2e%2fprotocol.yaml", "..%2f..%2fetc%2fpasswd", "protocol.yaml"])
def test_an_id_is_looked_up_and_never_joined_to_a_path(page: Page, name: str) -> None:
    for path in (f"/participants/{name}", f"/calendar/{name}", f"/record/{name}/D1", f"/ics/{name}", f"/static/{name}"):
        answer = page.get(path)
        assert answer.status_code in {200, 303, 404}
        assert "remestemcel:" not in answer.text


def test_markup_in_a_table_is_text_on_every_page(page: Page) -> None:
    evil = "<script>alert(1)</script>"
    subjects = (page.folder / "subjects.csv").read_text(encoding="utf-8")
    (page.folder / "subjects.csv").write_text(subjects.replace("US01", evil), encoding="utf-8")
    for route in ROUTES:
        answer = page.post(filled(route.path)) if route.is_form else page.get(filled(route.path))
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert evil not in answer.text
