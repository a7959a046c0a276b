"""The rows of CSV, cut at their separators, each with its line; and the place of what can't be cut.

Conventions: rows without quotes are cut at one stroke; from the first quote on, the csv module cuts, and what it can't
cut is looked at again here, for the place of the fault in our words. A row with a byte that is no text is a problem by
itself; after a fault in the quotes nothing is certain, so that nothing more is read, and how much that is is said.
"""

from __future__ import annotations

import csv
import io
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

from dosecal.load.tables.text_blocks import damage, is_damaged
from dosecal.load.tables.text_chunks import ListedChunk, PlainChunk
from dosecal.model.problems import Problem, Source, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from dosecal.load.tables.row_sieve import RowSieve
    from dosecal.load.tables.text_blocks import Block, Blocks
    from dosecal.load.tables.text_chunks import CellPlace, TextChunk


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
_QUOTED = regex(r'"[^"]*+(?:""[^"]*+)*+"(?!")')
"""A cell in quotes, in which a quote is written twice."""


class Form(Struct, frozen=True):
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
        bounds = _first_lines(rows, start, kept, form, None if is_cut else before + reader.line_num)
        after = bounds[-1]
        damaged, problems = _damaged(rows, bounds, kept, form.file)
        left_out = [rows[place] for place in damaged]
        good = sorted(set(range(len(rows))).difference(damaged))
        rows, starts = [rows[place] for place in good], [bounds[place] for place in good]
        rows, starts, uneven = form.sieve.fitting(rows, starts, after - 1)
        problems += [*uneven, *([cut(kept, after, form, rest)] if is_cut else [])]
        columns: list[tuple[str, ...]] = list(zip(*rows, strict=True)) if rows else [()] * form.sieve.named
        place = _csv_place(kept, [*starts, after], form)
        yield ListedChunk(starts, columns, place, problems, left_out=[*left_out, *form.sieve.left_out])
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


def _first_lines(rows: list[list[str]], first_line: int, kept: Kept, form: Form, last_line: int | None) -> list[int]:
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


def _damaged(rows: list[list[str]], bounds: list[int], kept: Kept, file: str) -> tuple[list[int], list[Problem]]:
    """The places of rows with a byte that is no text, and a problem for each.

    Args:
        rows: The rows.
        bounds: The line on which each begins, and the one after the last.
        kept: Their text.
        file: The name for problems.
    """
    places = [place for place, row in enumerate(rows) if any(map(is_damaged, row))] if kept.is_damaged else []
    found = [damage(kept.record(bounds[place], bounds[place + 1]), bounds[place], file) for place in places]
    return places, [one for one in found if one is not None]


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
    fault = _fault_in(text, form.separator)
    last = kept.end - 1
    for block in rest:
        last += _line_count(block.text)
    before = text[: fault.at]
    place = Source(form.file, line + before.count("\n"), len(before) - before.rfind("\n"))
    unread = f"line {line} is" if last <= line else f"lines {line} to {last:,} are"
    return Problem(place, fault.code, "", f"expected {fault.message}; {unread} not read", fault.hint)


def _line_count(text: str) -> int:
    """How many lines a text has, the last one also without an end."""
    return text.count("\n") + bool(text and not text.endswith("\n"))


class _Fault(NamedTuple):
    """Where the csv module stopped in a record, the code, what was expected and found, and a hint."""

    at: int
    code: str
    message: str
    hint: str


def _fault_in(text: str, separator: str) -> _Fault:
    """The fault in the first record of a text."""
    at = cell = 0
    while at < len(text):
        character = text[at]
        if at == cell and character == '"':
            match = _QUOTED.match(text, at)
            end = match.end() if match is not None else len(text)
            fault = _quote_fault(text, at, end, separator, is_closed=match is not None)
            if fault is not None:
                return fault
            at = end
            continue
        if character == "\r" and text[at + 1 : at + 2] not in {"\n", ""}:
            message = "lines that end with a line feed, got a carriage return alone"
            return _Fault(at, "C007", message, 'as old Macintosh files have it: save it as "CSV UTF-8"')
        at += 1
        if character in {separator, "\n"}:
            cell = at
        elif at - cell > csv.field_size_limit():
            return _too_long(cell, "")
    return _Fault(cell, "C007", "cells that can be told apart, got others", "")


def _quote_fault(text: str, start: int, end: int, separator: str, *, is_closed: bool) -> _Fault | None:
    """What is wrong with a cell in quotes; None for nothing."""
    twice = "a quote inside quotes is written twice"
    after = text[end : end + 1]
    if end - start > csv.field_size_limit():
        return _too_long(start, "a quote that isn't closed?")
    if not is_closed:
        return _Fault(start, "C007", "a quote that closes the one here, got none", twice)
    if after in {"", separator, "\n", "\r"}:
        return None
    at = start if "\n" in text[start:end] else end
    return _Fault(at, "C007", f'"{separator}" or the end of the line after quotes, got {quoted(after)}', twice)


def _too_long(at: int, hint: str) -> _Fault:
    return _Fault(at, "C008", f"cells of at most {csv.field_size_limit():,} characters, got a longer one", hint)


def without_lines(text: str, count: int) -> str:
    """The text after so many lines."""
    at = 0
    for _ in range(count):
        at = text.find("\n", at) + 1
        if not at:
            return ""
    return text[at:]


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends; a line feed alone ends one."""
    return io.StringIO(text, newline="\n")
