"""The command that opens the page, and the server: on this machine alone, and for a day of work."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import urllib.request
from datetime import date
from typing import TYPE_CHECKING

import pytest

from dosecal.app.paper.pages import print_papers
from dosecal.model.problems import OutputError
from dosecal.web.pages import printing
from dosecal.web.server import MOST_MINUTES, PageServer
from dosecal.web.study import OpenStudy, Plan
from tests.web.page_client import THURSDAY, Clock

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.app.composition.inputs import Inputs
    from dosecal.app.composition.purpose import Outcome
    from dosecal.app.paper.request import PrintRequest
    from tests.web.page_client import Page


def dosecal(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command says."""
    command = [sys.executable, "-m", "dosecal", *arguments]
    environment = {"PYTHONPATH": str(root / "schedule"), "PATH": ""}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)


def test_it_listens_on_this_machine_alone(ryoncil: Path) -> None:
    clock = Clock(THURSDAY)
    server = PageServer(OpenStudy(ryoncil, clock), clock)
    thread = threading.Thread(target=server.run, kwargs={"opens_browser": False})
    thread.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/static/page.css") as answer:
            assert answer.status == 200
            assert "server" not in answer.headers
        for address in {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}:
            if address != "127.0.0.1" and not str(address).startswith("127."):
                with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
                    socket.create_connection((str(address), server.port), timeout=2)
    finally:
        server.end()
        thread.join(10)


def test_it_ends_after_a_day_of_work() -> None:
    assert MOST_MINUTES == 480


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OutputError) as refusal:
            PageServer(None, Clock(THURSDAY), taken.getsockname()[1])
    assert refusal.value.problems[0].code == "O073"


def test_a_folder_that_is_not_there_is_refused(root: Path, tmp_path: Path) -> None:
    ended = dosecal(root, "open", str(tmp_path / "none"), "--no-browser")
    assert ended.returncode == 1
    assert "O075" in ended.stderr


def test_without_the_libraries_of_the_page_the_command_says_what_to_install(root: Path, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError(name='starlette')\n", encoding="utf-8")
    environment = {"PYTHONPATH": f"{tmp_path}:{root / 'schedule'}", "PATH": ""}
    command = [sys.executable, "-m", "dosecal", "open", str(tmp_path), "--no-browser"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert ended.returncode == 1
    assert "O074" in ended.stderr
    assert "dosecal[page]" in ended.stderr


def test_it_prints_its_address_with_a_token(root: Path, ryoncil: Path) -> None:
    command = [sys.executable, "-u", "-m", "dosecal", "open", str(ryoncil), "--no-browser"]
    environment = {"PYTHONPATH": str(root / "schedule"), "PATH": ""}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as ran:
        assert ran.stdout is not None
        line = ran.stdout.readline()
        ran.terminate()
        ran.communicate(timeout=20)
    assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/\?token=[A-Za-z0-9_-]{43}\n", line)


def test_files_that_change_while_they_are_read_are_not_planned(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    real, count = Plan.of, iter(range(100))

    def changing(inputs: Inputs) -> Plan:
        with (page.folder / "subjects.csv").open("a", encoding="utf-8") as table:
            table.write(f"9{next(count)},treated,2026-04-16,50,2026-04-16,measured,F,2012-06-17,US01\n")
        return real(inputs)

    monkeypatch.setattr(Plan, "of", changing)
    answer = page.get("/today")
    assert answer.status_code == 422
    assert "O072" in answer.text


def test_nothing_to_print_is_said(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(request: PrintRequest) -> Outcome:
        job = print_papers(request)
        job.is_written = False
        return job

    monkeypatch.setattr(printing, "print_papers", nothing)
    page.work_as("MG", "pharmacist")
    assert "O076" in page.post("/print/participant/001").text


def test_a_day_that_is_told_is_said_on_every_page(ryoncil: Path) -> None:
    study = OpenStudy(ryoncil, Clock(date(2026, 5, 1)), as_of=THURSDAY)
    assert study.day == THURSDAY
    assert study.is_read_only
