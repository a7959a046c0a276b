"""Random protocols and subjects, with the plain calculation that a table is held against.

The calculation takes one subject after the other, with dates of ``datetime`` and fractions, and nothing of ours.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.weights_file import read_weights
from dosecal.planning.resolve import plan_schedule
from tests.example_protocols import DAY_0, NO_DAY_0, protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule
    from dosecal.report.tables.table import Table

NOTHING = ""


@dataclass(frozen=True)
class VisitRule:
    """A visit: so many days after the anchor, with a window of so many days before and after, or none."""

    offset: int
    window: tuple[int, int] | None
    is_dosed: bool


@dataclass(frozen=True)
class DoseRule:
    """A dose of so many mg, per kg or flat, with its limits and increment as texts; empty for none."""

    dose: str
    is_per_kg: bool
    cap: str = NOTHING
    floor: str = NOTHING
    increment: str = NOTHING
    is_measured_only: bool = False
    not_older_than: int | None = None
    takes_first_weight: bool = False


@dataclass(frozen=True)
class Weighing:
    """A weight: kilograms as typed, days after the start (None for no date), and the way (empty for none)."""

    kilograms: str
    day: int | None
    method: str = NOTHING


@dataclass(frozen=True)
class Someone:
    """A subject; the first weighing stands in the subjects' table, the others in the weights' table."""

    id: str
    arm: str
    start: date
    weighings: tuple[Weighing, ...] = ()


@dataclass(frozen=True)
class Case:
    """A protocol and its subjects."""

    visits: tuple[VisitRule, ...]
    rule: DoseRule
    subjects: tuple[Someone, ...]
    has_day_0: bool = False
    more: str = field(default=NOTHING)

    @property
    def text(self) -> str:
        """The protocol file."""
        visits = "\n".join(f"v{k}: {{days: {v.offset}{_window(v.window)}}}" for k, v in enumerate(self.visits))
        dosed = ", ".join(f"v{k}" for k, visit in enumerate(self.visits) if visit.is_dosed)
        numbering = DAY_0 if self.has_day_0 else NO_DAY_0
        regimen = _regimen(self.rule, dosed) if dosed else NOTHING
        return protocol_text(regimen=regimen, visits=visits, numbering=numbering, more=self.more)

    @property
    def protocol(self) -> Protocol:
        """The protocol, loaded."""
        return protocol_of(self.text)


def _window(window: tuple[int, int] | None) -> str:
    return NOTHING if window is None else f", window: -{window[0]} to +{window[1]} days"


def _regimen(rule: DoseRule, dosed: str) -> str:
    lines = [f"dose: {rule.dose} mg{'/kg' if rule.is_per_kg else ''}", f"visits: [{dosed}]"]
    lines += [f"at_most: {rule.cap} mg"] if rule.cap else []
    lines += [f"at_least: {rule.floor} mg"] if rule.floor else []
    lines += [f"rounding: {{dose: {{to: {rule.increment} mg, ties: up}}}}"] if rule.increment else []
    if rule.is_per_kg:
        measured = f"measured: {'required' if rule.is_measured_only else 'not required'}"
        age = "none stated" if rule.not_older_than is None else f"{rule.not_older_than} days"
        each = "use the first weight" if rule.takes_first_weight else "weigh again"
        lines.append(f"weight: {{which: actual, {measured}, not_older_than: {age}, each_dose: {each}}}")
    return "\n".join(lines)


def subjects_text(case: Case) -> str:
    """The subjects' table."""
    lines = ["subject_id,arm,start,weight_kg,weight_date,weight_method"]
    for one in case.subjects:
        own = one.weighings[0] if one.weighings else Weighing(NOTHING, None)
        day = NOTHING if own.day is None else str(one.start + timedelta(own.day))
        lines.append(f"{one.id},{one.arm},{one.start},{own.kilograms},{day},{own.method}")
    return "\n".join(lines) + "\n"


def weights_text(case: Case) -> str:
    """The weights' table: all but each subject's first, whose days are known."""
    lines = ["subject_id,date,weight_kg,method"]
    lines += [
        f"{one.id},{_day(one, weighing)},{weighing.kilograms},{weighing.method}"
        for one in case.subjects
        for weighing in one.weighings[1:]
    ]
    return "\n".join(lines) + "\n"


def _day(one: Someone, weighing: Weighing) -> date | None:
    return None if weighing.day is None else one.start + timedelta(weighing.day)


def planned(case: Case) -> Schedule:
    """The schedule of a case, read from its texts; every row of them is good."""
    weights = read_weights(read_table(io.BytesIO(weights_text(case).encode()), "weights.csv"))
    reader = SubjectReader(case.protocol, weights)
    ((cohort, problems),) = reader.read(read_table(io.BytesIO(subjects_text(case).encode()), "subjects.csv"))
    assert problems == []
    return plan_schedule(case.protocol, cohort)


def rows_of(table: Table) -> list[dict[str, str]]:
    """The rows of a table, by the names of its columns."""
    cells = {column.name: column.cells(table.rows) for column in table.columns}
    return [{name: texts[row] for name, texts in cells.items()} for row in range(table.rows)]


def expected_visits(case: Case) -> list[tuple[str, str, str, str, str]]:
    """Subject, visit, target and both ends of the window, calculated plainly."""
    rows = []
    for one in case.subjects:
        order = sorted(range(len(case.visits)), key=lambda k: (case.visits[k].offset, k))
        for k in order:
            visit = case.visits[k]
            target = one.start + timedelta(visit.offset)
            before, after = visit.window or (0, 0)
            ends = [str(target - timedelta(before)), str(target + timedelta(after))] if visit.window else ["", ""]
            rows.append((one.id, f"v{k}", str(target), ends[0], ends[1]))
    return rows


def expected_doses(case: Case) -> list[tuple[str, str, str, Fraction | None]]:
    """Subject, visit, date and ordered dose (None for to be determined), calculated plainly."""
    rows = []
    for one in case.subjects:
        if one.arm != "active":
            continue
        dosed = sorted((visit.offset, k) for k, visit in enumerate(case.visits) if visit.is_dosed)
        for offset, k in dosed:
            weighed_on = dosed[0][0] if case.rule.takes_first_weight else offset
            kilograms = _weight_on(case.rule, one, weighed_on) if case.rule.is_per_kg else Fraction(1)
            amount = None if kilograms is None else expected_amount(case.rule, kilograms)
            rows.append((one.id, f"v{k}", str(one.start + timedelta(offset)), amount))
    return rows


def _weight_on(rule: DoseRule, one: Someone, day: int) -> Fraction | None:
    allowed = [w for w in one.weighings if not rule.is_measured_only or w.method == "measured"]
    dated = sorted((w.day, w.kilograms) for w in allowed if w.day is not None and w.day <= day)
    if dated:
        latest, kilograms = dated[-1]
        is_too_old = rule.not_older_than is not None and day - latest > rule.not_older_than
        return None if is_too_old else Fraction(kilograms)
    undated = [w.kilograms for w in allowed if w.day is None]
    return Fraction(undated[0]) if undated and rule.not_older_than is None else None


def expected_amount(rule: DoseRule, kilograms: Fraction) -> Fraction:
    """The ordered dose in mg for a weight, or for any weight where the dose is flat."""
    amount = Fraction(rule.dose) * (kilograms if rule.is_per_kg else 1)
    if rule.cap:
        amount = min(amount, Fraction(rule.cap))
    if rule.floor:
        amount = max(amount, Fraction(rule.floor))
    if rule.increment:
        amount = math.floor(amount / Fraction(rule.increment) + Fraction(1, 2)) * Fraction(rule.increment)
    return amount


def decimal_text(whole: int, places: int) -> str:
    """A whole number of tenths, hundredths or thousandths, in plain digits: 705 and 1 give ``70.5``."""
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def decimals(lowest: int, highest: int, places: int = 3) -> st.SearchStrategy[str]:
    """Numbers in plain digits with up to so many places, between two whole numbers."""
    thousandths = st.integers(lowest * 1000, highest * 1000)
    return st.builds(_cut, thousandths, st.integers(0, places))


def _cut(thousandths: int, places: int) -> str:
    return decimal_text(thousandths // 10 ** (3 - places), places)


KILOGRAMS = decimals(1, 500)
# not three places: in a protocol file "1.234 mg" could be 1,234 mg, and is refused
DOSES = decimals(1, 50, places=2)
# a few years, since every day between the first and the last costs time; other centuries stand in the registry tests
STARTS = st.one_of(
    st.dates(date(2019, 1, 1), date(2025, 12, 31)),
    st.sampled_from([date.fromisoformat(f"20{day}") for day in ("20-02-28", "20-02-29", "23-02-28", "19-12-31")]),
)
INCREMENTS = st.sampled_from([NOTHING, "0.1", "0.25", "1", "5", "0.01"])


@st.composite
def dose_rules(draw: st.DrawFn, *, is_per_kg: bool | None = None) -> DoseRule:
    """A dose with or without cap, floor and rounding; limits are whole multiples of the increment."""
    increment = draw(INCREMENTS)
    step = Fraction(increment or "0.5")
    limits = sorted(draw(st.lists(st.integers(1, 20_000), min_size=2, max_size=2)))
    floor, cap = (_decimal(step * limit) for limit in limits)
    return DoseRule(
        dose=draw(DOSES),
        is_per_kg=draw(st.booleans()) if is_per_kg is None else is_per_kg,
        cap=cap if draw(st.booleans()) else NOTHING,
        floor=floor if draw(st.booleans()) else NOTHING,
        increment=increment,
        is_measured_only=draw(st.booleans()),
        not_older_than=draw(st.none() | st.integers(0, 30)),
        takes_first_weight=draw(st.booleans()),
    )


def _decimal(value: Fraction) -> str:
    hundredths = value * 100
    assert hundredths.denominator == 1
    return decimal_text(int(hundredths), 2)


VISITS = st.lists(
    st.builds(
        VisitRule,
        offset=st.integers(-400, 400),
        window=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)),
        is_dosed=st.booleans(),
    ),
    min_size=1,
    max_size=6,
).map(tuple)


@st.composite
def weighings(draw: st.DrawFn) -> tuple[Weighing, ...]:
    """Weights on different days, the first of them perhaps without a day."""
    days = draw(st.lists(st.integers(-40, 410), max_size=4, unique=True))
    methods = st.sampled_from(["", "measured", "stated", "estimated"])
    found = [Weighing(draw(KILOGRAMS), day, draw(methods)) for day in days]
    is_first_undated = draw(st.booleans())
    if found and is_first_undated:
        found[0] = replace(found[0], day=None)
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn, *, is_per_kg: bool | None = None) -> Case:
    """A protocol and up to six subjects."""
    subjects = st.builds(
        Someone, id=st.just(""), arm=st.sampled_from(["active", "control"]), start=STARTS, weighings=weighings()
    )
    found = draw(st.lists(subjects, min_size=1, max_size=6))
    return Case(
        visits=draw(VISITS),
        rule=draw(dose_rules(is_per_kg=is_per_kg)),
        subjects=tuple(replace(one, id=f"{k:03d}") for k, one in enumerate(found)),
        has_day_0=draw(st.booleans()),
    )
