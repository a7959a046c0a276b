"""Whatever the bytes are, reading them gives a result, or problems with a place and a known code."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.renames_file import read_renames
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.text_table import csv_table
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.codes import CODES
from dosecal.model.problems import Problem, ScheduleError
from dosecal.planning.resolve import plan_schedule
from dosecal.report.calendars.activities import schedule_of_activities
from dosecal.report.tables.schedule import doses_table, visits_table
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

PROTOCOLS = Path(__file__).parents[2] / "protocols"
SHIPPED = tuple(path.read_bytes() for path in sorted(PROTOCOLS.glob("*.yaml")))
EXAMPLES = tuple(path.read_bytes() for path in sorted((PROTOCOLS / "examples").glob("*.yaml")))
SMALL = protocol_text(
    regimen="dose: 1 mg/kg\nat_most: 90 mg\nweight: {which: actual, not_older_than: 7 days, each_dose: weigh again}",
    visits="screening: {window: D-28 to D-1}\nD1: {}\nD8: {window: ±1 day, arms: [active]}\ncall: {weeks: 2}",
    more="assessments:\n  ct: {label: CT, visits: [D8]}\neligibility: {age: 18 to 65 years}\nqueries: [Which?]\n",
)
PROTOCOL = protocol_of(SMALL)
TABLE = "subject_id,arm,start,weight_kg,weight_date,weight_method,birth_date,site,protocol_version\n"
ROW = "007,active,2026-03-09,70.5,2026-03-08,measured,1980-02-29,A,1.0\n"
WEIGHTS = "subject_id,date,weight_kg,method\n007,2026-03-08,70.5,measured\n"

PIECES = st.sampled_from(
    (
        *(
            "",
            "\n",
            "\r",
            "\t",
            " ",
            ":",
            "- ",
            "{",
            "}",
            "[",
            "]",
            "&a",
            "*a",
            "!!",
            "'",
            '"',
            "#",
            "|",
            ">",
            "?",
            "%",
        ),
        *(",", "\0", "\x85", "\u2028", "\ufeff", "\u200b", "½", "\uff17", "\u0663", "±", "−", "-", "+", "=", "@"),
        *(
            "D0",
            "D-1",
            "D99999",
            "±36525 days",
            "9" * 40,
            "1e9",
            "nan",
            "none stated",
            "null",
            "~",
            "1 to 2",
            "0",
            "-0",
        ),
        *("2026-02-29", "9999-12-31", "1*10E6", "/kg", "/m²", "mg", "active", "007"),
    )
)
"""Texts that readers have stumbled over."""


@st.composite
def changed(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes with some runs of them replaced: by pieces, by bytes, or by other parts of the same."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(whole)))
        end = min(len(whole), start + draw(st.integers(0, 12)))
        other = draw(st.integers(0, len(whole)))
        copied = st.just(whole[other : other + 30])
        new = draw(PIECES.map(lambda text: text.encode()) | st.binary(max_size=4) | copied)
        whole = whole[:start] + new + whole[end:]
    return whole


def all_well(problems: tuple[Problem, ...] | list[Problem], file: str) -> None:
    """Every problem has its file, a known code and one printable line."""
    known = {code for code, _ in CODES}
    for problem in problems:
        assert problem.source.file == file
        assert problem.code in known
        assert "\n" not in str(problem)
        str(problem).encode()


def read_or_refused(content: bytes) -> Protocol | None:
    try:
        return read_protocol(content, "p.yaml")
    except ScheduleError as error:
        all_well(error.problems, "p.yaml")
    return None


def read_subjects(content: bytes, protocol: Protocol) -> int:
    """How many subjects could be read and planned."""
    count = 0
    try:
        for cohort, problems in SubjectReader(protocol).read(csv_table(io.BytesIO(content), "s.csv")):
            all_well(problems, "s.csv")
            schedule = plan_schedule(protocol, cohort)
            visits_table(schedule)
            doses_table(schedule)
            count += len(cohort)
    except ScheduleError as error:
        all_well(error.problems, "s.csv")
    return count


def plan_with(protocol: Protocol) -> int:
    """How many of two subjects could be planned with a protocol that was read."""
    header = ("subject_id", "arm", *(anchor.id for anchor in protocol.anchors), "weight_kg")
    row = (protocol.arms[0].id, *("2026-03-09" for _ in protocol.anchors), "70.5")
    rows = "".join(",".join((subject, *row)) + "\n" for subject in ("1", "2"))
    schedule_of_activities(protocol)
    return read_subjects(f"{','.join(header)}\n{rows}".encode(), protocol)


def test_inputs_are_good_before_they_are_changed() -> None:
    assert read_subjects((TABLE + ROW).encode(), PROTOCOL) == 1
    assert {plan_with(read_protocol(content, "p.yaml")) for content in (*SHIPPED, *EXAMPLES)} == {2}


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode()))
def test_any_bytes_are_refused_as_a_protocol_and_as_tables(content: bytes) -> None:
    assert read_or_refused(content) is None
    assert read_subjects(content, PROTOCOL) == 0


@settings(max_examples=150)
@given(changed(SMALL.encode()))
def test_changed_protocol_is_planned_or_refused(content: bytes) -> None:
    protocol = read_or_refused(content)
    assert protocol is None or plan_with(protocol) == 2


@settings(max_examples=40)
@given(st.sampled_from((*SHIPPED, *EXAMPLES)).flatmap(changed))
def test_changed_shipped_protocol_is_planned_or_refused(content: bytes) -> None:
    protocol = read_or_refused(content)
    assert protocol is None or plan_with(protocol) == 2


@settings(max_examples=200)
@given(changed((TABLE + ROW * 2).encode()))
def test_changed_table_is_planned_or_refused(content: bytes) -> None:
    assert read_subjects(content, PROTOCOL) <= 2


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=3), min_size=9, max_size=9))
def test_any_text_in_any_cell_is_read_or_refused(cells: list[str]) -> None:
    good = ROW.strip().split(",")
    for column, text in enumerate(cells):
        cell = '"' + text.replace('"', '""') + '"'
        row = ",".join((*good[:column], cell, *good[column + 1 :]))
        read_subjects(f"{TABLE}{row}\n".encode("utf-8", "surrogatepass"), PROTOCOL)


@settings(max_examples=100)
@given(changed(WEIGHTS.encode()) | st.binary(max_size=100), changed(b"subject_id: Patient No\narm: 'Group'\n"))
def test_changed_weights_and_renames_are_read_or_refused(weights: bytes, renames: bytes) -> None:
    try:
        read_weights(csv_table(io.BytesIO(weights), "w.csv"))
    except ScheduleError as error:
        all_well(error.problems, "w.csv")
    try:
        read_renames(renames, "map.yaml")
    except ScheduleError as error:
        all_well(error.problems, "map.yaml")
