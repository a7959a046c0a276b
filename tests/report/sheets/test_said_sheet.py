"""Sheets in other languages: every text of every example has a wording, and no number changes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dosecal.model.messages import Msg, named, term, unsaid
from dosecal.model.spoken import of_unit
from dosecal.model.struct import replace
from dosecal.report.messages.language import Language, TermUnknownError, Wording
from dosecal.report.sheets.check_sheet import CAUTION
from dosecal.report.sheets.sheet import Fact, Grid, Note, Section, Sheet
from dosecal.report.sheets.sheet_page import said_sheet
from dosecal.report.sheets.sheet_sections import subject_section
from tests.render.sheets import MARKS, SHEET
from tests.report.every_sheet import every_sheet, texts_of, texts_of_line
from tests.report.given_doses import given_from_lots
from tests.wordings import wording_of_all

if TYPE_CHECKING:
    from dosecal.report.sheets.sheet import Line

SPANISH, CHINESE = wording_of_all(Language.SPANISH), wording_of_all(Language.CHINESE)
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


SHORT_COUNT = re.compile(r"[0-9][0-9,.]*(?: million| mill(?:ón|ones)|万)(?=[;；])")
"""A count beside all its digits: in millions, or in ten thousands."""


def numbers_of(text: str) -> Counter[str]:
    """The numbers of a text, each as often as it stands there, but for counts in millions beside all their digits."""
    return Counter(NUMBERS.findall(SHORT_COUNT.sub("", CHINESE_DATE.sub(r"\1 \2", text))))


@pytest.mark.parametrize("wording", [SPANISH, CHINESE], ids=["es-MX", "zh-CN"])
def test_every_sheet_is_said_with_the_same_numbers(wording: Wording) -> None:
    assert len(every_sheet()) > 200
    for sheet in every_sheet():
        said = said_sheet(sheet, wording)
        assert said.marks == sheet.marks
        for (where, english), (_, other) in zip(texts_of(sheet), texts_of(said), strict=True):
            if where != "subject visit":  # Chinese says "first vaccination" with a digit
                assert numbers_of(other) == numbers_of(english), (where, english, other)


def test_no_english_is_left_in_chinese_but_names() -> None:
    for sheet in every_sheet():
        for where, text in texts_of(said_sheet(sheet, CHINESE)):
            if not where.endswith((" quote", " site", "it grid lot")):
                left = set(LATIN_WORD.findall(QUOTED.sub("", text))) - NAMES
                assert not left, (where, text)


def test_no_english_is_left_in_spanish() -> None:
    for sheet in every_sheet():
        for where, text in texts_of(said_sheet(sheet, SPANISH)):
            if not where.endswith(" quote"):
                assert ENGLISH_WORD.search(QUOTED.sub("", text)) is None, (where, text)


def test_english_stays_as_it_is() -> None:
    assert said_sheet(SHEET, Wording(Language.ENGLISH)) == SHEET


def sheet_of(*lines: Line) -> Sheet:
    """A sheet with one section of these lines."""
    return Sheet(Msg("check sheet"), MARKS, (Section("order", Msg("Order"), lines),), CAUTION)


def said_lines(wording: Wording, *lines: Line) -> tuple[Line, ...]:
    return said_sheet(sheet_of(*lines), wording).sections[0].lines


def texts_in(wording: Wording, line: Line) -> list[str]:
    return [text for _, text in texts_of_line(said_lines(wording, line)[0])]


def test_ids_labels_and_quotations_stay() -> None:
    assert texts_in(SPANISH, Fact("site", Msg("site"), unsaid("cap"))) == ["centro", "cap"]
    quote = Msg('"{quote}"', quote=unsaid("1X106/kg each"))
    assert texts_in(SPANISH, Fact("quote", Msg("source"), quote)) == ["fuente (en su idioma)", '"1X106/kg each"']
    labels = Grid("lots", (Msg("lot"), Msg("volume")), ((unsaid("cells"), unsaid("3.8 mL")),))
    assert texts_in(SPANISH, labels) == ["lote", "volumen", "cells", "3.8 mL"]


def test_exact_values_and_the_sign_of_a_main_line_stay() -> None:
    (fact,) = said_lines(SPANISH, Fact("weight", Msg("weight"), of_unit("93.8", "kg"), "93.8", "kg", is_main=True))
    assert fact == Fact("weight", unsaid("peso"), unsaid("93.8 kg"), "93.8", "kg", is_main=True)


def test_label_of_a_visit_is_said_and_its_id_stays() -> None:
    dose = given_from_lots("007")[0].dose
    first = replace(dose, visit=replace(dose.visit, label="First infusion"))
    (visit,) = (line for line in subject_section(first).lines if isinstance(line, Fact) and line.id == "visit")
    assert texts_in(SPANISH, visit) == ["visita", "D1, Primera infusión"]


def test_a_query_without_a_wording_is_quoted_and_said_to_be() -> None:
    query = Note(Msg("Query: {query}", query=term("Why 5 mg?")), query="Why 5 mg?")
    assert texts_in(SPANISH, query) == ["Consulta, en las palabras del archivo del protocolo: «Why 5 mg?»"]
    wording = Wording(Language.SPANISH, {"Why 5 mg?": "¿Por qué 5 mg?"})
    assert texts_in(wording, query) == ["Consulta: ¿Por qué 5 mg?"]


def test_every_term_without_a_wording_is_told_at_once() -> None:
    lines = (Note(term("Some words.")), Fact("arm", Msg("arm"), term("An arm of ours")))
    with pytest.raises(TermUnknownError) as caught:
        said_sheet(sheet_of(*lines), CHINESE)
    assert caught.value.terms == ("Some words.", "An arm of ours")


def test_further_wordings_are_taken() -> None:
    wording = Wording(Language.CHINESE, {"An arm of ours": "本组"})
    assert texts_in(wording, Fact("arm", Msg("arm"), term("An arm of ours"))) == ["组别", "本组"]


def test_an_id_without_a_label_stays() -> None:
    assert texts_in(CHINESE, Fact("regimen", Msg("regimen"), named("dose_9", "dose_9")))[1] == "dose_9"
