"""Reads the console examples of the documentation, and runs them as they stand.

An example is a fenced block marked ``console``, alone or within a list::

    $ dosecal check protocol.yaml
    # exit code 1
    protocol.yaml:3:1: …

A line that starts with ``$ `` is a command for the shell; one that ends in a backslash goes on in the next line. The
lines up to the next command are what it prints, standard output and standard error together, spaces at the ends of
lines aside. A line that holds only ``…`` stands for any number of lines, none included. ``# exit code N``, directly
after the command, asserts its exit code; without it the code is 0. The examples of a page run one after another in one
copy of the folder of example subjects, so a later one may use the file that an earlier one wrote.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

ANY_LINES = "…"
SECONDS = 60
"""An example that takes longer hangs."""

_FENCE = re.compile(r"(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>[\w-]*)")
_EXIT_CODE = re.compile(r"# exit code (\d+)")


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


def fenced_blocks(text: str, language: str) -> Iterator[tuple[int, list[str]]]:
    """The fenced blocks of one language: the line number of the first line within, and the lines, unindented."""
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        opening = _FENCE.fullmatch(line.rstrip())
        if not opening:
            continue
        fence, indent = opening["fence"], len(opening["indent"])
        body: list[str] = []
        # The iterator is shared: this takes the block and its closing fence away from the search above.
        for _, within in lines:
            if within.strip() == fence:
                break
            body.append(within[min(indent, len(within) - len(within.lstrip())) :])
        if opening["language"] == language:
            yield number + 1, body


def examples_in(page: str, text: str) -> list[Example]:
    """The console examples of a page, in order.

    Raises:
        ValueError: If a block doesn't begin with a command.
    """
    return [example for start, lines in fenced_blocks(text, "console") for example in _examples(page, start, lines)]


def _examples(page: str, start: int, lines: list[str]) -> Iterator[Example]:
    at = 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            message = f"{page}:{start + at}: a console example begins with a command after '$ '"
            raise ValueError(message)
        first = at
        while lines[at].endswith("\\") and at + 1 < len(lines):
            at += 1
        command = "\n".join(lines[first : at + 1])[2:]
        output = list(takewhile(lambda line: not line.startswith("$ "), lines[at + 1 :]))
        at += 1 + len(output)
        code = _EXIT_CODE.fullmatch(output[0].rstrip()) if output else None
        expected = tuple(line.rstrip() for line in (output[1:] if code else output))
        yield Example(page, start + first, command, expected, int(code[1]) if code else 0)


def is_as_expected(expected: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether the printed lines are the expected ones, ``…`` standing for any number of lines."""
    if not expected:
        return not printed
    if expected[0] == ANY_LINES:
        return any(is_as_expected(expected[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and expected[0] == printed[0] and is_as_expected(expected[1:], printed[1:])


def run_example(example: Example, folder: Path, environment: Mapping[str, str]) -> str:
    """What is wrong with the example, as a person reads it; empty where it is as expected."""
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
