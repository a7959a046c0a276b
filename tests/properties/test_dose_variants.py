"""What holds of split doses, levels and dosing weights, whatever the numbers, against a walk subject by subject."""

from __future__ import annotations

import io
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.levels_file import read_levels
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.worked_dose import Variant, WeightFlag
from dosecal.planning.doses.doses import work_out_dose
from dosecal.planning.resolve import plan_schedule
from tests.example_protocols import DAY_0, protocol_of, protocol_text

EXAMPLES = settings(max_examples=60, deadline=None)
START = date(2026, 3, 9)
KILOGRAMS = st.integers(200, 1600).map(lambda tenths: f"{tenths // 10}.{tenths % 10}".removesuffix(".0"))


@st.composite
def parts(draw: st.DrawFn) -> list[Fraction]:
    """Two to five percentages, in tenths, that add to 100."""
    cuts = sorted(draw(st.sets(st.integers(1, 999), min_size=1, max_size=4)))
    edges = [0, *cuts, 1000]
    return [Fraction(high - low, 10) for low, high in pairwise(edges)]


@given(shares=parts(), kilograms=KILOGRAMS, step=st.sampled_from(["1 mg", "10 mg", "0.1 mg"]))
@EXAMPLES
def test_parts_of_a_dose_add_to_its_whole(shares: list[Fraction], kilograms: str, step: str) -> None:
    days = [f"D{day}" for day in range(len(shares))]
    split = ", ".join(f"{day}: {float(share):g} %" for day, share in zip(days, shares, strict=True))
    rule = f"dose: 7 mg/kg\nrounding: {{dose: {{to: {step}, ties: up}}}}\nsplit: {{{split}}}"
    visits = "\n".join(f"{day}: {{}}" for day in days)
    (regimen,) = protocol_of(protocol_text(regimen=rule, visits=visits, numbering=DAY_0)).regimens
    doses = [work_out_dose(regimen, Fraction(kilograms), variant=Variant(part=k)) for k in range(len(shares))]
    assert {one.whole for one in doses} == {doses[0].whole}
    assert sum(one.ordered.value for one in doses) == doses[0].whole.value
    assert abs(doses[0].whole.value - 7 * Fraction(kilograms)) <= Fraction(step.split(maxsplit=1)[0]) / 2


@given(
    weights=st.lists(st.lists(KILOGRAMS, min_size=3, max_size=3), min_size=1, max_size=6),
    ask=st.integers(1, 10),
    more=st.integers(0, 10),
    ends=st.sampled_from(["from", "over"]),
)
@EXAMPLES
def test_dosing_weight_is_that_of_a_walk_through_each_subjects_doses(
    weights: list[list[str]], ask: int, more: int, ends: str
) -> None:
    limit = ask + more
    rule = f"{{which: actual, each_dose: weigh again, ask_{ends}: {ask} %, recalculate_{ends}: {limit} %}}"
    visits = "D0: {}\nD7: {}\nD14: {}"
    text = protocol_text(
        regimen=f"dose: 1 mg/kg\nweight: {rule}\nvisits: [D0, D7, D14]", visits=visits, numbering=DAY_0
    )
    protocol = protocol_of(text)
    subjects = "".join(f"{k},active,{START}\n" for k in range(len(weights)))
    rows = "".join(
        f"{k},{START + timedelta(7 * dose)},{kilograms}\n"
        for k, own in enumerate(weights)
        for dose, kilograms in enumerate(own)
    )
    further = read_weights(read_table(io.BytesIO(f"subject_id,date,weight_kg\n{rows}".encode()), "weights.csv"))
    table = read_table(io.BytesIO(f"subject_id,arm,start\n{subjects}".encode()), "subjects.csv")
    ((cohort, _),) = SubjectReader(protocol, further).read(table)
    doses = plan_schedule(protocol, cohort).doses
    found = [doses.calculations[place].weight_kg for place in doses.worked.tolist()]
    flags = [WeightFlag(flag) for flag in doses.weight_flags.tolist()]
    expected, asked = [], []
    for own in weights:
        dosing = None
        for text_of in own:
            newest = Fraction(text_of)
            change = abs(newest - dosing) / dosing * 100 if dosing else Fraction(0)
            asked.append(dosing is not None and (change >= ask if ends == "from" else change > ask))
            if dosing is None or (change >= limit if ends == "from" else change > limit):
                dosing = newest
            expected.append(dosing)
    assert found == expected
    assert [bool(flag & WeightFlag.ASK) for flag in flags] == asked


@given(
    entries=st.lists(
        st.tuples(st.integers(0, 3), st.integers(-3, 20), st.sampled_from("123")), unique_by=lambda one: one[:2]
    ),
    first=st.lists(st.sampled_from("123"), min_size=4, max_size=4),
)
@EXAMPLES
def test_level_is_the_last_one_that_holds_on_the_day(entries: list[tuple[int, int, str]], first: list[str]) -> None:
    levels = "{1: 1 mg, 2: 2 mg, 3: 3 mg}"
    regimen = f"levels: {levels}\nlevel: each subject's\nvisits: [D0, D7, D14]"
    text = protocol_text(regimen=regimen, visits="D0: {}\nD7: {}\nD14: {}", numbering=DAY_0)
    protocol = protocol_of(text)
    subjects = "".join(f"{k},active,{START},{level}\n" for k, level in enumerate(first))
    rows = "".join(f"{subject},{START + timedelta(day)},{level}\n" for subject, day, level in entries)
    held = read_levels(read_table(io.BytesIO(f"subject_id,date,level\n{rows}".encode()), "levels.csv"))
    table = read_table(io.BytesIO(f"subject_id,arm,start,dose_level\n{subjects}".encode()), "subjects.csv")
    ((cohort, _),) = SubjectReader(protocol, levels=held).read(table)
    doses = plan_schedule(protocol, cohort).doses
    found = [doses.calculations[place].ordered.value for place in doses.worked.tolist()]
    expected = []
    for subject, level in enumerate(first):
        for day in (0, 7, 14):
            own = sorted((since, to) for of, since, to in entries if of == subject and since <= day)
            expected.append(Fraction(own[-1][1] if own else level))
    assert found == expected
