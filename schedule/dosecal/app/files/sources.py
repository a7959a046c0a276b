"""Where protocols and tables are found, and how they are read whole: shipped protocols, files, standard input."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dosecal.load.text_file import read_bytes
from dosecal.model.problems import CohortError, Problem, ProtocolError, RefusedError, ScheduleError, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD_INPUT = "<stdin>"
EXAMPLES = "examples"
STUDY_PROTOCOL = "protocol.yaml"
"""The protocol of a study folder."""


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


def read_protocol_file(name: str) -> tuple[bytes, str]:
    """The bytes and the shown name of a protocol: a path, or the id of a shipped study or example.

    Raises:
        ProtocolError: If there is neither, or it can't be read.
    """
    path, shown = _protocol_path(name)
    expected = f"a protocol file or the id of a shipped study ({', '.join(shipped_studies())})"
    return read_file(path, printable(name), expected, (ProtocolError, "P001")), shown


def _protocol_path(name: str) -> tuple[Path, str]:
    """Where a protocol file is, and its shown name."""
    path = Path(name) / STUDY_PROTOCOL if is_study_folder(name) else Path(name)
    shown = printable(str(path) if is_study_folder(name) else name)
    if shown in (*shipped_studies(), *shipped_examples()) and not path.is_file():
        shown = f"{shown}.yaml"
        path = protocol_folder() / shown
    return path, shown


def read_trial_catalogue(name: str, language: str) -> tuple[bytes, str] | None:
    """The catalogue of a language that stands beside a protocol file, with its name; None where there is none.

    It lies in a folder that is named as the file is: ``onc-101/es-MX.po`` beside ``onc-101.yaml``.

    Args:
        name: A path, or the id of a shipped study or example.
        language: A BCP 47 tag.
    """
    path = _protocol_path(name)[0].with_suffix("") / f"{language}.po"
    return (path.read_bytes(), printable(str(path))) if path.is_file() else None


def read_mapping_file(name: str, what: str = "a file that renames columns") -> bytes:
    """The bytes of a small file of keys and values.

    Args:
        name: A path.
        what: What it is, for the problem.

    Raises:
        CohortError: If it can't be read.
    """
    return read_file(Path(name), name, what, (CohortError, "C001"))


def read_file(path: Path, shown: str, expected: str, refusal: tuple[type[ScheduleError], str]) -> bytes:
    """The bytes of a file.

    Args:
        path: The file.
        shown: Its name in a problem.
        expected: What it is, for the problem.
        refusal: What is raised, and the code of the problem.

    Raises:
        ScheduleError: If it can't be read.
    """
    try:
        return read_bytes(path)
    except RefusedError as refused:
        kind, code = refusal
        message = f"expected {expected}, got none: {refused.hint}"
        raise kind((Problem(Source(shown), code, "", message),)) from None


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
