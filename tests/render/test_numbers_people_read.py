"""Numbers on anything a person reads: every renderer, every message, and random amounts."""

from __future__ import annotations

import io
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.model.problems import ProtocolError
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, plain_digits
from dosecal.model.spoken import exact_words, number_words, signed_percent
from dosecal.model.struct import replace
from dosecal.planning.product.product import prepare
from dosecal.planning.resolve import plan_schedule
from dosecal.render.activities_terminal import activities_terminal
from dosecal.render.activities_text import activities_markdown
from dosecal.render.as_html import sheets_html
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.render.sheet_text import sheets_text
from dosecal.render.verified_text import verified_text
from dosecal.report.calendars.activities import schedule_of_activities
from dosecal.report.calendars.activities_page import activities_page
from dosecal.report.calendars.page_foot import Stamp
from dosecal.report.messages.language import Language
from dosecal.report.messages.words import amount_in_words, dose_in_words, dose_rule_words, plain_amount_words
from dosecal.report.messages.workings import flat_words, minutes_words, short_words
from dosecal.report.sheets.check_sheet import Verified, check_sheet, compare_entries
from dosecal.report.sheets.preparation_sheet import preparation_sheet
from dosecal.report.sheets.sheet_page import said_sheet
from dosecal.report.sheets.sheet_sections import DoseToPrepare, marks_of
from dosecal.report.sheets.sheet_words import signed_words
from dosecal.report.sheets.worksheet import dose_working, working_text
from dosecal.report.subjects.subject_views import SubjectViews
from tests.command_line import run
from tests.example_products import product_text
from tests.example_protocols import protocol_text
from tests.render.numbers_people_read import FAULTS, faults_of
from tests.report.every_sheet import EVERY_RULE, EVERYTHING, every_sheet
from tests.report.every_sheet import texts_of as texts_of_sheet
from tests.report.given_doses import given_from_lots, given_of
from tests.report.sheets.test_check_sheet import visible
from tests.wordings import wording_of_all

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "protocols").rglob("*.yaml"))
BAD = sorted((ROOT / "tests" / "bad_protocols").glob("*.yaml"))
CALENDARS = {"es-sclc-chemotherapy", "genepredict-ps", "hepatitis-e-vaccine", "inm004-phase-1", "lzzt", "topaz-1"}
"""Examples of calendars: most of them state no dose, and one has arms that are named after theirs."""
DOSING = [path for path in SHIPPED if path.stem not in CALENDARS]
WITHOUT_AN_AIM = {"tisagenlecleucel"}
"""Protocols that allow a range of doses and aim at none, so that nothing is worked out."""
MADE_BY = "made by dosecal 9.9.9, as of 2026-11-25"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1.0 mg", "a trailing zero"),
        ("0.50 mg", "a trailing zero"),
        ("give .5 mg", "no leading zero"),
        ("5mg", "no space before the unit"),
        ("10%", "no space before the unit"),
        ("5 cc", "cc for mL"),
        ("5 ml", "ml for mL"),
        ("5 µg", "µg for mcg"),
        ("5 U", "U or IU for units"),
        ("5 mg/kg", "a stroke that can be read as 1"),
        ("5 mL/min", "a stroke that can be read as 1"),
        ("70250000 cells", "no separators from 1,000 on"),
        ("70,25 kg", "separators in other places"),
        ("10 M cells", "an abbreviation for a thousand or a million"),
        ("10k cells", "an abbreviation for a thousand or a million"),
        ("10⁶ cells", "a bare power of ten"),
        ("1 × 10^6 cells", "a power of ten without its superscript"),
        ("1e6 cells", "an E"),
        ("1x106 cells", "a cross or a star between digits"),
        ("give 5 mg. Then", "a full stop after a unit"),
    ],
)
def test_each_fault_is_found(text: str, fault: str) -> None:
    assert [found.split(":")[0] for found in faults_of(text)].count(fault) == 1


def test_every_fault_has_its_example() -> None:
    marks = test_each_fault_is_found.pytestmark  # type: ignore[attr-defined]
    assert {fault for _, fault in marks[0].args[1]} == set(FAULTS)


@pytest.mark.parametrize(
    "text",
    [
        "70,250,000 cells (70.25 million; 7.025 × 10⁷)",
        "0.5 mg, 1,234.5 mL, 100 mL/h, +1.75 %",
        "Tuesday 4 August 2020, D28, C2D1, NCT04611256, 2020-08-04",
        '"1X106/kg" and "5mg"',
        "(170 cm)^0.725",
        "6,578,947.3684 cells per mL",
    ],
)
def test_what_is_written_well_has_no_fault(text: str) -> None:
    assert faults_of(text) == []


def plain_protocol(path: Path) -> Protocol:
    """A protocol without what it quotes and asks: those are other people's words, kept to the letter."""
    protocol = read_protocol(path.read_bytes(), path.name)
    return replace(
        protocol,
        title="A trial",
        version="1.0",
        source_words="a source",
        queries=(),
        regimens=tuple(replace(one, quote="") for one in protocol.regimens),
        products=tuple(replace(one, quote="") for one in protocol.products),
        visits=tuple(replace(one, quote="") for one in protocol.visits),
        assessments=tuple(replace(one, quote="", label=one.id) for one in protocol.assessments),
    )


def doses_of(path: Path, protocol: Protocol) -> list[DoseToPrepare]:
    """The doses of the example subjects of a shipped protocol, each subject's first and last."""
    subjects = path.parent / f"{path.stem}-subjects.csv"
    if not subjects.exists():
        subjects = ROOT / "protocols" / "examples" / f"{path.stem}-subjects.csv"
    given = []
    for cohort, _ in SubjectReader(protocol).read(read_table(io.BytesIO(subjects.read_bytes()), "subjects.csv")):
        schedule = plan_schedule(protocol, cohort)
        for view in SubjectViews(schedule):
            for dose in view.doses[:: max(len(view.doses) - 1, 1)]:
                if dose.worked is not None:
                    product = protocol.product(dose.regimen.product)
                    made_up = prepare(dose.worked, product, dose.worked.weight_kg)
                    given.append(DoseToPrepare(dose, dose.worked, made_up, None, "9.9.9", "2026-11-25"))
    return given


def texts_of(doses: list[DoseToPrepare]) -> list[str]:
    """Everything that is printed of doses."""
    worksheets, check_sheets = [preparation_sheet(one) for one in doses], [check_sheet(one) for one in doses]
    compared = tuple(entry for one in doses for entry in compare_entries(one, {}))
    texts = [
        sheets_text(worksheets),
        sheets_text(check_sheets),
        visible(sheets_html(worksheets)),
        visible(sheets_html(check_sheets)),
        check_sheets_yaml(check_sheets),
        verified_text(Verified(marks_of(doses[0]), "", compared)),
    ]
    for one in doses:
        working = dose_working(one.worked, one.dose.arm.id, (one.dose.visit.id,))
        texts.append(working_text((working,), one.dose.protocol, MADE_BY))
    return texts


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_schedule_of_activities_of_a_shipped_protocol(path: Path) -> None:
    activities = schedule_of_activities(plain_protocol(path))
    assert faults_of(activities_markdown(activities, MADE_BY)) == []
    assert faults_of(activities_terminal(activities, MADE_BY, None)) == []


@pytest.mark.parametrize("path", DOSING, ids=[path.stem for path in DOSING])
def test_doses_and_sheets_of_a_shipped_protocol(path: Path) -> None:
    doses = doses_of(path, plain_protocol(path))
    assert bool(doses) != (path.stem in WITHOUT_AN_AIM)
    for text in texts_of(doses) if doses else ():
        assert faults_of(text) == []


def test_sheets_of_a_dose_from_lots() -> None:
    for text in texts_of([*given_from_lots("006"), *given_from_lots("007")]):
        assert faults_of(text) == []


AS_PRINTED = {"open note", "subject arm"}
"""Queries, which say what the source prints with its faults, and arms that are named as the source names them."""


@pytest.mark.parametrize("language", list(Language))
def test_sheets_of_every_example_in_every_language(language: Language) -> None:
    for sheet in every_sheet():
        for where, text in texts_of_sheet(said_sheet(sheet, wording_of_all(language))):
            if where not in AS_PRINTED:
                assert faults_of(text) == [], text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_schedule_of_activities_on_paper(path: Path, language: Language) -> None:
    protocol = read_protocol(path.read_bytes(), path.name)
    plain = tuple(replace(one, label="Adverse events") for one in protocol.assessments)  # the others are as printed
    protocol = replace(protocol, assessments=plain)
    record: Any = activities_page(protocol, wording_of_all(language), Stamp("9.9.9", date(2026, 11, 25)), "a4")
    texts = [cell["text"] for part in record["parts"] for head in part["heads"] for cell in head["cells"]]
    texts += [row["label"] for part in record["parts"] for group in part["groups"] for row in group["rows"]]
    texts += [note["text"] for note in record["notes"]]
    assert [fault for text in texts for fault in faults_of(text)] == []


@pytest.mark.parametrize(
    "rate",
    ["{at_most: 4 mL/min}", "{at_most: 1500 mL/h}", "{over: 60 to 80 min}", "{over: 70 min}", "{at_most: 2 mL/kg/h}"],
)
def test_sheets_of_a_product_of_which_everything_is_stated(rate: str) -> None:
    text = product_text(EVERYTHING, f"{EVERY_RULE}rate: {rate}")
    doses = given_of(text, "007,active,2026-03-02,81.37,2026-03-01,measured,,,,")
    assert doses[0].preparation.drawn_ml is not None
    for page in texts_of(doses):
        assert faults_of(page) == []


def test_table_of_doses_on_a_terminal() -> None:
    subjects = ROOT / "protocols" / "examples" / "NCT04611256-subjects.csv"
    shown = run("doses", "NCT04611256", subjects, "--format", "table").stdout
    assert "93,800,000" in shown
    assert faults_of("\n".join(line for line in shown.splitlines() if "93,800,000" in line)) == []


@pytest.mark.parametrize("path", BAD, ids=[path.stem for path in BAD])
def test_messages_of_every_bad_protocol(path: Path) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_protocol(path.read_bytes(), path.name)
    assert [fault for one in caught.value.problems for fault in faults_of(f"{one.message} ({one.hint})")] == []


DECIMALS = st.builds(lambda digits, places: Fraction(digits, 10**places), st.integers(1, 10**13), st.integers(0, 6))
FRACTIONS = st.fractions(min_value=Fraction(1, 997), max_value=10**10, max_denominator=997)
UNITS = st.builds(Unit, st.sampled_from(SUBSTANCES), st.sampled_from(("", "kg", "m²")))


@given(value=DECIMALS, unit=UNITS)
def test_random_amounts_in_words(value: Fraction, unit: Unit) -> None:
    amount = Amount(value, unit)
    for say in (amount_in_words, plain_amount_words, flat_words, short_words):
        assert faults_of(say(amount)) == []


@given(value=st.one_of(DECIMALS, FRACTIONS))
def test_random_numbers_in_words(value: Fraction) -> None:
    for text in (number_words(value), exact_words(value, "mL"), minutes_words(value)):
        assert faults_of(text.replace("/", " of ")) == []
    assert faults_of(flat_words(Amount(value, Unit("viable cells")))) == []


@given(value=st.one_of(DECIMALS, FRACTIONS), sign=st.sampled_from((1, -1)))
def test_random_deviations_in_words(value: Fraction, sign: int) -> None:
    assert faults_of(signed_percent(sign * value, 2)) == []
    assert faults_of(signed_words(sign * round(value * 1000) / Fraction(1000))) == []


def _may_have_lost_a_superscript(amount: int) -> bool:
    """Whether the digits might be a power of ten, such as 1010 for 10¹⁰: such an amount has to be written otherwise."""
    return re.fullmatch(r"10[0-9]{1,2}", str(amount)) is not None


@settings(max_examples=25)
@given(
    dose=st.integers(1, 10**9),
    substance=st.sampled_from(("cells", "viable cells", "mg", "mcg", "units")),
    kilograms=st.integers(201, 29_999),
    cap=st.integers(1, 10**11),
)
def test_random_doses_on_every_sheet(dose: int, substance: str, kilograms: int, cap: int) -> None:
    floor = -(-cap // 9)
    assume(not any(_may_have_lost_a_superscript(amount) for amount in (dose, cap, floor)))
    regimen = f"dose: {dose} {substance}/kg\nat_most: {cap} {substance}\nat_least: {floor} {substance}"
    row = f"007,active,2026-03-02,{plain_digits(Fraction(kilograms, 100))},2026-03-01,measured,,,,"
    doses = given_of(protocol_text(regimen=regimen), row)
    for text in texts_of(doses):
        assert faults_of(text) == []
    for text in (dose_in_words(doses[0].dose.regimen), dose_rule_words(doses[0].dose.regimen)):
        assert faults_of(text) == []
