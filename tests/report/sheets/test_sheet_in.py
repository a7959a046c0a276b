"""Sheets in other languages: every text of every example has a wording, and no number changes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dosecal.report.messages.phrases import Language, TermUnknownError, Wording
from dosecal.report.sheets.check_sheet import CAUTION
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, Section, Sheet
from dosecal.report.sheets.sheet_in import sheet_in
from tests.render.sheets import MARKS, SHEET
from tests.report.every_sheet import every_sheet, texts_of

if TYPE_CHECKING:
    from dosecal.report.sheets.sheet import Line

SPANISH, CHINESE = Wording(Language.SPANISH), Wording(Language.CHINESE)
NUMBERS = re.compile(r"(?<!m)[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[−+-]?[0-9][0-9,.]*[0-9]|[0-9]")
CHINESE_DATE = re.compile(r"([0-9]{4})年[0-9]{1,2}月([0-9]{1,2})日")
"""A Chinese date, whose month is a number and stands for a word."""
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "min",
    "AUC",
    "CAR",
    "CART",
    "Calvert",
    "DMSO",
    "HEV",
    "IFN",
    "INM",
    "ISO",
    "MSC",
    "UTC",
    "ALL",
    "Lyte",
    "Plasma",
}
NAMES |= {"dose", "evening", "remestemcel", "Remestemcel", "axicabtagene", "ciloleucel", "tisagenlecleucel"}
"""Units, names of methods and products, and ids of visits."""
ENGLISH_WORD = re.compile(r"\b(?:the|of|and|none|stated|not|weight|lot|at|to|by|from|with|is|limit|after|than|thaw)\b")
QUOTED = re.compile(r'"[^"]*"|[«“].*[»”]')


def numbers_of(text: str) -> Counter[str]:
    """The numbers of a text, each as often as it stands there."""
    return Counter(NUMBERS.findall(CHINESE_DATE.sub(r"\1 \2", text)))


@pytest.mark.parametrize("wording", [SPANISH, CHINESE], ids=["es-MX", "zh-CN"])
def test_every_sheet_is_said_with_the_same_numbers(wording: Wording) -> None:
    assert len(every_sheet()) > 200
    for sheet in every_sheet():
        said = sheet_in(wording, sheet)
        assert said.marks == sheet.marks
        for (where, english), (_, other) in zip(texts_of(sheet), texts_of(said), strict=True):
            if where != "subject visit":  # Chinese says "first vaccination" with a digit
                assert numbers_of(other) == numbers_of(english), (where, english, other)


def test_no_english_is_left_in_chinese_but_names() -> None:
    for sheet in every_sheet():
        for where, text in texts_of(sheet_in(CHINESE, sheet)):
            if not where.endswith((" quote", " site", "it grid lot")):
                left = set(LATIN_WORD.findall(QUOTED.sub("", text))) - NAMES
                assert not left, (where, text)


def test_no_english_is_left_in_spanish() -> None:
    for sheet in every_sheet():
        for where, text in texts_of(sheet_in(SPANISH, sheet)):
            if not where.endswith(" quote"):
                assert ENGLISH_WORD.search(QUOTED.sub("", text)) is None, (where, text)


def test_english_stays_as_it_is() -> None:
    assert sheet_in(Wording(Language.ENGLISH), SHEET) is SHEET


def sheet_of(*lines: Line) -> Sheet:
    """A sheet with one section of these lines."""
    return Sheet("check sheet", MARKS, (Section("order", "Order", lines),), CAUTION)


def said_lines(wording: Wording, *lines: Line) -> tuple[Line, ...]:
    return sheet_in(wording, sheet_of(*lines)).sections[0].lines


def test_ids_labels_and_quotations_stay() -> None:
    lines = (
        Fact("subject", "subject", "measured"),
        Fact("site", "site", "cap"),
        Fact("quote", "source", '"1X106/kg each"'),
        Grid("lots", ("lot", "volume"), (("cells", "3.8 mL"),)),
    )
    assert said_lines(SPANISH, *lines) == (
        Fact("subject", "participante", "measured"),
        Fact("site", "centro", "cap"),
        Fact("quote", "fuente (en su idioma)", '"1X106/kg each"'),
        Grid("lots", ("lote", "volumen"), (("cells", "3.8 mL"),)),
    )


def test_a_site_that_is_not_given_is_said() -> None:
    assert said_lines(CHINESE, Fact("site", "site", "not given")) == (Fact("site", "研究中心", "未提供"),)


def test_exact_values_and_the_sign_of_a_main_line_stay() -> None:
    (fact,) = said_lines(SPANISH, Fact("weight", "weight", "93.8 kg", "93.8", "kg", is_main=True))
    assert fact == Fact("weight", "peso", "93.8 kg", "93.8", "kg", is_main=True)


@pytest.mark.parametrize(
    ("text", "spanish"),
    [
        ("D1", "D1"),
        ("D1, Day 1", "D1, Día 1"),
        ("D1, First infusion (D1)", "D1, Primera infusión (D1)"),
        ("D1, First infusion (D-2 to D1)", "D1, Primera infusión (D-2 a D1)"),
    ],
)
def test_label_of_a_visit_is_said_and_its_id_stays(text: str, spanish: str) -> None:
    assert said_lines(SPANISH, Fact("visit", "visit", text)) == (Fact("visit", "visita", spanish),)


def test_a_query_without_a_wording_is_quoted_and_said_to_be() -> None:
    query = Note("Query: Why 5 mg?", query="Why 5 mg?")
    quoted = "Consulta, en las palabras del archivo del protocolo: «Why 5 mg?»"
    assert said_lines(SPANISH, query) == (Note(quoted, query=query.query),)
    wording = Wording(Language.SPANISH, {"Why 5 mg?": "¿Por qué 5 mg?"})
    assert said_lines(wording, query) == (Note("Consulta: ¿Por qué 5 mg?", query=query.query),)


def test_every_text_without_a_wording_is_told_at_once() -> None:
    lines = (Note("Some words."), Blank("x", "a blank", "mL"), Fact("arm", "arm", "An arm of ours"))
    with pytest.raises(TermUnknownError) as caught:
        sheet_in(CHINESE, sheet_of(*lines))
    assert caught.value.terms == ("Some words.", "a blank", "An arm of ours")


def test_further_wordings_are_taken() -> None:
    wording = Wording(Language.CHINESE, {"An arm of ours": "本组"})
    assert said_lines(wording, Fact("arm", "arm", "An arm of ours")) == (Fact("arm", "组别", "本组"),)
