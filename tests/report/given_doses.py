"""Doses that are ready for their sheets, made from texts."""

from __future__ import annotations

import io
from pathlib import Path

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.lots_file import read_lots
from dosecal.planning.product.prepared import prepare_from_lots
from dosecal.planning.product.product import prepare
from dosecal.planning.resolve import plan_schedule
from dosecal.report.sheets.sheet_sections import DoseToPrepare
from dosecal.report.subjects.subject_views import SubjectViews
from tests.example_protocols import protocol_of
from tests.planning.planned import NO_WEIGHTS, cohort_of

HEAD = "subject_id,arm,start,weight_kg,weight_date,weight_method,height_cm,sex,birth_date,site\n"
STAMP = ("9.9.9", "2026-11-25")
FOLDER = Path(__file__).parents[1] / "golden" / "worksheets"


def given_of(protocol_text: str, row: str, weights: str = NO_WEIGHTS, *, head: str = HEAD) -> list[DoseToPrepare]:
    """The doses of the one subject of a row, made up from the product as the protocol states it."""
    protocol = protocol_of(protocol_text)
    schedule = plan_schedule(protocol, cohort_of(protocol, head + row + "\n", weights))
    given = []
    for dose in SubjectViews(schedule).of(0).doses:
        if dose.worked is not None:
            product = protocol.product(dose.regimen.product)
            given.append(
                DoseToPrepare(dose, dose.worked, prepare(dose.worked, product, dose.worked.weight_kg), None, *STAMP)
            )
    return given


def given_from_lots(subject: str, *, lots: str | None = None) -> list[DoseToPrepare]:
    """The doses of a subject of the example with lots.

    Args:
        subject: The subject's id.
        lots: Another lots table, as CSV; None for that of the example.
    """
    protocol = read_protocol((FOLDER / "msc-lots.yaml").read_bytes(), "msc-lots.yaml")
    texts = [(FOLDER / f"msc-lots-{name}.csv").read_text(encoding="utf-8") for name in ("subjects", "weights", "lots")]
    cohort = cohort_of(protocol, texts[0], texts[1])
    table = read_table(io.BytesIO((lots or texts[2]).encode()), "lots.csv")
    (schedule,), allocation = prepare_from_lots((plan_schedule(protocol, cohort),), read_lots(table, protocol))
    view = SubjectViews(schedule, allocation.promised).of(cohort.ids.index(subject))
    return [
        DoseToPrepare(dose, dose.worked, dose.preparation, dose.lots, *STAMP)
        for dose in view.doses
        if dose.worked is not None and dose.preparation is not None
    ]
