"""The short texts of timing: gaps, events, lengths and counts of cycles, months, timepoints and horizons."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.timing_texts import COUNT, EVENT, GAP, LENGTH, MONTHS, TIMEPOINT, YEARS
from dosecal.model.messages import unsaid
from dosecal.model.problems import RefusedError
from dosecal.model.timing import Edge, Event, EventKind, Gap, Horizon, Stretch, Timepoint, read_horizon


@pytest.mark.parametrize(
    ("text", "after", "edge", "days", "hours"),
    [
        ("21 days after dose_1", "dose_1", Edge.START, 21, 0),
        ("1 day after D1", "D1", Edge.START, 1, 0),
        ("2 weeks after D1", "D1", Edge.START, 14, 0),
        ("48 hours after infusion_1", "infusion_1", Edge.START, 0, 48),
        ("48 hours after end of D1", "D1", Edge.END, 0, 48),
        ("48 hours after the start of the D1", "D1", Edge.START, 0, 48),
    ],
)
def test_gap_is_read(text: str, after: str, edge: Edge, days: int, hours: int) -> None:
    assert GAP.parsed(text) == Gap(after, is_anchor=False, edge=edge, days=days, hours=hours, words=unsaid(text))


@pytest.mark.parametrize(
    ("text", "months"), [("2 months after D1", 2), ("1 month after D1", 1), ("2 years after D1", 24)]
)
def test_gap_may_be_in_calendar_months(text: str, months: int) -> None:
    assert GAP.parsed(text) == Gap("D1", False, Edge.START, 0, 0, unsaid(text), months)  # noqa: FBT003 - a visit, no anchor


@pytest.mark.parametrize(
    "text",
    [
        *("21 days", "0 days after D1", "-3 days after D1", "1.5 days after D1", "1201 months after D1"),
        *(
            "3 days after end of D1",
            "36526 days after D1",
            "101 years after D1",
            "2 months after end of D1",
            "99999 weeks after D1",
            "2 days before D1",
            "２ days after D1",
        ),
    ],
)
def test_other_gap_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        GAP.parsed(text)


@pytest.mark.parametrize(
    ("text", "kind", "of", "edge"),
    [
        ("last dose of infusion", EventKind.LAST_DOSE, "infusion", Edge.START),
        ("first dose of infusion", EventKind.FIRST_DOSE, "infusion", Edge.START),
        ("end of last dose of infusion", EventKind.LAST_DOSE, "infusion", Edge.END),
        ("start of the first dose of infusion", EventKind.FIRST_DOSE, "infusion", Edge.START),
        ("actual date of D3", EventKind.VISIT, "D3", Edge.START),
    ],
)
def test_event_is_read(text: str, kind: EventKind, of: str, edge: Edge) -> None:
    assert EVENT.parsed(text) == Event(kind, of, edge, unsaid(text))


@pytest.mark.parametrize(
    "text", ["last dose", "last infusion", "date of D3", "the last dose of infusion", "off_treatment"]
)
def test_other_event_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        EVENT.parsed(text)


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("21 days", (Stretch(21, None),)),
        ("3 weeks", (Stretch(21, None),)),
        ("1 day", (Stretch(1, None),)),
        ("14 days for 4 cycles, then 28 days", (Stretch(14, 4), Stretch(28, None))),
        (
            "1 week for 1 cycle, then 2 weeks for 3 cycles, then 28 days",
            (Stretch(7, 1), Stretch(14, 3), Stretch(28, None)),
        ),
    ],
)
def test_lengths_of_cycles_are_read(text: str, stretches: tuple[Stretch, ...]) -> None:
    assert LENGTH.parsed(text) == stretches


@pytest.mark.parametrize(
    "text",
    [
        *("21", "0 days", "21 days for 4 cycles", "21 days, then 28 days", "1 month", "21 days for 4 cycles, 28 days"),
        *("36526 days", "7 days for 1001 cycles, then 14 days"),
    ],
)
def test_other_lengths_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        LENGTH.parsed(text)


@pytest.mark.parametrize(
    ("text", "count"), [("1", 1), ("6", 6), ("1000", 1000), ("until progression", "until progression")]
)
def test_count_of_cycles_is_read(text: str, count: int | str) -> None:
    assert COUNT.parsed(text) == count


@pytest.mark.parametrize("text", ["0", "six", "1001", "-1", "until", "until ", "6 cycles", "06"])
def test_other_count_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        COUNT.parsed(text)


def test_months_and_years_are_calendar_months() -> None:
    assert (MONTHS.parsed("6"), MONTHS.parsed("-3"), YEARS.parsed("2"), YEARS.parsed("-1")) == (6, -3, 24, -12)


@pytest.mark.parametrize("text", ["0", "-0", "1.5", "six", "1201", "06", ""])
def test_other_months_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        MONTHS.parsed(text)


@pytest.mark.parametrize("text", ["101", "-101"])
def test_more_than_a_hundred_years_are_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        YEARS.parsed(text)


@pytest.mark.parametrize(
    ("text", "edge", "minutes", "earliest", "latest", "is_before"),
    [
        ("pre-dose", Edge.START, 0, None, None, True),
        ("pre-dose, within 60 min", Edge.START, 0, -60, 0, True),
        ("start of infusion", Edge.START, 0, None, None, False),
        ("end of infusion", Edge.END, 0, None, None, False),
        ("end of infusion ± 5 min", Edge.END, 0, -5, 5, False),
        ("+15 min", Edge.START, 15, None, None, False),
        ("+1 h ± 5 min", Edge.START, 60, -5, 5, False),
        ("+24 h ± 1 h", Edge.START, 1440, -60, 60, False),
        ("+24 h (-1 to +2 h)", Edge.START, 1440, -60, 120, False),
        ("+7 d ± 1 d", Edge.START, 10080, -1440, 1440, False),
        ("-30 min", Edge.START, -30, None, None, True),
        ("−30 min ± 10 min", Edge.START, -30, -10, 10, True),
        ("+2 h after end", Edge.END, 120, None, None, False),
        ("+2 h after end ± 10 min", Edge.END, 120, -10, 10, False),
    ],
)
def test_timepoint_is_read(
    text: str,
    edge: Edge,
    minutes: int,
    earliest: int | None,
    latest: int | None,
    is_before: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert TIMEPOINT.parsed(text) == Timepoint(unsaid(text), edge, minutes, earliest, latest, is_before=is_before)


@pytest.mark.parametrize(
    "text",
    [
        "1 h",
        "+1h30",
        "+1 hour",
        "predose",
        "+1 h ±5",
        "+1 h ± 5",
        "-1 h after end",
        "+367 d",
        "+90000 h",
        "+1.5 h",
        "+01 h",
    ],
)
def test_other_timepoint_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        TIMEPOINT.parsed(text)


@pytest.mark.parametrize(
    ("text", "cycles", "days"),
    [("12 cycles", 12, None), ("1 cycle", 1, None), ("52 weeks", None, 364), ("180 days", None, 180)],
)
def test_horizon_is_read(text: str, cycles: int | None, days: int | None) -> None:
    assert read_horizon(text) == Horizon(cycles, days, unsaid(text))


@pytest.mark.parametrize("text", ["12", "a year", "0 cycles", "1001 cycles", "36526 days", "6 months", ""])
def test_other_horizon_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        read_horizon(text)
