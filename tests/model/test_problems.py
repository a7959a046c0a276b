"""Problems with their places, and the exceptions that carry them."""

from __future__ import annotations

import pytest

from dosecal.model.problems import (
    CohortError,
    OutputError,
    PlanError,
    Problem,
    ProtocolError,
    RefusedError,
    ScheduleError,
    Source,
    expected_got,
    quoted,
)


@pytest.mark.parametrize(
    ("source", "text"),
    [(Source("a.csv", 3, 7), "a.csv:3:7"), (Source("a.csv", 3), "a.csv:3"), (Source("a.csv"), "a.csv")],
)
def test_place_has_the_parts_that_are_known(source: Source, text: str) -> None:
    assert str(source) == text


def test_places_stand_in_the_order_of_the_file() -> None:
    places = [Source("a", 10, 1), Source("a", 2, 9), Source("a", 2, 1)]
    assert sorted(places) == [Source("a", 2, 1), Source("a", 2, 9), Source("a", 10, 1)]


def test_problem_is_one_line_with_place_message_hint_and_code() -> None:
    problem = Problem(Source("p.yaml", 14, 12), "P104", "visits.D8.window", 'expected days, got "3d"', "write days")
    assert str(problem) == 'p.yaml:14:12: visits.D8.window: expected days, got "3d" (write days) [P104]'


def test_problem_without_subject_and_hint_leaves_them_out() -> None:
    assert str(Problem(Source("p.yaml"), "P003", "", "expected a file, got nothing")) == (
        "p.yaml: expected a file, got nothing [P003]"
    )


@pytest.mark.parametrize("kind", [ProtocolError, CohortError, PlanError, OutputError])
def test_error_carries_its_problems_as_lines(kind: type[ScheduleError]) -> None:
    problems = (Problem(Source("a", 1), "C001", "", "one"), Problem(Source("a", 2), "C002", "", "two"))
    error = kind(problems)
    assert isinstance(error, ScheduleError)
    assert error.problems == problems
    assert str(error) == "a:1: one [C001]\na:2: two [C002]"


def test_error_without_a_problem_is_impossible() -> None:
    with pytest.raises(ValueError, match="at least one problem"):
        CohortError(())


def test_refusal_says_what_would_be_read() -> None:
    refusal = RefusedError('a weight such as "70.5"', "write a point")
    assert isinstance(refusal, ValueError)
    assert (refusal.expected, refusal.hint) == ('a weight such as "70.5"', "write a point")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "nothing"),
        ("70,5", '"70,5"'),
        ('say "hi"', '"say \\"hi\\""'),
        ("a\tb\nc\r", '"a\\tb\\nc\\r"'),
        ("a\\b", '"a\\\\b"'),
        ("x\u200by", '"x\\u200by"'),
        ("\x1b[31m", '"\\u001b[31m"'),
        ("患者", '"患者"'),
        ("x" * 60, f'"{"x" * 60}"'),
        ("x" * 61, f'"{"x" * 60}"… (61 characters)'),
        ("x" * 10_000_000, f'"{"x" * 60}"… (10,000,000 characters)'),
    ],
)
def test_found_text_is_shown_whole_or_cut_and_never_raw(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_refusal_names_what_was_expected_and_found() -> None:
    assert expected_got("a date", "2026-02-30") == 'expected a date, got "2026-02-30"'
