"""The names that REDCap makes of events."""

from __future__ import annotations

import pytest

from dosecal.exchange.redcap_names import events_of, predict_stem
from tests.example_protocols import DAY_0, protocol_of, protocol_text


@pytest.mark.parametrize(
    ("event_name", "stem"),
    [
        ("Screening", "screening"),
        ("3 Month", "3_month"),
        ("End of Study", "end_of_study"),
        ("Follow-up", "followup"),
        (
            "Ad Hoc (Visit)",
            "ad_hoc_visit",
        ),  # brackets and the blank before become one underscore, the last is not doubled
        ("Week 4 / day 28", "week_4_day_28"),
        ("C2D8", "c2d8"),
        ("week__4", "week_4"),
        ("follow_up", "follow_up"),
        ("Pre-dose - cycle 1", "predose_cycle_1"),
        ("Visit 10: second vaccination", "visit_10_second_va"),  # 18 characters
        ("abcdefghijklmnopqr", "abcdefghijklmnopqr"),
        ("abcdefghijklmnopqrs", "abcdefghijklmnopqr"),
        ("abcdefghijklmnopqr!", "abcdefghijklmnopqr"),
    ],
)
def test_name_follows_the_published_rule(event_name: str, stem: str) -> None:
    assert predict_stem(event_name) == (stem, "")


@pytest.mark.parametrize(
    ("event_name", "stem", "doubt"),
    [
        ("Día 1", "d_a_1", "it has letters outside ASCII"),
        ("第1天", "1", "it has letters outside ASCII"),
        ("(Visit)", "visit", "it begins with a sign"),
        ("--", "", "it has neither letters nor digits"),
        ("?", "", "it has neither letters nor digits"),
        ("Follow up month 1 visit", "follow_up_month_1", "the cut at 18 characters ends on an underscore"),
    ],
)
def test_what_the_rule_says_nothing_of_is_a_doubt(event_name: str, stem: str, doubt: str) -> None:
    assert predict_stem(event_name) == (stem, doubt)


def names_of(visits: str, names: str = "certain") -> dict[str, tuple[str, str]]:
    """The event's name and its predicted name in arm 1, by the visit."""
    events = events_of(protocol_of(protocol_text(visits=visits, numbering=DAY_0)), names)
    return {visit: (event.name, event.unique_name(1)) for visit, event in events.items()}


def test_event_has_the_label_of_its_visit() -> None:
    assert names_of("D7: {label: Ad Hoc Follow-up}") == {"D7": ("Ad Hoc Follow-up", "ad_hoc_followup_arm_1")}


def test_labels_of_one_name_give_way_to_the_ids() -> None:
    visits = "week_1: {days: 7, label: Home visit after dose 1}\nweek_2: {days: 14, label: Home visit after dose 2}"
    assert names_of(visits) == {"week_1": ("week_1", "week_1_arm_1"), "week_2": ("week_2", "week_2_arm_1")}


def test_label_that_is_the_id_of_another_gives_way_too() -> None:
    visits = "A: {days: 1, label: Día 1}\nB: {days: 2, label: a}"
    assert names_of(visits) == {"A": ("A", "a_arm_1"), "B": ("B", "b_arm_1")}


def test_days_before_and_after_the_anchor_are_told_apart() -> None:
    assert names_of("D-5: {}\nD5: {}") == {
        "D-5": ("Day minus 5", "day_minus_5_arm_1"),
        "D5": ("Day 5", "day_5_arm_1"),
    }
    assert names_of("D-5: {}\nD5: {}", "id") == {
        "D-5": ("D minus 5", "d_minus_5_arm_1"),
        "D5": ("D5", "d5_arm_1"),
    }


def test_ids_of_one_name_have_no_predicted_one() -> None:
    assert names_of("a.b: {days: 1}\na_b: {days: 2}", "id") == {"a.b": ("a.b", ""), "a_b": ("a_b", "")}


def test_labels_stay_where_they_are_asked_for() -> None:
    assert names_of("D1: {label: Día 1}", "label") == {"D1": ("Día 1", "d_a_1_arm_1")}


def test_label_that_is_too_long_for_the_table_gives_way() -> None:
    fits, too_long = "Visit " + "x" * 58, "Visit " + "y" * 59  # 64 and 65 characters
    names = names_of(f"a: {{days: 1, label: {fits}}}\nb: {{days: 2, label: {too_long}}}")
    assert (names["a"][0], names["b"][0]) == (fits, "b")
