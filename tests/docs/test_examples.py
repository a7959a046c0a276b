"""Every example of the documentation does what the page says it does, with the files that the page shows."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import dosecal
from tests.docs.console_examples import examples_in, fenced_blocks, is_as_expected, run_page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted(
    page.relative_to(ROOT).as_posix() for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")] if page.is_file()
)
CONSOLE_PAGES = [page for page in PAGES if "```console" in (ROOT / page).read_text(encoding="utf-8")]
SESSION_PAGES = [page for page in PAGES if "```pycon" in (ROOT / page).read_text(encoding="utf-8")]

PAGE = """\
# A page

```console
$ echo one; echo two
one
two
$ false
# exit code 1
```

```python
$ not a command
```

```csv title="shown.csv"
a
b
```

```console
$ cat shown.csv \\
    | tee written.csv
a
…
```
"""


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """A copy of the example subjects, which an example may change as it likes."""
    return Path(shutil.copytree(ROOT / "protocols" / "examples", tmp_path / "examples"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What an example finds around it: the tested program and package first on the paths, and a home of its own."""
    package = str(Path(dosecal.__file__).parents[1])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = tmp_path / "home"
    home.mkdir()
    screen = {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
    return {"PATH": path, "PYTHONPATH": package, "HOME": str(home), **screen}


@pytest.mark.parametrize("page", CONSOLE_PAGES)
def test_console_examples_print_what_the_page_says(page: str, examples: Path, environment: dict[str, str]) -> None:
    faults = run_page(page, (ROOT / page).read_text(encoding="utf-8"), examples, environment)
    assert not faults, "\n\n".join(faults)


@pytest.mark.parametrize("page", SESSION_PAGES)
def test_python_sessions_print_what_the_page_says(page: str, examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(examples)
    blocks = fenced_blocks((ROOT / page).read_text(encoding="utf-8"))
    text = "\n\n".join("\n".join(block.lines) for block in blocks if block.language == "pycon")
    session = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(session, out=said.append)
    assert outcome.failed == 0, "".join(said)


@pytest.mark.parametrize("page", PAGES)
def test_page_hides_nothing_and_its_prose_names_the_files_that_it_shows(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = {block.title for block in fenced_blocks(text) if block.title}
    assert [name for name in shown if f"`{name}`" not in text] == []
    assert re.findall(r"^<!--(?! (?:Written from the |columns of |end of columns))", text, re.MULTILINE) == []
    others = (line for block in fenced_blocks(text) if block.language in {"text", "sh"} for line in block.lines)
    assert [line for line in others if re.match(r"(\$ )?dosecal ", line)] == []


def test_readme_has_a_console_example() -> None:
    assert "README.md" in CONSOLE_PAGES


def test_examples_are_read_with_line_exit_code_and_indentation() -> None:
    blocks = [block for block in fenced_blocks(PAGE) if block.language == "console"]
    first, second, third = (example for block in blocks for example in examples_in("page.md", block))
    assert (first.line, first.command, first.expected, first.exit_code) == (4, "echo one; echo two", ("one", "two"), 0)
    assert (second.line, second.command, second.expected, second.exit_code) == (7, "false", (), 1)
    assert (third.line, third.expected) == (21, ("a", "…"))
    assert third.command == "cat shown.csv \\\n    | tee written.csv"


def test_files_are_written_and_examples_that_hold_are_silent(tmp_path: Path) -> None:
    assert run_page("page.md", PAGE, tmp_path, os.environ) == []
    assert (tmp_path / "written.csv").read_text(encoding="utf-8") == "a\nb\n"


def test_file_that_is_nowhere_is_named(tmp_path: Path) -> None:
    text = "```console\n$ cat a.csv > b.csv; true\n…\n```\n"
    assert run_page("page.md", text, tmp_path, os.environ) == [
        "page.md:2: neither shipped, shown in the page nor written: ['a.csv']"
    ]


def test_example_that_prints_otherwise_is_shown_with_its_place(tmp_path: Path) -> None:
    (fault,) = run_page("page.md", "```console\n$ echo 1; echo 2 >&2; exit 3\n1\n```\n", tmp_path, os.environ)
    assert fault.splitlines() == [
        "page.md:2: $ echo 1; echo 2 >&2; exit 3",
        "-- expected, with exit code 0:",
        "1",
        "-- printed, with exit code 3:",
        "1",
        "2",
    ]


def test_block_without_a_command_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"page\.md:2: a console example begins with a command"):
        run_page("page.md", "```console\ndosecal protocols\n```\n", tmp_path, os.environ)


@pytest.mark.parametrize(
    ("expected", "printed", "fits"),
    [
        ((), (), True),
        ((), ("a",), False),
        (("a",), (), False),
        (("…",), (), True),
        (("a", "…"), ("a", "b", "c"), True),
        (("…", "c"), ("a", "b", "c"), True),
        (("a", "…", "c"), ("a", "c"), True),
        (("a", "…", "d"), ("a", "b", "c"), False),
        (("a …",), ("a b",), False),
    ],
)
def test_ellipsis_line_stands_for_any_lines(expected: tuple[str, ...], printed: tuple[str, ...], *, fits: bool) -> None:
    assert is_as_expected(expected, printed) is fits
