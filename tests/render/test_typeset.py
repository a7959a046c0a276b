"""Records set on pages: the same bytes each time, pages that count for each record, and no box for a missing glyph."""

from __future__ import annotations

import io

import pdfplumber
import pytest

from dosecal.render import typeset as rooms
from dosecal.render.typeset import GlyphError, typeset

SHARED = {"paper": "a4", "lang": "en", "page_words": "page {page} of {pages}", "title": "A sheet"}


def _record(text: str, lines: int = 1) -> dict[str, object]:
    return {"foot": ["TEST-1 · version 1.0"], "text": text, "lines": lines}


def _pages(content: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(content)) as document:
        return [page.extract_text() for page in document.pages]


def test_each_record_counts_its_own_pages() -> None:
    pages = _pages(typeset("plain", SHARED, [_record("one"), _record("two", lines=90)]))
    assert [page.splitlines()[-1] for page in pages] == [
        "TEST-1 · version 1.0 page 1 of 1",
        "TEST-1 · version 1.0 page 1 of 2",
        "TEST-1 · version 1.0 page 2 of 2",
    ]


def test_text_is_never_run() -> None:
    (page,) = _pages(typeset("plain", SHARED, [_record("*1* #danger $x$ <a> @b")]))
    assert "*1* #danger $x$ <a> @b" in page


def test_same_records_give_the_same_bytes() -> None:
    records = [_record("7.025 × 10⁷"), _record("访视日历")]
    assert typeset("plain", SHARED, records) == typeset("plain", SHARED, records)


def test_a_character_without_a_glyph_is_an_error() -> None:
    with pytest.raises(GlyphError) as caught:
        typeset("plain", SHARED, [_record("plain"), _record("𓀀")])
    assert caught.value.characters == ("𓀀",)


def test_batches_join_to_the_same_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [_record(f"record {number}") for number in range(5)]
    whole = _pages(typeset("plain", SHARED, records))
    monkeypatch.setattr(rooms, "RECORDS_AT_ONCE", 2)
    told: list[int] = []
    joined = typeset("plain", SHARED, records, told.append)
    assert _pages(joined) == whole
    assert told == [2, 4, 5]
    assert joined == typeset("plain", SHARED, records)
