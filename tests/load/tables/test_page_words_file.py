"""The small files of printed pages: what is read, and what is refused with its place."""

from __future__ import annotations

import pytest

from dosecal.load.tables.page_words_file import read_contacts, read_wordings
from dosecal.model.problems import CohortError

LANGUAGES = ("en", "es-MX", "zh-CN")


def test_wordings_of_the_language_are_read() -> None:
    content = "es-MX:\n  Chest CT: TC de tórax\nzh-CN:\n  Chest CT: 胸部CT\n".encode()
    assert read_wordings(content, "w.yaml", "es-MX", LANGUAGES) == {"Chest CT": "TC de tórax"}
    assert read_wordings(content, "w.yaml", "en", LANGUAGES) == {}


def test_contact_may_have_several_lines() -> None:
    content = b"MX01: Study office, 55 0000\nMX02: |\n  Dr. Unit\n  55 1111\n"
    assert read_contacts(content, "c.yaml") == {"MX01": "Study office, 55 0000", "MX02": "Dr. Unit\n55 1111"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Chest CT: TC\n", "w.yaml:1:1: Chest CT: expected one of en, es-MX, zh-CN, got"),
        (b"es-MX: TC\n", "w.yaml:1:8: es-MX: expected a language"),
        (b"es-MX:\n  Chest CT: [a]\n", "w.yaml:2:13: Chest CT: expected a language"),
        (b"- a\n", "w.yaml:1:1: expected a language"),
        (b"", "got an empty file"),
    ],
)
def test_other_wordings_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(CohortError) as caught:
        read_wordings(content, "w.yaml", "es-MX", LANGUAGES)
    (problem,) = caught.value.problems
    assert said in str(problem)
    assert problem.code == "C240"


@pytest.mark.parametrize("content", [b"- Study office\n", b"MX01: [a, b]\n", b"MX01:\n", b""])
def test_other_contacts_are_refused(content: bytes) -> None:
    with pytest.raises(CohortError) as caught:
        read_contacts(content, "c.yaml")
    assert [problem.code for problem in caught.value.problems] == ["C241"]


def test_broken_yaml_keeps_its_own_problem() -> None:
    with pytest.raises(CohortError) as caught:
        read_contacts(b"a: 1\na: 2\n", "c.yaml")
    assert caught.value.problems[0].code == "P007"
