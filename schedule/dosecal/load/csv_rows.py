"""The rows of CSV, cut at their separators, each with its line; and the place of what can't be cut.

Conventions: rows without quotes are cut at one stroke; from the first quote on, the csv module cuts, and what it can't
cut is looked at again here, for the place of the fault in our words. A row with a byte that is no text is a problem by
itself; after a fault in the quotes nothing is certain, so that nothing more is read, and how much that is is said.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from dosecal.load.text_blocks import damage, is_damaged
from dosecal.load.text_chunks import ListedChunk, PlainChunk
from dosecal.model.problems import Problem, Source, quoted

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from dosecal.load.row_sieve import RowSieve
    from dosecal.load.text_blocks import Block, Blocks
    from dosecal.load.text_chunks import CellPlace, TextChunk


class _Reader(Protocol):
    """What ``csv.reader`` gives."""

    line_num: int

    def __iter__(self) -> _Reader:
        """Itself."""
        ...

    def __next__(self) -> list[str]:
        """The next row."""
        ...


ROWS_AT_ONCE = 100_000
"""How many rows are taken apart at once where there are quotes."""
CUT_CODES = frozenset(("C007", "C008"))
"""The codes of faults after which nothing more of a table was read."""


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of a file are to be cut.

    Attributes:
        file: The name for problems.
        separator: What stands between cells.
        sieve: What becomes of rows that don't fit the header.
    """

    file: str
    separator: str
    sieve: RowSieve

    def reader(self, lines: Iterable[str]) -> _Reader:
        """The rows of lines."""
        return csv.reader(lines, strict=True, delimiter=self.separator)


def csv_chunks(rest: Block, blocks: Blocks, form: Form) -> Iterator[TextChunk]:
    """The rows after the header: cut plainly while there is no quote, by the csv module from the first quote on."""
    for block in chain((rest,), blocks):
        if '"' in block.text:
            yield from _listed_chunks(chain((block,), blocks), block.line, form, blocks)
            return
        plain = None if block.is_damaged else _plain_chunk(block, form)
        if plain is not None:
            yield plain
        else:
            is_cut = yield from _listed_chunks(iter((block,)), block.line, form, blocks)
            if is_cut:
                return


def _plain_chunk(block: Block, form: Form) -> PlainChunk | None:
    """The rows of a block at one stroke; None where one of them has to be looked at."""
    if len(form.separator.encode()) > 1:
        return None
    content = block.text.encode().replace(b"\r\n", b"\n")
    if content and not content.endswith(b"\n"):
        content += b"\n"
    sieve = form.sieve
    has_return = b"\r" in content
    plain = None if has_return else PlainChunk.of(content, form.file, block.line, sieve.width, ord(form.separator))
    if plain is None or plain.has_empty_row() or not plain.is_empty_from(sieve.named):
        return None
    sieve.problems = plain.problems
    sieve.end_empty_rows()
    return plain


def _listed_chunks(
    blocks: Iterator[Block], first_line: int, form: Form, rest: Blocks
) -> Generator[TextChunk, None, bool]:
    """Rows that are cut one by one, and whether a fault ended them."""
    kept = Kept(blocks)
    reader = form.reader(kept.lines())
    before = first_line - 1
    is_over = is_cut = False
    while not is_over:
        start = before + reader.line_num + 1
        kept.forget_before(start)
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, ROWS_AT_ONCE))
            is_over = len(rows) < ROWS_AT_ONCE
        except csv.Error:
            is_over = is_cut = True
        starts = _first_lines(rows, start, kept, form, None if is_cut else before + reader.line_num)
        after = starts.pop()
        problems = _take_damaged(rows, starts, after, kept, form.file)
        rows, starts, uneven = form.sieve.fitting(rows, starts, after - 1)
        problems += uneven
        if is_cut:
            problems.append(cut(kept, after, form, rest))
        columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [()] * form.sieve.named
        yield ListedChunk(starts, columns, _csv_place(kept, [*starts, after], form), problems)
    return is_cut


class Kept:
    """The text of the blocks that the rows in hand came from."""

    def __init__(self, blocks: Iterator[Block]) -> None:
        """Keep what passes through."""
        self._blocks = blocks
        self._kept: list[Block] = []
        self._joined: tuple[int, int, str, list[int]] = (0, 0, "", [])

    def lines(self) -> Iterator[str]:
        """The lines with their ends; a line feed inside quotes ends a line too."""
        for block in self._blocks:
            self._kept.append(block)
            yield from lines_of(block.text)

    def forget_before(self, line: int) -> None:
        """Keep no block that ends before a line."""
        while len(self._kept) > 1 and self._kept[1].line <= line:
            self._kept.pop(0)

    @property
    def is_damaged(self) -> bool:
        """Whether bytes that are no text stand in what is kept."""
        return any(block.is_damaged for block in self._kept)

    @property
    def end(self) -> int:
        """The line after the last one."""
        last = self._kept[-1]
        return last.line + _line_count(last.text)

    def record(self, line: int, end: int | None = None) -> str:
        """The kept text from the beginning of a line to that of another one, or to the end."""
        first = self._kept[0].line
        if self._joined[:2] != (first, len(self._kept)):
            whole = "".join(block.text for block in self._kept)
            self._joined = (first, len(self._kept), whole, [0, *(one.end() for one in re.finditer("\n", whole))])
        _, _, whole, starts = self._joined
        last = len(whole) if end is None or end - first >= len(starts) else starts[end - first]
        return whole[starts[line - first] : last]


def _first_lines(
    rows: list[list[str]], first_line: int, kept: Kept, form: Form, last_line: int | None
) -> list[int]:
    """The line on which each row begins, and the one after the last row; counted out again where rows have several.

    Args:
        rows: The rows.
        first_line: The line of the first.
        kept: Their text.
        form: How they are cut.
        last_line: The last line that was read; None where a fault ended it.
    """
    if last_line is not None and last_line - first_line + 1 == len(rows):
        return list(range(first_line, last_line + 2))
    starts = [first_line]
    if rows:
        again = form.reader(lines_of(kept.record(first_line)))
        for _ in rows:
            next(again)
            starts.append(first_line + again.line_num)
    return starts


def _take_damaged(rows: list[list[str]], starts: list[int], after: int, kept: Kept, file: str) -> list[Problem]:
    """Take out the rows in which bytes stand that are no text; a problem for each."""
    if not kept.is_damaged:
        return []
    ends = [*starts[1:], after]
    problems = []
    for place in range(len(rows) - 1, -1, -1):
        if any(map(is_damaged, rows[place])):
            problem = damage(kept.record(starts[place], ends[place]), starts[place], file)
            problems += [problem] if problem else []
            del rows[place], starts[place]
    return problems[::-1]


def _csv_place(kept: Kept, bounds: Sequence[int], form: Form) -> CellPlace:
    def place(row: int, column: int) -> Source:
        record = kept.record(bounds[row], bounds[row + 1])
        before = record[: _cell_start(record, column, form.separator)]
        return Source(form.file, bounds[row] + before.count("\n"), len(before) - before.rfind("\n"))

    return place


def _cell_start(text: str, column: int, separator: str) -> int:
    """Where the cell begins in a record's text: after as many separators outside quotes."""
    is_quoted = False
    for at, character in enumerate(text):
        if column == 0:
            return at
        if character == '"':
            is_quoted = not is_quoted
        elif character == separator and not is_quoted:
            column -= 1
    return len(text)


def cut(kept: Kept, line: int, form: Form, rest: Blocks) -> Problem:
    """The fault in the record that begins on a line, with how much is not read from there on."""
    text = kept.record(line)
    at, code, message, hint = _fault(text, form.separator)
    last = kept.end - 1
    for block in rest:
        last += _line_count(block.text)
    before = text[:at]
    place = Source(form.file, line + before.count("\n"), len(before) - before.rfind("\n"))
    unread = f"line {line} is" if last <= line else f"lines {line} to {last:,} are"
    return Problem(place, code, "", f"{message}; {unread} not read", hint)


def _line_count(text: str) -> int:
    """How many lines a text has, the last one also without an end."""
    return text.count("\n") + bool(text and not text.endswith("\n"))


def _fault(text: str, separator: str) -> tuple[int, str, str, str]:
    """Where the csv module stopped in a record, the code, what was expected and found, and a hint."""
    opened, at, cell = -1, 0, 0
    twice = "a quote inside quotes is written twice"
    while at < len(text):
        character = text[at]
        if opened >= 0 and character == '"':
            after = text[at + 1 : at + 2]
            if after == '"':
                at += 1
            elif after in {"", separator, "\n", "\r"}:
                opened = -1
            else:
                place = opened if "\n" in text[opened:at] else at + 1
                return place, "C007", f'expected "{separator}" or the end of the line after quotes, got {quoted(after)}', twice
        elif opened < 0 and character == '"' and at == cell:
            opened = at
        elif opened < 0 and character == "\r" and text[at + 1 : at + 2] not in {"\n", ""}:
            found = "expected lines that end with a line feed, got a carriage return alone"
            return at, "C007", found, 'as old Macintosh files have it: save it as "CSV UTF-8"'
        if opened < 0 and character in {separator, "\n"}:
            cell = at + 1
        if at - cell > csv.field_size_limit():
            break
        at += 1
    if at - cell > csv.field_size_limit():
        message = f"expected cells of at most {csv.field_size_limit():,} characters, got a longer one"
        return max(opened, cell), "C008", message, "a quote that isn't closed?" if opened >= 0 else ""
    return max(opened, 0), "C007", "expected a quote that closes the one here, got none", twice


def without_lines(text: str, count: int) -> str:
    """The text after so many lines."""
    at = 0
    for _ in range(count):
        at = text.find("\n", at) + 1
        if not at:
            return ""
    return text[at:]


def lines_of(text: str) -> Iterator[str]:
    return io.StringIO(text, newline="\n")
