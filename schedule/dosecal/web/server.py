"""The server of the page: it listens on this machine alone, and ends by itself after a day of work."""

from __future__ import annotations

import socket
import threading
import webbrowser
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from dosecal.load.tables.study_file import StudySettings
from dosecal.model.problems import OutputError, Problem, ScheduleError, Source
from dosecal.web.routes import made_app
from dosecal.web.session import Sessions
from dosecal.web.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dosecal.web.study import OpenStudy

HOST = "127.0.0.1"
"""The only address that is listened on; there is no option for another one."""
IDLE_MINUTES, MOST_MINUTES = 30, 8 * 60
"""After how long a page covers itself, and the server ends, where the study says nothing of it."""
_WAIT_SECONDS = 3


class PageServer:
    """A server that is about to run.

    Attributes:
        address: The first address, with the token.
        port: The port.
    """

    def __init__(self, study: OpenStudy | None, clock: Callable[[], datetime], port: int = 0) -> None:
        """Take a port.

        Args:
            study: The study; None where one is to be opened from the page.
            clock: Reads the clock.
            port: The port; 0 for any that is free.

        Raises:
            OutputError: If the port is not free.
        """
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        minutes, self._most_minutes = _minutes_of(study)
        sessions = Sessions(clock, timedelta(minutes=minutes))
        self.site = Site(sessions, study, self.end, clock, Path.cwd())
        self.address = f"http://{HOST}:{self.port}/?token={sessions.token}"
        config = uvicorn.Config(
            made_app(self.site, self.port),
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=_WAIT_SECONDS,
        )
        self._server = uvicorn.Server(config)

    def run(self, *, opens_browser: bool) -> None:
        """Answer until somebody ends it, or the day is over."""
        timers = [threading.Timer(self._most_minutes * 60, self.end)]
        if opens_browser:
            timers.append(threading.Timer(0.1, webbrowser.open, [self.address]))
        for one in timers:
            one.daemon = True
            one.start()
        try:
            self._server.run(sockets=[self._socket])
        finally:
            for one in timers:
                one.cancel()
            self.site.clean()

    def end(self) -> None:
        """End the server."""
        self._server.should_exit = True


def _minutes_of(study: OpenStudy | None) -> tuple[int, int]:
    """After how many minutes a page covers itself, and the server ends: as the study says, or else as it is usual."""
    settings = StudySettings()
    if study is not None:
        with suppress(ScheduleError):  # the pages say what is wrong with the folder
            settings = study.files().study.settings
    return settings.cover_minutes or IDLE_MINUTES, settings.end_minutes or MOST_MINUTES


def _listening(port: int) -> socket.socket:
    """A socket that listens on this machine alone.

    Raises:
        OutputError: If the port is not free.
    """
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.bind((HOST, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        message = f"expected a port that is free, got {port}: {error}"
        raise OutputError(
            (Problem(Source("--port"), "O073", "", message, "leave it out for any that is free"),)
        ) from None
    return made
