"""Both sheets of every dose that the examples and the trials of these tests have, for what has to hold of all."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.app.paper.doses import sheet_dose, worksheet_of
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.levels_file import read_levels
from dosecal.load.tables.lots_file import read_lots
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.moments import UseTimes
from dosecal.model.problems import Problem
from dosecal.model.struct import replace
from dosecal.planning.product.expiry import check_use
from dosecal.planning.product.prepared import prepare_from_lots
from dosecal.planning.resolve import plan_schedule
from dosecal.report.sheets.check_sheet import check_sheet
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep, Signature
from dosecal.report.sheets.sheet_sections import product_of
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_products import product_text
from tests.planning.planned import cohort_of
from tests.report.given_doses import STAMP, given_from_lots, given_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.preparation import LotContainer, UseCheck
    from dosecal.model.schedule import Schedule
    from dosecal.report.sheets.sheet import Line, Sheet
    from dosecal.report.sheets.sheet_sections import DoseToPrepare, SheetDose

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "protocols" / "examples"
SHIPPED = tuple(sorted((ROOT / "protocols").rglob("*.yaml")))


def _table(path: Path) -> TextTable | None:
    return read_table(io.BytesIO(path.read_bytes()), path.name) if path.exists() else None


def shipped_doses(path: Path) -> list[SheetDose]:
    """The doses of the example subjects of a shipped protocol, from its example lots as well where there are some."""
    protocol = read_protocol(path.read_bytes(), path.name)
    subjects, weights, levels, lots = (
        _table(EXAMPLES / f"{path.stem}-{what}.csv") for what in ("subjects", "weights", "levels", "lots")
    )
    assert subjects is not None
    reader = SubjectReader(
        protocol,
        {} if weights is None else read_weights(weights),
        {} if levels is None else read_levels(levels),
    )
    schedules = tuple(plan_schedule(protocol, cohort) for cohort, _ in reader.read(subjects))
    doses = list(_doses(schedules, {}, has_lots=False))
    if lots is not None:
        prepared, allocation = prepare_from_lots(schedules, read_lots(lots, protocol))
        doses += _doses(tuple(prepared), allocation.promised, has_lots=True)
    return doses


def _doses(
    schedules: tuple[Schedule, ...], promised: dict[int, tuple[LotContainer, ...]], *, has_lots: bool
) -> Iterator[SheetDose]:
    start = 0
    for schedule in schedules:
        for view in SubjectViews(schedule, promised if has_lots else None, start):
            for dose in view.doses:
                found = sheet_dose(dose, STAMP)
                if not isinstance(found, Problem):
                    yield found
        start += len(schedule.doses)


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


def further_doses() -> list[SheetDose]:
    """Doses of protocols that state everything, of weights that ask something, of lots that run out, and the like."""
    doses: list[SheetDose] = [*given_from_lots("006"), *given_from_lots("007")]
    doses += given_from_lots("007", lots=_few_lots())
    for rate in RATES:
        doses += given_of(product_text(EVERYTHING, f"{EVERY_RULE}rate: {rate}"), LIGHT)
    for product in VIALS:
        for rate in ("{over: 30 min}", "{over: 20 to 36 min}", "{at_most: 2 mL/min}", "none stated"):
            doses += given_of(product_text(product, f"dose: 80 mg\nrate: {rate}"), LIGHT)
    doses += _weighed()
    doses += _planned(SHARED_DAY, "1,active,2026-03-02,70")
    doses += _planned(OPEN_ORDER, "1,active,2026-03-02,60")
    doses += [replace(one, use=use) for one in given_from_lots("007")[:1] for use in _uses(one)]
    return doses


VIAL = "container: {called: vial, content: 40 mg, volume: 4 mL, overfill: 0.4 mL"
VIALS = (
    f"{VIAL}}}\nendotoxin: 3 EU/mL\nlimits: {{endotoxin: at most 0.1 EU/kg/h}}\ndilution: {{add: 3.6 mL}}",
    f"{VIAL} usable}}\nlimits: {{endotoxin: at most 5 EU/kg}}\ndmso: none",
)
SHARED_DAY = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {label: first infusion}
arms:
  active: {label: Active}
products:
  first:
    label: study drug
    concentration: 10 mg/mL
    dmso: 10 % v/v
    limits: {dmso: at most 1 g/kg per day}
  second: {label: carboplatin, concentration: 1 mg/mL, dmso: 50 % w/v}
  third: {label: docetaxel, concentration: 1 mg/mL, dmso: none stated}
regimens:
  first: {label: infusion, product: first, dose: 10 mg/kg, weight: none stated, visits: [D1, D2]}
  second: {label: carboplatin, product: second, dose: 70 mg, visits: [D1]}
  third: {label: docetaxel, product: third, dose: 70 mg, visits: [evening]}
visits:
  D1: {}
  evening: {label: Response, days: 0}
  D2: {}
"""
OPEN_ORDER = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {label: first infusion}
arms:
  active: {label: Active}
products:
  drug:
    label: study drug
    counts: viable cells
    container: {called: bag, content: 100 million viable cells, volume: 50 mL}
    dilution: {total: 100 mL}
    use_within: 90 min of thaw
    viability: {at_least: 70 %}
    limits: {volume: at most 10 mL/kg}
regimens:
  infusion:
    product: drug
    dose: {from: 1 million viable cells/kg, to: 4 million viable cells/kg, aim: none stated}
    split: {D1: 25 %, D2: 75 %}
    at_most: 200 million viable cells
    weight: none stated
    rate: {over: 30 min}
visits: {D1: {}, D2: {}}
"""


def _planned(protocol_text: str, row: str) -> list[SheetDose]:
    """The doses of one subject of a protocol's text."""
    protocol = read_protocol(protocol_text.encode(), "protocol.yaml")
    cohort = cohort_of(protocol, f"subject_id,arm,start,weight_kg\n{row}\n")
    return list(_doses((plan_schedule(protocol, cohort),), {}, has_lots=False))


def _uses(dose: DoseToPrepare) -> Iterator[UseCheck]:
    """The times of a dose that is begun in time, too late, and at a time that is not known yet, on another day too."""
    within = product_of(dose).use_within or 0
    thawed = datetime(2026, 6, 1, 9, tzinfo=UTC)
    starts = (thawed + timedelta(hours=1, minutes=15), thawed + timedelta(hours=5), None)
    for start in (*starts, thawed + timedelta(hours=2), thawed + timedelta(days=1)):
        yield check_use(within, UseTimes(thawed, start), dose.preparation.rate)
    for start in starts[:2]:
        yield check_use(within, UseTimes(None, start), dose.preparation.rate)
        yield check_use(within, UseTimes(thawed, start), None)
        if start is not None:
            yield check_use(within, UseTimes(thawed, start, start + timedelta(minutes=45)), dose.preparation.rate)


def _few_lots() -> str:
    path = ROOT / "tests" / "golden" / "worksheets" / "msc-lots-lots.csv"
    return "\n".join(path.read_text(encoding="utf-8").splitlines()[:2]) + "\n"


def _weighed() -> list[SheetDose]:
    """Two doses with a second weight that is twice, a tenth of, much above and a little above the first."""
    limits = "ask_from: 5 %, recalculate_over: 10 %, plausible: 30 to 90 kg"
    doses: list[SheetDose] = []
    for each in ("weigh again", "use the first weight", "none stated"):
        rule = f"dose: 2 mg/kg\nweight: {{which: actual, each_dose: {each}, {limits}}}"
        for second in ("154.3", "7.1", "79", "74", "77", "70"):
            text = product_text("concentration: 2 mg/mL", rule, ("D1", "D8"))
            weights = f"subject_id,date,weight_kg,method\n007,2026-03-08,{second},estimated\n"
            doses += given_of(text, "007,active,2026-03-02,70,2026-03-01,stated,,,,", weights)
    return doses


@cache
def every_sheet() -> tuple[Sheet, ...]:
    """The preparation worksheet and the check sheet of each dose."""
    doses = [dose for path in SHIPPED for dose in shipped_doses(path)] + further_doses()
    return tuple(make(dose) for dose in doses for make in (worksheet_of, check_sheet))


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
