"""One dose made up from its product, with every step kept for the working.

Conventions: every value is exact; ``drawn_ml`` alone has been rounded, by the rule that stands beside it. Volumes are
in mL, rates in mL per hour, durations in minutes, weights in kilograms. A value that can't be found out is None, and
``open`` says why in words.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import round_half_up
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from dosecal.model.cohort import Indices
    from dosecal.model.messages import Msg
    from dosecal.model.moments import UseTimes
    from dosecal.model.product import Count, Percent, Product, RateRule
    from dosecal.model.quantity import Amount, Rounding
    from dosecal.model.worked_dose import WorkedDose

_TWICE = 2
PUMP_FINE, PUMP_COARSE = Fraction(1, 100), Fraction(1, 10)
"""The steps in which a pump is programmed, in mL per hour: below 1 mL per hour, and from there on."""
MOST_OFF_PERCENT = 5
"""How far a delivered dose may be from the ordered one, in percent of it, before it is a warning; itself allowed."""
_PUMP_PARTS = 20
"""A pump's setting is off by a twentieth of the rate at most."""
SMALLEST_PUMP_STEP = Fraction(1, 10**6)
"""A rate that can't be kept within its limits at a smaller step than this is said exactly."""


class NotKnownError(RefusedError):
    """Something that a dose is made up by is not known, or its parts contradict each other.

    Attributes:
        expected: What would have to be, as the end of "it needs …".
    """

    expected: Msg

    def __init__(self, expected: Msg) -> None:
        """Keep what is needed."""
        super().__init__(expected)
        self.expected = expected


class Verdict(Enum):
    """How a value stands to a limit."""

    WITHIN = "within"
    BEYOND = "beyond"
    UNKNOWN = "not known"


class UseCheck(Struct, frozen=True):
    """The times of an infusion beside the time up to which its product may be used.

    Attributes:
        times: What is known of the times.
        use_before: The moment at which the product expires; None where the thaw is not known.
        earliest_end: The earliest moment at which the infusion can end; None where it is not known.
        latest_end: The latest moment; equal to the earliest where there is one; None where it is not known.
        thaw_not_before: The earliest thaw with which the latest end is in time; None where that end is not known.
        verdict: Whether the infusion ends in time; None where its start or the thaw is not known.
        by: How far the end that decides lies from the expiry, never negative; None without one.
        why: Why it is not known whether it ends in time; else empty.
    """

    times: UseTimes
    use_before: datetime | None
    earliest_end: datetime | None
    latest_end: datetime | None
    thaw_not_before: datetime | None
    verdict: Verdict | None
    by: timedelta | None
    why: Msg


class Share(Struct, frozen=True):
    """What one dose adds to what is limited of a day.

    Attributes:
        dose: Which dose: ``this dose``, ``second infusion at D1``.
        value: What it adds, in the unit of the limit; None where that is not known.
        why: What is not known; empty where it is known.
    """

    dose: Msg
    value: Fraction | None
    why: Msg = NOTHING


class LimitCheck(Struct, frozen=True):
    """A limit, what was found, and how far apart they are.

    Attributes:
        of: What is limited: ``concentration``, ``volume``, ``DMSO``, ``endotoxin``, ``container``, ``rate``,
            ``viability``, ``tolerance``, ``cap``, ``floor``, ``range`` or ``drawn volume``.
        is_most: Whether the limit is the most that is allowed; else it is the least.
        limit: The limit in ``unit``.
        value: What was found, in ``unit``; None where it is not known. Of several doses of a day it is their sum, or
            the sum of those that are known where that is beyond the limit already.
        unit: The unit as a page prints it: ``mL per kg``.
        limit_is_inside: Whether exactly the limit is allowed.
        why: What is not known, or what the number is about; may be empty.
        reached_ml: The volume of product with which it is reached, for what is in each mL of it, after what the other
            doses of the day add; None for other limits.
        shares: What each dose of the day adds, this one first, where there are several; empty elsewhere.
    """

    of: str
    is_most: bool
    limit: Fraction
    value: Fraction | None
    unit: str
    limit_is_inside: bool = True
    why: Msg = NOTHING
    reached_ml: Fraction | None = None
    shares: tuple[Share, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """How the value stands to the limit."""
        if self.value is None:
            return Verdict.UNKNOWN
        if self.value == self.limit:
            return Verdict.WITHIN if self.limit_is_inside else Verdict.BEYOND
        is_over = self.value > self.limit
        return Verdict.BEYOND if is_over == self.is_most else Verdict.WITHIN

    @property
    def by(self) -> Fraction:
        """How far the value lies from the limit, in ``unit``; 0 where it is not known."""
        return Fraction(0) if self.value is None else abs(self.value - self.limit)

    @property
    def fold(self) -> Fraction | None:
        """How many times the greater of the two is the other, where that is 2 or more; else None."""
        if self.value is None or not self.value or not self.limit:
            return None
        fold = max(self.value / self.limit, self.limit / self.value)
        return fold if fold >= _TWICE else None


class Chain(Struct, frozen=True):
    """How a count becomes what can be dosed from it.

    Attributes:
        per: ``mL`` or the word for a container.
        start: The amount as the label, the lot or the protocol says it.
        factors: The parts it is multiplied with, in order: recovery after thaw, viability, purity.
        usable: What can be dosed from it, flat, in the unit of the dose.
    """

    per: str
    start: Amount
    factors: tuple[Percent, ...]
    usable: Amount


class PreparedLine(Struct, frozen=True):
    """What is taken from one lot, or, where no lots are given, from the product as the protocol states it.

    Attributes:
        lot: The name of the lot; empty where no lots are given.
        containers: The ids of the containers that are promised to this dose, in the order of use; empty without lots.
        count: How many containers are needed; None where the protocol states no container.
        expires: The last day on which the lot may be used, as ISO text; empty where it is not given.
        viability: Its viability: the lot's own, or the one that the protocol states; None where neither is given.
        per_ml: How a mL of the undiluted product becomes what can be dosed; None where it has no strength in a mL.
        per_container: How a container's content becomes what can be dosed; None where there is no container.
        part: How much of the dose comes from here, flat, in the unit of the dose.
        exact_ml: The exact volume for it, as it is drawn (after an addition to each container); None where there is no
            strength in a mL.
        drawn_ml: The volume as it is measured, at most what the containers hold; None likewise.
        rounded_ml: The volume as the rule of rounding has it; more than ``drawn_ml`` where the containers hold less.
        product_ml: The undiluted product in the drawn volume; the drawn volume but where each container is diluted.
        delivered: What the drawn volume holds, flat; ``part`` where nothing is drawn.
        label_ml: The volume that holds the content of one container, by its label; None where it is not known.
        overfill_ml: What one container holds beyond that; None where it is not stated.
        room_ml: What can be drawn from one container, with overfill and what is added to it; None where that is not
            known.
        endotoxin: Endotoxin units in a mL of the undiluted product: the lot's own, or the product's; None where neither
            is given.
    """

    lot: str
    containers: tuple[str, ...]
    count: int | None
    expires: str
    viability: Percent | None
    per_ml: Chain | None
    per_container: Chain | None
    part: Amount
    exact_ml: Fraction | None
    drawn_ml: Fraction | None
    rounded_ml: Fraction | None
    product_ml: Fraction | None
    delivered: Amount
    label_ml: Fraction | None = None
    overfill_ml: Fraction | None = None
    room_ml: Fraction | None = None
    endotoxin: Fraction | None = None


class Diluted(Struct, frozen=True):
    """The dose after dilution.

    Attributes:
        added_to_each_ml: What is added to each container before anything is drawn; None where nothing is.
        exact_diluent_ml: What is added to the drawn volume, exactly; 0 where it was added to each container, None where
            the drawn volume is not known.
        diluent_ml: The same as it is measured.
        total_ml: The volume that is infused.
        concentration: The amount in one mL of it, flat, exactly.
        words: The protocol's rule.
    """

    added_to_each_ml: Fraction | None
    exact_diluent_ml: Fraction | None
    diluent_ml: Fraction | None
    total_ml: Fraction
    concentration: Amount
    words: Msg


class WorkedRate(Struct, frozen=True):
    """How fast the infusion runs, always in mL per hour.

    Attributes:
        rule: The protocol's rule.
        program: The one rate to be programmed; None where the protocol leaves a range without an aim.
        slowest: The least rate that the rule allows; None for none.
        fastest: The greatest rate that the rule allows; None for none.
        not_below: The least rate to which a pump may be set: the protocol's own, or that of the longest of several
            durations; None for none. One duration alone is no such limit.
        not_above: The greatest, likewise.
        minutes: The duration at ``program``; None where there is none.
        shortest: The duration at ``fastest``, in minutes; None likewise.
        longest: The duration at ``slowest``, in minutes; None likewise.
    """

    rule: RateRule
    program: Fraction | None
    slowest: Fraction | None
    fastest: Fraction | None
    not_below: Fraction | None
    not_above: Fraction | None
    minutes: Fraction | None
    shortest: Fraction | None
    longest: Fraction | None

    @property
    def setting(self) -> Fraction | None:
        """The programmed rate as a pump takes it: to 0.01 mL per hour below 1, else to 0.1; None where there is none.

        It is rounded half up; where that would go beyond a greatest rate, down, and where it would go below a least
        rate, up. Where none of the three keeps the limits and is within 5 %, the step is a tenth of it.
        """
        if self.program is None:
            return None
        step = PUMP_FINE if self.program < 1 else PUMP_COARSE
        while True:
            nearest = round_half_up(self.program, step)
            for rounded in (nearest, nearest - step, nearest + step):
                if _PUMP_PARTS * abs(rounded - self.program) <= self.program and self._is_allowed(rounded):
                    return rounded
            if step < SMALLEST_PUMP_STEP:
                return self.program
            step /= 10

    def _is_allowed(self, rate: Fraction) -> bool:
        is_fast_enough = self.not_below is None or rate >= self.not_below
        return is_fast_enough and (self.not_above is None or rate <= self.not_above)


class PumpCheck(Struct, frozen=True):
    """What a pump is set to, held against the protocol's rate.

    Attributes:
        entered: The rate that was entered, in mL per hour, or the duration in minutes.
        expected: The rate or the duration that it is held against: the protocol's, or the nearer end of its range.
        is_duration: Whether both are durations in minutes.
        agrees: Whether the entered value is the protocol's, as a pump takes it, or within its range.
    """

    entered: Fraction
    expected: Fraction
    is_duration: bool
    agrees: bool

    @property
    def fold(self) -> Fraction:
        """How many times the greater of the two is the other, exactly; at least 1."""
        return max(self.entered / self.expected, self.expected / self.entered)

    @property
    def is_too_fast(self) -> bool:
        """Whether the infusion would run faster than the protocol says."""
        return (self.entered < self.expected) == self.is_duration and not self.agrees


class Syringe(Struct, frozen=True):
    """A syringe beside a drawn volume.

    Attributes:
        nominal_ml: Its nominal capacity.
        tolerance_ml: How far the expelled volume may be off by the standard, either way.
        percent: The same in percent of the volume.
        rule: How the tolerance is found: ``1.5 % of 10 mL + 1 % of 4 mL``.
    """

    nominal_ml: Fraction
    tolerance_ml: Fraction
    percent: Fraction
    rule: Msg


class Preparation(Struct, frozen=True):
    """One dose made up.

    Attributes:
        worked: The dose that was ordered, with its own steps.
        product: The product.
        weight_kg: The actual weight that limits per kg are judged by; None where it is not known or not needed.
        ordered: What is to be delivered at this visit, flat.
        lines: What is taken from where, in the order of use; empty where nothing can be said (see ``open``).
        containers_exact: The exact need in containers, before it is rounded up; None where there is no container, or
            where containers of several kinds are mixed.
        containers: How many are opened; None where the protocol states no container and no lots are given.
        exact_ml: The exact volume of all lines; None where a line has none.
        drawn_ml: The volume of all lines as it is measured; None likewise.
        volume_rounding: The rule of the protocol; None where it states none, or says that there is none.
        volume_rounding_is_stated: Whether the protocol says how the volume is rounded; where it does not, the volume is
            measured to 0.01 mL below 1 mL and to 0.1 mL from 1 mL on.
        delivered: What the drawn volumes hold, flat; ``ordered`` where nothing is drawn.
        leftover: What is left in the opened containers, flat; None where there are none.
        leftover_ml: The same in mL, undiluted, without an overfill that is not counted; None likewise.
        diluted: The dose after dilution; None where the protocol states none.
        rate: How fast it runs; None where the protocol states none, or the volume is not known.
        syringe: The smallest syringe that holds the drawn volume, or the one asked for; None where none does, or
            nothing is drawn.
        limits: Every limit that the protocol sets, in its order, with a verdict.
        conflict: Why it can't be made up at all: the floor of the dose is above what a container may hold; empty for no
            conflict.
        short: How much of the dose the lots at hand do not cover, flat; None where they cover it or none are given.
        open: What could not be found out, and why.
        turned: Where the volume was not measured as the rule of rounding has it, so that a limit is kept: ``down`` or
            ``up``; empty for the rule.
        turned_diluent: The same of the diluent.
        turned_for: The limits that are kept by that, as ``LimitCheck.of`` names them.
    """

    worked: WorkedDose
    product: Product
    weight_kg: Fraction | None
    ordered: Amount
    lines: tuple[PreparedLine, ...]
    containers_exact: Fraction | None
    containers: int | None
    exact_ml: Fraction | None
    drawn_ml: Fraction | None
    volume_rounding: Rounding | None
    volume_rounding_is_stated: bool
    delivered: Amount
    leftover: Amount | None
    leftover_ml: Fraction | None
    diluted: Diluted | None
    rate: WorkedRate | None
    syringe: Syringe | None
    limits: tuple[LimitCheck, ...]
    conflict: Msg
    short: Amount | None
    open: tuple[Msg, ...]
    turned: str = ""
    turned_diluent: str = ""
    turned_for: tuple[str, ...] = ()

    @property
    def deviation_percent(self) -> Fraction:
        """The signed deviation of the delivered from the ordered dose, in percent of the latter, exactly."""
        return 100 * (self.delivered.value - self.ordered.value) / self.ordered.value

    @property
    def is_far_off(self) -> bool:
        """Whether what is measured is more than 5 % from the ordered dose, where the protocol states no tolerance.

        A dose that the lots at hand do not cover is said to be so, and is none of these.
        """
        if self.worked.regimen.tolerance is not None or self.drawn_ml is None or self.short is not None:
            return False
        return abs(self.deviation_percent) > MOST_OFF_PERCENT

    @property
    def infused_ml(self) -> Fraction | None:
        """The volume that is infused: after dilution, or as drawn; None where nothing is drawn."""
        return self.drawn_ml if self.diluted is None else self.diluted.total_ml

    @property
    def beyond(self) -> tuple[LimitCheck, ...]:
        """The limits that are not kept."""
        return tuple(one for one in self.limits if one.verdict is Verdict.BEYOND)


class LotContainer(Struct, frozen=True):
    """One container of a lots file.

    Attributes:
        product: The id of the product.
        lot: The name of the lot.
        id: The id of the container, unique within the lot.
        content: The amount in it, flat.
        counts: ``viable cells`` or ``total cells``; empty where nothing is counted.
        count: The content as the kind that it is.
        volume_ml: The volume that holds it; None for what is no liquid.
        viability: Its measured viability; None where it is not given.
        method: How that was measured; empty where it is not given.
        counted: When it was counted, in the words of ``Counted``; empty where the lot does not say.
        expires: The last day on which it may be used, as ISO text; empty where it is not given.
        site: The site that keeps it; empty for one that serves all sites.
        line: Its line in the file, for problems.
        overfill_ml: What it holds beyond its volume; None where it is not given.
        endotoxin: Endotoxin units in a mL of it; None where it is not given.
        for_subject: The only subject who may get it; empty for one that is for all.
        file: The name of its file, for problems; empty where it is in none.
    """

    product: str
    lot: str
    id: str
    content: Amount
    counts: str
    count: Count
    volume_ml: Fraction | None
    viability: Percent | None
    method: str
    counted: str
    expires: str
    site: str
    line: int
    overfill_ml: Fraction | None = None
    endotoxin: Fraction | None = None
    for_subject: str = ""
    file: str = ""


class ContainerEvent(Enum):
    """What happens to a container; the values are the words of the file."""

    RECEIVED = "received"
    SET_ASIDE = "set aside"
    PREPARED = "prepared"
    GIVEN = "given"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    LOST = "lost"

    @property
    def is_at_hand(self) -> bool:
        """Whether a dose may still get the container."""
        return self is ContainerEvent.RECEIVED


class ContainerMove(Struct, frozen=True):
    """One thing that happened to a container.

    Attributes:
        container: The container.
        what: What happened.
        date: The day, in days since 1970-01-01.
        left: What was left in it then; None where that is not said.
        subject: The subject for whom; empty for none.
        visit: The visit at which; empty for none.
        by, witness: The initials of who did it, and who saw it; empty where not said.
        note: What is to be said of it.
        line: Its line in the file.
    """

    container: LotContainer
    what: ContainerEvent
    date: int
    left: Amount | None
    subject: str
    visit: str
    by: str
    witness: str
    note: str
    line: int


class PreparedDoses(Struct, frozen=True):
    """The preparations of planned doses, row by row.

    Attributes:
        place: (n,) The place of each row's preparation in ``preparations``; -1 where there is nothing to prepare: the
            dose is to be determined, or the protocol states neither strength nor lots.
        preparations: Each distinct one; where lots are given, one a covered row.
    """

    place: Indices
    preparations: tuple[Preparation, ...]
