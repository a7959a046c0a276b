"""Lines in which a number, its unit, a date and an id are never parted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.render.whole_text import BOLD, TIED, display_width, fitted, painted, tied, unbroken, visible, wrapped

SPACED = st.lists(st.text("abcXYZ0189.,%×=≈−é細胞毫克", min_size=1, max_size=12), min_size=1, max_size=12).map(" ".join)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("plain", 5),
        ("70,250,000 cells", 16),
        ("细胞", 4),
        ("ｶﾅ", 2),  # half-width kana take one column each
        ("e\u0301", 1),  # a combining accent takes none
        ("患者 001", 8),
        (painted("12 mg", BOLD), 5),
        ("", 0),
    ],
)
def test_width_is_counted_in_columns_of_a_terminal(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("7 mg", "7 mg"),
        ("a\tb\nc\u00a0d\u3000e", "a\\tb\\nc d e"),
        ("\x1b[31mordered dose 999 mg", "\\u001b[31mordered dose 999 mg"),
        ("left\u202eright", "left\\u202eright"),
        ("a\u200db", "a\u200db"),
        ("half \udc80", "half \\udc80"),
    ],
)
def test_nothing_that_a_terminal_would_obey_is_left(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("give 100,000,000 viable cells now", ["give", "100,000,000 viable cells", "now"]),
        ("delivers 2.055 mg; left over", ["delivers", "2.055 mg;", "left", "over"]),
        ("8.45 mL, 0.79 % and 30 min", ["8.45 mL,", "0.79 %", "and", "30 min"]),
        ("2 × 10⁶ cells per kg", ["2 × 10⁶ cells per kg"]),
        ("2 mg per m² per day", ["2 mg per m² per day"]),
        ("(70.25 million; 7.025 × 10⁷)", ["(70.25 million;", "7.025 × 10⁷)"]),
        ("0.2 to 5 million viable cells per kg", ["0.2 to 5 million viable cells per kg"]),
        ("12.5 mg ÷ 3 mg per mL ≈ 4.1667 mL", ["12.5 mg", "÷ 3 mg per mL", "≈ 4.1667 mL"]),
        ("ordered dose: 80 mg -> 75 mg", ["ordered", "dose:", "80 mg", "-> 75 mg"]),
        ('a window such as "-1 to +2 days",', ["a", "window", "such", "as", '"-1 to +2 days",']),
        ("window −2 to +3 days", ["window", "−2 to +3 days"]),
        ("closed on Sat 2026-01-10: Saturday", ["closed", "on", "Sat 2026-01-10:", "Saturday"]),
        ("at 2026-03-09 08:30 UTC-06:00 sharp", ["at", "2026-03-09 08:30 UTC-06:00", "sharp"]),
        ("planned Tuesday 4 August 2020, then", ["planned", "Tuesday 4 August 2020,", "then"]),
        ("el 6 de marzo de 2026 por", ["el 6 de marzo de 2026", "por"]),
        ("70 millones de células viables por kg", ["70 millones de células viables por kg"]),
        ("subject 001, lot R-101 of the product", ["subject 001,", "lot R-101", "of", "the", "product"]),
        ("the dose rule and the subject", ["the", "dose", "rule", "and", "the", "subject"]),
        ("the dose 100 mg", ["the", "dose 100 mg"]),
        ("HLA profile expression [8]", ["HLA", "profile", "expression [8]"]),
        ("D1, D3 (msc)", ["D1,", "D3", "(msc)"]),
    ],
)
def test_number_and_unit_date_and_id_are_one_word(text: str, words: list[str]) -> None:
    assert [word.replace(TIED, " ") for word in unbroken(text).split(" ")] == words


def test_word_that_is_too_wide_stands_on_a_line_of_its_own() -> None:
    lines = wrapped("give 100,000,000,000,000 viable cells today", 20, "  ", "  ")
    assert lines == ["  give", "  100,000,000,000,000 viable cells", "  today"]


def test_range_that_no_line_holds_breaks_before_its_end() -> None:
    assert wrapped("allowed: 200,000 to 5,000,000 viable cells per kg", 30) == [
        "allowed: 200,000",
        "to 5,000,000 viable cells per kg",
    ]


def test_further_lines_stand_under_the_text_where_there_is_room() -> None:
    assert wrapped("as given on the day before", 24, "  weight  ", "          ") == [
        "  weight  as given on",
        "          the day before",
    ]


def test_id_of_ideographs_is_one_word() -> None:
    name = "上海市第一人民医院患者编号零零一"
    assert wrapped(f"id: {tied(name)} and more", 12) == ["id:", name, "and more"]
    assert wrapped(visible(f"id: {tied(name)}"), 12) == ["id:", name]


def test_ideographs_break_between_each_other_and_not_beside_a_number() -> None:
    text = "静脉输注10毫克每公斤体重然后观察患者四小时"
    lines = wrapped(text, 16)
    assert "".join(lines) == text
    assert all(display_width(line) <= 20 for line in lines)
    assert any("10毫克" in line for line in lines)


@given(text=SPACED, width=st.integers(1, 80), indent=st.integers(0, 10))
def test_lines_have_every_word_in_order_and_break_at_blanks_alone(text: str, width: int, indent: int) -> None:
    lines = wrapped(text, width, " " * indent, " " * indent)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        pieces = unbroken(line.strip()).split(" ")
        assert display_width(line) <= width or len(pieces) == 1 or not line.isascii()
        assert line == line.rstrip()


def test_finished_text_keeps_its_lines_and_hangs_the_rest_under_them() -> None:
    text = (
        "TEST-1  version 1.0\n  calculated dose  1,000,000 cells per kg × 70.25 kg = 70,250,000 cells\n"
        "  a note that is long"
    )
    assert fitted(text, 44).splitlines() == [
        "TEST-1  version 1.0",
        "  calculated dose  1,000,000 cells per kg",
        "                   × 70.25 kg",
        "                   = 70,250,000 cells",
        "  a note that is long",
    ]
    assert fitted(text, None) == text


@given(text=SPACED, width=st.integers(20, 80))
def test_fitting_loses_nothing(text: str, width: int) -> None:
    assert "".join(fitted(text, width).split()) == "".join(text.split())
