"""What is wrong with the files of a study, as the page shows it: the place, the lines around it, what was expected.

Conventions: the lines of a file and what was found in them may tell an arm or a dose. They are shown where the study
was opened unblinded, or where its protocol file says in so many words that nobody is blinded; otherwise the place and
the code stand alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.composition.protocols import load_protocol
from dosecal.load.text_file import decode_text, read_bytes
from dosecal.model.problems import ProtocolError, RefusedError, ScheduleError
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.model.problems import Problem
    from dosecal.web.study import OpenStudy

_LINES_AROUND = 1
_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^\s,{}\[\]#:]+(?:[^\n,{}\[\]#:]*[^\s,{}\[\]#:])?')
_OPEN_LABEL = regex(r"^blinding:[ ]*[\"']?open label[\"']?[ ]*(?:#.*)?$", re.MULTILINE)
"""A line of the file, since a file with problems can't be asked."""


class FileLine(Struct, frozen=True):
    """A line of a file: its number, and its text before, in and after the place."""

    number: int
    before: str
    mark: str = ""
    after: str = ""


class ShownProblem(Struct, frozen=True):
    """A problem as the page shows it.

    Attributes:
        file: The name of the file within the folder.
        line, column: The place; 0 where the whole file or line is meant.
        about: The key or column.
        lines: The lines around the place; empty where they are not shown.
        message, hint: What was expected and found; empty where they are not shown.
        code: The code.
    """

    file: str
    line: int
    column: int
    about: str
    lines: tuple[FileLine, ...]
    message: str
    hint: str
    code: str


def shown_problems(study: OpenStudy | None, problems: Sequence[Problem]) -> tuple[ShownProblem, ...]:
    """Problems as the page shows them, in the order in which they were found."""
    is_open = study is None or may_show_files(study)
    texts: dict[str, list[str]] = {}
    return tuple(_shown(one, texts, is_open=is_open) for one in problems)


def may_show_files(study: OpenStudy) -> bool:
    """Whether whoever works here may read the files of the study as they stand."""
    if study.is_unblinded:
        return True
    path = ""
    try:
        path = study.files().protocol
        return not load_protocol(path).is_blinded
    except ProtocolError:
        text = _text_of(path)
        return _OPEN_LABEL.search(text) is not None and "blinded_as" not in text
    except ScheduleError:
        return False


def _text_of(path: str) -> str:
    try:
        return decode_text(read_bytes(Path(path)), path, "P002")[0]
    except RefusedError:
        return ""


def _shown(problem: Problem, texts: dict[str, list[str]], *, is_open: bool) -> ShownProblem:
    source = problem.source
    lines: tuple[FileLine, ...] = ()
    if is_open and source.line and source.file.endswith((".yaml", ".yml", ".csv")):
        if source.file not in texts:
            texts[source.file] = _text_of(source.file).splitlines()
        lines = _around(texts[source.file], source.line, source.column)
    return ShownProblem(
        file=Path(source.file).name,
        line=source.line,
        column=source.column,
        about=problem.subject if is_open else "",
        lines=lines,
        message=problem.message if is_open else "",
        hint=problem.hint if is_open else "",
        code=problem.code,
    )


def _around(lines: Sequence[str], line: int, column: int) -> tuple[FileLine, ...]:
    """The line of a place and its neighbours, with the word at the place marked."""
    first, last = max(line - _LINES_AROUND, 1), min(line + _LINES_AROUND, len(lines))
    found = []
    for number in range(first, last + 1):
        text = lines[number - 1]
        if number == line and column:
            match = _TOKEN.match(text, column - 1)
            end = match.end() if match is not None else len(text)
            found.append(FileLine(number, text[: column - 1], text[column - 1 : end], text[end:]))
        else:
            found.append(FileLine(number, text))
    return tuple(found)
