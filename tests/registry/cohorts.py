"""Random subjects for the two trials, with the dates, ids, weights and births at which programs slip.

The tables are text; what is expected of them is computed in the test beside this file, from the same plain values.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tests.registry.facts import Trial

SUBJECTS = 300

IDS = (
    *("007", "7", "07", "NA", "N/A", "nan", "NaN", "null", "None", "none", "NULL", "<NA>", "#n", "-", "--", "inf"),
    *(
        "1e5",
        "1E5",
        "100000",
        "1_000",
        "0",
        "0.10",
        "0x1F",
        "True",
        "no",
        "2020-01-01",
        "1/2",
        "12:30",
        "x,y",
        ",",
        "x'y",
    ),
    *('say "hi"', 'a"b"', 'a""b', "a;b", "a\\b", "{}", "%s", "A B", "a  b", "O'Neil", "1=1", "+7", "-3", "@sum", "#1"),
    *("患者一", "Пациент-7", "مريض", "נבדק", "é", "e\u0301", "ß", "SS", "İ", "😀", "三", "七十", "ﬁ", "x" * 200),
)
STARTS = tuple(
    date.fromisoformat(text)
    for text in (
        *(
            "2020-02-27",
            "2020-02-28",
            "2020-02-29",
            "2020-03-01",
            "2019-02-28",
            "2023-02-27",
            "2024-02-29",
            "2100-02-28",
        ),
        *(
            "2000-02-28",
            "2000-02-29",
            "1999-12-31",
            "2019-12-31",
            "2020-12-31",
            "2021-01-01",
            "2020-01-31",
            "2020-04-30",
        ),
        *(
            "2020-08-31",
            "2020-11-30",
            "2019-09-02",
            "2020-07-05",
            "2023-09-02",
            "2024-08-31",
            "1900-01-01",
            "2199-12-31",
        ),
        *("1969-12-30", "1970-01-01", "2026-03-29", "2026-10-25", "2038-01-19", "2020-01-27"),
    )
)
"""Ends of months and years, leap days and days before them, a 180th day on a leap day, changes of the clock."""

SITES = ("", "NA", "CN01", "México, D.F.", "007")
WHOLE_FROM, WHOLE_TO = 3, 500


@dataclass
class Weight:
    """A weight as it is typed, with its day; None for no day."""

    text: str
    day: date | None


@dataclass
class Subject:
    """A subject as it is typed.

    Attributes:
        own: The weight in the subjects' table; None for none.
        further: The weights in the weights' table.
    """

    id: str
    arm: str
    start: date
    birth: date | None
    site: str
    own: Weight | None
    further: list[Weight] = field(default_factory=list)


def random_subjects(trial: Trial, seed: int) -> list[Subject]:
    """Subjects of a trial; every one of an arm that is dosed per kg has a weight for the first dose."""
    chance = np.random.default_rng(seed)
    ids = [*IDS, *(f"{k:03d}-{chance.integers(10**6)}" for k in range(SUBJECTS - len(IDS)))]
    return [_subject(trial, ids[place], place, chance) for place in chance.permutation(SUBJECTS).tolist()]


def _subject(trial: Trial, subject_id: str, place: int, chance: np.random.Generator) -> Subject:
    arm = ("msc", "control")[int(chance.integers(2))]
    # half of the subjects start on a special day, the others on any
    start = (
        STARTS[place // 2 % len(STARTS)] if place % 2 else date(2015, 1, 1) + timedelta(int(chance.integers(12_000)))
    )
    subject = Subject(subject_id, arm, start, _birth(trial, start, chance), SITES[int(chance.integers(5))], None)
    if trial.is_per_kg and arm == "msc":
        _weigh(subject, chance)
    elif chance.integers(2):
        subject.own = Weight(_kilograms(chance), start)
    return subject


def _birth(trial: Trial, start: date, chance: np.random.Generator) -> date | None:
    """None, any birth, or one at which an age limit is reached on the start, the day before or the day after."""
    kind = int(chance.integers(6))
    if kind == 0:
        return None
    if kind == 1:
        return _at_least_1900(start - timedelta(int(chance.integers(36_000))))
    if kind == 2:
        leap = start.year - start.year % 4 - (20, 64, 68, 72)[int(chance.integers(4))]
        return _at_least_1900(date(leap, 2, 29)) if leap % 100 else None
    age = (trial.ages[0], trial.ages[1] + 1)[int(chance.integers(2))]
    day = 28 if (start.month, start.day) == (2, 29) else start.day
    near = date(start.year - age, start.month, day) + timedelta(int(chance.integers(-1, 2)))
    return _at_least_1900(near)


def _at_least_1900(day: date) -> date | None:
    return day if day >= date(1900, 1, 1) else None


def _kilograms(chance: np.random.Generator) -> str:
    whole = str(chance.integers(WHOLE_FROM, WHOLE_TO))
    places = int(chance.integers(4))
    return whole if not places else f"{whole}.{chance.integers(10**places):0{places}d}"


def _weigh(subject: Subject, chance: np.random.Generator) -> None:
    """Weights for the first dose (day 1) and the second (day 3, two days after the start)."""
    start = subject.start
    before = start if start == date(1900, 1, 1) else start - timedelta(int(chance.integers(3)))
    kind = int(chance.integers(7))
    undated = Weight(_kilograms(chance), None)
    dated = Weight(_kilograms(chance), before)
    later = [Weight(_kilograms(chance), _no_later(start + timedelta(days))) for days in (1, 2, 3, 40)]
    if kind <= 1:
        subject.own = (undated, dated)[kind]
    elif kind == 2:  # a later weight alone in the second table
        subject.own, subject.further = undated, [later[int(chance.integers(4))]]
    elif kind == 3:  # dated and undated: the dated one is taken
        subject.own, subject.further = undated, [dated]
    elif kind == 4:  # only the second table, in any order
        subject.further = [later[3], later[1], dated]
    elif kind == 5:  # the same weight of the same day in both tables, once with a further zero
        subject.own = dated
        zero = "0" if "." in dated.text else ".0"
        subject.further = [Weight(dated.text + zero, before), later[0]]
    else:
        subject.own, subject.further = dated, [later[1], later[2]]
    days = [weight.day for weight in subject.further]
    subject.further = [w for k, w in enumerate(subject.further) if w.day not in days[:k]]


def _no_later(day: date) -> date:
    return min(day, date(2199, 12, 31))


def subjects_csv(subjects: list[Subject]) -> str:
    """The subjects' table."""
    header = ["subject_id", "arm", "start", "weight_kg", "weight_date", "birth_date", "site"]
    lines = [
        [
            *(one.id, one.arm, one.start.isoformat()),
            one.own.text if one.own else "",
            one.own.day.isoformat() if one.own and one.own.day else "",
            one.birth.isoformat() if one.birth else "",
            one.site,
        ]
        for one in subjects
    ]
    return _csv([header, *lines])


def weights_csv(subjects: list[Subject]) -> str:
    """The weights' table."""
    lines = [[one.id, str(weight.day), weight.text] for one in subjects for weight in one.further]
    return _csv([["subject_id", "date", "weight_kg"], *lines])


def _csv(lines: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
