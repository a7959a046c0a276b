"""Standard output and error that take any text on any console, and signals that end a run well; never a traceback.

Conventions: a reader that went away is no fault, and nothing is said. What could not be written for another reason is
said at the end, and the exit code is 1 then. Nobody is told where standard error is closed.
"""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TextIO

from dosecal.model.problems import Problem, Source
from dosecal.model.visible import visible

if TYPE_CHECKING:
    from types import FrameType

_ENDING_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
_SIGNAL_EXIT = 128
"""What a shell adds to the number of the signal that ended a program."""


class Console(io.TextIOBase):
    """A standard stream: text comes out in its encoding, by fallbacks where that lacks a sign.

    It has no attribute ``buffer``, since libraries would go round it there.

    Attributes:
        fault: Why nothing more can be written; None as long as it can.
        by_number: How many characters were written by their number.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """Write to a stream; None for one that is closed."""
        super().__init__()
        self._stream = stream
        self.fault: OSError | None = None
        self.by_number = 0

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only there, too, but not to the stubs
        """The encoding of the stream."""
        return (self._stream.encoding if self._stream else None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]  # likewise
        """What becomes of characters that the encoding lacks: there are none left."""
        return "strict"

    @property
    def binary(self) -> BinaryIO:
        """The stream for what programs read, to the byte.

        Raises:
            OSError: If it is closed.
        """
        if self._stream is None:
            raise OSError(errno.EBADF, "it is closed")
        self._stream.flush()
        return self._stream.buffer

    def writable(self) -> bool:
        """Whether it takes text: it always does."""
        return True

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor of the stream.

        Raises:
            OSError: If it is closed.
        """
        if self._stream is None:
            raise io.UnsupportedOperation("it is closed")
        return self._stream.fileno()

    def write(self, text: str, /) -> int:
        """Write a text, or nothing once something could not be written.

        Raises:
            TypeError: If it is no text.
        """
        if not isinstance(text, str):
            raise TypeError("a console takes text")
        if self._stream is None:
            self.fault = OSError(errno.EBADF, "it is closed")
        elif self.fault is None:
            try:
                shown = visible(text, keeps_styles="\x1b" in text and has_colours(self))
                self._stream.write(self._in_encoding(shown))
            except OSError as error:
                self._give_up(error)
        return len(text)

    def _in_encoding(self, text: str) -> str:
        if text.isascii() or self.encoding.lower() in {"utf-8", "utf8"}:
            return text
        from dosecal.render.console_text import text_for  # noqa: PLC0415 - for consoles that lack characters alone

        shown, by_number = text_for(self.encoding, text)
        self.by_number += by_number
        return shown

    def flush(self) -> None:
        """Hand on what waits."""
        if self._stream is not None and self.fault is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Write no more."""
        self.fault = error
        let_go(self)


def has_colours(stream: io.TextIOBase | TextIO) -> bool:
    """Whether weight and colour may be used: on a terminal that has them, and nowhere that the person says not.

    Reference:
        no-color.org and force-color.org, of which the first has the last word.
    """
    if os.environ.get("NO_COLOR"):
        return False
    is_forced = os.environ.get("FORCE_COLOR", "0") not in {"", "0"}
    return is_forced or (stream.isatty() and os.environ.get("TERM") != "dumb")


def let_go(stream: io.TextIOBase | TextIO) -> None:
    """Send what is left in a stream's buffer nowhere, since Python would write it, and fail, once more at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class StoppedError(SystemExit):
    """Ends the run at a signal; whatever was begun is removed on the way out."""


def take_over() -> tuple[Console, Console]:
    """Put consoles in the place of standard output and error, and let signals end the run well."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: a file that is opened next would get its number, and what is said there
            os.open(os.devnull, os.O_RDWR)
    out, err = Console(sys.stdout), Console(sys.stderr)
    sys.stdout, sys.stderr = out, err
    for name in _ENDING_SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as ``nohup`` asks for
            signal.signal(number, _stop)
    return out, err


def _stop(number: int, _: FrameType | None) -> NoReturn:
    for name in _ENDING_SIGNALS:  # a terminal that closes sends two: the second finds us tidying
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    raise StoppedError(_SIGNAL_EXIT + number)


def exit_code(out: Console, err: Console, ended: SystemExit) -> int:
    """Say what the consoles could not show, and give the code to leave with.

    Args:
        out: Standard output.
        err: Standard error.
        ended: How the command ended.
    """
    code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    out.flush()
    if isinstance(ended, StoppedError):
        err.write("stopped: what was begun was removed\n")
    for name, console in (("<stdout>", out), ("<stderr>", err)):
        if console.by_number:
            is_one = console.by_number == 1
            what = f"{console.by_number:,} {'character' if is_one else 'characters'} that {console.encoding} lacks"
            message = (
                f"{what} {'is' if is_one else 'are'} shown by number, such as \\u60a3; files have them as they are"
            )
            err.write(f"warning: {Problem(Source(name), 'W131', '', message)}\n")
    if out.fault is not None and not _went_away(out.fault):
        message = f"expected a place that can be written to, got: {out.fault.strerror or out.fault}"
        err.write(f"{Problem(Source('<stdout>'), 'O002', '', message)}\n")
        code = code or 1
    err.flush()
    return code


def _went_away(fault: OSError) -> bool:
    """Whether the reader of a pipe went away; Windows has another word for it."""
    return isinstance(fault, BrokenPipeError) or (os.name == "nt" and fault.errno == errno.EINVAL)
