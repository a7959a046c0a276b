"""The view of a subject says what the tables of visits and doses say."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.app.composition.composition import Composition
from dosecal.app.composition.inputs import Inputs
from dosecal.app.composition.subject_views import read_subjects
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.model.adherence import VisitStatus
from dosecal.model.quantity import Amount, Unit
from dosecal.planning.resolve import plan_schedule
from dosecal.report.subjects.subject_view import RecordedWeight
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_protocols import protocol_of, protocol_text
from tests.followed import files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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


def views_of(rows: str) -> list[SubjectView]:
    protocol = protocol_of(protocol_text(regimen="dose: 2 mg/kg", visits=VISITS, more=MORE))
    content = f"subject_id,arm,start,weight_kg,weight_date,weight_method\n{rows}\n"
    table = read_table(io.BytesIO(content.encode()), "subjects.csv")
    (cohort, problems), *_ = SubjectReader(protocol, {}).read(table)
    assert not problems
    return list(SubjectViews(plan_schedule(protocol, cohort)))


def test_each_subject_has_the_visits_of_its_arm_in_order() -> None:
    first, second = views_of("007,active,2026-03-02,70,2026-03-01,measured\n2,control,2026-03-03,,,")
    assert (first.subject, first.arm.id, [one.visit.id for one in first.visits]) == (
        *("007", "active"),
        ["D1", "D8", "follow-up"],
    )
    assert (second.subject, second.arm.id, [one.visit.id for one in second.visits]) == ("2", "control", ["D1", "D8"])


def test_a_visit_has_its_dates_and_what_is_done() -> None:
    (one,) = views_of("007,active,2026-03-02,70,2026-03-01,measured")
    visit = one.visits[1]
    assert visit.target == visit.planned == visit.day == date(2026, 3, 9)
    assert visit.window == (date(2026, 3, 8), date(2026, 3, 11))
    assert (visit.wider, visit.actual, visit.booked, visit.deviation_days) == (None, None, None, None)
    assert [assessment.label for assessment in visit.assessments] == ["Chest CT", "Blood sample"]
    assert visit.regimens == ()
    assert one.visits[0].window is None


def test_doses_stand_beside_the_visits() -> None:
    first, second = views_of("007,active,2026-03-02,70,2026-03-01,measured\n2,control,2026-03-03,,,")
    (dose,) = first.doses
    assert (dose.number, dose.visit.id, dose.ordered) == (1, "D1", Amount(Fraction(140), Unit("mg")))
    assert second.doses == ()


def followed_up(folder: Path, *, actuals: Iterable[str] = (), sites: str = "", **more: str) -> SubjectView:
    """Subject 1, who starts on Monday 2 March 2026, as of 12 March."""
    names = files(folder, actuals=actuals, **more)
    if sites:
        (folder / "sites.yaml").write_text(sites, encoding="utf-8")
    inputs = Inputs(
        protocols=(names[0],),
        subjects=str(names[1]),
        actuals=str(names[3]),
        sites=str(folder / "sites.yaml") if sites else None,
        as_of=date(2026, 3, 12),
    )
    (view,) = read_subjects(Composition(inputs))
    return view


def test_what_is_on_record_stands_beside_what_is_planned(tmp_path: Path) -> None:
    view = followed_up(
        tmp_path,
        visits="D1: {}\nD8: {window: ±1 day}\nD15: {window: ±2 days}",
        regimen="dose: 100 mg\nvisits: [D1, D8]",
        subjects="1,active,2026-03-02",
        actuals=[
            "1,D1,2026-03-02,done,96,mg,a slow start",
            "1,D8,2026-03-11,done",
            "1,D15,2026-03-17,planned",
            "1,,2026-03-05,done,,,a fall",
        ],
    )
    first, second, third = view.visits
    assert view.as_of == date(2026, 3, 12)
    assert (first.actual, first.status, first.note) == (date(2026, 3, 2), VisitStatus.DONE, "a slow start")
    assert [one.amount for one in first.given] == [Amount(Fraction(96), Unit("mg"))]
    assert (second.deviation_days, second.days_out, second.given) == (2, 1, ())
    assert (third.booked, third.planned, third.day) == (date(2026, 3, 17), date(2026, 3, 16), date(2026, 3, 17))
    assert [(one.day, one.note) for one in view.unscheduled] == [(date(2026, 3, 5), "a fall")]
    (at_first, at_second) = view.doses
    assert at_first.given == first.given[0]
    assert (at_second.given, at_second.day, at_second.number, at_second.count) == (None, date(2026, 3, 11), 2, 2)
    assert first.doses == (at_first,)
    assert view.doses_on(date(2026, 3, 11)) == (at_second,)


def test_next_visit_is_the_first_one_that_can_still_be_held(tmp_path: Path) -> None:
    visits = "D1: {}\nD8: {window: ±1 day}\nD15: {}\nD22: {}\nend: {days: 0, after: off_treatment}"
    actuals = ["1,D1,2026-03-02,done", "1,D8,,missed"]
    view = followed_up(tmp_path, visits=visits, actuals=actuals)
    assert view.next_visit is not None
    assert view.next_visit.visit.id == "D15"
    assert [one.visit.id for one in view.visits if one.awaits_event] == ["end"]
    ended = followed_up(tmp_path, visits=visits, actuals=[*actuals, "1,off_study,2026-03-10,done"])
    assert (ended.next_visit, ended.off_study) == (None, date(2026, 3, 10))


def test_why_a_visit_moved_is_said_by_what_moved_it(tmp_path: Path) -> None:
    view = followed_up(
        tmp_path,
        visits="""\
D6: {window: ±3 days, closed_day: next}
D13: {window: ±3 days}
D20: {window: ±5 days, at_least: 9 days after D13}""",
        columns=",site",
        subjects="1,control,2026-03-02,S1",
        sites="sites:\n  S1: {country: none stated, weekend: [Saturday, Sunday]}\n",
    )
    moved, stays, pushed = view.visits
    # D6 is Saturday 7 March, D13 Saturday 14 March; 9 days after it is Monday 23 March, D20 is Saturday 21 March
    assert (moved.moved_days, moved.why_moved) == (2, ("closed: Saturday", "closed day: planned 2 days later"))
    assert (stays.closed_day, stays.closed_day_stays, stays.why_moved) == ("closed: Saturday", True, ())
    assert pushed.planned == pushed.not_before == date(2026, 3, 23)
    assert pushed.why_moved == ("the target is too early: planned on the first day that is late enough",)
    assert moved.offered == ((date(2026, 3, 4), date(2026, 3, 6)), (date(2026, 3, 9), date(2026, 3, 10)))


def test_weights_on_record_are_those_of_the_subject() -> None:
    first, second = views_of("007,active,2026-03-02,70,2026-03-01,measured\n2,control,2026-03-03,81.5,,stated")
    assert first.weights == (RecordedWeight(Fraction(70), date(2026, 3, 1), "measured"),)
    assert second.weights == (RecordedWeight(Fraction("81.5"), None, "stated"),)
    assert (first.doses[0].weight, first.doses[0].weight_before) == (first.weights[0], None)
    assert first.doses[0].weight_age_days == 1


def test_versions_of_the_protocol_follow_each_other_in_one_view(tmp_path: Path) -> None:
    old = protocol_text(visits="D1: {}\nD8: {}\nD15: {}").replace('"1.0"', '"1.0"\neffective: 2026-01-05')
    new = protocol_text(visits="D1: {}\nD8: {}\nD22: {}")
    new = new.replace('version: "1.0"', 'version: "2.0"\namends: "1.0"\neffective: 2026-03-12')
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "subjects.csv").write_text("subject_id,arm,start,protocol_version\n1,active,2026-03-02,2.0\n")
    (tmp_path / "actuals.csv").write_text("subject_id,visit,date,status\n1,D1,2026-03-02,done\n1,D8,2026-03-09,done\n")
    inputs = Inputs(
        protocols=(tmp_path / "new.yaml", tmp_path / "old.yaml"),
        subjects=str(tmp_path / "subjects.csv"),
        actuals=str(tmp_path / "actuals.csv"),
        as_of=date(2026, 3, 12),
    )
    (view,) = read_subjects(Composition(inputs))
    assert [one.version for one in view.protocols] == ["1.0", "2.0"]
    assert view.protocol.version == "2.0"
    assert [(one.protocol.version, one.visit.id) for one in view.visits] == [
        *[("1.0", "D1"), ("1.0", "D8")],
        ("2.0", "D22"),
    ]
