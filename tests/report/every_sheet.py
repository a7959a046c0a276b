"""Both sheets of every dose that the examples and the trials of these tests have, for what has to hold of all."""

from __future__ import annotations

import io
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from schedule.load.cohort_file import read_table
from schedule.load.levels_file import read_levels
from schedule.load.lots_file import read_lots
from schedule.load.protocol_file import load_protocol
from schedule.load.subjects import SubjectReader
from schedule.load.weights_file import read_weights
from schedule.plan.prepared import prepare_from_lots
from schedule.plan.product import prepare
from schedule.plan.resolve import plan_schedule
from schedule.report.check_sheet import check_sheet
from schedule.report.planned_dose import dose_rows, planned_dose
from schedule.report.preparation_sheet import preparation_sheet
from schedule.report.sheet import Blank, Fact, Grid, Note, NumberedStep, Signature
from schedule.report.sheet_sections import DoseToPrepare
from tests.example_products import product_text
from tests.report.given_doses import STAMP, given_from_lots, given_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schedule.load.text_table import TextTable
    from schedule.model.schedule import Schedule
    from schedule.report.sheet import Line, Sheet

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "protocols" / "examples"
SHIPPED = tuple(sorted((ROOT / "protocols").rglob("*.yaml")))


def _table(path: Path) -> TextTable | None:
    return read_table(io.BytesIO(path.read_bytes()), path.name) if path.exists() else None


def shipped_doses(path: Path) -> list[DoseToPrepare]:
    """The doses of the example subjects of a shipped protocol, from its example lots where there are some."""
    protocol = load_protocol(path.read_bytes(), path.name)
    stem = path.stem
    subjects, weights, levels, lots = (
        _table(EXAMPLES / f"{stem}-{what}.csv") for what in ("subjects", "weights", "levels", "lots")
    )
    assert subjects is not None
    reader = SubjectReader(
        protocol,
        {} if weights is None else read_weights(weights),
        {} if levels is None else read_levels(levels, protocol),
    )
    schedules = tuple(plan_schedule(protocol, cohort) for cohort, _ in reader.read(subjects))
    doses = list(chain.from_iterable(_unlotted(one) for one in schedules))
    if lots is not None:
        (schedule,), allocation = prepare_from_lots(schedules, read_lots(lots, protocol))
        for row in _rows(schedule):
            dose, place = planned_dose(schedule, row), int(schedule.prepared.place[row])
            if dose.worked is not None and place >= 0:
                made_up = schedule.prepared.preparations[place]
                doses.append(DoseToPrepare(dose, dose.worked, made_up, allocation.promised.get(row, ()), *STAMP))
    return doses


def _rows(schedule: Schedule) -> Iterator[int]:
    for subject in range(len(schedule.cohort)):
        yield from dose_rows(schedule, subject, None)


def _unlotted(schedule: Schedule) -> Iterator[DoseToPrepare]:
    for row in _rows(schedule):
        dose = planned_dose(schedule, row)
        if dose.worked is not None:
            product = schedule.protocol.product(dose.regimen.product)
            yield DoseToPrepare(dose, dose.worked, prepare(dose.worked, product, dose.worked.weight_kg), None, *STAMP)


EVERYTHING = """\
counts: total cells
counted: at freeze
recovery: 87.5 %
concentration: 12.5 million cells/mL
container: {called: bag, content: 1250 million cells, volume: 100 mL, overfill: 5 mL}
viability: {is: 85 %, at_least: 70 %, method: flow cytometry}
purity: {CD3+ cells: 70 %}
dilution: {to: 1.5 million viable cells/mL}
dmso: 7.5 % v/v
endotoxin: 0.5 EU/mL
use_within: 3 h of thaw
limits: {concentration: {at_most: 20 million viable cells/mL}, volume: at most 10 mL/kg, dmso: at most 1 g/kg per day, \
endotoxin: at most 5 EU/kg}
"""
EVERY_RULE = """\
dose: 2 million viable cells/kg
at_most: 150 million viable cells
rounding: {dose: {to: 1000 viable cells, mode: down}, volume: {to: 0.5 mL, mode: up}}
tolerance: ±10 % of the ordered dose
weight: {which: actual, measured: required, not_older_than: 7 days, each_dose: weigh again, ask_from: 5 %, \
recalculate_from: 10 %, plausible: 30 to 200 kg}
"""
RATES = (
    *("{at_most: 4 mL/min}", "{at_most: 1500 mL/h}", "{over: 60 to 80 min}", "{over: 70 min}", "{at_most: 2 mL/kg/h}"),
    *("{at_least: 10 mL/h}", "none stated"),
)
LIGHT = "007,active,2026-03-02,81.37,2026-03-01,measured,,,,"


def further_doses() -> list[DoseToPrepare]:
    """Doses of protocols that state everything, of weights that ask something, and of lots that run out."""
    doses = [*given_from_lots("006"), *given_from_lots("007")]
    doses += given_from_lots("007", lots=_few_lots())
    for rate in RATES:
        doses += given_of(product_text(EVERYTHING, f"{EVERY_RULE}rate: {rate}"), LIGHT)
    doses += _weighed()
    return doses


def _few_lots() -> str:
    path = ROOT / "tests" / "golden" / "worksheets" / "msc-lots-lots.csv"
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:2]) + "\n"


def _weighed() -> list[DoseToPrepare]:
    """Two doses with a second weight that is twice, a tenth of, much above and a little above the first."""
    limits = "ask_from: 5 %, recalculate_over: 10 %, plausible: 30 to 90 kg"
    doses = []
    for each in ("weigh again", "use the first weight", "none stated"):
        rule = f"dose: 2 mg/kg\nweight: {{which: actual, each_dose: {each}, {limits}}}"
        for second in ("154.3", "7.1", "79", "74", "77", "70"):
            text = product_text(
                "concentration: 2 mg/mL",
                rule,
                ("D1", "D8"),
            )
            weights = f"subject_id,date,weight_kg,method\n007,2026-03-08,{second},estimated\n"
            doses += given_of(text, "007,active,2026-03-02,70,2026-03-01,stated,,,,", weights)
    return doses


@cache
def every_sheet() -> tuple[Sheet, ...]:
    """The preparation worksheet and the check sheet of each dose."""
    doses = [dose for path in SHIPPED for dose in shipped_doses(path)] + further_doses()
    return tuple(make(dose) for dose in doses for make in (preparation_sheet, check_sheet))


def texts_of(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Every text of a sheet that a person reads, with where it stands; its marks are left out."""
    yield "kind", sheet.kind
    yield "caution", sheet.caution
    for section in sheet.sections:
        yield f"{section.id} title", section.title
        for line in section.lines:
            yield from ((f"{section.id} {place}", text) for place, text in texts_of_line(line))


def texts_of_line(line: Line) -> Iterator[tuple[str, str]]:
    """Every text of a line with where in it it stands."""
    match line:
        case Fact():
            yield from (("name", line.name), (line.id, line.text))
        case NumberedStep():
            yield from (("step", line.name), ("working", line.working), ("result", line.result))
        case Note():
            yield "note", line.text
        case Blank():
            yield from (("blank", line.name), ("unit", line.unit), ("hint", line.hint))
        case Signature():
            yield "role", line.role
        case Grid():
            yield from (("head", head) for head in line.heads)
            yield from (
                (f"grid {line.id} {head}", cell)
                for row in line.rows
                for head, cell in zip(line.heads, row, strict=True)
            )
