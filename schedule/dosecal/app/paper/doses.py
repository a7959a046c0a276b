"""A cohort's doses, each ready for its sheets; and what a second person found beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal import __version__
from dosecal.app.composition.protocols import require_one_of
from dosecal.app.composition.subject_views import read_groups
from dosecal.app.dose.preparations import thawed_dose
from dosecal.app.files.sources import read_mapping_file
from dosecal.load.tables.entries_file import read_check_entries
from dosecal.model.problems import PlanError, Problem, Source
from dosecal.model.struct import replace
from dosecal.planning.product.expiry import check_use
from dosecal.planning.product.product import prepare
from dosecal.report.messages import visit_words, words
from dosecal.report.sheets.check_sheet import Verified, asked_sheet, compare_entries
from dosecal.report.sheets.order_sheet import order_sheet
from dosecal.report.sheets.preparation_sheet import preparation_sheet
from dosecal.report.sheets.sheet_sections import DoseToOrder, DoseToPrepare, marks_of, product_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dosecal.app.composition.composition import Composition
    from dosecal.model.moments import UseTimes
    from dosecal.report.sheets.sheet import Sheet
    from dosecal.report.sheets.sheet_sections import SheetDose
    from dosecal.report.subjects.subject_view import SubjectDose


def read_doses(plan: Composition, visit: str | None = None) -> Iterator[SheetDose]:
    """The doses of a cohort that are worked out, subject by subject; what is not yet is a warning of the outcome.

    Args:
        plan: The cohort, or one subject of it; what was wrong with it is in its outcome at the end, and nothing may be
            written then unless ``plan.may_be_written``.
        visit: The id of one visit, for its doses alone; None for all.

    Raises:
        ScheduleError: If a whole input is refused, there is no such visit, nobody has the id, or there is no dose.
    """
    if visit is not None:
        known = list(dict.fromkeys(one.id for protocol in plan.protocols for one in protocol.visits))
        require_one_of(visit, known, plan.protocol, "L005", "--visit")
    is_dosed = False
    awaited: list[Problem] = []
    for dose in _doses(plan, visit):
        if isinstance(dose, Problem):
            awaited.append(dose)
            continue
        is_dosed = True
        yield dose
    if awaited and not is_dosed and plan.inputs.subject is not None:
        raise PlanError(tuple(awaited))
    plan.outcome.warnings += awaited
    if not is_dosed and not awaited and not plan.outcome.problems:
        where = f" at visit {visit}" if visit else ""
        whose = "a subject and visit" if plan.inputs.subject is None else f"a visit of subject {plan.inputs.subject}"
        message = f"expected {whose} with a dose, got none{where}"
        raise PlanError((Problem(Source(str(plan.inputs.subjects)), "L006", "subject_id", message),))


def _doses(plan: Composition, visit: str | None) -> Iterator[SheetDose | Problem]:
    """The doses, version by version of those subjects that were read together."""
    stamp = (__version__, plan.inputs.judged_on.isoformat())
    for group in read_groups(plan):
        for views in group:
            for view in views:
                yield from (sheet_dose(dose, stamp) for dose in view.doses if visit in {None, dose.visit.id})


def sheet_dose(dose: SubjectDose, stamp: tuple[str, str]) -> SheetDose | Problem:
    """A dose ready for its sheets: worked out and made up, or with an open order; or why it can't be worked out yet.

    Args:
        dose: The dose.
        stamp: The version of the program, and the day ``YYYY-MM-DD``.
    """
    if dose.open is not None:
        return DoseToOrder(dose, dose.open, dose.lots is not None, *stamp)
    if dose.worked is None:
        return _undetermined(dose)
    worked = dose.worked
    preparation = dose.preparation or prepare(worked, dose.protocol.product(worked.regimen.product), worked.weight_kg)
    return DoseToPrepare(dose, worked, preparation, dose.lots, *stamp)


def worksheet_of(dose: SheetDose) -> Sheet:
    """The preparation worksheet of a dose; of an open order, the sheet with a blank amount."""
    return order_sheet(dose) if isinstance(dose, DoseToOrder) else preparation_sheet(dose)


def _undetermined(dose: SubjectDose) -> Problem:
    """That a dose can't be worked out yet, and why."""
    why = words.WEIGHT_STATES[dose.state] or visit_words.DATE_UNKNOWN
    about = f"dose {dose.number} of {dose.regimen.id} at {dose.visit.id}"
    return Problem(dose.source, "L041", "subject_id", f"expected {about} to be worked out, got {why}")


def with_times(doses: Sequence[SheetDose], times: UseTimes, file: str) -> list[SheetDose]:
    """The same doses; the one whose product is used within a time after thaw has the times beside it.

    Args:
        doses: The doses of one subject.
        times: When the product is thawed and infused.
        file: The name of the protocol, for a problem.

    Raises:
        PlanError: If there is no such dose, or several: the times are those of one.
    """
    place = thawed_dose([product_of(one) for one in doses], file)
    one = doses[place]
    rate = None if isinstance(one, DoseToOrder) else one.preparation.rate
    use = check_use(product_of(one).use_within or 0, times, rate)
    return [*doses[:place], replace(one, use=use), *doses[place + 1 :]]


def verify_entries(doses: Sequence[SheetDose], entries: str) -> Verified:
    """Compare the second person's entries with the calculation.

    Args:
        doses: The doses of one subject; at least one.
        entries: The name of the filled-in file of their check sheets.

    Raises:
        CohortError: If the file can't be read, is of another sheet, or has an entry without a certain reading.
    """
    content = read_mapping_file(entries, "a filled-in check sheet")
    written = read_check_entries(content, entries, asked_sheet(doses))
    compared = [
        one for dose, values in zip(doses, written.values, strict=True) for one in compare_entries(dose, values)
    ]
    return Verified(marks_of(doses[0]), written.checked_by, tuple(compared))
