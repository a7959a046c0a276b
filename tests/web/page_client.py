"""A browser without a window: one session of a page over a copy of an example, and forms as its pages send them."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from dosecal.web.routes import made_app
from dosecal.web.session import Sessions
from dosecal.web.site import Site
from dosecal.web.study import OpenStudy

if TYPE_CHECKING:
    from pathlib import Path

    from httpx2 import Response

PORT = 8123
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
TABLES = {"subjects": "subjects.csv", "weights": "weights.csv", "levels": "levels.csv", "lots": "lots.csv"}
THURSDAY = date(2026, 4, 16)
"""The second dose of subject 004 of the example ryoncil is planned for this day."""


class Clock:
    """A clock that goes when it is told."""

    def __init__(self, day: date) -> None:
        """Stand at 03:12 of a day."""
        self.now = datetime(day.year, day.month, day.day, 3, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The moment."""
        return self.now


class Page:
    """A session of the page.

    Attributes:
        folder: The study folder.
        site: The site.
        clock: Its clock.
        client: What asks.
    """

    def __init__(self, folder: Path, day: date = THURSDAY, **how: Any) -> None:
        """Open a folder."""
        self.folder = folder
        self.clock = Clock(day)
        study = OpenStudy(folder, self.clock, **how)
        self.site = Site(Sessions(self.clock), study, lambda: None, self.clock, folder.parent)
        self.app = made_app(self.site, PORT)
        self.client = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)
        self.client.get(f"/?token={self.site.sessions.token}")

    @property
    def csrf(self) -> str:
        """What each form of the session carries."""
        cookie = self.client.cookies.get(f"dosecal_{PORT}") or ""
        session = self.site.sessions.find(cookie, is_person=False)
        return "" if session is None else session.csrf

    def get(self, path: str, **headers: str) -> Response:
        """Read a page."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, **form: str) -> Response:
        """Send a form as its page does."""
        return self.client.post(path, data={"csrf": self.csrf, **form}, headers={"origin": ORIGIN})

    def work_as(self, initials: str, role: str) -> Page:
        """Say who works here."""
        self.post("/who", initials=initials, role=role)
        return self


def study_folder(protocols: Path, example: str, into: Path) -> Path:
    """A study folder with a shipped example and its tables."""
    into.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(protocols / "examples" / f"{example}.yaml", into / "protocol.yaml")
    for name, file in TABLES.items():
        table = protocols / "examples" / f"{example}-{name}.csv"
        if table.is_file():
            shutil.copyfile(table, into / file)
    return into
