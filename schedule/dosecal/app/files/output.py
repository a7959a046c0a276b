"""Outputs that appear whole or not at all.

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
from typing import IO, TYPE_CHECKING

from dosecal.app.console import has_colours, let_go
from dosecal.app.files.disk import appear, reach_disk, refused_as_unwritable, require_free, say_swept, sync_folder
from dosecal.model.problems import OutputError, Problem, Source
from dosecal.model.struct import Struct
from dosecal.model.visible import visible
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.scratch import scratch_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Buffer

STANDARD_OUTPUT = "<stdout>"
_BLOCK_CHARACTERS = 1 << 20


class Output(Struct, frozen=True):
    """Where something is written, and how.

    Attributes:
        name: The name of the file or folder; None for standard output.
        form: The format; of a folder the ending of the names of its files, too.
        force: Whether files that are there already may be replaced.
        is_folder: Whether it is a folder with several files.
        bom: Whether CSV begins with a byte order mark.
        width: The terminal's width for the format ``table``; None for no terminal.
        look: The columns that are asked for, and whether the terminal has colours.
    """

    name: str | None = None
    form: str = "table"
    force: bool = False
    is_folder: bool = False
    bom: bool = False
    width: int | None = None
    look: Look = PLAIN

    @property
    def shown(self) -> str:
        """The name for problems."""
        return self.name or STANDARD_OUTPUT


def refuse_output_over_input(output: str | None, inputs: Iterable[str], hint: str = "") -> None:
    """Refuse an output that would take the place of what it is made from; the hint says a way out.

    Raises:
        OutputError: If the output is one of the inputs.
    """
    if output is not None and any(_is_same_file(output, name) for name in inputs):
        message = "expected another file than the inputs, got one of them"
        raise OutputError((Problem(Source(output), "O005", "", message, hint),))


def _is_same_file(one: str, other: str) -> bool:
    """Whether two names are of one file that is there."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


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


def write_whole(content: bytes | str, name: str | None, *, force: bool, for_people: bool = False) -> None:
    """Write an output that is made already.

    Args:
        content: Its bytes, or its text.
        name: A path; None for standard output.
        force: Whether a file that is there already may be replaced.
        for_people: Whether it is text for people.

    Raises:
        OutputError: If the file is there already, or can't be written.
    """
    with open_output(name, force=force, for_people=for_people) as stream:
        stream.write(content.encode() if isinstance(content, str) else content)


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
