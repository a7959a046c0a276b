"""An id or a line of text has one look: what can't be seen, or looks like another text, is refused with the reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.load.plain_text import (
    are_plain_ids,
    id_fault,
    is_sheet_error,
    line_fault,
    read_id,
    read_line,
    read_name,
)
from dosecal.model.problems import ProtocolError, RefusedError
from tests.example_protocols import protocol_of, protocol_text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('="001"', "a formula"),
        ("=001", "a formula"),
        ("'001", "a quotation mark or an apostrophe"),
        ("001'", "a quotation mark or an apostrophe"),
        ("“001”", "a quotation mark or an apostrophe"),
        ("001”", "a quotation mark or an apostrophe"),
        ("‘001", "a quotation mark or an apostrophe"),
        ("«001»", "a quotation mark or an apostrophe"),
        ("「001」", "a quotation mark or an apostrophe"),
        ("００１", "０ is a full-width character: write 0"),
        ("Ａ01", "Ａ is a full-width character: write A"),
        ("٠٠١", "the digit ٠ is not one of 0 to 9"),
        ("०१", "the digit ० is not one of 0 to 9"),
        ("0\u00a01", "a blank of another kind (U+00A0"),
        ("0\u30001", "a blank of another kind (U+3000"),
        ("0\u20091", "a blank of another kind (U+2009"),
        ("001 ", "a blank stands before or after it"),
        ("\u00a0001", "a blank stands before or after it"),
        ("0\u200b1", "the invisible character U+200B"),
        ("0\u00ad1", "the invisible character U+00AD"),
        ("0\u20601", "the invisible character U+2060"),
        ("\ufeff001", "the invisible character U+FEFF"),
        ("\ue000", "the invisible character U+E000"),
        ("0\x1b[31m1", "the control character U+001B"),
        ("0\x001", "the control character U+0000"),
        ("0\x7f1", "the control character U+007F"),
        ("0\x9b1", "the control character U+009B"),
        ("0\n1", "a line break (U+000A)"),
        ("0\r1", "a line break (U+000D)"),
        ("0\u20281", "a line break (U+2028)"),
        ("0\x851", "a line break (U+0085)"),
        ("0\t1", "a tab"),
        ("0\u202e1", "which turns the direction of writing"),
        ("0\u20661", "which turns the direction of writing"),
        ("\ud83d", "the invisible character U+D83D"),
        ("#N/A", "a spreadsheet writes this where it has no value"),
        ("x" * 201, "up to 200 characters"),
    ],
)
def test_id_that_looks_like_another_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in id_fault(text)
    with pytest.raises(RefusedError) as refused:
        read_id(text)
    assert reason in refused.value.hint
    assert not are_plain_ids((text,))
    with pytest.raises(RefusedError):
        read_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "007",
        "S-01",
        "a b",
        "O'Neil",
        "患者1",
        "医院（北京）",
        "é",
        "e\u0301",
        "مريض",
        "1=1",
        "#12",
        "-5",
        "+7",
        "@x",
        "😀",
        "x" * 200,
    ],
)
def test_id_of_any_language_is_kept_to_the_character(text: str) -> None:
    assert read_id(text) == text
    assert read_name(text) == text


def test_empty_text_is_no_id_and_no_site() -> None:
    with pytest.raises(RefusedError):
        read_id("")
    assert (read_name(""), read_line("")) == ("", "")


@pytest.mark.parametrize(
    "text", ["went home, well", "patient’s mother called", "=1+1", " x ", "ＡＢＣ", "क\u094d\u200dष", "“so”"]
)
def test_note_may_be_any_words_on_one_line(text: str) -> None:
    assert read_line(text) == text


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\tb", "a\x1b[2Jb", "a\u202eb", "a\u2029b", "\ufeffa", "#REF!"])
def test_note_with_characters_that_act_is_refused(text: str) -> None:
    assert line_fault(text)
    with pytest.raises(RefusedError):
        read_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "#N/A",
        "#REF!",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#NV",
        "#BEZUG!",
        "#¡REF!",
        "#¿NOMBRE?",
        "####",
    ],
)
def test_what_a_spreadsheet_writes_for_no_value_is_known(text: str) -> None:
    assert is_sheet_error(text)


@pytest.mark.parametrize("text", ["", "#", "#1", "#12", "#a", "N/A", "1!", "# note!"])
def test_other_texts_are_no_errors_of_a_spreadsheet(text: str) -> None:
    assert not is_sheet_error(text)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4).map(tuple))
def test_texts_that_are_plain_at_a_glance_have_no_fault(texts: tuple[str, ...]) -> None:
    if are_plain_ids(texts):
        assert not any(map(id_fault, texts))


@pytest.mark.parametrize("bad", ["\\e[2J", "\\nordered dose 999 mg", "\\u202e", "\\u2028"])
@pytest.mark.parametrize("words", ["A trial for the tests", "Active"])
def test_label_of_a_protocol_stands_on_one_line(bad: str, words: str) -> None:
    text = protocol_text().replace(words, f'"{words}{bad}"')
    with pytest.raises(ProtocolError) as refused:
        protocol_of(text)
    assert [problem.code for problem in refused.value.problems] == ["P104"]


def test_quote_of_a_protocol_may_have_several_lines_and_no_control_characters() -> None:
    quoting = protocol_text(regimen='dose: 1 mg/kg\nquote: "one\\ntwo@@"')
    assert protocol_of(quoting.replace("@@", "")).regimens[0].quote == "one\ntwo"
    with pytest.raises(ProtocolError):
        protocol_of(quoting.replace("@@", "\\e[2J"))
