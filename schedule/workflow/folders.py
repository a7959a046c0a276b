"""A folder of outputs that appear all together, or not at all.

Conventions: files are made in a hidden folder beside the one that is asked for, and get their places at the end. A name
that is taken already stops everything unless it may be replaced. Files and a new folder are their owner's alone.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from schedule.model.problems import OutputError, Problem, Source
from schedule.workflow.store import open_output, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]|^[.-]")


def safe_name(text: str) -> str:
    """A text as the name of a file: whatever is no letter, digit, dot, hyphen or underscore becomes % and its bytes.

    Different texts have different names.
    """
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


class OutputFolder:
    """A folder that is being filled."""

    def __init__(self, folder: Path) -> None:
        """Put files into a folder."""
        self._folder = folder

    def write(self, name: str, ending: str, content: bytes) -> None:
        """Write a file.

        Args:
            name: What it is named by.
            ending: The ending of its name, without the dot.
            content: Its bytes.

        Raises:
            OutputError: If there is such a file, or it can't be written.
        """
        with open_output(str(self._folder / f"{safe_name(name)}.{ending}"), force=False) as stream:
            stream.write(content)


@contextmanager
def open_output_folder(name: str, *, force: bool) -> Iterator[OutputFolder]:
    """A folder whose files appear when the block ends without an exception, and not at all otherwise.

    Args:
        name: A path; the folder is made where it isn't there.
        force: Whether files that are there already may be replaced.

    Raises:
        OutputError: If a file is there already, or something can't be written.
    """
    folder = Path(name)
    try:
        if folder.exists() and not folder.is_dir():
            message = "expected the name of a folder, got a file"
            raise OutputError((Problem(Source(name), "O023", "", message),))
        hidden = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise unwritable(name, error) from None
    try:
        yield OutputFolder(hidden)
        _appear(hidden, folder, force=force)
    except OSError as error:
        raise unwritable(name, error) from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _appear(hidden: Path, folder: Path, *, force: bool) -> None:
    """Give the finished files their places."""
    if not folder.exists():
        hidden.rename(folder)
        return
    names = sorted(path.name for path in hidden.iterdir())
    taken = [name for name in names if os.path.lexists(folder / name)]
    if taken and not force:
        message = f"expected a folder without files of these names, got {len(taken):,} that are there already"
        raise OutputError((Problem(Source(str(folder / taken[0])), "O001", "", message, "--force replaces them"),))
    for name in names:
        (hidden / name).replace(folder / name)
