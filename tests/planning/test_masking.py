"""What is taken out of a plan for a blinded reader, and that what is left is judged as before."""

from __future__ import annotations

import numpy as np

from dosecal.load.protocol.condition_text import parse_condition
from dosecal.model.conditions import FactIs, NotSo
from dosecal.model.unblinding import Unblinding
from dosecal.planning.masking import masked, masked_protocol
from dosecal.planning.record.follow_up import follow_up
from tests.example_protocols import protocol_of, protocol_text
from tests.planning.planned import schedule_of

BLINDED = protocol_text(
    regimen='dose: 10 mg\nvisits: [D1, D8]\nif: site is "03"',
    visits="D1: {label: First infusion of study drug, epoch: infusions}\nD8: {if: arm is active, label: Chest X-ray}\n"
    "D15: {if: sex is F}",
    more="assessments:\n  ecg: {label: ECG, visits: [D15], if: age is under 50}\n",
).replace("blinding: open label\n", "")


def test_words_of_a_condition_on_the_arm_are_hidden_and_others_are_said() -> None:
    shown = masked_protocol(protocol_of(BLINDED))
    said = [None if one.condition is None else one.condition.words for one in shown.visits]
    assert said == [None, "blinded", "sex is F"]
    assert (shown.visit("D1").label, shown.visit("D1").epoch) == ("study visit", "")


def test_conditions_are_judged_in_the_masked_plan_as_in_the_plan() -> None:
    rows = "subject_id,arm,start,sex,site\n1,active,2026-03-02,F,03\n2,control,2026-03-02,M,04\n"
    schedule = follow_up(schedule_of(BLINDED, rows), None, np.datetime64("NaT", "D"))
    shown = masked(schedule)
    assert schedule.truths is not None
    assert shown.truths is not None
    truths = {one.test: column for one, column in zip(schedule.protocol.conditions, schedule.truths.T, strict=True)}
    left = {one.test: column for one, column in zip(shown.protocol.conditions, shown.truths.T, strict=True)}
    assert len(left) == len(truths) - 1  # that of the dose is gone with it
    assert all((left[test] == truths[test]).all() for test in left)


def test_condition_says_what_is_left_of_it_for_an_arm() -> None:
    female = FactIs("sex", ("F",))
    for text, of_a, of_b in (
        ("arm is a", True, False),
        ("arm is not a", False, True),
        ("arm is a and sex is F", female, False),
        ("arm is a or sex is F", True, female),
        ("arm is not a or sex is not F", NotSo(female), True),
        ("sex is F", female, female),
        ("(arm is a and sex is F) or arm is b", female, True),
    ):
        condition = parse_condition(text)
        assert (condition.of_arm("a"), condition.of_arm("b")) == (of_a, of_b), text


def test_who_may_know_doses_is_still_kept_from_arms_and_the_other_way_round() -> None:
    protocol = protocol_of(protocol_text(regimen="dose: 10 mg").replace("label: Active", "label: Verum"))
    for label, by_doses, by_arms in (
        ("study drug day", True, False),
        ("First infusion", True, False),
        ("10 mg today", True, False),
        ("Verum visit", False, True),
        ("Placebo visit", False, True),
        ("Arm B visit", False, True),
        ("注射", True, False),
        ("安慰剂", False, True),
        ("Chest X-ray", False, False),
    ):
        assert Unblinding(protocol).is_told_by(label) is (by_doses or by_arms), label
        assert Unblinding(protocol, arms=True).is_told_by(label) is by_doses, label
        assert Unblinding(protocol, doses=True).is_told_by(label) is by_arms, label
        assert not Unblinding(protocol, doses=True, arms=True).is_told_by(label), label
