"""A standard stream takes any text, and keeps what it could not write to say it at the end."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from typing import NoReturn

import pytest

from dosecal.app.console import Console, StoppedError, exit_code, take_over

ENDED = SystemExit(0)


class Refusing(io.RawIOBase):
    """A device that takes nothing."""

    def __init__(self, code: int) -> None:
        """Refuse with the number of an error."""
        super().__init__()
        self._code = code

    def writable(self) -> bool:
        return True

    def write(self, _: object, /) -> NoReturn:
        raise OSError(self._code, os.strerror(self._code))


def console(encoding: str = "utf-8") -> tuple[Console, io.BytesIO]:
    """A console, and what it has written."""
    content = io.BytesIO()
    return Console(io.TextIOWrapper(content, encoding, write_through=True)), content


def refusing(code: int) -> Console:
    """A console whose device refuses everything."""
    return Console(io.TextIOWrapper(io.BufferedWriter(Refusing(code)), "utf-8"))


def test_text_is_written_in_the_encoding_and_nothing_goes_round_it() -> None:
    out, content = console("cp1252")
    assert out.write("7 × 10⁷ µg, 患者\x1b[2J\n") == len("7 × 10⁷ µg, 患者\x1b[2J\n")
    assert content.getvalue() == "7 × 10^7 µg, \\u60a3\\u8005\\u001b[2J\n".encode("cp1252")
    assert (out.by_number, out.encoding, out.errors, out.isatty(), out.writable()) == (
        2,
        "cp1252",
        "strict",
        False,
        True,
    )
    assert not hasattr(out, "buffer")
    with pytest.raises(TypeError):
        out.write(b"")  # type: ignore[arg-type]


def test_what_programs_read_goes_past_the_encoding_and_in_its_turn() -> None:
    out, content = console("ascii")
    out.write("first\n")
    out.binary.write("患者\n".encode())
    assert content.getvalue() == "first\n患者\n".encode()


def test_closed_stream_keeps_that_it_was_asked_and_refuses_what_programs_read() -> None:
    out = Console(None)
    out.flush()
    assert (out.fault, out.isatty(), out.encoding) == (None, False, "utf-8")
    for ask in (lambda: out.binary, out.fileno):
        with pytest.raises(OSError, match="it is closed"):
            ask()
    out.write("text")
    assert out.fault is not None


@pytest.mark.parametrize(
    ("code", "said", "left_with"),
    [
        (errno.ENOSPC, "<stdout>: expected a place that can be written to, got: No space left on device [O002]\n", 1),
        (errno.EIO, "<stdout>: expected a place that can be written to, got: Input/output error [O002]\n", 1),
        (errno.EPIPE, "", 0),
    ],
)
def test_what_could_not_be_written_is_said_once_at_the_end(code: int, said: str, left_with: int) -> None:
    out, (err, talk) = refusing(code), console()
    for _ in range(3):
        out.write("text" * 10_000)
        out.flush()
    assert exit_code(out, err, ENDED) == left_with
    assert talk.getvalue().decode() == said


def test_exit_code_of_the_command_stays_where_something_else_went_wrong_too() -> None:
    (err, _), out = console(), refusing(errno.ENOSPC)
    out.write("text")
    assert exit_code(out, err, SystemExit(2)) == 2
    assert exit_code(console()[0], refusing(errno.ENOSPC), SystemExit(1)) == 1
    assert exit_code(console()[0], Console(None), SystemExit(None)) == 0


def test_characters_that_were_shown_by_number_are_counted_and_said() -> None:
    (out, _), (err, talk) = console("ascii"), console()
    out.write("患者")
    err.write("")
    assert exit_code(out, err, ENDED) == 0
    said = "2 characters that ascii lacks are shown by number, such as \\u60a3; files have them as they are [W131]\n"
    assert talk.getvalue().decode() == f"warning: <stdout>: {said}"


def test_signal_ends_the_run_once_and_says_that_what_was_begun_was_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers = {name: signal.getsignal(getattr(signal, name)) for name in ("SIGINT", "SIGTERM", "SIGHUP")}
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        out, (err, talk) = take_over()[0], console()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        with pytest.raises(StoppedError) as stopped:
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)  # a second one finds it tidying
        assert exit_code(out, err, stopped.value) == 128 + signal.SIGTERM
    finally:
        for name, handler in handlers.items():
            signal.signal(getattr(signal, name), handler)
    assert talk.getvalue() == b"stopped: what was begun was removed\n"
