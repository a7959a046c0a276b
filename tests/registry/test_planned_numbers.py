"""Every date, label and dose of both trials' tables equals a plain calculation with dates and fractions.

The calculation takes the facts of ``facts.py``, which were typed from the registry records, and nothing of ours: dates
by ``datetime``, doses by ``Fraction``, one subject after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.command_line import csv_rows_of, run_well
from tests.registry.cohorts import IDS, STARTS, SUBJECTS, Subject, Weight, random_subjects, subjects_csv, weights_csv
from tests.registry.facts import CHINA, MEXICO, TRIALS, Trial

if TYPE_CHECKING:
    from pathlib import Path

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SEEDS = {"NCT04611256": 46, "NCT04252118": 42}
EXACT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Planned:
    """A trial, its random subjects, and the three tables that the program writes for them."""

    trial: Trial
    subjects: list[Subject]
    visits: Rows
    long: Rows
    doses: Rows


@pytest.fixture(scope="module", params=TRIALS, ids=lambda trial: trial.study)
def planned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """Both trials, planned by the command line from files to files."""
    trial: Trial = request.param
    folder = tmp_path_factory.mktemp(trial.study)
    subjects = random_subjects(trial, SEEDS[trial.study])
    (folder / "subjects.csv").write_text(subjects_csv(subjects), encoding="utf-8")
    (folder / "weights.csv").write_text(weights_csv(subjects), encoding="utf-8")
    return Planned(
        trial,
        subjects,
        table_of(folder, trial, "visits"),
        table_of(folder, trial, "visits", "--long"),
        table_of(folder, trial, "doses"),
    )


def table_of(folder: Path, trial: Trial, command: str, *options: str) -> Rows:
    output = folder / "-".join(("out", command, *options))
    weights = ("--weights", folder / "weights.csv")
    run_well(command, trial.study, folder / "subjects.csv", *weights, *options, "-o", output)
    return csv_rows_of(output.read_text(encoding="utf-8"))


def as_in_csv(text: str) -> str:
    """A text cell as CSV has it: guarded with an apostrophe where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def visits_of(trial: Trial, subject: Subject) -> list[str]:
    """The visits of the subject's arm, in the order of their days; baseline precedes the infusion of its day."""
    return [name for name, (_, arms) in trial.visits.items() if subject.arm in arms]


def day_of(trial: Trial, subject: Subject, visit: str) -> date:
    return subject.start + timedelta(days=trial.visits[visit][0] - trial.first_day)


def age_on(birth: date, day: date) -> int:
    """Completed years; a birth on 29 February is completed on 1 March where there is no such day."""
    try:
        birthday = birth.replace(year=day.year)
    except ValueError:
        birthday = date(day.year, 3, 1)
    return day.year - birth.year - (1 if day < birthday else 0)


def is_outside_ages(trial: Trial, subject: Subject) -> bool:
    return subject.birth is not None and not trial.ages[0] <= age_on(subject.birth, subject.start) <= trial.ages[1]


def weight_for(subject: Subject, day: date) -> Weight:
    """The latest weight on or before the day, else the one without a day."""
    weights = [*([subject.own] if subject.own else []), *subject.further]
    dated = [(weight.day, weight) for weight in weights if weight.day is not None and weight.day <= day]
    if dated:
        return max(dated, key=lambda pair: pair[0])[1]
    (undated,) = (weight for weight in weights if weight.day is None)
    return undated


def test_random_subjects_hold_every_special_day_and_id(planned: Planned) -> None:
    subjects = planned.subjects
    assert len({one.id for one in subjects}) == len(subjects) == SUBJECTS
    assert set(IDS) <= {one.id for one in subjects}
    assert set(STARTS) <= {one.start for one in subjects}
    assert {one.arm for one in subjects} == {"msc", "control"}
    ages = {age_on(one.birth, one.start) for one in subjects if one.birth}
    lowest, highest = planned.trial.ages
    assert {lowest - 1, lowest, highest, highest + 1} <= ages


def test_visits_stand_in_the_order_of_subjects_and_days(planned: Planned) -> None:
    expected = [(as_in_csv(one.id), visit) for one in planned.subjects for visit in visits_of(planned.trial, one)]
    assert [(row["subject_id"], row["visit"]) for row in planned.visits] == expected


def test_every_visit_has_the_dates_and_labels_of_the_record(planned: Planned) -> None:
    trial = planned.trial
    expected = []
    for one in planned.subjects:
        for visit in visits_of(trial, one):
            number, day = trial.visits[visit][0], day_of(trial, one, visit)
            expected.append(
                {
                    "study": trial.study,
                    "protocol_version": trial.version,
                    "subject_id": as_in_csv(one.id),
                    "site": one.site,
                    "arm": one.arm,
                    "visit": visit,
                    "epoch": "",
                    "visit_label": "Baseline" if visit == "baseline" else f"Day {number}",
                    "study_day": f"D{number}",
                    "offset_days": str(number - trial.first_day),
                    "anchor": "start",
                    "anchor_date": one.start.isoformat(),
                    "target_date": day.isoformat(),
                    "weekday": WEEKDAYS[day.weekday()],
                    "planned_date": day.isoformat(),
                    "window_start": "",
                    "window_end": "",
                    "closed_day": "",
                    "actual_date": "",
                    "status": "",
                    "deviation_days": "",
                }
            )
    kept = list(expected[0])
    assert [{name: row[name] for name in kept} for row in planned.visits] == expected


def test_every_visit_has_the_doses_and_assessments_of_its_arm(planned: Planned) -> None:
    trial = planned.trial
    expected = []
    for one in planned.subjects:
        for visit in visits_of(trial, one):
            doses = "infusion" if one.arm == "msc" and visit in trial.dose_visits else ""
            done = [name for name, (arms, days) in trial.assessments.items() if one.arm in arms and visit in days]
            expected.append((doses, "; ".join(done)))
    assert [(row["doses"], row["assessments"]) for row in planned.visits] == expected


def test_long_table_has_a_row_for_each_assessment(planned: Planned) -> None:
    trial = planned.trial
    expected = []
    for one in planned.subjects:
        for visit in visits_of(trial, one):
            done = [name for name, (arms, days) in trial.assessments.items() if one.arm in arms and visit in days]
            day = day_of(trial, one, visit).isoformat()
            expected += [(as_in_csv(one.id), visit, day, name) for name in done or [""]]
    got = [(row["subject_id"], row["visit"], row["target_date"], row["assessment"]) for row in planned.long]
    assert got == expected


def test_doses_are_those_of_the_treated_arm_on_the_days_of_the_record(planned: Planned) -> None:
    trial = planned.trial
    expected = []
    for one in planned.subjects:
        for number, visit in enumerate(trial.dose_visits if one.arm == "msc" else (), start=1):
            day = day_of(trial, one, visit).isoformat()
            who = (as_in_csv(one.id), one.site, one.arm)
            expected.append((*who, "infusion", str(number), visit, f"D{trial.visits[visit][0]}", day, trial.product))
    columns = ["subject_id", "site", "arm", "regimen", "dose_number", "visit", "study_day", "planned_date", "product"]
    assert [tuple(row[name] for name in columns) for row in planned.doses] == expected


def test_every_dose_is_the_exact_amount_of_the_record(planned: Planned) -> None:
    trial = planned.trial
    expected: list[tuple[Fraction | None, str, Fraction]] = []
    for one in planned.subjects:
        for visit in trial.dose_visits if one.arm == "msc" else ():
            if trial.is_per_kg:
                weight = weight_for(one, day_of(trial, one, visit))
                kilograms = Fraction(weight.text)
                expected.append((kilograms, str(weight.day or ""), trial.dose * kilograms))
            else:
                expected.append((None, "", trial.dose))
    got = [
        (Fraction(row["weight_kg"]) if row["weight_kg"] else None, row["weight_date"], Fraction(row["ordered_dose"]))
        for row in planned.doses
    ]
    assert got == expected


def test_doses_are_plain_digits_of_cells_that_nothing_has_changed(planned: Planned) -> None:
    for row in planned.doses:
        assert EXACT.fullmatch(row["ordered_dose"])
        assert row["calculated_dose"] == row["ordered_dose"]
        assert not row["weight_kg"] or EXACT.fullmatch(row["weight_kg"])
        assert (row["unit"], row["limited_by"], row["volume_ml"], row["containers"]) == ("cells", "", "", "")


def test_dose_rule_is_said_in_words(planned: Planned) -> None:
    rule = {"NCT04611256": "1,000,000 cells per kg", "NCT04252118": "30,000,000 cells"}[planned.trial.study]
    assert {row["dose_rule"] for row in planned.doses} == {rule}


def test_notes_name_every_age_outside_the_range_and_no_other(planned: Planned) -> None:
    trial = planned.trial
    outside = {as_in_csv(one.id): one for one in planned.subjects if is_outside_ages(trial, one)}
    assert outside
    for row in (*planned.visits, *planned.doses):
        one = outside.get(row["subject_id"])
        if one is None or one.birth is None:
            assert "age" not in re.sub(r"[a-z]+age|[a-z]*age[a-z]+", "", row["notes"])
        else:
            range_ = f"{trial.ages[0]} to {trial.ages[1]} years"
            said = f"age {age_on(one.birth, one.start)} on {one.start} is outside the protocol's {range_}"
            assert row["notes"].endswith(said)


def test_every_visit_says_that_no_window_is_stated(planned: Planned) -> None:
    for row in planned.visits:
        before = "before the infusion; " if row["visit"] == "baseline" and row["arm"] == "msc" else ""
        assert row["notes"].startswith(f"{before}window: none stated")


def test_every_dose_says_what_the_record_leaves_open(planned: Planned) -> None:
    per_kg = "none stated: viable or total cells, weight rule, cap, rounding, concentration, infusion rate"
    flat = "flat dose: weight is not used; none stated: viable or total cells, rounding, concentration, infusion rate"
    for row in planned.doses:
        assert (per_kg if planned.trial.is_per_kg else flat) in row["notes"]
        is_undated = planned.trial.is_per_kg and not row["weight_date"]
        assert ("the weight has no date" in row["notes"]) == is_undated


# Worked by hand on paper, as a check of the calculation above itself.
BY_HAND = [
    # 2020 is a leap year: 1 + 24 days after 28 February is 23 March (1 + 29 Feb, then 23 days of March)
    (MEXICO, "2020-02-28", "D25", "2020-03-23", "Monday"),
    (MEXICO, "2019-12-31", "D2", "2020-01-01", "Wednesday"),
    (MEXICO, "2023-02-27", "D3", "2023-03-01", "Wednesday"),
    # January has 31 days, 2020 29 in February: 28 days after 31 January is 28 February
    (CHINA, "2020-01-31", "D28", "2020-02-28", "Friday"),
    # from 2 September 2019: 28 + 31 + 30 + 31 + 31 days to the end of January are 151, and 29 more are 180
    (CHINA, "2019-09-02", "D180", "2020-02-29", "Saturday"),
    (CHINA, "2019-12-31", "D0", "2019-12-31", "Tuesday"),
]


@pytest.mark.parametrize(("trial", "start", "visit", "target", "weekday"), BY_HAND)
def test_calculation_of_this_test_agrees_with_paper(
    trial: Trial, start: str, visit: str, target: str, weekday: str
) -> None:
    one = Subject("1", "msc", date.fromisoformat(start), None, "", None)
    day = day_of(trial, one, visit)
    assert (day.isoformat(), WEEKDAYS[day.weekday()]) == (target, weekday)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2002-03-09", "2020-03-08", 17),
        ("2002-03-09", "2020-03-09", 18),
        ("2004-02-29", "2022-02-28", 17),
        ("2004-02-29", "2022-03-01", 18),
        ("2004-02-29", "2024-02-29", 20),
    ],
)
def test_ages_of_this_test_agree_with_paper(birth: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age


LARGE = 20_050
"""More subjects than are read at once."""


def test_doses_of_a_large_cohort_are_each_subjects_own(tmp_path: Path) -> None:
    lines, further, expected = ["subject_id,arm,start,weight_kg,weight_date"], ["subject_id,date,weight_kg"], []
    for k in range(LARGE):
        start, grams = date(2020, 1, 1) + timedelta(k % 1000), 40_000 + 7 * k
        arm = "msc" if k % 3 else "control"
        lines.append(f"s{k},{arm},{start},{grams / 1000:.3f},{start}")
        if k % 1000 in {1, 999} or k > LARGE - 100:
            further.append(f"s{k},{start + timedelta(2)},{(grams + 1500) / 1000:.3f}")
        if arm == "msc":
            second = grams + 1500 if further[-1].startswith(f"s{k},") else grams
            expected += [
                (f"s{k}", str(start), str(1000 * grams)),
                (f"s{k}", str(start + timedelta(2)), str(1000 * second)),
            ]
    for name, table in (("subjects", lines), ("weights", further)):
        (tmp_path / name).write_text("\n".join(table) + "\n", encoding="utf-8")
    result = run_well("doses", "NCT04611256", tmp_path / "subjects", "--weights", tmp_path / "weights")
    got = [(row["subject_id"], row["planned_date"], row["ordered_dose"]) for row in csv_rows_of(result.stdout)]
    assert got == expected
    assert f"{LARGE:,} subjects, {10 * LARGE:,} visits, {len(expected):,} doses; 0 problems" in result.stderr
