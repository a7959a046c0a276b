"""The page in a real browser: a server on a free port, and Debian's Chromium without a window.

Conventions: a part of it runs with all tests; ``make browser`` runs the whole. The browser has to be there: a machine
without it fails, and ``make chromium`` installs it.
"""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from dosecal.web.server import PageServer
from dosecal.web.study import OpenStudy
from tests.web.page_client import THURSDAY, Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

    from dosecal.report.messages.language import Language

WHOLE = os.environ.get("DOSECAL_BROWSER") == "all"
"""Whether everything is looked at, or a part."""


class OpenPage:
    """A tab on a running server.

    Attributes:
        server: The server.
        tab: The tab.
        said: What the browser complained of, and requests to anywhere else.
    """

    def __init__(self, server: PageServer, context: BrowserContext) -> None:
        """Open a tab, and work in it as MG."""
        self.server = server
        self.said: list[str] = []
        self.tab: Tab = context.new_page()
        self.tab.on("console", lambda one: self.said.append(one.text) if one.type == "error" else None)
        self.tab.on("pageerror", lambda one: self.said.append(str(one)))
        self.tab.on("request", lambda one: None if one.url.startswith(self.origin) else self.said.append(one.url))
        self.tab.goto(server.address)
        self.go("/who")
        self.tab.fill("#initials", "MG")
        self.tab.check("input[value=pharmacist]")
        self.tab.click("main button.go")

    @property
    def origin(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.server.port}"

    def go(self, path: str) -> None:
        """Go to a page."""
        self.tab.goto(f"{self.origin}{path}")

    def speak(self, language: Language) -> None:
        """Have the pages in a language."""
        self.tab.click(f"footer button[value={language.value}]")

    def wide(self, width: int) -> None:
        """Make the window so wide."""
        self.tab.set_viewport_size({"width": width, "height": 900})


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium")
    assert path is not None, "the page's tests need a browser: make chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., OpenPage]]:
    """Opens folders in the browser, and ends their servers."""
    ends: list[Callable[[], None]] = []

    def open_folder(folder: Path, day: date = THURSDAY, *, script: bool = True, **how: Any) -> OpenPage:
        server = PageServer(OpenStudy(folder, clock := Clock(day), **how), clock)
        thread = threading.Thread(target=server.run, kwargs={"opens_browser": False})
        thread.start()
        context = chromium.new_context(java_script_enabled=script)
        ends.extend((context.close, server.end, thread.join))
        return OpenPage(server, context)

    yield open_folder
    for end in ends:
        end()
