"""Sheets as a page: whole in itself, escaped, marked on every printed page, legible without colour."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.messages import unsaid
from dosecal.model.struct import replace
from dosecal.render.as_html import css_text, footer_words, sheets_html
from dosecal.report.sheets.sheet import Fact, Note
from tests.render.sheets import MARKS, SHEET, sheet_with

PAGE = sheets_html([SHEET])


class Reader(HTMLParser):
    """The tags and the texts of a page."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [name for name, _ in attrs if name in {"src", "href", "onload", "onclick", "style"}]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_page_says_what_the_sheet_says() -> None:
    text = " ".join(" ".join(Reader(PAGE).texts).split())
    for said in (
        *("Preparation worksheet", "ONC-101", "version 1.0", "file 0123456789ab", "A trial", "To be checked."),
        *("ordered dose", "12.5 mg", "2 mg per kg × 6.25 kg", "= 12.5 mg", "≈ 4.1667 mL", "at most 20 mg"),
        *("NOT KEPT: the volume.", "A sentence.", "as drawn", "prepared by", "name signature date time"),
    ):
        assert said in text
    assert "= ≈" not in text


def test_page_fetches_nothing_and_runs_nothing() -> None:
    reader = Reader(PAGE)
    assert not {"script", "img", "link", "iframe", "object", "embed"} & set(reader.tags)
    assert reader.links == []
    assert "default-src 'none'" in PAGE
    assert "url(" not in PAGE
    assert "@import" not in PAGE


def test_every_printed_page_has_the_marks_and_its_number() -> None:
    two = sheets_html([SHEET, replace(SHEET, marks=replace(MARKS, subject="008", visit="D8"))])
    assert two.count('content: "page " counter(page) " of " counter(pages)') == 2
    for number, marks in ((1, MARKS), (2, replace(MARKS, subject="008", visit="D8"))):
        assert f"#sheet{number} {{ page: sheet{number}; }}" in two
        assert f"@bottom-left {{ content: {css_text(footer_words(marks))};" in two
        assert f"<p>{footer_words(marks)}</p>" in two


def test_foot_names_study_version_digest_subject_visit_program_and_day() -> None:
    assert footer_words(MARKS) == (
        "ONC-101 · version 1.0 · file 0123456789ab · subject 007 · visit D1 · made by dosecal 9.9.9, as of 2026-11-25"
    )


def test_nothing_is_said_by_a_colour() -> None:
    assert set(re.findall(r"[:\s](#[0-9a-fA-F]{3,8})\b(?=[^{}]*[;}])", PAGE)) <= {"#000", "#fff", "#555"}
    assert not re.search(r"\b(?:red|green|orange|yellow|blue)\b", PAGE)


def test_no_paper_size_is_asked_for() -> None:
    assert not re.search(r"(?<!-)\bsize:", PAGE)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><b>', "</style><script>", "{{ 7 * 7 }}", "{% raw %}", "a & b", "\\2200"]
)
def test_text_of_a_file_is_text_on_the_page(text: str) -> None:
    page = sheets_html(
        [
            replace(
                sheet_with(Fact("a", unsaid(text), unsaid(text)), Note(unsaid(text))),
                marks=replace(MARKS, subject=text),
            )
        ]
    )
    reader = Reader(page)
    assert "script" not in reader.tags
    assert reader.tags.count("b") == 1  # the study's id is printed in bold, and nothing else is by this tag
    assert "".join(reader.texts).count(text) >= 4


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_string_of_a_style_can_not_be_left(text: str) -> None:
    escaped = css_text(text)
    assert escaped[0] == escaped[-1] == '"'
    assert re.fullmatch(r"(?:[0-9A-Za-z]|\\[0-9a-f]{1,6} )*", escaped[1:-1])
    back = re.sub(r"\\([0-9a-f]{1,6}) ", lambda found: chr(int(found[1], 16)), escaped[1:-1])
    assert back == text


def test_no_line_breaks_between_a_number_and_its_unit() -> None:
    page = sheets_html([sheet_with(Fact("a", unsaid("volume"), unsaid("draw 8.45 mL & 2 vials<br> today")))])
    assert 'draw <span class="whole">8.45 mL</span> &amp; <span class="whole">2 vials&lt;br&gt;</span> today' in page
    assert re.search(r"\.whole \{[^}]*white-space: nowrap", page)
