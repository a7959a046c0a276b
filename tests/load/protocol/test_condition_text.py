"""Conditions as people write them, and what they mean; whatever else is refused with what would be right."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.load.protocol.condition_text import MOST_CHARACTERS, parse_condition
from dosecal.model.conditions import (
    AllOf,
    AnyOf,
    Became,
    Ended,
    Ending,
    FactIs,
    NotSo,
    NumberIs,
    Test,
    VisitBecame,
)
from dosecal.model.problems import RefusedError

FEMALE, MALE = FactIs("sex", ("F",)), FactIs("sex", ("M",))
UNDER_50 = NumberIs("age", high=Fraction(50))
ADULT = NumberIs("age", low=Fraction(18), low_is_inside=True)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("sex is F", FEMALE),
        ("sex is not F", NotSo(FEMALE)),
        ("site is 03", FactIs("site", ("03",))),
        ("site is either 03 or 04", FactIs("site", ("03", "04"))),
        ('site is "General Hospital"', FactIs("site", ("General Hospital",))),
        ("age is under 50", UNDER_50),
        ("age is under 50 years", UNDER_50),
        ("age is over 65", NumberIs("age", low=Fraction(65))),
        ("age is at least 18", ADULT),
        ("age is at most 65", NumberIs("age", high=Fraction(65), high_is_inside=True)),
        ("ecog is exactly 2", NumberIs("ecog", Fraction(2), Fraction(2), low_is_inside=True, high_is_inside=True)),
        ("age is 18 to 65", NumberIs("age", Fraction(18), Fraction(65), low_is_inside=True, high_is_inside=True)),
        ("lvef is under 49.5", NumberIs("lvef", high=Fraction(99, 2))),
        ("off treatment", Ended(Ending.OFF_TREATMENT)),
        ("off treatment before C6D1", Ended(Ending.OFF_TREATMENT, "C6D1")),
        ("not off study", NotSo(Ended(Ending.OFF_STUDY))),
        ("D3 missed", VisitBecame("D3", Became.MISSED)),
        ("D3 done", VisitBecame("D3", Became.DONE)),
        ("D3 not cancelled", NotSo(VisitBecame("D3", Became.CANCELLED))),
        ("sex is F and age is under 50", AllOf((FEMALE, UNDER_50))),
        ("sex is F or sex is M", AnyOf((FEMALE, MALE))),
        ("sex is M or (sex is F and age is under 50)", AnyOf((MALE, AllOf((FEMALE, UNDER_50))))),
        ("not (sex is F and age is at least 18)", NotSo(AllOf((FEMALE, ADULT)))),
    ],
)
def test_condition_means(text: str, means: Test) -> None:
    assert parse_condition(text).test == means


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "expected a fact such as sex, a visit such as D3, or off treatment, got nothing"),
        ("sex", 'after "sex" comes is, done, missed or cancelled, not nothing'),
        ("sex F", 'after "sex" comes is, done, missed or cancelled, not "F"'),
        ("sex is", 'nothing is no value: write "is" and a value'),
        ("age is under", "expected a number such as 50 here, got nothing"),
        ("age is under fifty", 'expected a number such as 50 here, got "fifty"'),
        ("age is at least 050", 'expected a number such as 50 here, got "050"'),
        ("age is 65 to 18", "the lower number comes first"),
        ("off drugs", 'after "off" comes "treatment" or "study", not "drugs"'),
        ("off treatment before", "expected a visit after before, got nothing"),
        ("D3 skipped", 'after "D3" comes is, done, missed or cancelled, not "skipped"'),
        ("sex is F age is under 50", '"age" can\'t follow what stands before it'),
        ("sex is F and", "expected a fact such as sex"),
        ("sex is F and age is under 50 or site is 03", '"and" and "or" side by side are read in two ways'),
        ("(sex is F", "a bracket is not closed"),
        ("site is either 03 or 04 or sex is F", '"is" can\'t follow what stands before it'),
        ("sex is F)", '")" can\'t follow what stands before it'),
        ('site is "03', "a quotation mark is not closed"),
        ("site is either 03 or 03", "a value stands twice"),
        ("((((((sex is F))))))", "brackets stand too deep"),
        ("__import__('os')", 'expected a fact such as sex, a visit such as D3, or off treatment, got "__import__"'),
        ("sex is F" + " or sex is F" * 30, f"it is longer than {MOST_CHARACTERS} characters"),
    ],
)
def test_other_texts_are_refused_with_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_condition(text)
    assert caught.value.hint.startswith(hint)


def test_condition_knows_what_it_asks_for_each_once() -> None:
    condition = parse_condition("sex is F and (age is under 50 or D3 missed) and not off study before D8 and sex is F")
    assert (condition.facts, condition.visits) == (("sex", "age"), ("D3", "D8"))


def test_words_are_kept_with_single_blanks() -> None:
    assert parse_condition(" sex  is F ").words == "sex is F"
