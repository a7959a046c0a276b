"""Which weight: the latest on or before the dose that the rule allows."""

from __future__ import annotations

import numpy as np
import pytest

from dosecal.model.dosing.per_weight import ACTUAL
from dosecal.model.regimen import EachDose, WeightRule
from dosecal.model.worked_dose import WeightState
from dosecal.planning.doses.weights import choose_weights, latest_on_or_before
from tests.example_protocols import protocol_of, protocol_text
from tests.planning.planned import NO_WEIGHTS, cohort_of

PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
HEADER = "subject_id,arm,start,weight_kg,weight_date,weight_method\n"
FURTHER = "subject_id,date,weight_kg,method\n"


def rule(*, measured_only: bool = False, not_older_than: int | None = None) -> WeightRule:
    return WeightRule(ACTUAL, measured_only, not_older_than, EachDose.WEIGH_AGAIN)


def chosen(own: str, further: str, day: str, weight_rule: WeightRule | None = None) -> tuple[str, WeightState]:
    """The kilograms (empty for none) and the state for one dose of subject 1, who stands between two others."""
    others = "0,active,2026-03-09,10,2026-03-01,measured\n", "2,active,2026-03-09,20,2026-03-01,measured\n"
    subjects = f"{HEADER}{others[0]}1,active,2026-03-09,{own or ',,'}\n{others[1]}"
    weights = FURTHER + "".join(f"1,{line}\n" for line in further.split()) if further else NO_WEIGHTS
    cohort = cohort_of(PROTOCOL, subjects, weights)
    days = np.array([day], dtype="datetime64[D]")
    place, state = choose_weights(cohort.weights, np.array([1], dtype=np.int32), days, weight_rule)
    if place[0] < 0:
        return "", WeightState(int(state[0]))
    return str(cohort.weights.kilograms[cohort.weights.value[place[0]]]), WeightState(int(state[0]))


@pytest.mark.parametrize(
    ("day", "kilograms"),
    [("2026-03-01", ""), ("2026-03-02", "70"), ("2026-03-04", "70"), ("2026-03-05", "71"), ("2027-03-05", "71")],
)
def test_latest_weight_on_or_before_the_dose_is_taken(day: str, kilograms: str) -> None:
    found, state = chosen("70,2026-03-02,", "2026-03-05,71,", day)
    assert found == kilograms
    assert state is (WeightState.USED if kilograms else WeightState.MISSING)


def test_order_in_the_weights_table_does_not_matter() -> None:
    for further in ("2026-03-05,71, 2026-03-03,69,", "2026-03-03,69, 2026-03-05,71,"):
        assert chosen("70,2026-03-02,", further, "2026-03-04") == ("69", WeightState.USED)


def test_weight_without_a_date_is_taken_only_where_no_dated_one_is_on_or_before_the_dose() -> None:
    assert chosen("70,,", "2026-03-05,71,", "2026-03-04") == ("70", WeightState.USED)
    assert chosen("70,,", "2026-03-05,71,", "2026-03-05") == ("71", WeightState.USED)


def test_weight_of_another_subject_is_never_taken() -> None:
    assert chosen("", "", "2026-03-09") == ("", WeightState.MISSING)
    assert chosen("", "2026-03-10,71,", "2026-03-09") == ("", WeightState.MISSING)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-09", ("70", WeightState.USED)),  # 7 days: the limit itself is inside
        ("2026-03-10", ("", WeightState.TOO_OLD)),  # 8 days
        ("2026-03-02", ("70", WeightState.USED)),
    ],
)
def test_greatest_age_is_inclusive(day: str, expected: tuple[str, WeightState]) -> None:
    assert chosen("70,2026-03-02,", "", day, rule(not_older_than=7)) == expected


def test_weight_without_a_date_has_no_age() -> None:
    assert chosen("70,,", "", "2026-03-09", rule(not_older_than=7)) == ("", WeightState.DATE_UNKNOWN)


@pytest.mark.parametrize("way", ["stated", "estimated", ""])
def test_weight_that_was_not_measured_is_refused_where_it_must_be(way: str) -> None:
    assert chosen(f"70,2026-03-02,{way}", "", "2026-03-09", rule(measured_only=True)) == ("", WeightState.NOT_MEASURED)
    assert chosen(f"70,2026-03-02,{way}", "", "2026-03-09", rule()) == ("70", WeightState.USED)


def test_older_measured_weight_is_taken_before_a_later_stated_one() -> None:
    own, further = "70,2026-03-02,measured", "2026-03-05,71,stated"
    assert chosen(own, further, "2026-03-09", rule(measured_only=True)) == ("70", WeightState.USED)
    assert chosen(own, further, "2026-03-09", rule(measured_only=True, not_older_than=5)) == ("", WeightState.TOO_OLD)


def test_dose_without_a_date_has_no_weight_yet() -> None:
    assert chosen("70,2026-03-02,", "", "NaT") == ("", WeightState.DOSE_DATE_UNKNOWN)


def test_cohort_without_any_weight_has_none() -> None:
    cohort = cohort_of(PROTOCOL, "subject_id,arm,start\n1,active,2026-03-09\n")
    days = np.array(["2026-03-09"], dtype="datetime64[D]")
    place, state = choose_weights(cohort.weights, np.zeros(1, dtype=np.int32), days, None)
    assert (place.tolist(), state.tolist()) == ([-1], [WeightState.MISSING])


def test_weight_written_with_a_further_zero_is_the_same_weight() -> None:
    assert chosen("70.5,2026-03-02,", "2026-03-02,70.50,", "2026-03-09") == ("141/2", WeightState.USED)


def chosen_alone(own: str, day: str, weight_rule: WeightRule | None = None) -> tuple[list[int], list[int]]:
    """The place and the state for one dose of a subject without any other before or after."""
    cohort = cohort_of(PROTOCOL, f"{HEADER}1,active,2026-03-09,{own}\n")
    days = np.array([day], dtype="datetime64[D]")
    place, state = choose_weights(cohort.weights, np.zeros(1, dtype=np.int32), days, weight_rule)
    return place.tolist(), state.tolist()


def test_only_weight_of_the_only_subject_is_found() -> None:
    assert chosen_alone("70,2026-03-02,", "2026-03-02") == ([0], [WeightState.USED])
    assert chosen_alone("70,,", "2026-03-02") == ([0], [WeightState.USED])


def test_later_weight_of_the_only_subject_is_never_taken() -> None:
    assert chosen_alone("70,2026-03-03,", "2026-03-02") == ([-1], [WeightState.MISSING])
    assert chosen_alone("70,2026-03-03,stated", "2026-03-02", rule(measured_only=True)) == (
        [-1],
        [WeightState.MISSING],
    )


def test_only_weight_of_the_only_subject_is_refused_by_the_rule_alone() -> None:
    assert chosen_alone("70,2026-03-02,stated", "2026-03-09", rule(measured_only=True)) == (
        [-1],
        [WeightState.NOT_MEASURED],
    )
    assert chosen_alone("70,2026-03-02,measured", "2026-03-09", rule(measured_only=True)) == ([0], [WeightState.USED])


def test_weight_of_the_subject_before_is_never_taken_however_it_is_dated() -> None:
    # keys of neighbours must not run into each other between the first and the last day that can be read
    subjects = (
        f"{HEADER}0,active,2199-12-31,10,2199-12-31,\n1,active,1900-01-01,,,\n2,active,1900-01-01,20,1900-01-01,\n"
    )
    cohort = cohort_of(PROTOCOL, subjects)
    days = np.array(["2199-12-31", "2199-12-31", "1900-01-01"], dtype="datetime64[D]")
    place, state = choose_weights(cohort.weights, np.arange(3, dtype=np.int32), days, None)
    assert place.tolist() == [0, -1, 1]
    assert state.tolist() == [WeightState.USED, WeightState.MISSING, WeightState.USED]


def test_undated_weight_stands_before_the_earliest_day_that_can_be_read() -> None:
    assert chosen("70,,", "1900-01-01,71,", "1900-01-01") == ("71", WeightState.USED)
    assert chosen("70,,", "1969-12-31,71,", "1970-01-01") == ("71", WeightState.USED)
    assert chosen("70,,", "1970-01-01,71,", "1969-12-31") == ("70", WeightState.USED)


def test_age_of_the_weight_is_counted_for_each_dose_by_itself() -> None:
    subjects = f"{HEADER}1,active,2026-03-09,70,2026-03-02,\n2,active,2026-03-09,,,\n3,active,2026-03-09,80,,\n"
    cohort = cohort_of(PROTOCOL, subjects)
    subject = np.array([0, 0, 0, 1, 2, 0, 2], dtype=np.int32)
    texts = ["2026-03-02", "2026-03-09", "2026-03-10", "2026-03-09", "2026-03-09", "NaT", "NaT"]
    days = np.array(texts, dtype="datetime64[D]")
    place, state = choose_weights(cohort.weights, subject, days, rule(not_older_than=7))
    used, old = WeightState.USED, WeightState.TOO_OLD
    unknown = WeightState.DOSE_DATE_UNKNOWN
    assert state.tolist() == [used, used, old, WeightState.MISSING, WeightState.DATE_UNKNOWN, unknown, unknown]
    assert place.tolist() == [0, 0, -1, -1, -1, -1, -1]


def test_weight_of_the_day_itself_is_the_only_one_young_enough_for_no_days() -> None:
    assert chosen("70,2026-03-02,", "", "2026-03-02", rule(not_older_than=0)) == ("70", WeightState.USED)
    assert chosen("70,2026-03-02,", "", "2026-03-03", rule(not_older_than=0)) == ("", WeightState.TOO_OLD)


def test_weight_without_a_date_is_used_where_the_rule_limits_no_age() -> None:
    assert chosen("70,,", "", "2026-03-09", rule()) == ("70", WeightState.USED)
    assert chosen("70,,measured", "", "2026-03-09", rule(measured_only=True)) == ("70", WeightState.USED)


def test_dose_of_a_later_subject_does_not_take_the_undated_weight_of_the_next() -> None:
    subjects = f"{HEADER}1,active,2026-03-09,70,2026-03-02,\n2,active,2026-03-09,80,,\n3,active,2026-03-09,90,,\n"
    cohort = cohort_of(PROTOCOL, subjects)
    subject = np.array([0, 0, 1, 2], dtype=np.int32)
    days = np.array(["2026-03-01", "2199-12-31", "1900-01-01", "2026-03-09"], dtype="datetime64[D]")
    place, _ = choose_weights(cohort.weights, subject, days, None)
    assert place.tolist() == [-1, 0, 1, 2]


def places(owners: list[int], dates: list[str], subjects: list[int], days: list[str]) -> list[int]:
    """The place of the latest row on or before each day."""
    owner, subject = np.array(owners, dtype=np.int32), np.array(subjects, dtype=np.int32)
    rows, wanted = np.array(dates, dtype="datetime64[D]"), np.array(days, dtype="datetime64[D]")
    found = latest_on_or_before(owner, rows, np.arange(len(owner)), subject, wanted)
    return [int(place) for place in found]


def test_nothing_that_is_found_has_the_place_minus_one() -> None:
    assert places([], [], [0, 1], ["2026-03-02", "2026-03-02"]) == [-1, -1]
    assert places([1], ["2026-03-03"], [0, 1, 2], ["2026-03-09", "2026-03-02", "2026-03-09"]) == [-1, -1, -1]


def test_days_beyond_all_that_can_be_read_never_run_into_the_next_subject() -> None:
    # the numbers of subject and day are packed into one, and are held apart at both edges
    found = places([0, 1], ["9999-12-31", "0001-01-01"], [0, 1, 0], ["9999-12-31", "0001-01-01", "2026-03-02"])
    assert found == [0, 1, -1]
