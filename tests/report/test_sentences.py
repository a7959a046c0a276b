"""Sentences of reports in other languages: matched whole, part by part, and told where there is no wording."""

from __future__ import annotations

import pytest

from schedule.report.glossary import SENTENCES
from schedule.report.phrases import Language, TermUnknownError, Wording
from schedule.report.sentences import said_in

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
