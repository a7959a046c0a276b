"""The documentation keeps up with the program: every command and every problem code has its place."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from dosecal.app import main as command_line
from dosecal.model.codes import CODES

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = tuple(command_line.VERBS)
CODE = re.compile(r"\b[PCLOSWX]\d{3}\b")


def headings_of(page: Path) -> list[str]:
    """The headings of the second level."""
    return re.findall(r"^## (.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def problem_headings(root: Path) -> list[str]:
    """The headings of the page of problems."""
    return headings_of(root / "docs" / "reference" / "problems.md")


@pytest.fixture(scope="module")
def codes_in_tests(root: Path) -> set[str]:
    """The codes that a test or a bad file speaks of, by its text or its name; the tests of the project aside."""
    files = [
        file
        for file in (root / "tests").rglob("*")
        if file.is_file() and "project" not in file.relative_to(root).parts and file.suffix != ".pyc"
    ]
    texts = (f"{file.name.replace('_', ' ')} {file.read_text(encoding='utf-8', errors='replace')}" for file in files)
    return {code for text in texts for code in CODE.findall(text)}


def test_codes_are_used_once() -> None:
    codes = [code for code, _ in CODES]
    assert sorted(set(codes)) == sorted(codes)
    assert [code for code in codes if not CODE.fullmatch(code)] == []


@pytest.mark.parametrize(("code", "title"), CODES)
def test_problem_code_has_a_heading(code: str, title: str, problem_headings: list[str]) -> None:
    assert f"{code} {title}" in problem_headings


@pytest.mark.parametrize("code", [code for code, _ in CODES])
def test_problem_code_has_a_bad_file_or_a_test(code: str, codes_in_tests: set[str]) -> None:
    assert code in codes_in_tests


def test_no_heading_is_left_of_a_code_that_is_gone(problem_headings: list[str]) -> None:
    documented = {code for heading in problem_headings for code in CODE.findall(heading.split()[0])}
    assert documented - {code for code, _ in CODES} == set()


def test_program_uses_no_code_without_a_title(root: Path) -> None:
    quoted = re.compile(r"""["']([PCLOSWX]\d{3})["']""")
    modules = [*(root / "schedule").rglob("*.py"), root / "cli.py"]
    used = {code for module in modules for code in quoted.findall(module.read_text(encoding="utf-8"))}
    assert used - {code for code, _ in CODES} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_command_has_a_section_in_the_reference(command: str, root: Path) -> None:
    headings = headings_of(root / "docs" / "reference" / "cli.md")
    assert [heading for heading in headings if re.match(rf"dosecal {command}\b", heading)]


def test_reference_is_what_the_program_says(root: Path) -> None:
    script = root / "docs" / "generate_cli_reference.py"
    ended = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    "script", ["generate_cli_reference.py", "generate_printed_words.py", "generate_input_columns.py"]
)
def test_check_of_a_reference_fails_for_another_page(script: str, root: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Another page\n", encoding="utf-8")
    command = [sys.executable, str(root / "docs" / script), "--check", "--page", str(page)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, page.read_text(encoding="utf-8")) == (1, "# Another page\n")


@pytest.mark.parametrize("script", ["generate_printed_words.py", "generate_catalogues.py"])
def test_words_are_those_of_the_program_and_its_catalogues(script: str, root: Path) -> None:
    command = [sys.executable, str(root / "docs" / script), "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_columns_of_the_reference_are_those_that_are_read(root: Path) -> None:
    script = root / "docs" / "generate_input_columns.py"
    ended = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_tables_of_keys_are_those_of_the_grammar(root: Path, tmp_path: Path) -> None:
    script = root / "docs" / "generate_file_reference.py"
    ended = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    for page in ("protocol-file.md", "site-file.md"):
        text = (root / "docs" / "reference" / page).read_text(encoding="utf-8")
        (tmp_path / page).write_text(text.replace("| no |", "| yes |", 1), encoding="utf-8")
    command = [sys.executable, str(script), "--check", "--folder", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.partition(":")[0]) == (1, "protocol-file.md, site-file.md")


def test_site_is_built_and_fetches_nothing(root: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    pages = sorted((tmp_path / "site").rglob("*.html"))
    fetched = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["']?(?:https?:)?//""")
    assert pages
    assert [page.name for page in pages if fetched.search(page.read_text(encoding="utf-8"))] == []
    assert not list((tmp_path / "site").rglob("*.py"))
