"""Where files are found and how they are written: shipped protocols, inputs, and outputs that appear whole.

Conventions: an output is readable by its owner alone, appears under its name only when it is finished, and never takes
the place of another file unless that is asked for. A program that is killed leaves nothing under the name.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Self, cast

from dosecal.load.text_file import read_bytes
from dosecal.model.problems import CohortError, OutputError, Problem, ProtocolError, RefusedError, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

STANDARD_INPUT = "<stdin>"
STANDARD_OUTPUT = "<stdout>"
EXAMPLES = "examples"
_OWNER_ONLY = 0o600


def protocol_folder() -> Path:
    """The folder of the shipped protocols: inside the package when it is installed, beside it in a checkout."""
    inside = Path(__file__).parents[1] / "protocols"
    return inside if inside.is_dir() else Path(__file__).parents[3] / "protocols"


def shipped_studies() -> tuple[str, ...]:
    """The ids of the shipped studies, which work wherever a path does."""
    return tuple(sorted(path.stem for path in protocol_folder().glob("*.yaml")))


def shipped_examples() -> tuple[str, ...]:
    """The ids of the shipped example protocols, such as ``examples/ryoncil``, which work wherever a path does."""
    folder = protocol_folder() / EXAMPLES
    return tuple(sorted(f"{EXAMPLES}/{path.stem}" for path in folder.glob("*.yaml")))


def printable(name: str) -> str:
    """The name of a file with its bytes that are no text, which no terminal could show, written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def is_same_file(one: str, other: str) -> bool:
    """Whether two names are of one file that is there."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def read_protocol_file(name: str) -> tuple[bytes, str]:
    """The bytes and the shown name of a protocol: a path, or the id of a shipped study or example.

    Raises:
        ProtocolError: If there is neither, or it can't be read.
    """
    path = Path(name)
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
def open_output(name: str | None, *, force: bool) -> Iterator[Writer]:
    """An output that appears whole when the block ends without an exception, and not at all otherwise.

    Args:
        name: A path; None for standard output, to which nothing is written before the end either.
        force: Whether a file that is there already may be replaced.

    Raises:
        OutputError: If the file is there already, or can't be written.
    """
    if name is None:
        with _standard_output() as writer:
            yield writer
        return
    path = Path(name)
    require_free(path, force=force)
    try:
        stream = _NewFile(path)
    except OSError as error:
        raise unwritable(path, error) from None
    with stream:
        try:
            with Writer(stream.file) as writer:
                yield writer
            stream.appear(force=force)
        except FileExistsError:
            require_free(path, force=False)
            raise
        except OSError as error:
            raise unwritable(path, error) from None


@contextmanager
def _standard_output() -> Iterator[Writer]:
    """Standard output, which gets everything at the end; a reader that went away is let go."""
    try:
        # not closed by a block of its own: what could not be written would be tried, and fail, once more
        spool = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - see above
        try:
            with Writer(spool) as writer:
                yield writer
            spool.seek(0)
            shutil.copyfileobj(spool, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        finally:
            with suppress(OSError):
                spool.close()
    except BrokenPipeError:
        _let_standard_output_go()
    except OSError as error:
        _let_standard_output_go()
        raise unwritable(STANDARD_OUTPUT, error) from None


def _let_standard_output_go() -> None:
    """Send what is left in the buffer nowhere, since Python would write it, and fail, once more at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Writer(io.RawIOBase):
    """Writes to a file, and lets what is written reach the disk while more is made."""

    _SEND_BYTES = 1 << 25

    def __init__(self, file: BinaryIO) -> None:
        """Write to an open binary file."""
        super().__init__()
        self._file = file
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
        count = self._file.write(block)
        self._position += count
        if self._position - self._sent >= self._SEND_BYTES and hasattr(os, "posix_fadvise"):
            # the system begins to write them out now, so that waiting for the disk at the end is short
            length = self._position - self._sent
            os.posix_fadvise(self._file.fileno(), self._sent, length, os.POSIX_FADV_DONTNEED)
            self._sent = self._position
        return count


def require_free(path: Path, *, force: bool) -> None:
    """Refuse a name that a file can't take.

    Raises:
        OutputError: If it is a folder's or a device's, or a file's that may not be replaced.
    """
    try:
        mode = path.lstat().st_mode
        if path.is_dir():
            raise OutputError((Problem(Source(str(path)), "O003", "", "expected the name of a file, got a folder"),))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise unwritable(path, error) from None
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        message = "expected the name of a file, got a device or a pipe"
        raise OutputError((Problem(Source(str(path)), "O002", "", message),))
    if not force:
        message = "expected a name that is free, got a file that is there already"
        raise OutputError((Problem(Source(str(path)), "O001", "", message, "--force replaces it"),))


def unwritable(place: Path | str, error: OSError) -> OutputError:
    """The refusal of a place that can't be written to, with the system's reason."""
    message = f"expected a place that can be written to, got: {error.strerror or error}"
    return OutputError((Problem(Source(str(place)), "O002", "", message),))


class _NewFile:
    """A file without a name until it is finished, in the folder where it is going to appear."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hidden: str | None = None
        folder = path.parent
        try:
            descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR, _OWNER_ONLY)
        except (AttributeError, OSError):  # no such files on this system: a hidden one, removed at the end
            descriptor, self._hidden = tempfile.mkstemp(prefix=f".{path.name}.", dir=folder)
        self.file: BinaryIO = os.fdopen(descriptor, "w+b")

    def __enter__(self) -> Self:
        """The file while it is being written."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file; what has no name by now is gone."""
        with suppress(OSError):  # what could not be written before can't be written now either
            self.file.close()
        if self._hidden is not None:
            with suppress(FileNotFoundError):
                os.unlink(self._hidden)  # noqa: PTH108 - the name came from mkstemp as text

    def appear(self, *, force: bool) -> None:
        """Give the finished file its name.

        Raises:
            FileExistsError: If the name is taken and may not be.
        """
        self.file.flush()
        os.fsync(self.file.fileno())
        if not force:
            self._link(self._path.name)
            return
        with tempfile.TemporaryDirectory(prefix=f".{self._path.name}.", dir=self._path.parent) as spare:
            name = f"{Path(spare).name}/{self._path.name}"
            self._link(name)
            (self._path.parent / name).replace(self._path)

    def _link(self, name: str) -> None:
        """Give the file a name in its folder."""
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            if self._hidden is None:
                # with a folder given, and only then, the link in /proc is followed to the file
                os.link(f"/proc/self/fd/{self.file.fileno()}", name, dst_dir_fd=folder, follow_symlinks=True)
            else:
                os.link(self._hidden, name, dst_dir_fd=folder)
        finally:
            os.close(folder)
