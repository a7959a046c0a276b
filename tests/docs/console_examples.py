"""Reads the examples of the documentation, and runs them as they stand.

A fenced block with a title is a file, and is written when its turn comes::

    ```csv title="subjects.csv"

A fenced block marked ``console`` holds commands::

    $ dosecal check protocol.yaml
    # exit code 1
    protocol.yaml:3:1: …

A line that starts with ``$ `` is a command for the shell; one that ends in a backslash goes on in the next line. The
lines up to the next command are what it prints, standard output and standard error together, spaces at the ends of
lines aside. A line that holds only ``…`` stands for any number of lines, none included. ``# exit code N``, directly
after the command, asserts its exit code; without it the code is 0. The examples of a page run one after another in one
copy of the folder of example subjects. A file that a command names is one of them, or one that the page has shown, or
one that this command or an earlier one wrote.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ANY_LINES = "…"
SECONDS = 60
"""An example that takes longer hangs."""

_FENCE = re.compile(r'(?P<fence>`{3,}|~{3,}) *(?P<language>[\w-]*)(?: title="(?P<title>[^"]+)")?')
_EXIT_CODE = re.compile(r"# exit code (\d+)")
_FILE = re.compile(r"[\w./-]+\.(?:csv|html|ics|json|parquet|pdf|png|svg|tsv|txt|xlsx|ya?ml)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page.

    Attributes:
        line: The one-based line of the page that is the first within.
        language: The word after the fence; empty without one.
        title: The name of the file that the block is; empty where it is none.
        lines: The lines within.
    """

    line: int
    language: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """One command of a page, and what it must print.

    Attributes:
        page: The page's name.
        line: The one-based line of the command in the page.
        command: The command, as the shell gets it.
        expected: The lines it prints; ``…`` stands for any number of lines.
        exit_code: How it must end.
    """

    page: str
    line: int
    command: str
    expected: tuple[str, ...]
    exit_code: int


def fenced_blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if opening := _FENCE.fullmatch(line.rstrip()):
            # The iterator is shared: this takes the block and its closing fence away from the search.
            body = tuple(_lines_until(opening["fence"], lines))
            yield Block(number + 1, opening["language"], opening["title"] or "", body)


def _lines_until(fence: str, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == fence:
            return
        yield line


def examples_in(page: str, block: Block) -> Iterator[Example]:
    """The commands of a console block, in order.

    Raises:
        ValueError: If the block doesn't begin with a command.
    """
    lines, at = block.lines, 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            message = f"{page}:{block.line + at}: a console example begins with a command after '$ '"
            raise ValueError(message)
        first = at
        while lines[at].endswith("\\") and at + 1 < len(lines):
            at += 1
        command = "\n".join(lines[first : at + 1])[2:]
        output = list(takewhile(lambda line: not line.startswith("$ "), lines[at + 1 :]))
        at += 1 + len(output)
        code = _EXIT_CODE.fullmatch(output[0].rstrip()) if output else None
        expected = tuple(line.rstrip() for line in (output[1:] if code else output))
        yield Example(page, block.line + first, command, expected, int(code[1]) if code else 0)


def is_as_expected(expected: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the printed lines are the expected ones, ``…`` standing for any number of lines."""
    if not expected:
        return not printed
    if expected[0] == ANY_LINES:
        return any(is_as_expected(expected[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and expected[0] == printed[0] and is_as_expected(expected[1:], printed[1:])


def run_page(page: str, text: str, folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Write the files of a page and run its commands, in order: what is wrong, as a person reads it."""
    faults = []
    for block in fenced_blocks(text):
        if block.title:
            (folder / block.title).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if block.language == "console":
            faults += [_run_example(example, folder, environment) for example in examples_in(page, block)]
    return [fault for fault in faults if fault]


def _run_example(example: Example, folder: Path, environment: Mapping[str, str]) -> str:
    """What is wrong with the example; empty where it is as expected."""
    absent = _files_not_there(example.command, folder)
    ended = subprocess.run(
        ["sh", "-c", example.command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    if missing := absent & _files_not_there(example.command, folder):
        return f"{example.page}:{example.line}: neither shipped, shown in the page nor written: {sorted(missing)}"
    printed = [line.rstrip() for line in ended.stdout.splitlines()]
    code = ended.returncode
    if code == example.exit_code and is_as_expected(example.expected, printed):
        return ""
    return "\n".join(
        [
            f"{example.page}:{example.line}: $ {example.command}",
            f"-- expected, with exit code {example.exit_code}:",
            *example.expected,
            f"-- printed, with exit code {code}:",
            *printed,
        ]
    )


def _files_not_there(command: str, folder: Path) -> set[str]:
    """The files that a command reads, by their names, and that are not there."""
    named = [
        word for before, word in pairwise(shlex.split(command)) if before not in {"-o", ">"} and _FILE.fullmatch(word)
    ]
    return {name for name in named if not (folder / name).exists()}
