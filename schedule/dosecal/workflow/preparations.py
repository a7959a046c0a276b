"""One dose made up from its product: as the protocol states it, or from the lots at hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.preparation import Verdict
from dosecal.model.spoken import number_words
from dosecal.model.struct import Struct, replace
from dosecal.planning.doses.day_limits import SameDay, with_the_day
from dosecal.planning.doses.rates import check_pump
from dosecal.planning.product.allocation import Want, allocate
from dosecal.planning.product.expiry import check_use
from dosecal.planning.product.product import prepare
from dosecal.report.messages.product_words import pump_words, rate_steps
from dosecal.report.sheets.order_sheet import NOT_PROMISED
from dosecal.report.sheets.use_words import use_facts
from dosecal.report.sheets.worksheet import Step, Working, with_notes, with_preparation
from dosecal.workflow.dose_warnings import lot_warnings
from dosecal.workflow.protocols import refuse_by
from dosecal.workflow.store import open_input

if TYPE_CHECKING:
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.model.moments import UseTimes
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.problems import Problem
    from dosecal.model.product import Product
    from dosecal.model.protocol import Protocol
    from dosecal.planning.product.allocation import Allocation


NOT_ORDERED = "its dose is not ordered yet"


class PumpEntry(Struct, frozen=True):
    """What a pump is set to, as somebody entered it.

    Attributes:
        value: A rate in mL per hour, or a duration in minutes.
        is_duration: Whether it is a duration.
    """

    value: Fraction
    is_duration: bool


class PreparationRequest(Struct, frozen=True):
    """How a dose is to be made up.

    Attributes:
        day: The day, as ISO text, for the expiry of lots.
        weight_kg: The actual body weight, for limits and rates per kg; None where it is not given.
        lots: The name of the lots' file; None to take the product as the protocol states it.
        reading: How that is written; None for a comma, UTF-8, ISO dates and a point.
        site: The site whose containers are taken; empty for those of no site.
        syringe_ml: The nominal capacity of the syringe; None for the smallest that holds the volume.
        pump: What a pump is set to; None for nothing to compare.
        times: When the product is thawed and infused; None where nothing of that is given.
    """

    day: str
    weight_kg: Fraction | None = None
    lots: str | None = None
    reading: TableReading | None = None
    site: str = ""
    syringe_ml: Fraction | None = None
    pump: PumpEntry | None = None
    times: UseTimes | None = None


def _load_lots(
    name: str, reading: TableReading | None, protocol: Protocol, warnings: list[Problem]
) -> tuple[LotContainer, ...]:
    """The containers in a lots file; columns that nobody asked for are a warning.

    Raises:
        CohortError: With every problem of the file.
    """
    from dosecal.load.tables.cohort_file import open_table  # noqa: PLC0415 - one dose without lots needs no tables
    from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots  # noqa: PLC0415 - likewise
    from dosecal.load.tables.table_header import columns_passed_over  # noqa: PLC0415 - likewise
    from dosecal.load.tables.table_reading import STRICT  # noqa: PLC0415 - likewise

    with open_table(name, open_input, reading or STRICT) as table:
        warnings += columns_passed_over(table, LOT_COLUMNS)
        return read_lots(table, protocol)


def prepare_workings(
    protocol: Protocol, workings: tuple[Working, ...], request: PreparationRequest, warnings: list[Problem]
) -> tuple[Working, ...]:
    """The workings of doses with the steps of their preparation, where the protocol or the lots say enough for one.

    Raises:
        ScheduleError: If the lots are refused, a floor is above what a container may hold, or there is nothing to
            compare a pump or a thaw with.
    """
    _require_one_thawed(protocol, workings, request)
    containers = None if request.lots is None else _load_lots(request.lots, request.reading, protocol, warnings)
    allocation = None if containers is None else _promised(protocol, workings, request, containers)
    if allocation is not None:
        warnings += lot_warnings(allocation, request.lots or "")
    alone = [_preparation(protocol, working, request, allocation, row) for row, working in enumerate(workings)]
    return tuple(_made_up(protocol, row, workings, alone, request) for row in range(len(workings)))


def _made_up(
    protocol: Protocol,
    row: int,
    workings: tuple[Working, ...],
    alone: list[Preparation | None],
    request: PreparationRequest,
) -> Working:
    """One of the workings with its preparation; nothing is made up of a dose that somebody has yet to order."""
    own, working = alone[row], workings[row]
    if own is not None:
        return _prepared(protocol, working, _with_its_day(protocol, row, own, workings, alone), request)
    if request.pump is not None:
        message = "expected a dose to compare the pump with, got a range of doses none of which is ordered yet"
        refuse_by(protocol, "L025", "--pump", message)
    notes = (NOT_PROMISED,) if request.lots is not None else ()
    steps = _thaw_step(protocol.product(working.regimen.product), None, request)
    return with_notes(replace(working, steps=(*working.steps, *steps)), notes)


def _preparation(
    protocol: Protocol, working: Working, request: PreparationRequest, allocation: Allocation | None, row: int
) -> Preparation | None:
    """How a dose is made up; None for one that somebody has yet to order."""
    worked = working.worked
    if worked is None:
        return None
    weight_kg = worked.weight_kg or request.weight_kg
    promised = None if allocation is None else allocation.promised.get(row, ())
    return prepare(worked, protocol.product(worked.regimen.product), weight_kg, promised, request.syringe_ml)


def _with_its_day(
    protocol: Protocol,
    own: int,
    preparation: Preparation,
    workings: tuple[Working, ...],
    alone: list[Preparation | None],
) -> Preparation:
    """A dose with the others of its day added to its limits of a day: of its visits, the one where they reach most."""
    working = workings[own]
    if not preparation.product.has_limits_of_a_day:
        return preparation
    days = [with_the_day(preparation, _others_at(protocol, visit, own, workings, alone)) for visit in working.visits]
    return max(days, key=_reached)


def _reached(preparation: Preparation) -> tuple[int, int, Fraction]:
    """How far a dose goes in its limits: first those that are not kept, then those that are not known."""
    beyond = [one.by / one.limit for one in preparation.beyond if one.limit]
    unknown = sum(one.verdict is Verdict.UNKNOWN for one in preparation.limits)
    shares = sum(
        (one.value for check in preparation.limits for one in check.shares if one.value is not None), Fraction(0)
    )
    return len(beyond), unknown, sum(beyond, shares)


def _others_at(
    protocol: Protocol, visit: str, own: int, workings: tuple[Working, ...], alone: list[Preparation | None]
) -> tuple[SameDay, ...]:
    """The other doses on the day of a visit: those of visits that have the same day of the same anchor."""
    others: list[SameDay] = []
    for row, working in enumerate(workings):
        product = protocol.product(working.regimen.product)
        others += [
            SameDay(f"{working.regimen.label} at {at}", product, alone[row], "" if alone[row] else NOT_ORDERED)
            for at in working.visits
            if (row, at) != (own, visit) and _is_same_day(protocol, visit, at)
        ]
    asked = {at for working in workings for at in working.visits}
    for regimen in (protocol.regimens[place] for place in protocol.regimens_of(workings[own].arm)):
        product = protocol.product(regimen.product)
        others += [
            SameDay(f"{regimen.label} at {at}", product, None, "not worked out here: leave out --visit")
            for at in regimen.visits
            if at not in asked and _is_same_day(protocol, visit, at)
        ]
    return tuple(others)


def _is_same_day(protocol: Protocol, one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = protocol.visit(one), protocol.visit(other)
    is_counted = first.offset is not None and bool(first.anchor)
    return is_counted and (first.anchor, first.offset) == (second.anchor, second.offset)


def _prepared(protocol: Protocol, working: Working, preparation: Preparation, request: PreparationRequest) -> Working:
    if preparation.conflict:
        refuse_by(protocol, "L020", preparation.product.id, f"expected {preparation.conflict}")
    steps = (
        *_syringe_step(preparation, request),
        *_pump_step(protocol, preparation, request),
        *_thaw_step(preparation.product, preparation, request),
    )
    says_something = preparation.lines or preparation.diluted or preparation.limits or request.lots is not None
    if not says_something:
        return replace(working, steps=(*working.steps, *(Step(*one) for one in rate_steps(preparation)), *steps))
    if request.lots is not None and len(working.visits) > 1 and preparation.lines:
        note = f"the containers are those of one of these doses, on {request.day}"
        working = replace(working, notes=(*working.notes, note))
    return with_preparation(working, preparation, steps)


def _promised(
    protocol: Protocol, workings: tuple[Working, ...], request: PreparationRequest, containers: tuple[LotContainer, ...]
) -> Allocation:
    """The containers of the doses on the day, each promised once; one that the lots don't cover gets none."""
    wants = []
    for row, working in enumerate(workings):
        if working.worked is not None:
            ordered, product = working.worked.ordered, protocol.product(working.regimen.product)
            wants.append(Want(row, request.day, request.site, product, ordered.unit.substance, ordered.value))
    return allocate(wants, containers)


def _syringe_step(preparation: Preparation, request: PreparationRequest) -> tuple[Step, ...]:
    """That the syringe which was named is too small."""
    drawn = preparation.drawn_ml
    if request.syringe_ml is None or drawn is None or drawn <= request.syringe_ml:
        return ()
    short = number_words(drawn - request.syringe_ml)
    said = f"{number_words(request.syringe_ml)} mL does NOT hold {number_words(drawn)} mL: {short} mL too small"
    return (Step("syringe", "", said),)


def _pump_step(protocol: Protocol, preparation: Preparation, request: PreparationRequest) -> tuple[Step, ...]:
    if request.pump is None:
        return ()
    rate = preparation.rate
    entered = request.pump
    check = None if rate is None else check_pump(rate, entered.value, is_duration=entered.is_duration)
    if check is None:
        message = "expected a protocol with a rate and a volume to compare the pump with, got none"
        why = "; ".join(preparation.open)
        refuse_by(protocol, "L025", "--pump", f"{message}{f': it needs {why}' if why else ''}")
    return (Step("pump", "", pump_words(check)),)


def _require_one_thawed(protocol: Protocol, workings: tuple[Working, ...], request: PreparationRequest) -> None:
    """See that the times are those of one dose, whose product is used within a time after thaw."""
    if request.times is None:
        return
    thawed = [one for one in workings if protocol.product(one.regimen.product).use_within is not None]
    if not thawed:
        message = "expected a product with a time to be used in after thaw, got one without"
        refuse_by(protocol, "L026", "--thawed, --start", message)
    if len(thawed) > 1:
        message = f"expected one dose of a thawed product, got {len(thawed)} of them: name its visit with --visit"
        refuse_by(protocol, "L027", "--thawed, --start", message)


def _thaw_step(product: Product, preparation: Preparation | None, request: PreparationRequest) -> tuple[Step, ...]:
    within = product.use_within
    if request.times is None or within is None:
        return ()
    use = check_use(within, request.times, None if preparation is None else preparation.rate)
    return tuple(Step(name, "", said) for _, name, said in use_facts(use))
