"""What a console lacks is written another way: no number, unit or id is lost, and each sign of the program has one."""

from __future__ import annotations

import ast
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.render.console_text import SIGNS, text_for

PACKAGE = Path(__file__).resolve().parents[2] / "schedule" / "dosecal"
ENCODINGS = ("ascii", "latin-1", "cp1252", "cp437", "cp850", "gbk", "gb2312", "big5", "shift_jis", "koi8-r")
READ_ALONE = {"plain_text.py", "dose_spellings.py", "dose_chinese.py", "table_reading.py", "whole_text.py"}
"""Modules with signs of texts that come in; in a quoted text, a sign that the console lacks is written out."""
RANGES = {"⺀", "＀", "￯"}
"""Ends of ranges of characters, by which Chinese is told; nobody prints them."""
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"


def texts_of(path: Path) -> str:
    """All texts of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in said)
    return "".join(node.value for node in constants if isinstance(node.value, str))


def test_every_sign_of_the_program_has_a_fallback() -> None:
    for_a_browser = PACKAGE / "web"
    modules = [
        path for path in PACKAGE.rglob("*.py") if path.name not in READ_ALONE and for_a_browser not in path.parents
    ]
    signs = {sign for path in modules for sign in texts_of(path) if not sign.isascii() and sign.isprintable()}
    letters = {sign for sign in signs if unicodedata.category(sign) in {"Ll", "Lu", "Lo"} and sign not in SIGNS}
    assert sorted(signs - letters - set(SIGNS) - set(RAISED) - RANGES) == []
    assert {"×", "±", "≈", "µ"} <= signs  # the texts were found


def test_fallbacks_are_ascii_and_hold_no_question_mark() -> None:
    assert [sign for sign, fallback in SIGNS.items() if not fallback.isascii() or "?" in fallback] == []
    assert [SIGNS[sign] for sign in "×±≈≤≥−÷"] == ["x", "+/-", "~", "<=", ">=", "-", "/"]


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("ascii", "70,250,000 cells (70.25 million; 7.025 × 10⁷)", "70,250,000 cells (70.25 million; 7.025 x 10^7)"),
        ("cp1252", "7.025 × 10⁷", "7.025 × 10^7"),
        ("latin-1", "1 × 10¹⁰ and 2 × 10¹² and 3 × 10⁻³", "1 × 10^10 and 2 × 10¹² and 3 × 10^-3"),
        ("latin-1", "10¹²: 1 mg/m²", "10¹²: 1 mg/m²"),
        ("gbk", "≥ 5 µg/m², ± 3 °C", "≥ 5 mcg/m^2, ± 3 °C"),
        ("cp437", "µg ≈ 5", "µg ≈ 5"),
        ("ascii", "µg, μg and µL ≈ 5 − 3", "mcg, mcg and mcL ~ 5 - 3"),
        ("cp1252", "TNF-α, IFN-γ", "TNF-alpha, IFN-gamma"),
        ("ascii", "√(170 cm × 70 kg ÷ 3,600)", "sqrt(170 cm x 70 kg / 3,600)"),
        ("ascii", "┌─┐ ▁█", "+-+ _#"),
    ],
)
def test_number_and_unit_are_written_in_what_the_console_has(encoding: str, text: str, shown: str) -> None:
    assert text_for(encoding, text) == (shown, 0)


@pytest.mark.parametrize(
    ("encoding", "text", "shown", "count"),
    [
        ("cp1252", "患者-007", "\\u60a3\\u8005-007", 2),
        ("ascii", "Mérida", "M\\u00e9rida", 1),
        ("gbk", "患者-007", "患者-007", 0),
        ("cp437", "id 😀", "id \\U0001f600", 1),
        ("utf-8", "患者 😀", "患者 😀", 0),
    ],
)
def test_id_that_cannot_be_written_is_escaped_and_counted(encoding: str, text: str, shown: str, count: int) -> None:
    assert text_for(encoding, text) == (shown, count)


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(RAISED + "×±µ")), st.sampled_from(ENCODINGS))
def test_any_text_can_be_written_on_any_console(text: str, encoding: str) -> None:
    shown, count = text_for(encoding, text)
    assert shown.encode(encoding).count(b"?") == text.count("?")
    assert count <= len(text)
