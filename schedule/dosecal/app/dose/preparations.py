"""One dose made up from its product: as the protocol states it, or from the lots at hand."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.app.composition.dose_warnings import lot_warnings
from dosecal.app.composition.protocols import refuse_by
from dosecal.model.messages import NOTHING, Msg, named
from dosecal.model.preparation import Verdict
from dosecal.model.problems import PlanError, Problem, Source
from dosecal.model.struct import replace
from dosecal.planning.doses.day_limits import SameDay, with_the_day
from dosecal.planning.doses.rates import check_pump
from dosecal.planning.product.allocation import Want, allocate
from dosecal.planning.product.expiry import check_use
from dosecal.planning.product.product import prepare
from dosecal.report.messages.rate_words import pump_words, rate_steps
from dosecal.report.messages.workings import Step, ml_words
from dosecal.report.sheets.order_sheet import NOT_PROMISED
from dosecal.report.sheets.use_words import use_facts
from dosecal.report.sheets.worksheet import Working, with_notes, with_preparation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.app.dose.one_dose import DoseRequest
    from dosecal.model.preparation import LotContainer, Preparation
    from dosecal.model.product import Product
    from dosecal.model.protocol import Protocol
    from dosecal.model.regimen import Regimen
    from dosecal.planning.product.allocation import Allocation


NOT_ORDERED = Msg("its dose is not ordered yet")


def _load_lots(
    name: str, request: DoseRequest, protocol: Protocol, warnings: list[Problem]
) -> tuple[LotContainer, ...]:
    """The containers in a lots file; columns that nobody asked for are a warning.

    Raises:
        CohortError: With every problem of the file.
    """
    # one dose without lots needs no tables
    from dosecal.app.composition.input_tables import opened_table  # noqa: PLC0415
    from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots  # noqa: PLC0415
    from dosecal.load.tables.table_header import columns_passed_over  # noqa: PLC0415

    with opened_table(name, request.reading) as table:
        warnings += columns_passed_over(table, LOT_COLUMNS)
        return read_lots(table, protocol)


def prepare_workings(
    protocol: Protocol, workings: tuple[Working, ...], request: DoseRequest, warnings: list[Problem]
) -> tuple[Working, ...]:
    """The workings of doses with the steps of their preparation, where the protocol or the lots say enough for one.

    Raises:
        ScheduleError: If the lots are refused, a floor is above what a container may hold, or there is nothing to
            compare a pump or a thaw with.
    """
    if request.times is not None:
        thawed_dose([protocol.product(working.regimen.product) for working in workings], protocol.file)
    containers = None if request.lots is None else _load_lots(request.lots, request, protocol, warnings)
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
    request: DoseRequest,
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
    protocol: Protocol, working: Working, request: DoseRequest, allocation: Allocation | None, row: int
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
            SameDay(_dose_at(working.regimen, at), product, alone[row], NOTHING if alone[row] else NOT_ORDERED)
            for at in working.visits
            if (row, at) != (own, visit) and _is_same_day(protocol, visit, at)
        ]
    asked = {at for working in workings for at in working.visits}
    for regimen in (protocol.regimens[place] for place in protocol.regimens_of(workings[own].arm)):
        product = protocol.product(regimen.product)
        others += [
            SameDay(_dose_at(regimen, at), product, None, Msg("not worked out here: leave out --visit"))
            for at in regimen.visits
            if at not in asked and _is_same_day(protocol, visit, at)
        ]
    return tuple(others)


def _dose_at(regimen: Regimen, visit: str) -> Msg:
    return Msg("{dose} at {visit}", dose=named(regimen.label, regimen.id), visit=visit)


def _is_same_day(protocol: Protocol, one: str, other: str) -> bool:
    if one == other:
        return True
    first, second = protocol.visit(one), protocol.visit(other)
    is_counted = first.offset is not None and bool(first.anchor)
    return is_counted and (first.anchor, first.offset) == (second.anchor, second.offset)


def _prepared(protocol: Protocol, working: Working, preparation: Preparation, request: DoseRequest) -> Working:
    if preparation.conflict:
        refuse_by(protocol, "L020", preparation.product.id, f"expected {preparation.conflict}")
    steps = (
        *_syringe_step(preparation, request),
        *_pump_step(protocol, preparation, request),
        *_thaw_step(preparation.product, preparation, request),
    )
    says_something = preparation.lines or preparation.diluted or preparation.limits or request.lots is not None
    if not says_something:
        return replace(working, steps=(*working.steps, *rate_steps(preparation), *steps))
    if request.lots is not None and len(working.visits) > 1 and preparation.lines:
        note = Msg("the containers are those of one of these doses, on {day}", day=request.day)
        working = replace(working, notes=(*working.notes, note))
    return with_preparation(working, preparation, steps)


def _promised(
    protocol: Protocol, workings: tuple[Working, ...], request: DoseRequest, containers: tuple[LotContainer, ...]
) -> Allocation:
    """The containers of the doses on the day, each promised once; one that the lots don't cover gets none."""
    wants = []
    for row, working in enumerate(workings):
        if working.worked is not None:
            ordered, product = working.worked.ordered, protocol.product(working.regimen.product)
            wants.append(Want(row, request.day, request.site, product, ordered.unit.substance, ordered.value))
    return allocate(wants, containers)


def _syringe_step(preparation: Preparation, request: DoseRequest) -> tuple[Step, ...]:
    """That the syringe which was named is too small."""
    drawn = preparation.drawn_ml
    if request.syringe_ml is None or drawn is None or drawn <= request.syringe_ml:
        return ()
    said = Msg(
        "{size} does NOT hold {volume}: {short} too small",
        size=ml_words(request.syringe_ml),
        volume=ml_words(drawn),
        short=ml_words(drawn - request.syringe_ml),
    )
    return (Step(Msg("syringe"), NOTHING, said),)


def _pump_step(protocol: Protocol, preparation: Preparation, request: DoseRequest) -> tuple[Step, ...]:
    if request.pump is None:
        return ()
    rate = preparation.rate
    value, is_duration = request.pump
    check = None if rate is None else check_pump(rate, value, is_duration=is_duration)
    if check is None:
        message = "expected a protocol with a rate and a volume to compare the pump with, got none"
        why = "; ".join(preparation.open)
        refuse_by(protocol, "L025", "--pump", f"{message}{f': it needs {why}' if why else ''}")
    return (Step(Msg("pump"), NOTHING, pump_words(check)),)


def thawed_dose(products: Sequence[Product], file: str) -> int:
    """The place of the one dose whose product is used within a time after thaw: the times are those of that dose.

    Args:
        products: The product of each dose.
        file: The name of the protocol, for a problem.

    Raises:
        PlanError: If there is no such dose, or there are several.
    """
    thawed = [place for place, product in enumerate(products) if product.use_within is not None]
    if len(thawed) == 1:
        return thawed[0]
    code, hint = "L026", ""
    message = "expected a product with a time to be used in after thaw, got one without"
    if thawed:
        code, hint = "L027", "the times are those of one dose: name its visit with --visit"
        message = f"expected one dose of a thawed product, got {len(thawed)} of them"
    raise PlanError((Problem(Source(file), code, "--thawed, --start", message, hint),))


def _thaw_step(product: Product, preparation: Preparation | None, request: DoseRequest) -> tuple[Step, ...]:
    within = product.use_within
    if request.times is None or within is None:
        return ()
    use = check_use(within, request.times, None if preparation is None else preparation.rate)
    return tuple(Step(fact.name, NOTHING, fact.text) for fact in use_facts(use))
