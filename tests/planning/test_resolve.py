"""Doses joined with visits and weights."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from dosecal.model.worked_dose import WeightState
from dosecal.planning.resolve import first_dose_problems
from tests.example_protocols import DAY_0, protocol_text
from tests.planning.planned import NO_WEIGHTS, schedule_of

if TYPE_CHECKING:
    from dosecal.model.schedule import Schedule

HEADER = "subject_id,arm,start,weight_kg,weight_date,weight_method\n"
WEIGHTS = "subject_id,date,weight_kg,method\n"
TWICE = "dose: 1 mg/kg\nvisits: [D1, D8]\n"


def doses_of(schedule: Schedule) -> list[tuple[str, int, str, Fraction | None]]:
    """Visit, number, date and ordered dose of each row; None for to be determined."""
    doses = schedule.doses
    return [
        (
            schedule.protocol.visits[doses.visit[row]].id,
            int(doses.number[row]),
            str(doses.planned[row]),
            None if doses.worked[row] < 0 else doses.calculations[doses.worked[row]].ordered.value,
        )
        for row in range(len(doses))
    ]


def planned(regimen: str, subject: str, weights: str = NO_WEIGHTS, visits: str = "D1: {}\nD8: {}") -> Schedule:
    return schedule_of(protocol_text(regimen=regimen, visits=visits), f"{HEADER}{subject}\n", weights)


def test_each_dose_takes_the_latest_weight_where_no_rule_is_stated() -> None:
    schedule = planned(TWICE, "1,active,2026-03-09,70,2026-03-09,", f"{WEIGHTS}1,2026-03-16,72.5,\n")
    assert doses_of(schedule) == [("D1", 1, "2026-03-09", Fraction(70)), ("D8", 2, "2026-03-16", Fraction("72.5"))]


def test_each_dose_takes_the_first_weight_where_the_rule_says_so() -> None:
    rule = "weight: {which: actual, each_dose: use the first weight}"
    schedule = planned(TWICE + rule, "1,active,2026-03-09,70,2026-03-09,", f"{WEIGHTS}1,2026-03-16,72.5,\n")
    assert [dose for *_, dose in doses_of(schedule)] == [70, 70]


def test_later_dose_without_a_fresh_weight_is_to_be_determined_and_no_problem() -> None:
    rule = "weight: {which: actual, not_older_than: 3 days, each_dose: weigh again}"
    schedule = planned(TWICE + rule, "1,active,2026-03-09,70,2026-03-07,")
    assert [dose for *_, dose in doses_of(schedule)] == [70, None]
    assert schedule.doses.weight_state.tolist() == [WeightState.USED, WeightState.TOO_OLD]
    assert first_dose_problems(schedule) == ()


@pytest.mark.parametrize(
    ("rule", "weight", "code", "said"),
    [
        ("", ",,", "L001", "expected a weight_kg on or before the first dose (for infusion on 2026-03-09), got none"),
        ("", "70,2026-03-10,", "L001", "on or before the first dose"),
        ("not_older_than: 3 days", "70,2026-03-05,", "L002", "recent enough"),
        ("not_older_than: 3 days", "70,,", "L002", "a weight_date"),
        ("measured: required", "70,2026-03-09,stated", "L003", "a measured weight"),
    ],
)
def test_first_dose_without_a_usable_weight_is_a_problem_with_its_line(
    rule: str, weight: str, code: str, said: str
) -> None:
    lines = TWICE + (f"weight: {{which: actual, {rule}, each_dose: weigh again}}" if rule else "")
    schedule = planned(lines, f"1,active,2026-03-09,{weight}")
    (problem,) = first_dose_problems(schedule)
    assert (problem.code, problem.subject, str(problem.source)) == (code, "weight_kg", "subjects.csv:2")
    assert said in problem.message


def test_control_needs_no_weight_and_gets_no_dose() -> None:
    schedule = planned(TWICE, "1,control,2026-03-09,,,")
    assert doses_of(schedule) == []
    assert first_dose_problems(schedule) == ()


def test_flat_dose_needs_no_weight() -> None:
    schedule = planned("dose: 30 mg\nvisits: [D1, D8]", "1,active,2026-03-09,,,")
    assert [dose for *_, dose in doses_of(schedule)] == [30, 30]
    assert schedule.doses.weight_state.tolist() == [WeightState.NOT_NEEDED] * 2
    assert schedule.doses.weight.tolist() == [-1, -1]


def test_doses_are_numbered_by_date_and_not_by_the_file() -> None:
    schedule = planned(
        "dose: 5 mg\nvisits: [late, early]", "1,active,2026-03-09,,,", visits="late: {days: 7}\nearly: {days: -1}"
    )
    assert doses_of(schedule) == [("early", 1, "2026-03-08", Fraction(5)), ("late", 2, "2026-03-16", Fraction(5))]


TWO_REGIMENS = """\
study: T
version: "1"
title: Two regimens
source: the tests
day_numbering: day 0
anchors: {start: {}, relapse: {date: may be empty}}
arms: {active: {label: Active}, control: {label: Control}}
products: {drug: {label: drug}}
regimens:
  second: {product: drug, arms: [active], dose: 2 mg/kg, visits: [D3, again]}
  first: {product: drug, dose: 7 mg, visits: [D0, D3]}
visits:
  D0: {}
  D3: {}
  again: {days: 1, anchor: relapse}
"""
TWO_HEADER = "subject_id,arm,start,relapse,weight_kg\n"


def test_each_regimen_numbers_its_own_doses() -> None:
    schedule = schedule_of(TWO_REGIMENS, f"{TWO_HEADER}1,active,2026-03-09,2026-03-10,50\n")
    doses = schedule.doses
    # on 9 March the flat dose; on 11 March the second regimen, after the relapse; on 12 March both, in file order
    assert doses.planned.astype(str).tolist() == ["2026-03-09", "2026-03-11", "2026-03-12", "2026-03-12"]
    assert doses.regimen.tolist() == [1, 0, 0, 1]
    assert doses.number.tolist() == [1, 1, 2, 2]
    assert [doses.calculations[one].ordered.value for one in doses.worked.tolist()] == [7, 100, 100, 7]


def test_dose_of_an_anchor_that_is_not_known_yet_comes_last_and_is_no_problem() -> None:
    schedule = schedule_of(TWO_REGIMENS, f"{TWO_HEADER}1,active,2026-03-09,,50\n")
    assert schedule.doses.planned.astype(str).tolist() == ["2026-03-09", "2026-03-12", "2026-03-12", "NaT"]
    assert schedule.doses.weight_state.tolist()[-1] == WeightState.DOSE_DATE_UNKNOWN
    assert first_dose_problems(schedule) == ()


def test_equal_weights_of_many_subjects_are_worked_out_once() -> None:
    subjects = "".join(f"{k},active,2026-03-09,{weight},,\n" for k, weight in enumerate(["70", "70.0", "71", "70"]))
    schedule = schedule_of(protocol_text(regimen="dose: 1 mg/kg"), HEADER + subjects)
    assert len(schedule.doses.calculations) == 2
    assert [dose for *_, dose in doses_of(schedule)] == [70, 70, 71, 70]


def test_same_input_gives_the_same_schedule() -> None:
    text = protocol_text(regimen="dose: 1 mg/kg", numbering=DAY_0, visits="D0: {}")
    first, second = (schedule_of(text, f"{HEADER}1,active,2026-03-09,70,,\n") for _ in range(2))
    assert doses_of(first) == doses_of(second)
    assert first.visits.target.tolist() == second.visits.target.tolist()


def test_many_doses_on_one_day_stand_in_the_order_of_the_file() -> None:
    # more than a sort keeps in order by chance; the last visit of the file is the earliest day
    names = [f"v{number:02}" for number in range(40)]
    visits = "\n".join(f"{name}: {{days: 0}}" for name in names) + "\nearlier: {days: -1}"
    schedule = planned(f"dose: 5 mg\nvisits: [{', '.join(names)}, earlier]", "1,active,2026-03-09,,,", visits=visits)
    assert [(visit, number) for visit, number, *_ in doses_of(schedule)] == [
        (visit, number) for number, visit in enumerate(["earlier", *names], start=1)
    ]


def test_doses_of_many_subjects_stand_by_subject_whatever_the_arm() -> None:
    text = protocol_text(regimen="dose: 5 mg\nvisits: [D1, D8]", visits="D1: {}\nD8: {}")
    text = text.replace("    arms: [active]\n", "")  # a regimen of every arm
    subjects = "".join(f"{k},{('active', 'control')[k % 2]},2026-03-09,,,\n" for k in range(30))
    schedule = schedule_of(text, HEADER + subjects)
    assert schedule.doses.subject.tolist() == [subject for subject in range(30) for _ in range(2)]
    assert schedule.doses.number.tolist() == [1, 2] * 30


PER_KG = """\
study: T
version: "1"
title: Three regimens
source: the tests
day_numbering: no day 0
anchors: {start: {}}
arms: {active: {label: Active}}
products: {drug: {label: drug}}
regimens:
  twice: {product: drug, dose: 2 mg/kg, visits: [D1, D2]}
  flat: {product: drug, dose: 5 mg, visits: [D1]}
  thrice: {product: drug, dose: 3 mg/kg, visits: [D2]}
visits: {D1: {}, D2: {}}
"""


def test_each_regimen_multiplies_the_weight_of_its_own_subject() -> None:
    weights = {"a": 10, "b": 20, "c": 35}
    subjects = "".join(f"{one},active,2026-03-09,{kilograms},,\n" for one, kilograms in weights.items())
    schedule = schedule_of(PER_KG, HEADER + subjects)
    # D1: 2 mg/kg and 5 mg; D2: 2 mg/kg and 3 mg/kg
    assert [dose for *_, dose in doses_of(schedule)] == [20, 5, 20, 30, 40, 5, 40, 60, 70, 5, 70, 105]
    assert schedule.doses.regimen.tolist() == [0, 1, 0, 2] * 3
    assert schedule.doses.number.tolist() == [1, 1, 2, 1] * 3
    assert (
        schedule.doses.weight_state.tolist()
        == [*(WeightState.USED, WeightState.NOT_NEEDED, WeightState.USED, WeightState.USED)] * 3
    )


def test_first_weight_is_that_of_the_first_dose_of_the_same_regimen() -> None:
    # the first of "late" is on D2, with 72 kg; the first of "early" on D1, with 70 kg
    rule = "weight: {which: actual, each_dose: use the first weight}"
    text = PER_KG.replace("2 mg/kg, visits: [D1, D2]", f"2 mg/kg, visits: [D1, D3], {rule}")
    text = text.replace("3 mg/kg, visits: [D2]", f"3 mg/kg, visits: [D2, D3], {rule}").replace(
        "D2: {}}", "D2: {}, D3: {}}"
    )
    schedule = schedule_of(
        text, f"{HEADER}1,active,2026-03-09,70,2026-03-09,\n", f"{WEIGHTS}1,2026-03-10,72,\n1,2026-03-11,75,\n"
    )
    # D1: 2 × 70 and 5; D2: 3 × 72; D3: 2 × 70 and 3 × 72
    assert [dose for *_, dose in doses_of(schedule)] == [140, 5, 216, 140, 216]


@pytest.mark.parametrize(
    ("rule", "weight", "said"),
    [
        ("not_older_than: 3 days", "70,2026-03-05,", "expected a weight that is recent enough for the first dose"),
        (
            *("not_older_than: 3 days", "70,,"),
            "expected a weight_date, since the protocol limits the weight's age",
        ),
        ("measured: required", "70,2026-03-09,stated", "expected a measured weight for the first dose"),
    ],
)
def test_problem_of_a_first_dose_names_the_regimen_and_the_day(rule: str, weight: str, said: str) -> None:
    found = {"70,,": "none", "70,2026-03-05,": "one that is too old"}.get(weight, "one that was not measured")
    lines = f"{TWICE}weight: {{which: actual, {rule}, each_dose: weigh again}}"
    (problem,) = first_dose_problems(planned(lines, f"1,active,2026-03-09,{weight}"))
    assert problem.message == f"{said} (for infusion on 2026-03-09), got {found}"


def test_schedule_whose_first_doses_are_worked_out_has_no_problem() -> None:
    assert first_dose_problems(planned(TWICE, "1,active,2026-03-09,70,2026-03-09,")) == ()


def test_age_is_that_of_the_first_anchor_and_noted_where_outside() -> None:
    text = TWO_REGIMENS + "eligibility: {age: 18 to 65 years}\n"
    header = "subject_id,arm,start,relapse,weight_kg,birth_date\n"
    rows = "1,active,2026-03-09,2026-03-11,50,2008-03-10\n2,active,2026-03-10,2026-03-11,50,2008-03-10\n"
    schedule = schedule_of(text, f"{header}{rows}3,active,2026-03-10,,50,\n")
    # the eighteenth birthday is on 10 March 2026
    assert schedule.age.tolist() == [17, 18, -1]
    assert schedule.age_is_outside.tolist() == [True, False, False]


def test_problem_names_the_regimen_whose_first_dose_has_no_weight() -> None:
    schedule = schedule_of(TWO_REGIMENS, f"{TWO_HEADER}1,active,2026-03-09,2026-03-20,\n")
    (problem,) = first_dose_problems(schedule)
    assert "(for second on 2026-03-12)" in problem.message


def test_places_are_held_in_four_bytes_and_states_in_one() -> None:
    # a cohort is long: its columns are what fills the memory
    schedule = planned(TWICE, "1,active,2026-03-09,70,2026-03-09,")
    visits, doses = schedule.visits, schedule.doses
    places = (visits.subject, visits.visit, doses.subject, doses.regimen, doses.visit, doses.number, doses.weight)
    assert {str(column.dtype) for column in (*places, doses.worked)} == {"int32"}
    assert str(doses.weight_state.dtype) == "int8"


BODY_HEADER = "subject_id,arm,start,weight_kg,height_cm,sex,birth_date,gfr_ml_min,creatinine_mg_dl\n"


def of_bodies(dose: str, subjects: str, weights: str = NO_WEIGHTS) -> Schedule:
    """The schedule of a dose on D1 and D8, after a subject of the other arm of whom everything is known."""
    text = protocol_text(regimen=f"{dose}\nrounding: none\nvisits: [D1, D8]", visits="D1: {}\nD8: {}")
    other = "0,control,2026-03-09,50,150,F,1980-01-01,90,2\n"
    return schedule_of(text, f"{BODY_HEADER}{other}{subjects}", weights)


def answers(schedule: Schedule) -> list[str]:
    """The ordered dose of each row, or the reason why there is none."""
    doses = schedule.doses
    return [
        str(dose) if dose is not None else WeightState(int(state)).name
        for (*_, dose), state in zip(doses_of(schedule), doses.weight_state, strict=True)
    ]


def test_dose_per_area_takes_the_height_of_its_own_subject_and_the_weight_of_the_day() -> None:
    subjects = "1,active,2026-03-09,80,180,,,,\n2,active,2026-03-09,22.5,160,,,,\n3,active,2026-03-09,80,,,,,\n"
    schedule = of_bodies(
        "dose: 75 mg/m²\nbody_surface: Mosteller", subjects, "subject_id,date,weight_kg\n1,2026-03-16,20\n"
    )
    # √(180 × 80 ÷ 3600) = 2, √(180 × 20 ÷ 3600) = 1, √(160 × 22.5 ÷ 3600) = 1
    assert answers(schedule) == ["150", "75", "75", "75", "BODY_UNKNOWN", "BODY_UNKNOWN"]
    (problem,) = first_dose_problems(schedule)
    assert (problem.code, problem.subject, str(problem.source)) == ("L008", "height_cm", "subjects.csv:5")
    assert problem.message == (
        "expected what the first dose's formula needs to know of the body (for infusion on 2026-03-09), "
        "got not all of it"
    )


def test_dose_per_ideal_weight_takes_the_age_on_the_day_of_the_dose() -> None:
    # 70 inches: 50 + 2.3 × 10 = 73 kg; 60 inches: 45.5 kg; the third is eighteen on D8
    subjects = (
        "1,active,2026-03-09,90,177.8,M,1980-01-01,,\n2,active,2026-03-09,90,152.4,F,1980-01-01,,\n"
        "3,active,2026-03-09,90,177.8,M,2008-03-16,,\n4,active,2026-03-09,90,177.8,,1980-01-01,,\n"
        "5,active,2026-03-09,90,177.8,M,,,\n"
    )
    schedule = of_bodies("dose: 10 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: weigh again}", subjects)
    refused, unknown = "NOT_MADE_FOR_BODY", "BODY_UNKNOWN"
    assert answers(schedule) == ["730", "730", "455", "455", refused, "730", *[unknown] * 4]
    assert [(problem.code, problem.source.line) for problem in first_dose_problems(schedule)] == [
        *(("L009", 5), ("L008", 6), ("L008", 7))
    ]


@pytest.mark.parametrize(
    ("which", "doses"),
    [
        ("adjusted 40 %, ideal: Devine", ["850", "630"]),  # 73 + 0.4 × (103 − 73) = 85; 63 is not above 73
        ("adjusted 25 %, ideal: Devine", ["805", "630"]),  # 73 + 0.25 × (103 − 73) = 80.5
        ("predicted", ["36557/50", "36557/50"]),  # 50 + 0.91 × (177.8 − 152.4) = 73.114, whatever the weight
        ("actual", ["1030", "630"]),
    ],
)
def test_dose_per_kg_is_of_the_weight_that_the_protocol_names(which: str, doses: list[str]) -> None:
    schedule = of_bodies(
        f"dose: 10 mg/kg\nweight: {{which: {which}, each_dose: weigh again}}",
        "1,active,2026-03-09,103,177.8,M,1980-01-01,,\n",
        "subject_id,date,weight_kg\n1,2026-03-16,63\n",
    )
    assert answers(schedule) == doses


def test_dose_by_area_under_the_curve_takes_the_measured_rate_up_to_its_cap() -> None:
    # 5 × (100 + 25), 5 × (125 + 25), and the rates above the cap like the cap
    rates = ["100", "125", "125.1", "140", ""]
    subjects = "".join(f"{k},active,2026-03-09,,,,,{rate},1\n" for k, rate in enumerate(rates, start=1))
    schedule = of_bodies("dose: AUC 5 by Calvert\ngfr: {from: measured, cap: 125 mL/min}", subjects)
    assert answers(schedule)[::2] == ["625", "750", "750", "750", "BODY_UNKNOWN"]


def test_dose_by_area_under_the_curve_takes_the_rate_estimated_for_its_own_subject() -> None:
    # (140 − 60) × 72 ÷ (72 × 1) = 80, for women 68; with a creatinine of 2 half of it: 5 × (80, 68, 40 + 25)
    subjects = (
        "1,active,2026-03-09,72,,M,1966-03-09,99,1\n2,active,2026-03-09,72,,F,1966-03-09,99,1\n"
        "3,active,2026-03-09,72,,M,1966-03-09,99,2\n4,active,2026-03-09,72,,M,1966-03-09,99,\n"
    )
    schedule = of_bodies("dose: AUC 5 by Calvert\ngfr: {from: estimated, weight: actual, cap: 125 mL/min}", subjects)
    assert answers(schedule)[::2] == ["525", "465", "325", "BODY_UNKNOWN"]


def test_dose_per_lean_weight_takes_height_sex_and_weight_and_no_age() -> None:
    # 9270 × 90 ÷ (6680 + 216 × 90 ÷ 1.75²) = 64.0401967…; 9270 × 70 ÷ (8780 + 244 × 70 ÷ 1.7²) = 44.1728026…
    rule = "weight: {which: lean, lean: Janmahasatian, each_dose: weigh again}"
    lines = f"dose: 1000 mg/kg\n{rule}\nrounding: {{dose: {{to: 1 mg, ties: up}}}}"
    subjects = "1,active,2026-03-09,90,175,M,,,\n2,active,2026-03-09,70,170,F,,,\n"
    schedule = schedule_of(protocol_text(regimen=lines), BODY_HEADER + subjects)
    assert answers(schedule) == ["64040", "44173"]


def test_rate_without_a_cap_counts_whole() -> None:
    # 5 × (140 + 25)
    schedule = of_bodies(
        "dose: AUC 5 by Calvert\ngfr: {from: measured, cap: none stated}", "1,active,2026-03-09,,,,,140,\n"
    )
    assert answers(schedule) == ["825", "825"]


def test_rate_of_the_only_subject_is_found() -> None:
    text = protocol_text(regimen="dose: AUC 5 by Calvert\ngfr: {from: measured, cap: none stated}\nrounding: none")
    schedule = schedule_of(text, f"{BODY_HEADER}1,active,2026-03-09,,,,,140,\n")
    assert answers(schedule) == ["825"]


def test_infant_is_refused_for_its_age_and_not_for_want_of_it() -> None:
    lines = "dose: 10 mg/kg\nweight: {which: ideal, ideal: Devine, each_dose: weigh again}\nrounding: none"
    schedule = schedule_of(protocol_text(regimen=lines), f"{BODY_HEADER}1,active,2026-03-09,7,160,M,2025-09-09,,\n")
    (problem,) = first_dose_problems(schedule)
    assert (problem.code, problem.subject) == ("L009", "height_cm, sex, birth_date")
