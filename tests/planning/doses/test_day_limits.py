"""Limits of a day count every dose of the day: expected values worked by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.model.preparation import Verdict
from dosecal.model.struct import replace
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.product.prepared import prepare_doses, prepare_from_lots
from dosecal.planning.product.product import prepare
from dosecal.planning.resolve import plan_schedule
from tests.example_products import containers_of, product_protocol
from tests.planning.planned import cohort_of

if TYPE_CHECKING:
    from dosecal.model.preparation import LimitCheck
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule

PROTOCOL = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {{label: first infusion}}
arms:
  active: {{label: Active}}
products:
  first:
    label: first product
    concentration: 10 mg/mL
    dmso: {dmso}
    limits: {limits}
  second: {second}
regimens:
  first: {{product: first, dose: 10 mg/kg, weight: none stated, visits: [{visits}]}}
  second: {{product: second, dose: 70 mg, visits: [D1]}}
visits:
  D1: {{}}
  evening: {{days: 0}}
  D2: {{}}
"""
SECOND = "{label: second product, concentration: 1 mg/mL, dmso: 50 % w/v}"
LIMIT = "{dmso: at most 1 g/kg per day}"


def protocol_of(
    *, limits: str = LIMIT, second: str = SECOND, visits: str = "D1, D2", dmso: str = "10 % v/v"
) -> Protocol:
    text = PROTOCOL.format(limits=limits, second=second, visits=visits, dmso=dmso)
    return read_protocol(text.encode(), "protocol.yaml")


def schedule_of(protocol: Protocol, rows: str = "1,active,2026-03-02,70") -> Schedule:
    return plan_schedule(protocol, cohort_of(protocol, f"subject_id,arm,start,weight_kg\n{rows}\n"))


def checks_of(schedule: Schedule, of: str = "DMSO") -> list[tuple[str, str, LimitCheck]]:
    """The limit of each dose that has it, with subject and visit."""
    found = []
    for row, place in enumerate(schedule.prepared.place.tolist()):
        limits = schedule.prepared.preparations[place].limits if place >= 0 else ()
        subject = schedule.cohort.ids[int(schedule.doses.subject[row])]
        visit = schedule.protocol.visits[int(schedule.doses.visit[row])].id
        found += [(subject, visit, check) for check in limits if check.of == of]
    return found


def test_dmso_of_two_products_on_one_day_is_added_up() -> None:
    # first: 700 mg are 70 mL × 10 % × 1.10 = 7.7 g, 0.11 g per kg; second: 70 mL × 0.5 g = 35 g, 0.5 g per kg
    (_, _, one), (_, _, two) = checks_of(schedule_of(protocol_of()))
    assert (one.value, one.verdict) == (Fraction("0.61"), Verdict.WITHIN)
    assert [(share.dose, share.value) for share in one.shares] == [
        ("this dose", Fraction("0.11")),
        ("second", Fraction("0.5")),
    ]
    assert (two.value, two.shares, two.why) == (Fraction("0.11"), (), "the only dose of the day")


def test_limit_is_reached_with_what_the_other_doses_leave() -> None:
    # 1 − 0.5 g per kg leave 0.5 × 70 = 35 g; ÷ 0.11 g a mL = 318.18 mL
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of()))
    assert one.reached_ml == Fraction(35) / Fraction("0.11")


@pytest.mark.parametrize(
    ("limit", "verdict", "by"),
    [
        ("0.61 g/kg", Verdict.WITHIN, "0"),  # exactly at the limit is inside
        ("0.6 g/kg", Verdict.BEYOND, "0.01"),
        ("42.7 g", Verdict.WITHIN, "0"),  # 7.7 + 35 g
        ("42.6 g", Verdict.BEYOND, "0.1"),
    ],
)
def test_sum_of_the_day_is_held_against_the_limit(limit: str, verdict: Verdict, by: str) -> None:
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(limits=f"{{dmso: at most {limit} per day}}")))
    assert (one.verdict, one.by) == (verdict, Fraction(by))


def test_two_doses_of_one_regimen_on_one_date_are_added_up() -> None:
    found = checks_of(schedule_of(protocol_of(visits="D1, evening", second="{label: x, dmso: none}")))
    assert [(visit, check.value) for _, visit, check in found] == [
        ("D1", Fraction("0.22")),
        ("evening", Fraction("0.22")),
    ]
    assert [share.dose for share in found[0][2].shares] == ["this dose", "first at evening", "second"]


def test_limit_of_one_dose_counts_that_dose_alone() -> None:
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(limits="{dmso: at most 0.5 g/kg per dose}")))
    assert (one.value, one.unit, one.shares) == (Fraction("0.11"), "g per kg", ())


def test_volume_of_a_day_is_added_up_where_the_file_says_per_day() -> None:
    # 70 mL + 70 mL ÷ 70 kg = 2 mL per kg
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(limits="{volume: at most 1.5 mL/kg per day}")), "volume")
    assert (one.value, one.verdict, one.by) == (Fraction(2), Verdict.BEYOND, Fraction("0.5"))
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(limits="{volume: at most 1.5 mL/kg}")), "volume")
    assert (one.value, one.verdict) == (Fraction(1), Verdict.WITHIN)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("{label: x, concentration: 1 mg/mL}", "DMSO of the product: none stated"),
        ("{label: x}", "DMSO of the product: none stated"),
        ("{label: x, dmso: 10 % v/v}", "the volume is not known"),
    ],
)
def test_what_a_dose_adds_and_nobody_knows_is_not_taken_for_nothing(second: str, why: str) -> None:
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(second=second)))
    assert (one.value, one.verdict) == (None, Verdict.UNKNOWN)
    assert (one.shares[1].value, one.shares[1].why) == (None, why)


def test_limit_is_not_kept_where_what_is_known_is_beyond_it_already() -> None:
    protocol = protocol_of(second="{label: x}", limits="{dmso: at most 0.1 g/kg per day}")
    ((_, _, one), *_) = checks_of(schedule_of(protocol))
    assert (one.value, one.verdict, one.by) == (Fraction("0.11"), Verdict.BEYOND, Fraction("0.01"))


def test_product_that_is_said_to_hold_no_dmso_adds_nothing() -> None:
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(second="{label: x, dmso: none}")))
    assert (one.value, one.verdict) == (Fraction("0.11"), Verdict.WITHIN)
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(dmso="none", second="{label: x, dmso: none}")))
    assert one.value == 0


def test_each_subject_has_days_of_its_own() -> None:
    rows = "1,active,2026-03-02,70\n2,active,2026-03-02,35\n3,active,2026-03-02,70"
    found = {(subject, visit): check.value for subject, visit, check in checks_of(schedule_of(protocol_of(), rows))}
    # 35 kg: 35 mL × 0.11 = 3.85 g, 0.11 g per kg; 35 g ÷ 35 kg = 1 g per kg
    assert found["1", "D1"] == found["3", "D1"] == Fraction("0.61")
    assert found["2", "D1"] == Fraction("1.11")
    assert found["2", "D2"] == Fraction("0.11")


def test_days_are_added_up_from_lots_as_well() -> None:
    protocol = protocol_of(visits="D1")
    lots = "first,A,1,700,mg,,70,,,,,\nsecond,B,1,70,mg,,70,,,,,\n"
    (schedule,), _ = prepare_from_lots((schedule_of(protocol),), containers_of(lots, protocol))
    ((_, _, one),) = checks_of(schedule)
    assert one.value == Fraction("0.61")


def test_limit_of_a_day_of_one_dose_worked_alone_says_so() -> None:
    protocol = product_protocol(
        "concentration: 10 mg/mL\ndmso: 10 % v/v\nlimits: {dmso: at most 1 g per day}", "dose: 10 mg"
    )
    (check,) = prepare(work_out_dose(protocol.regimens[0], None), protocol.products[0], None).limits
    assert (check.value, check.why) == (Fraction("0.11"), "of this dose alone")


def test_what_is_known_exactly_at_the_limit_is_not_beyond_it() -> None:
    protocol = protocol_of(second="{label: x}", limits="{dmso: at most 0.11 g/kg per day}")
    ((_, _, one), *_) = checks_of(schedule_of(protocol))
    assert (one.value, one.verdict) == (None, Verdict.UNKNOWN)


def test_nothing_is_left_where_the_other_doses_reach_the_limit() -> None:
    ((_, _, one), *_) = checks_of(schedule_of(protocol_of(limits="{dmso: at most 0.4 g/kg per day}")))
    assert (one.reached_ml, one.by) == (Fraction(0), Fraction("0.21"))


def test_dose_without_a_date_is_counted_alone_and_says_so() -> None:
    protocol = protocol_of()
    doses = schedule_of(protocol).doses
    undated = replace(doses, day=np.full(len(doses), np.datetime64("NaT", "D")))
    schedule = schedule_of(protocol)
    prepared = prepare_doses(protocol, schedule.cohort, undated)
    limits = [prepared.preparations[place].limits for place in prepared.place.tolist()]
    assert {check.why for one in limits for check in one} == {"of this dose alone, since its date is not known"}
    assert [check.value for one in limits for check in one] == [Fraction("0.11"), Fraction("0.11")]


def test_dose_of_the_day_that_is_to_be_determined_says_so() -> None:
    # the flat dose has the limit here, and the one per kg has no weight yet
    text = "1,active,2026-03-02,"
    limited = "{label: x, concentration: 1 mg/mL, dmso: 50 % w/v, limits: {dmso: at most 50 g per day}}"
    schedule = schedule_of(protocol_of(second=limited), text)
    (check,) = [check for _, _, check in checks_of(schedule)]
    assert (check.value, check.shares[0].value) == (None, Fraction(35))
    assert check.shares[1].why == "its dose is to be determined"


def test_limit_per_kg_of_a_flat_dose_is_not_judged_without_a_weight() -> None:
    limited = "{label: x, concentration: 1 mg/mL, dmso: 50 % w/v, limits: {dmso: at most 1 g/kg per day}}"
    schedule = schedule_of(protocol_of(second=limited), "1,active,2026-03-02,")
    (check,) = [check for _, _, check in checks_of(schedule)]
    assert (check.value, check.verdict, check.why, check.shares) == (
        *(None, Verdict.UNKNOWN, "the body weight is not known", ()),
    )
