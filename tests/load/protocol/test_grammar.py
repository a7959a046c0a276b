"""The pieces of the grammar read what they name, refuse the rest, and describe both as JSON Schema."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.protocol.grammar import (
    IDENTIFIER,
    UNREAD,
    Field,
    ListOf,
    MapOf,
    OrWord,
    Place,
    Reader,
    Record,
    Said,
    Text,
    one_of,
    or_none_stated,
)
from dosecal.load.protocol.protocol_file import AGES, STUDY, protocol_schema
from dosecal.load.protocol.timing_texts import ANY_WINDOW, DAY_LABEL, DAYS, WEEKS
from dosecal.load.protocol.yaml_text import read_yaml
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, Unit

NUMBER = Text('a number such as "1"', parse=lambda text: int(text) if text.isdigit() else refuse())


def refuse() -> int:
    raise RefusedError('a number such as "1"', "no number")


def read(reader: Reader, text: str) -> tuple[Any, list[str]]:
    place = Place()
    value = reader.read(read_yaml(text.encode(), "a.yaml"), place)
    return value, [str(problem) for problem in place.problems]


def test_text_gives_what_its_parser_makes() -> None:
    assert read(NUMBER, "12") == (12, [])


def test_refusal_says_what_was_expected_and_found() -> None:
    assert read(NUMBER, "x") == (UNREAD, ['a.yaml:1:1: expected a number such as "1", got "x" (no number) [P104]'])


@pytest.mark.parametrize(("text", "found"), [("[]", "a list"), ("{}", "a mapping"), ('"  "', "nothing")])
def test_text_of_another_shape_is_refused(text: str, found: str) -> None:
    assert read(NUMBER, text) == (UNREAD, [f'a.yaml:1:1: expected a number such as "1", got {found} [P103]'])


def test_closed_set_takes_its_words_alone() -> None:
    assert read(one_of("up", "down"), "down") == ("down", [])
    assert read(one_of("up", "down"), "Down") == (UNREAD, ['a.yaml:1:1: expected "up" or "down", got "Down" [P106]'])


def test_word_gives_a_value_of_its_own() -> None:
    assert read(or_none_stated(NUMBER), "none stated") == (None, [])
    assert read(OrWord(NUMBER, "none", "none"), "none") == ("none", [])
    assert read(or_none_stated(NUMBER), "7") == (7, [])


def test_list_leaves_out_what_it_cannot_read_and_says_so() -> None:
    value, lines = read(ListOf(NUMBER, "a list"), "[1, x, 3]")
    assert [one for one, _ in value] == [1, 3]
    assert lines == ['a.yaml:1:5: 2: expected a number such as "1", got "x" (no number) [P104]']


@pytest.mark.parametrize(("text", "found"), [("[]", "an empty list"), ("1", '"1"'), ("{}", "an empty mapping")])
def test_list_is_a_list_with_something_in_it(text: str, found: str) -> None:
    assert read(ListOf(NUMBER, "a list of numbers"), text)[1] == [
        f"a.yaml:1:1: expected a list of numbers, got {found} [P103]"
    ]


def test_map_keeps_the_names_of_values_that_it_cannot_read() -> None:
    value, lines = read(MapOf(NUMBER, "numbers"), "a: 1\nb: x\n2c: 3\n")
    assert [(name, one) for name, one, _ in value] == [("a", 1), ("b", UNREAD)]
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["[P104]", "[P107]"]


def test_record_names_every_key_that_is_unknown_or_missing() -> None:
    record = Record({"a": Field(NUMBER, "the first", is_required=True), "b": Field(NUMBER, "the second")}, "a record")
    said, lines = read(record, "b: x\nc: 1\n")
    assert isinstance(said, Said)
    assert (said.values, list(said.sources)) == ({}, ["b"])
    assert lines == [
        'a.yaml:1:4: b: expected a number such as "1", got "x" (no number) [P104]',
        "a.yaml:2:1: c: expected one of a, b, got an unknown key [P101]",
        "a.yaml:1:1: a: expected the first, got nothing: the key is missing [P102]",
    ]


@pytest.mark.parametrize("text", ["D3", "chest_imaging", "C2D8", "a.b-c", "x" * 40])
def test_id_begins_with_a_letter(text: str) -> None:
    assert IDENTIFIER.parsed(text) == text


@pytest.mark.parametrize("text", ["3D", "_a", "a b", "é", "x" * 41, "a;b", "a\n", "\uff21"])
def test_other_texts_are_no_ids(text: str) -> None:
    with pytest.raises(RefusedError):
        IDENTIFIER.parsed(text)


@pytest.mark.parametrize(("text", "offset"), [("14", 14), ("-7", -7), ("0", 0), ("36525", 36525)])
def test_days_are_signed_whole_numbers(text: str, offset: int) -> None:
    assert DAYS.parsed(text) == offset


@pytest.mark.parametrize("text", ["36526", "-36526", "1.0", "+7", "-0", "007", "1e3", "\uff17", "1_0", "", "14 days"])
def test_other_texts_are_no_days(text: str) -> None:
    with pytest.raises(RefusedError):
        DAYS.parsed(text)


def test_week_is_seven_days() -> None:
    assert [WEEKS.parsed("2"), WEEKS.parsed("-1"), WEEKS.parsed("5217")] == [14, -7, 36519]
    with pytest.raises(RefusedError):
        WEEKS.parsed("5218")


@pytest.mark.parametrize("text", ["D-0", "D01", "d1", "D1.5", "D", "D+1", "D\uff11", "D100000"])
def test_other_texts_are_no_day_labels(text: str) -> None:
    with pytest.raises(RefusedError):
        DAY_LABEL.parsed(text)
    with pytest.raises(RefusedError):
        ANY_WINDOW.parsed(f"{text} to D9")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("18 to 65 years", "18 to 65 years"),
        ("18 years and over", "18 years and over"),
        ("up to 17 years", "up to 17 years"),
    ],
)
def test_ages_have_one_end_or_two(text: str, words: str) -> None:
    assert AGES.parsed(text).words == words


@pytest.mark.parametrize(
    "text", ["18-65", "65 to 18 years", "18 to 65", "over 18", "18 to 65 months", "1\uff18 to 65 years"]
)
def test_other_texts_are_no_ages(text: str) -> None:
    with pytest.raises(RefusedError):
        AGES.parsed(text)


@pytest.mark.parametrize("text", ["NCT01234567", "2.0", "v 2", "Ёлка", "007"])
def test_name_is_kept_to_the_character(text: str) -> None:
    assert STUDY.parsed(text) == text


@pytest.mark.parametrize("text", [" x", "x ", "x\ny", "x\u200b", "\ufeffx", "x" * 101])
def test_name_with_what_cannot_be_seen_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        STUDY.parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "1*10E6 cells/kg",
        "1X106/kg",
        "1 x 106 cells",
        "10 10^6 cells",
        "1.000.000 cells",
        "1,5 million cells",
        "0 mg",
        "1 to 2 mg",
        "5",
        "AUC",
        "AUC 0",
        "AUC 5,5",
        "AUC5",
        "-1 mg",
        "1 mg 2 mg",
        "nan mg",
        "1e400 mg",
    ],
)
def test_dose_without_one_certain_reading_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        parse_dose(text)


@pytest.mark.parametrize(
    "text", ["1 million cells/kg", "1,000,000 cells/kg", "1e6 cells/kg", "1×10^6 cells/kg", "1 × 10⁶ cells/kg"]
)
def test_dose_with_one_reading_is_taken(text: str) -> None:
    assert parse_dose(text) == Amount(Fraction(1_000_000), Unit("cells", "kg"))


def test_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(protocol_schema())
