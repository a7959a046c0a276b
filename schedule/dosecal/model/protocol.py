"""A protocol version as frozen types: arms, anchors, visits, assessments, and the whole.

Conventions: things refer to each other by id; a protocol that is built has no reference to nothing. ``None`` and an
empty tuple are used for what the protocol does not state, as each docstring says; nothing has a clinical default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.closed_day import ClosedDayPolicy
from dosecal.model.days import day_name
from dosecal.model.messages import Msg
from dosecal.model.struct import Struct, field
from dosecal.model.timing import CountedFrom

if TYPE_CHECKING:
    from dosecal.model.conditions import Condition, DeclaredFact
    from dosecal.model.days import DayNumbering, MonthEnd, Window
    from dosecal.model.problems import Problem
    from dosecal.model.product import Product
    from dosecal.model.regimen import Regimen
    from dosecal.model.timing import CycleDay, Cycles, Event, Gap, Timepoint

UNBLINDED = "UNBLINDED"
"""The heading of what shows arms, doses or products of a blinded trial."""
UNSAID = "blinded"
"""What stands in place of the arms of a file with several that says nothing of their blinding."""

WITHHELD_VISIT, WITHHELD_ASSESSMENT = "study visit", "study procedure"
"""What stands in place of a label that would tell: that of a visit, and, before its id in brackets, that of what is
done at it. The words for the arms would say that something is given, which such a label need not mean: "Serum for X" is
a blood sample."""


class Arm(Struct, frozen=True):
    """A planned path through the study.

    Attributes:
        id: The word that the subjects' table uses.
        label: The words for people.
        blinded_as: What a blinded reader sees in place of the arm, its doses and its products; empty where the file
            says nothing of it.
    """

    id: str
    label: str
    blinded_as: str = ""


class Anchor(Struct, frozen=True):
    """An event that dates are counted from.

    Attributes:
        id: The id, and the name of its column in the subjects' table.
        label: The words for people.
        may_be_empty: Whether a subject may have no date for it yet; its visits are then to be determined.
        event: What it is that happens, where its date follows from visits or doses and is no column; None for a column.
    """

    id: str
    label: str
    may_be_empty: bool = False
    event: Event | None = None


class Visit(Struct, frozen=True):
    """A planned encounter.

    Attributes:
        id: The id, unique in the protocol (``baseline``, ``D3``).
        label: The words for people.
        anchor: The id of the anchor that its day is counted from; empty where it follows another visit.
        offset: Days from the anchor, or from the visit that it follows, to the target date; None where the protocol
            states a window and no target, or counts calendar months.
        window: The days allowed around the target, or around the anchor where there is no target; None where the
            protocol states none.
        arms: Ids of the arms that have the visit, in file order.
        epoch: The part of the study, in the protocol's word; empty where it is not stated.
        before: The id of the regimen whose infusion it precedes on its day; empty for none.
        quote: The source's sentence; empty for none.
        after: The id of the visit that it follows; empty where it is counted from an anchor.
        counted_from: Which date of that visit it is counted from.
        months: Calendar months from what it is counted from to the target, ended by the protocol's ``month_end``; None
            where it is counted in days.
        wider: A second, wider window about the target; None where none is stated.
        gaps: The least time after other visits, all of which hold.
        timepoints: Moments counted from a dose at the visit, in file order.
        cycle: Its day in a cycle; None where it belongs to none.
        contact: How the subject is seen (``phone``), in the protocol's word; empty where it is not stated.
        closed_day: What is to become of it where its target is a closed day of the site.
        condition: Under which the subject has the visit; None for always.
    """

    id: str
    label: str
    anchor: str
    offset: int | None
    window: Window | None
    arms: tuple[str, ...]
    epoch: str = ""
    before: str = ""
    quote: str = ""
    after: str = ""
    counted_from: CountedFrom = CountedFrom.PLANNED
    months: int | None = None
    wider: Window | None = None
    gaps: tuple[Gap, ...] = ()
    timepoints: tuple[Timepoint, ...] = ()
    cycle: CycleDay | None = None
    contact: str = ""
    closed_day: ClosedDayPolicy = ClosedDayPolicy.NONE_STATED
    condition: Condition | None = None

    @property
    def has_target(self) -> bool:
        """Whether the protocol aims at a date, and states more than a window."""
        return self.offset is not None or self.months is not None

    @property
    def has_own_label(self) -> bool:
        """Whether its label says more than its id."""
        return self.label not in {self.id, day_name(self.id)}

    @property
    def reference(self) -> str:
        """The id of what it is counted from: the visit that it follows, or else its anchor."""
        return self.after or self.anchor


class Assessment(Struct, frozen=True):
    """What is done at visits.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        visits: Ids of the visits, in file order.
        arms: Ids of the arms, in file order.
        quote: The source's sentence; empty for none.
        condition: Under which it is done; None for always.
    """

    id: str
    label: str
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    quote: str = ""
    condition: Condition | None = None


class AgeRange(Struct, frozen=True):
    """The ages that the protocol makes eligible, in completed years, both ends inside.

    Attributes:
        lowest: The lowest age; None for no lower limit.
        highest: The highest age; None for no upper limit.
        quote: The source's sentence; empty for none.
    """

    lowest: int | None
    highest: int | None
    quote: str = ""

    @property
    def words(self) -> Msg:
        """The range as a page prints it."""
        low, high = str(self.lowest), str(self.highest)
        if self.lowest is None:
            return Msg("up to {high} years", high=high)
        if self.highest is None:
            return Msg("{low} years and over", low=low)
        return Msg("{low} to {high} years", low=low, high=high)


class Overlap(Struct, frozen=True):
    """Two regimens of one product that one subject may have at one visit.

    Attributes:
        first: The place of the one in the protocol.
        second: The place of the other, after it.
        visits: Ids of the visits that both are given at.
        example: Facts with which both hold, in words; empty where too many would have to be tried, or none is needed.
    """

    first: int
    second: int
    visits: tuple[str, ...]
    example: str


class Protocol(Struct, frozen=True):
    """One version of a study's protocol, whole.

    Attributes:
        study: The study's identifier (STUDYID).
        version: The version's name, as text.
        title: The study's title.
        source_words: Where the facts come from.
        numbering: Whether there is a day 0.
        anchors: At least one; the first is the default.
        arms, products, regimens, visits, assessments: In file order; regimens may be none.
        ages: The eligible ages; None where none are stated.
        queries: What the source leaves open or contradicts, to be printed as footnotes.
        cycles: The repeated periods, in file order; their visits stand among ``visits``, each by itself.
        facts: The facts of a subject that the protocol declares, in file order.
        after_off_treatment: Ids of the visits that are still held after the end of treatment; None where the protocol
            does not state it, and then that end closes no visit.
        after_off_study: Ids of the visits that are still held after a subject left the study; none where the protocol
            states none.
        match_next: Days before a window within which a visit without a name counts as that window's visit; None where
            none is stated.
        effective: The day on which this version takes effect, in days since 1970-01-01; None where none is stated.
        amends: The version that this one amends; empty where none is stated.
        is_open_label: Whether the file says that everybody may know who is in which arm.
        is_masked: Whether this is the protocol as a blinded reader sees it, in which nothing is left to be hidden.
        month_end: Where months end that have no such day; None where none is stated, and then nothing counts months.
        file: The name of the file.
        sha256: The SHA-256 of the file's bytes, 64 hexadecimal digits.
        warnings: What the file may well not mean, in file order; it is read all the same.
        overlaps: The pairs of conditional regimens of one product that a subject may have both of.
    """

    study: str
    version: str
    title: str
    source_words: str
    numbering: DayNumbering
    anchors: tuple[Anchor, ...]
    arms: tuple[Arm, ...]
    products: tuple[Product, ...]
    regimens: tuple[Regimen, ...]
    visits: tuple[Visit, ...]
    assessments: tuple[Assessment, ...]
    ages: AgeRange | None
    queries: tuple[str, ...]
    file: str
    sha256: str
    cycles: tuple[Cycles, ...] = ()
    facts: tuple[DeclaredFact, ...] = ()
    after_off_treatment: tuple[str, ...] | None = None
    after_off_study: tuple[str, ...] = ()
    match_next: int | None = None
    effective: int | None = None
    amends: str = ""
    is_open_label: bool = False
    is_masked: bool = False
    month_end: MonthEnd | None = None
    warnings: tuple[Problem, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    _by_id: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the ids, which are unique within their kind."""
        for kind in ("anchors", "arms", "products", "regimens", "visits", "assessments"):
            self._by_id[kind] = {thing.id: index for index, thing in enumerate(getattr(self, kind))}

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the file's SHA-256, as every row and page carries them."""
        return self.sha256[:12]

    @property
    def marks(self) -> str:
        """The line that heads an output for people: study, version and digest, and that it unblinds."""
        head = f"{UNBLINDED}  " if self.is_blinded else ""
        return f"{head}{self.study}  version {self.version}  file {self.digest}"

    @property
    def is_blinded(self) -> bool:
        """Whether a reader may have to be kept from knowing the arms: several, of which the file doesn't say no."""
        return len(self.arms) > 1 and not self.is_open_label and not self.is_masked

    @property
    def says_blinding(self) -> bool:
        """Whether the file says of its arms whether they are blinded; one arm alone needs no word of it."""
        return len(self.arms) <= 1 or self.is_open_label or any(arm.blinded_as for arm in self.arms)

    def visit(self, visit_id: str) -> Visit:
        """The visit with the id.

        Raises:
            KeyError: If there is none.
        """
        return self.visits[self._by_id["visits"][visit_id]]

    def visit_index(self, visit_id: str) -> int:
        """The place of a visit in file order, from 0."""
        return self._by_id["visits"][visit_id]

    def anchor_index(self, anchor_id: str) -> int:
        """The place of an anchor in file order, from 0."""
        return self._by_id["anchors"][anchor_id]

    def product(self, product_id: str) -> Product:
        """The product with the id.

        Raises:
            KeyError: If there is none.
        """
        return self.products[self._by_id["products"][product_id]]

    def visits_of(self, arm_id: str) -> tuple[int, ...]:
        """The places in file order of the visits that an arm has."""
        return tuple(index for index, visit in enumerate(self.visits) if arm_id in visit.arms)

    def regimens_of(self, arm_id: str) -> tuple[int, ...]:
        """The places in file order of the regimens that an arm has."""
        return tuple(index for index, regimen in enumerate(self.regimens) if arm_id in regimen.arms)

    def regimens_at(self, visit_id: str, arm_id: str) -> tuple[Regimen, ...]:
        """The regimens that are given at a visit in an arm, in file order."""
        return tuple(r for r in self.regimens if visit_id in r.visits and arm_id in r.arms)

    def like_arm(self, arm_id: str) -> frozenset[str]:
        """The arms that a blinded reader can't tell from an arm: those that share its words, and itself."""
        words = next(one.blinded_as for one in self.arms if one.id == arm_id)
        return frozenset(one.id for one in self.arms if one.id == arm_id or (words and one.blinded_as == words))

    def assessments_at(self, visit_id: str, arm_id: str) -> tuple[Assessment, ...]:
        """The assessments that are done at a visit in an arm, in file order."""
        return tuple(a for a in self.assessments if visit_id in a.visits and arm_id in a.arms)

    @property
    def body_needs(self) -> tuple[str, ...]:
        """What the doses need to know of a body beside its weight, over all regimens."""
        return tuple(dict.fromkeys(need for regimen in self.regimens for need in regimen.rule.needs))

    @property
    def needs_weight(self) -> bool:
        """Whether any dose depends on body weight."""
        return any(regimen.is_per_weight for regimen in self.regimens)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The distinct conditions of visits, assessments and regimens, in this order."""
        stated = (
            *(visit.condition for visit in self.visits),
            *(assessment.condition for assessment in self.assessments),
            *(regimen.condition for regimen in self.regimens),
        )
        return tuple(dict.fromkeys(condition for condition in stated if condition is not None))

    @property
    def fact_needs(self) -> tuple[str, ...]:
        """The names of the facts that conditions ask for, each once."""
        return tuple(dict.fromkeys(fact for condition in self.conditions for fact in condition.facts))
