"""Visits of cycles: what their names stand for, which name wins, and what lists of visits take."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.cycles import VISIT_KEY, CyclePattern, read_cycle_pattern
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.model.days import Window
from dosecal.model.messages import NOTHING
from dosecal.model.problems import RefusedError
from dosecal.model.timing import CountedFrom, CycleDay, Cycles, Lengths, Stretch, read_horizon
from tests.example_protocols import protocol_of, protocol_text

SIX = "cycles:\n  C: {length: 21 days, count: 6, counted_from: planned}\n"
OPEN = "cycles:\n  C: {length: 21 days, count: until progression, counted_from: planned}\n"


def visit_ids(visits: str, more: str = SIX) -> list[str]:
    return [visit.id for visit in protocol_of(protocol_text(visits=visits, more=more)).visits]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("C2D8", CyclePattern("C", 2, 2, 8, 8)),
        ("C*D1", CyclePattern("C", 1, None, 1, 1)),
        ("C1-2D8", CyclePattern("C", 1, 2, 8, 8)),
        ("C3+D15", CyclePattern("C", 3, None, 15, 15)),
        ("C*D1-5", CyclePattern("C", 1, None, 1, 5)),
        ("IND10D3", CyclePattern("IND", 10, 10, 3, 3)),
        ("C2+2D1", CyclePattern("C", 2, None, 1, 1, 2)),
        ("C1-9+4D1-2", CyclePattern("C", 1, 9, 1, 2, 4)),
        ("C1+12D1", CyclePattern("C", 1, None, 1, 1, 12)),
        ("C1+1D1", None),
        ("C1+0D1", None),
        ("C1-4+D1", None),
        ("month_6", None),
        ("D8", None),
        ("C2", None),
        ("C0D1", None),
    ],
)
def test_name_of_days_of_cycles_is_read(name: str, pattern: CyclePattern | None) -> None:
    assert read_cycle_pattern(name) == pattern


@pytest.mark.parametrize(
    "name", ["C3-2D1", "C*D5-1", "C**D1", "*D1", "C*", "C+D1", "C* D1", "C*+2D1", "C2+1D1", "C4-2+2D1"]
)
def test_name_that_is_neither_id_nor_days_of_cycles_is_refused(name: str) -> None:
    with pytest.raises(RefusedError):
        VISIT_KEY.parsed(name)


@pytest.mark.parametrize(
    ("day", "length", "label"),
    [(1, 1, "C1D1"), (21, 21, "C1D21"), (22, 21, "C2D1"), (28, 10, "C3D8"), (63, 21, "C3D21")],
)
def test_running_day_is_a_day_of_a_cycle(day: int, length: int, label: str) -> None:
    assert CycleDay.of_day("C", day, length).label == label


def test_visits_of_cycles_stand_one_by_one_where_the_first_of_them_stands() -> None:
    ids = visit_ids("screening: {window: D-28 to D-1}\nC*D8: {}\nend: {days: 150}\nC*D1: {}")
    days = [f"C{number}D{day}" for number in range(1, 7) for day in (1, 8)]
    assert ids == ["screening", *days, "end"]


def test_more_particular_name_wins_whole() -> None:
    visits = """\
C*D1: {window: ±3 days, label: Infusion}
C2+D1: {window: ±2 days}
C2-4D1: {window: ±1 day}
C3D1: {}
"""
    protocol = protocol_of(protocol_text(visits=visits, more=SIX))
    windows = [visit.window for visit in protocol.visits]
    assert windows == [Window(-3, 3), Window(-1, 1), None, Window(-1, 1), Window(-2, 2), Window(-2, 2)]
    assert [visit.label for visit in protocol.visits][:3] == ["Infusion", "Cycle 2 day 1", "Cycle 3 day 1"]


def test_every_second_cycle_is_counted_from_the_one_that_is_named() -> None:
    assert visit_ids("C2+2D1: {}") == ["C2D1", "C4D1", "C6D1"]
    assert visit_ids("C1+2D8: {}") == ["C1D8", "C3D8", "C5D8"]
    assert visit_ids("C1-4+3D1: {}") == ["C1D1", "C4D1"]


def test_some_of_the_cycles_win_over_all_and_every_third_over_every_second() -> None:
    visits = "C*D1: {}\nC2+D1: {label: on}\nC2+2D1: {label: even}\nC3+3D1: {label: third}\nC5-6D1: {label: last two}"
    protocol = protocol_of(protocol_text(visits=visits, more=SIX))
    labels = ["Cycle 1 day 1", "even", "third", "even", "last two", "last two"]
    assert [visit.label for visit in protocol.visits] == labels


def test_every_second_cycle_of_those_without_an_end_is_planned_as_far_as_the_horizon() -> None:
    text = protocol_text(visits="C*D1: {}", more=OPEN + "assessments:\n  ct: {label: CT, visits: [C2+2D1]}\n")
    protocol = read_protocol(text.encode(), "protocol.yaml", read_horizon("7 cycles"))
    assert protocol.assessments[0].visits == ("C2D1", "C4D1", "C6D1")


def test_one_day_wins_over_a_range_of_days() -> None:
    protocol = protocol_of(protocol_text(visits="C1D1-3: {}\nC1D2: {label: Day of the scan}", more=SIX))
    assert [(v.id, v.label) for v in protocol.visits] == [
        ("C1D1", "Cycle 1 day 1"),
        ("C1D2", "Day of the scan"),
        ("C1D3", "Cycle 1 day 3"),
    ]


def test_lists_of_visits_take_the_same_names() -> None:
    text = protocol_text(
        regimen="dose: 5 mg\nvisits: [C*D1, C1-2D8]",
        visits="screening: {window: D-28 to D-1}\nC*D1: {}\nC1-2D8: {}",
        more=SIX + "assessments:\n  ct: {label: CT, visits: [screening, C2+D1, C4D1]}\n",
    )
    protocol = protocol_of(text)
    assert protocol.regimens[0].visits == ("C1D1", "C1D8", "C2D1", "C2D8", "C3D1", "C4D1", "C5D1", "C6D1")
    assert protocol.assessments[0].visits == ("screening", "C2D1", "C3D1", "C4D1", "C5D1", "C6D1")


def test_names_that_look_like_days_of_cycles_are_ids_where_no_cycles_are_called_so() -> None:
    assert visit_ids("V2D1: {days: 3}\nC1D1: {}") == ["V2D1", "C1D1"]


def test_cycles_are_kept_with_all_that_is_said() -> None:
    more = """\
cycles:
  C: {length: '14 days for 2 cycles, then 28 days', count: 4, counted_from: actual, day: D8, quote: "every 2 weeks"}
  M: {label: maintenance, after: C, length: 8 weeks, count: 2, counted_from: planned}
"""
    protocol = protocol_of(protocol_text(visits="C*D1: {}\nM*D1: {}", more=more))
    first, second = protocol.cycles
    lengths = Lengths((Stretch(14, 2), Stretch(28, None)))
    actual = CountedFrom.ACTUAL
    assert first == Cycles("C", "cycles C", "start", 7, "", lengths, 4, "", 4, NOTHING, actual, "every 2 weeks")
    assert (second.label, second.anchor, second.after, second.planned) == ("maintenance", "", "C", 2)
    assert lengths.words == "14 days for 2 cycles, then 28 days"
    assert [lengths.length(number) for number in (1, 2, 3, 9)] == [14, 14, 28, 28]
    assert [lengths.days_before(number) for number in (1, 2, 3, 4)] == [0, 14, 28, 56]


@pytest.mark.parametrize(
    ("horizon", "planned"),
    [
        ("4 cycles", 4),
        ("21 days", 1),  # cycle 2 begins on day 22, which is not within 21 days
        ("22 days", 2),
        ("52 weeks", 18),  # 364 days: cycle 18 begins after 357 days, cycle 19 after 378
    ],
)
def test_horizon_says_how_many_open_cycles_are_planned(horizon: str, planned: int) -> None:
    text = protocol_text(visits="C*D1: {}", more=OPEN)
    protocol = read_protocol(text.encode(), "protocol.yaml", read_horizon(horizon))
    assert len(protocol.visits) == planned
    (cycles,) = protocol.cycles
    assert (cycles.count, cycles.until, cycles.planned, cycles.horizon) == (None, "progression", planned, horizon)
    assert not cycles.is_endless


def test_open_cycles_without_a_horizon_go_as_far_as_the_file_names_them() -> None:
    protocol = protocol_of(protocol_text(visits="C*D1: {}\nC3D8: {}", more=OPEN))
    assert [visit.id for visit in protocol.visits] == ["C1D1", "C2D1", "C3D1", "C3D8"]
    assert protocol.cycles[0].is_endless


def test_horizon_leaves_cycles_alone_whose_number_is_stated() -> None:
    protocol = read_protocol(protocol_text(visits="C*D1: {}", more=SIX).encode(), "p.yaml", read_horizon("2 cycles"))
    assert (len(protocol.visits), protocol.cycles[0].horizon) == (6, "")
