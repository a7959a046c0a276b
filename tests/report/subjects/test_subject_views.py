"""Views of subjects say what the tables of visits and doses say."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.model.quantity import Amount, Unit
from dosecal.planning.resolve import plan_schedule
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.report.subjects.subject_view import SubjectView

VISITS = """\
D1: {}
D8: {day: D8, window: "-1 to +2 days"}
follow-up: {day: D29, arms: [active]}"""
MORE = """\
assessments:
  ct: {label: Chest CT, visits: [D8, follow-up]}
  labs: {label: Blood sample, visits: [D8]}
"""


def _views(rows: str) -> list[SubjectView]:
    protocol = protocol_of(protocol_text(regimen="dose: 2 mg/kg", visits=VISITS, more=MORE))
    content = f"subject_id,arm,start,weight_kg,weight_date,weight_method\n{rows}\n"
    table = read_table(io.BytesIO(content.encode()), "subjects.csv")
    (cohort, problems), *_ = SubjectReader(protocol, {}).read(table)
    assert not problems
    return list(SubjectViews(plan_schedule(protocol, cohort)))


def test_each_subject_has_the_visits_of_its_arm_in_order() -> None:
    first, second = _views("007,active,2026-03-02,70,2026-03-01,measured\n2,control,2026-03-03,,,")
    assert (first.subject, first.arm.id, [one.visit.id for one in first.visits]) == (
        *("007", "active"),
        ["D1", "D8", "follow-up"],
    )
    assert (second.subject, second.arm.id, [one.visit.id for one in second.visits]) == ("2", "control", ["D1", "D8"])


def test_a_visit_has_its_dates_and_what_is_done() -> None:
    (one,) = _views("007,active,2026-03-02,70,2026-03-01,measured")
    visit = one.visits[1]
    assert visit.target == visit.planned == visit.day == date(2026, 3, 9)
    assert visit.window == (date(2026, 3, 8), date(2026, 3, 11))
    assert (visit.wider, visit.actual, visit.booked, visit.deviation_days) == (None, None, None, None)
    assert [assessment.label for assessment in visit.assessments] == ["Chest CT", "Blood sample"]
    assert visit.regimens == ()
    assert one.visits[0].window is None


def test_doses_stand_beside_the_visits() -> None:
    first, second = _views("007,active,2026-03-02,70,2026-03-01,measured\n2,control,2026-03-03,,,")
    (dose,) = first.doses
    assert (dose.number, dose.visit.id, dose.ordered) == (1, "D1", Amount(Fraction(140), Unit("mg")))
    assert second.doses == ()
