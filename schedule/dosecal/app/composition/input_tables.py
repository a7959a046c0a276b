"""The tables of the inputs, opened: files, standard input, or frames in memory."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from dosecal.app.composition.inputs import TableContent
from dosecal.app.files.sources import open_input, read_mapping_file
from dosecal.load.tables.cohort_file import open_table, read_table, renamed
from dosecal.load.tables.renames_file import read_renames
from dosecal.load.tables.table_reading import STRICT
from dosecal.load.tables.typed_tables import frame_table
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from dosecal.app.composition.inputs import ArrowStream, Inputs, Interchange, TableSource
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_blocks import ByteSource
    from dosecal.load.tables.text_table import TextTable

    Progress = Callable[[int, int], None]
    """Is told the bytes read and the bytes in all; 0 where these are not known."""


@contextmanager
def opened_table(source: TableSource, reading: TableReading | None) -> Iterator[TextTable]:
    """A whole input table.

    Raises:
        CohortError: If it can't be read.
    """
    if isinstance(source, str):
        with open_table(source, open_input, reading or STRICT) as table:
            yield table
    else:
        yield _at_hand(source, reading or STRICT)


def _at_hand(source: TableContent | pd.DataFrame | ArrowStream | Interchange, reading: TableReading) -> TextTable:
    """The table of what is in memory: the bytes of a file, or a frame."""
    if isinstance(source, TableContent):
        return read_table(io.BytesIO(source.content), source.name, reading)
    return frame_table(source, reading)


@contextmanager
def subject_table(
    inputs: Inputs, progress: Progress | None, look: Callable[[TextTable], None] | None
) -> Iterator[TextTable]:
    """The table of the subjects, with its columns by our names.

    Args:
        inputs: The inputs.
        progress: Is told how much of it was read; None for nobody.
        look: Reads the whole table once before; None where nobody does.

    Raises:
        CohortError: If it can't be read.
    """
    source, reading = inputs.subjects, inputs.reading or STRICT
    if not isinstance(source, str):
        table = _at_hand(source, reading)
        if look is not None:
            chunks = list(table.chunks)  # a stream is read once
            look(_renamed(replace(table, chunks=iter(chunks)), inputs.renames))
            table = replace(table, chunks=iter(chunks))
        yield _renamed(table, inputs.renames)
        return
    opener = _Opener(progress)
    if look is not None:
        with open_table(source, opener.open_to_keep, reading) as table:
            look(_renamed(table, inputs.renames))
    with open_table(source, opener.open, reading) as table:
        yield _renamed(table, inputs.renames)


def _renamed(table: TextTable, renames: str | None) -> TextTable:
    return table if renames is None else renamed(table, read_renames(read_mapping_file(renames), renames), renames)


class _Opener:
    """Opens the files of the subjects, and tells how much of them was read."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._kept: dict[str, tuple[bytes, str]] = {}

    @contextmanager
    def open_to_keep(self, name: str) -> Iterator[tuple[IO[bytes], str, int]]:
        """A file that is opened once more; what can be read only once is kept in memory."""
        with open_input(name) as (stream, shown, size):
            if stream.seekable():
                start = stream.tell()
                yield stream, shown, size
                stream.seek(start)  # standard input is one stream, however often it is opened
                return
            self._kept[name] = (stream.read(), shown)
        yield io.BytesIO(self._kept[name][0]), shown, size

    @contextmanager
    def open(self, name: str) -> Iterator[tuple[ByteSource, str, int]]:
        """A file that tells how much of it was read."""
        if name in self._kept:
            content, shown = self._kept.pop(name)
            yield _Counted(io.BytesIO(content), len(content), self._progress), shown, len(content)
            return
        with open_input(name) as (stream, shown, size):
            yield _Counted(stream, size, self._progress), shown, size


class _Counted:
    """An open binary file that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], size: int, progress: Progress | None) -> None:
        self._stream = stream
        self._size = size
        self._progress = progress
        self._count = 0

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes or fewer; all that is left for -1."""
        content = self._stream.read(size)
        self._count += len(content)
        if self._progress is not None:
            self._progress(self._count, self._size)
        return content

    def readline(self) -> bytes:
        """The rest of a line with its end."""
        content = self._stream.readline()
        self._count += len(content)
        return content
