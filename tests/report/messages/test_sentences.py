"""Sentences of reports in other languages: matched whole, part by part, and told where there is no wording."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dosecal.report.messages.glossary import SENTENCES
from dosecal.report.messages.phrases import Language, TermUnknownError, Wording
from dosecal.report.messages.sentences import said_in

if TYPE_CHECKING:
    from dosecal.report.messages.glossary import Sentence

SPANISH, CHINESE = Wording(Language.SPANISH), Wording(Language.CHINESE)


@pytest.mark.parametrize(
    ("english", "spanish", "chinese"),
    [
        ("closed day: planned 3 days later", "día inhábil: se planea 3 días después", "休息日：计划推迟3天"),
        ("closed day: planned 1 day earlier", "día inhábil: se planea 1 día antes", "休息日：计划提前1天"),
        ("none stated", "no se indica", "未说明"),
        ("70,250,000", "70,250,000", "70,250,000"),
        ("7.025 × 10⁷", "7.025 × 10⁷", "7.025 × 10⁷"),
        ("", "", ""),
    ],
)
def test_a_sentence_is_said_part_by_part(english: str, spanish: str, chinese: str) -> None:
    assert said_in(SPANISH, english) == spanish
    assert said_in(CHINESE, english) == chinese
    assert said_in(Wording(Language.ENGLISH), english) == english


def test_what_has_no_wording_is_told() -> None:
    with pytest.raises(TermUnknownError) as caught:
        said_in(SPANISH, "closed day: planned some days later")
    assert caught.value.terms == ("some days",)


def test_each_english_sentence_stands_once() -> None:
    texts = [one.english for one in SENTENCES]
    assert len(set(texts)) == len(texts)


PLACE = re.compile(r"\{([=~&#@!]?)([a-z_]+)\}")


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one.english[:60])
def test_wordings_have_the_places_of_the_english_sentence(sentence: Sentence) -> None:
    names = sorted(name for _, name in PLACE.findall(sentence.english))
    for wording in sentence.wordings[1:]:
        assert sorted(name for _, name in PLACE.findall(wording)) == names


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: one.english[:60])
def test_parts_that_are_sentences_keep_their_order(sentence: Sentence) -> None:
    said = [name for kind, name in PLACE.findall(sentence.english) if not kind]
    for wording in sentence.wordings[1:]:
        assert [name for _, name in PLACE.findall(wording) if name in said] == said


@pytest.mark.parametrize(
    ("english", "spanish", "chinese"),
    [
        ("1,000,000 cells per kg × 93.8 kg", "1,000,000 células por kg × 93.8 kg", "每千克1,000,000个细胞 × 93.8 kg"),
        ("≈ 4.17 mg per kg per day", "≈ 4.17 mg por kg por día", "≈ 每千克每日4.17 mg"),
        ("2 to 5 viable cells per kg", "2 a 5 células viables por kg", "每千克2至5个活细胞"),
        (
            "70,250,000 cells (70.25 million; 7.025 × 10⁷) per vial",
            "70,250,000 células (70.25 millones; 7.025 × 10⁷) por vial",
            "每瓶70,250,000个细胞（70.25百万；7.025 × 10⁷）",
        ),
        ("5 cells ÷ (4 cells ÷ 3.8 mL)", "5 células ÷ (4 células ÷ 3.8 mL)", "5个细胞 ÷ (4个细胞 ÷ 3.8 mL)"),
        ("kept, by 10 % of the ordered dose", "se cumple, por 10 % de la dosis ordenada", "符合，余量医嘱剂量的10 %"),
        ("Tuesday 4 August 2020", "martes 4 de agosto de 2020", "2020年8月4日 星期二"),
        ("exact volume, lot A 1", "volumen exacto, lote A 1", "精确体积，批号A 1"),
    ],
)
def test_amounts_and_workings_keep_their_numbers_and_their_scope(english: str, spanish: str, chinese: str) -> None:
    assert said_in(SPANISH, english) == spanish
    assert said_in(CHINESE, english) == chinese


@pytest.mark.parametrize("text", ["lot A: some words", "5 mg some words", "(5 mg", "21 days after some words"])
def test_an_id_is_no_place_for_words(text: str) -> None:
    with pytest.raises(TermUnknownError):
        said_in(CHINESE, text)
