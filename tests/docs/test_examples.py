"""Every console example and every Python session of the documentation does what the page says it does."""

from __future__ import annotations

import doctest
import os
import shutil
import sys
from pathlib import Path

import pytest

import dosecal
from tests.docs.console_examples import examples_in, fenced_blocks, is_as_expected, run_example

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

1. In a list:

    ```console
    $ printf 'a\\nb\\nc\\n' \\
        | cat
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
    found = examples_in(page, (ROOT / page).read_text(encoding="utf-8"))
    wrong = [fault for example in found if (fault := run_example(example, examples, environment))]
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("page", SESSION_PAGES)
def test_python_sessions_print_what_the_page_says(page: str, examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(examples)
    blocks = fenced_blocks((ROOT / page).read_text(encoding="utf-8"), "pycon")
    text = "\n\n".join("\n".join(lines) for _, lines in blocks)
    session = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    said: list[str] = []
    outcome = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(session, out=said.append)
    assert outcome.failed == 0, "".join(said)


def test_readme_has_a_console_example() -> None:
    assert "README.md" in CONSOLE_PAGES


def test_examples_are_read_with_line_exit_code_and_indentation() -> None:
    first, second, third = examples_in("page.md", PAGE)
    assert (first.line, first.command, first.expected, first.exit_code) == (4, "echo one; echo two", ("one", "two"), 0)
    assert (second.line, second.command, second.expected, second.exit_code) == (7, "false", (), 1)
    assert (third.line, third.expected) == (18, ("a", "…"))
    assert third.command == "printf 'a\\nb\\nc\\n' \\\n    | cat"


def test_examples_that_hold_are_silent(tmp_path: Path) -> None:
    found = examples_in("page.md", PAGE)
    assert [run_example(example, tmp_path, os.environ) for example in found] == ["", "", ""]


def test_example_that_prints_otherwise_is_shown_with_its_place(tmp_path: Path) -> None:
    (example,) = examples_in("page.md", "```console\n$ echo 1; echo 2 >&2; exit 3\n1\n```\n")
    assert run_example(example, tmp_path, os.environ).splitlines() == [
        "page.md:2: $ echo 1; echo 2 >&2; exit 3",
        "-- expected, with exit code 0:",
        "1",
        "-- printed, with exit code 3:",
        "1",
        "2",
    ]


def test_block_without_a_command_is_refused() -> None:
    with pytest.raises(ValueError, match=r"page\.md:2: a console example begins with a command"):
        examples_in("page.md", "```console\ndosecal protocols\n```\n")


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
