"""Where files are found and how they are written: shipped protocols, inputs, and outputs that appear whole.

Conventions: an output is readable by its owner alone, appears under its name only when it is finished, and never takes
the place of another file unless that is asked for. It is written beside its place under a hidden name and renamed at
the end, which every disk can do: a program that is killed leaves nothing under the name, and what it leaves hidden the
next one there removes. Text for people goes to standard output as its console can show it; what programs read is UTF-8
there as in files.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

from dosecal.app.files.disk import appear, reach_disk, refused_as_unwritable, require_free, say_swept, sync_folder
from dosecal.load.text_file import read_bytes
from dosecal.model.problems import CohortError, OutputError, Problem, ProtocolError, RefusedError, Source
from dosecal.model.visible import visible
from dosecal.render.scratch import scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Buffer

STANDARD_INPUT = "<stdin>"
STANDARD_OUTPUT = "<stdout>"
EXAMPLES = "examples"
STUDY_PROTOCOL = "protocol.yaml"
"""The protocol of a study folder."""
_BLOCK_CHARACTERS = 1 << 20


def protocol_folder() -> Path:
    """The folder of the shipped protocols: inside the package when it is installed, beside it in a checkout."""
    inside = Path(__file__).parents[2] / "protocols"
    return inside if inside.is_dir() else Path(__file__).parents[4] / "protocols"


def shipped_studies() -> tuple[str, ...]:
    """The ids of the shipped studies, which work wherever a path does."""
    return tuple(sorted(path.stem for path in protocol_folder().glob("*.yaml")))


def shipped_examples() -> tuple[str, ...]:
    """The ids of the shipped example protocols, such as ``examples/ryoncil``, which work wherever a path does."""
    folder = protocol_folder() / EXAMPLES
    return tuple(sorted(f"{EXAMPLES}/{path.stem}" for path in folder.glob("*.yaml")))


def is_study_folder(name: str) -> bool:
    """Whether a name is that of a study folder: it has a file ``protocol.yaml``."""
    try:
        return (Path(name) / STUDY_PROTOCOL).is_file()
    except (OSError, ValueError):
        return False


def printable(name: str) -> str:
    """The name of a file with its bytes that are no text, which no terminal could show, written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def is_same_file(one: str, other: str) -> bool:
    """Whether two names are of one file that is there."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def refuse_output_over_input(output: str | None, inputs: Iterable[str], hint: str = "") -> None:
    """Refuse an output that would take the place of what it is made from; the hint says a way out.

    Raises:
        OutputError: If the output is one of the inputs.
    """
    if output is not None and any(is_same_file(output, name) for name in inputs):
        message = "expected another file than the inputs, got one of them"
        raise OutputError((Problem(Source(output), "O005", "", message, hint),))


def read_protocol_file(name: str) -> tuple[bytes, str]:
    """The bytes and the shown name of a protocol: a path, or the id of a shipped study or example.

    Raises:
        ProtocolError: If there is neither, or it can't be read.
    """
    path = Path(name)
    if is_study_folder(name):
        path = path / STUDY_PROTOCOL
        name = str(path)
    name = shown = printable(name)
    if name in (*shipped_studies(), *shipped_examples()) and not path.exists():
        shown = f"{name}.yaml"
        path = protocol_folder() / shown
    try:
        return read_bytes(path), shown
    except RefusedError as refusal:
        shipped = ", ".join(shipped_studies())
        message = f"expected a protocol file or the id of a shipped study ({shipped}), got none: {refusal.hint}"
        raise ProtocolError((Problem(Source(name), "P001", "", message),)) from None


def read_mapping_file(name: str, what: str = "a file that renames columns") -> bytes:
    """The bytes of a small file of keys and values.

    Args:
        name: A path.
        what: What it is, for the problem.

    Raises:
        CohortError: If it can't be read.
    """
    try:
        return read_bytes(Path(name))
    except RefusedError as refusal:
        message = f"expected {what}, got none: {refusal.hint}"
        raise CohortError((Problem(Source(name), "C001", "", message),)) from None


@contextmanager
def open_input(name: str) -> Iterator[tuple[IO[bytes], str, int]]:
    """An input table as an open binary file, its shown name and its size in bytes (0 where it is not known).

    Args:
        name: A path, or ``-`` for standard input.

    Raises:
        CohortError: If it can't be read.
    """
    if name == "-":
        if sys.stdin is None:
            message = "expected a table on standard input, got none: it is closed"
            raise CohortError((Problem(Source(STANDARD_INPUT), "C001", "", message),))
        yield sys.stdin.buffer, STANDARD_INPUT, 0
        return
    path = Path(name)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        reason = "there is no such file"
    except IsADirectoryError:
        reason = "this is a folder"
    except PermissionError:
        reason = "it may not be read by this user"
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "strerror", None) or error)
    else:
        with stream:
            yield stream, name, path.stat().st_size
        return
    raise CohortError((Problem(Source(name), "C001", "", f"expected a file with a table, got none: {reason}"),))


@contextmanager
def open_output(name: str | None, *, force: bool, for_people: bool = False) -> Iterator[Writer]:
    """An output that appears whole when the block ends without an exception, and not at all otherwise.

    Args:
        name: A path; None for standard output, to which nothing is written before the end either.
        force: Whether a file that is there already may be replaced.
        for_people: Whether it is text for people, in which signs that can't be seen are written out.

    Raises:
        OutputError: If the file is there already, or can't be written.
    """
    if name is None:
        with _standard_output(for_people=for_people) as writer:
            yield writer
        return
    path = Path(name)
    require_free(path, force=force)
    with refused_as_unwritable(path):
        descriptor, hidden = tempfile.mkstemp(prefix=scratch_prefix(), dir=path.parent)
        waiting, file = Path(hidden), os.fdopen(descriptor, "wb")
        try:
            say_swept(waiting)
            with Writer(file, for_people=for_people) as writer:
                yield writer
            file.flush()
            reach_disk(file.fileno())
            file.close()
            appear(waiting, path, force=force)
        finally:
            for end in (file.close, waiting.unlink):
                with suppress(OSError):  # what could not be written before can't be now, and a name may be gone
                    end()
    sync_folder(path.parent)


@contextmanager
def _standard_output(*, for_people: bool) -> Iterator[Writer]:
    """Standard output, which gets everything at the end; a reader that went away is let go."""
    with refused_as_unwritable(STANDARD_OUTPUT):
        # not closed by a block of its own: what could not be written would be tried, and fail, once more
        spool = tempfile.TemporaryFile()  # noqa: SIM115 - see above
        try:
            with Writer(spool) as writer:  # signs that can't be seen are written out when all of it is handed on
                yield writer
            spool.seek(0)
            _hand_on(spool, for_people=for_people)
        except BrokenPipeError:
            let_go(sys.stdout)
        except OSError:
            let_go(sys.stdout)
            raise
        finally:
            with suppress(OSError):
                spool.close()


def _hand_on(spool: IO[bytes], *, for_people: bool) -> None:
    """Everything to standard output: as text where people read it, else to the byte."""
    out = sys.stdout
    if for_people or out.isatty():
        with io.TextIOWrapper(spool, "utf-8", "backslashreplace", newline="") as text:
            while block := text.read(_BLOCK_CHARACTERS):
                out.write(visible(block, keeps_styles=has_colours(out)))
    else:
        shutil.copyfileobj(spool, getattr(out, "binary", None) or out.buffer)
    out.flush()


def has_colours(stream: TextIO) -> bool:
    """Whether weight and colour may be used: on a terminal that has them, and nowhere that the person says not.

    Reference:
        no-color.org and force-color.org, of which the first has the last word.
    """
    if os.environ.get("NO_COLOR"):
        return False
    is_forced = os.environ.get("FORCE_COLOR", "0") not in {"", "0"}
    return is_forced or (stream.isatty() and os.environ.get("TERM") != "dumb")


def let_go(stream: TextIO) -> None:
    """Send what is left in a stream's buffer nowhere, since Python would write it, and fail, once more at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class Writer(io.RawIOBase):
    """Writes to a file, and lets what is written reach the disk while more is made."""

    _SEND_BYTES = 1 << 25

    def __init__(self, file: IO[bytes], *, for_people: bool = False) -> None:
        """Write to an open binary file; with text for people each block is whole UTF-8."""
        super().__init__()
        self._file = file
        self._for_people = for_people
        self._position = 0
        self._sent = 0

    def writable(self) -> bool:
        """Whether it takes bytes: it does."""
        return True

    def tell(self) -> int:
        """How many bytes were taken."""
        return self._position

    def write(self, block: Buffer, /) -> int:
        """Write all of some bytes.

        Returns:
            How many there are.

        Raises:
            OSError: If they can't be written.
        """
        if self._for_people:
            block = visible(bytes(block).decode()).encode()
        count = self._file.write(block)
        self._position += count
        if self._position - self._sent >= self._SEND_BYTES:
            # the system begins to write them out now, so that waiting for the disk at the end is short
            with suppress(AttributeError, OSError):
                length = self._position - self._sent
                os.posix_fadvise(self._file.fileno(), self._sent, length, os.POSIX_FADV_DONTNEED)
            self._sent = self._position
        return count
