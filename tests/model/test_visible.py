"""Signs that can't be seen are written out, and nothing else is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.model.problems import Problem, Source
from dosecal.model.visible import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ordered dose 70,250,000 cells (7.025 × 10⁷)\n\tTNF-α, 患者 ≥ 18\n", None),
        ("a\u00a0b\u202fc\u3000d", None),
        ("\x1b[2Jordered dose 999 mg", "\\u001b[2Jordered dose 999 mg"),
        ("\x9b31m", "\\u009b31m"),
        ("one\rtwo\r\nthree", "one\\u000dtwo\r\nthree"),
        ("\x07\x08\x0b\x7f", "\\u0007\\u0008\\u000b\\u007f"),
        ("\u202a\u202b\u202c\u202d\u202e", "\\u202a\\u202b\\u202c\\u202d\\u202e"),
        ("\u2066\u2067\u2068\u2069\u061c", "\\u2066\\u2067\\u2068\\u2069\\u061c"),
        ("00\u200b7 \u200c\u200d\u2060\ufeff\u00ad", "00\\u200b7 \\u200c\\u200d\\u2060\\ufeff\\u00ad"),
        ("one\u2028two\u2029", "one\\u2028two\\u2029"),
        ("name\udcff", "name\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("\fpage\n\f\fpage", None),
        ("a\fb", "a\\u000cb"),
    ],
)
def test_sign_that_cannot_be_seen_is_written_out(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)


def test_text_of_one_line_has_its_breaks_written_out() -> None:
    forged = "A trial\n  ordered dose     999 mg\r\n\t\x1b[1A\u00a0x"
    assert one_line(forged) == "A trial\\n  ordered dose     999 mg\\r\\n\\t\\u001b[1A\\u00a0x"
    assert one_line("Núñez, 7.025 × 10⁷") == "Núñez, 7.025 × 10⁷"


@given(st.text())
def test_shown_text_stays_as_it_is_when_it_is_shown_again(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert one_line(text).isprintable()
    assert one_line(one_line(text)) == one_line(text)


def test_problem_stands_on_one_line_whatever_it_names() -> None:
    problem = Problem(Source("a\nb\x1b.csv", 3, 1), "C103", "arm\u202e", "expected an arm, got\r\none", "see\nbelow")
    assert str(problem) == "a\\nb\\u001b.csv:3:1: arm\\u202e: expected an arm, got\\r\\none (see\\nbelow) [C103]"
