"""A protocol version as frozen types: arms, anchors, visits, assessments, regimens and products.

Conventions: things refer to each other by id; a protocol that is built has no reference to nothing. ``None`` and an
empty tuple are used for what the protocol does not state, as each docstring says; nothing has a clinical default.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from schedule.model.days import DayNumbering, Window
    from schedule.model.problems import Source
    from schedule.model.quantity import Amount


@dataclass(frozen=True, slots=True)
class Arm:
    """A planned path through the study.

    Attributes:
        id: The word that the subjects' table uses.
        label: The words for people.
    """

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """An event that dates are counted from; its date is a column of the subjects' table, named as the anchor.

    Attributes:
        id: The name of the column.
        label: The words for people.
        may_be_empty: Whether a subject may have no date for it yet; its visits are then to be determined.
    """

    id: str
    label: str
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned encounter.

    Attributes:
        id: The id, unique in the protocol (``baseline``, ``D3``).
        label: The words for people.
        anchor: The id of the anchor that its day is counted from.
        offset: Days from the anchor to the target date; None where the protocol states a window and no target.
        window: The days allowed around the target, or around the anchor where there is no target; None where the
            protocol states none.
        arms: Ids of the arms that have the visit, in file order.
        epoch: The part of the study, in the protocol's word; empty where it is not stated.
        before: The id of the regimen whose infusion it precedes on its day; empty for none.
        quote: The source's sentence; empty for none.
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


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is done at visits.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        visits: Ids of the visits, in file order.
        arms: Ids of the arms, in file order.
        quote: The source's sentence; empty for none.
    """

    id: str
    label: str
    visits: tuple[str, ...]
    arms: tuple[str, ...]
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What is given.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        counts: ``viable cells`` or ``total cells``; empty where it is not stated, or where nothing is counted.
        concentration: The strength in the protocol's words; empty where it is not stated.
    """

    id: str
    label: str
    counts: str = ""
    concentration: str = ""


class EachDose(Enum):
    """Which weight a dose after the first takes."""

    WEIGH_AGAIN = "weigh again"
    FIRST_WEIGHT = "use the first weight"


@dataclass(frozen=True, slots=True)
class WeightRule:
    """Which weight a dose is computed from.

    Attributes:
        which: ``actual``, ``ideal``, ``adjusted``, ``predicted`` or ``lean``.
        measured_only: Whether a stated or estimated weight is refused.
        not_older_than: The greatest age of the weight on the day of the dose, in days, inclusive; None for no limit.
        each_dose: Whether each dose takes the latest weight on or before it, or all take the first dose's.
    """

    which: str
    measured_only: bool
    not_older_than: int | None
    each_dose: EachDose


@dataclass(frozen=True, slots=True)
class WeightBand:
    """The dose of the bodies whose weight lies between two limits.

    Attributes:
        low: The lower limit in kilograms; None for none.
        high: The upper limit in kilograms; None for none.
        low_is_inside: Whether a weight of exactly the lower limit belongs to the band.
        high_is_inside: Whether a weight of exactly the upper limit belongs to the band.
        dose: The dose, flat or per kg.
        words: The limits as the protocol says them.
    """

    low: Fraction | None
    high: Fraction | None
    low_is_inside: bool
    high_is_inside: bool
    dose: Amount
    words: str

    def holds(self, kilograms: Fraction) -> bool:
        """Whether a weight belongs to the band."""
        if self.low is not None and (kilograms < self.low or (kilograms == self.low and not self.low_is_inside)):
            return False
        return self.high is None or kilograms < self.high or (kilograms == self.high and self.high_is_inside)


@dataclass(frozen=True, slots=True)
class FiltrationRule:
    """Which glomerular filtration rate a dose by AUC takes.

    Attributes:
        source: ``measured``, or ``estimated`` (Cockcroft and Gault, from age, sex, weight and serum creatinine).
        cap: The greatest rate that counts, in mL/min; None where none is stated.
    """

    source: str
    cap: Fraction | None


@dataclass(frozen=True, slots=True)
class Regimen:
    """A rule of dosing.

    Attributes:
        id: The id, unique in the protocol.
        label: The words for people.
        arms: Ids of the arms, in file order.
        visits: Ids of the visits at which it is given; a subject's doses are numbered by date.
        product: The id of the product.
        route: The route in the protocol's words; empty where it is not stated.
        dose: The amount, flat, per kg, per m² or (a target AUC) per mL/min; its unit says which.
        bands: Doses by weight, in ascending order, which leave no weight out and share none; empty for one dose for
            all, and then ``dose`` is it. With bands ``dose`` is the first band's.
        body_surface: The formula of the body surface; empty for a dose that is not per m².
        filtration: Which filtration rate a dose by AUC takes; None for any other dose.
        weight: Which weight; None where the protocol does not state it, or where the dose is flat.
        at_most: The cap of one dose, flat; None where none is stated.
        at_least: The floor of one dose, flat; None where none is stated.
        round_to: The increment to which the dose is rounded, ties away from zero; None for no rounding.
        unstated: What the protocol leaves open and a pharmacist would look for, in words, in a fixed order.
        quote: The source's sentence; empty for none.
        source: Where the regimen stands.
    """

    id: str
    label: str
    arms: tuple[str, ...]
    visits: tuple[str, ...]
    product: str
    route: str
    dose: Amount
    bands: tuple[WeightBand, ...]
    body_surface: str
    filtration: FiltrationRule | None
    weight: WeightRule | None
    at_most: Amount | None
    at_least: Amount | None
    round_to: Amount | None
    unstated: tuple[str, ...]
    quote: str
    source: Source

    @property
    def is_per_weight(self) -> bool:
        """Whether the dose depends on body weight, by itself or through a body surface or an estimated clearance."""
        if self.filtration is not None:
            return self.filtration.source == "estimated"
        return bool(self.dose.unit.per or self.bands)

    @property
    def which_weight(self) -> str:
        """Which weight the dose is per: ``actual`` where the protocol states no other."""
        return self.weight.which if self.weight is not None else "actual"

    @property
    def body_needs(self) -> tuple[str, ...]:
        """What must be known of a body beside its weight, by the names of the subjects' table."""
        if self.filtration is not None:
            is_measured = self.filtration.source == "measured"
            return ("gfr_ml_min",) if is_measured else ("sex", "birth_date", "creatinine_mg_dl")
        if self.body_surface:
            return ("height_cm",)
        if not self.is_per_weight or self.which_weight == "actual":
            return ()
        if self.which_weight in {"ideal", "adjusted"}:
            return ("height_cm", "sex", "birth_date")
        return ("height_cm", "sex")


@dataclass(frozen=True, slots=True)
class AgeRange:
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
    def words(self) -> str:
        """The range as a page prints it."""
        if self.lowest is None:
            return f"up to {self.highest} years"
        if self.highest is None:
            return f"{self.lowest} years and over"
        return f"{self.lowest} to {self.highest} years"


@dataclass(frozen=True, slots=True)
class Protocol:
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
        file: The name of the file.
        sha256: The SHA-256 of the file's bytes, 64 hexadecimal digits.
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
    _by_id: dict[str, dict[str, int]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the ids, which are unique within their kind."""
        for kind in ("anchors", "arms", "products", "regimens", "visits", "assessments"):
            self._by_id[kind] = {thing.id: index for index, thing in enumerate(getattr(self, kind))}

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the file's SHA-256, as every row and page carries them."""
        return self.sha256[:12]

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

    def assessments_at(self, visit_id: str, arm_id: str) -> tuple[Assessment, ...]:
        """The assessments that are done at a visit in an arm, in file order."""
        return tuple(a for a in self.assessments if visit_id in a.visits and arm_id in a.arms)

    @property
    def body_needs(self) -> tuple[str, ...]:
        """What the doses need to know of a body beside its weight, over all regimens."""
        return tuple(dict.fromkeys(need for regimen in self.regimens for need in regimen.body_needs))

    @property
    def needs_weight(self) -> bool:
        """Whether any dose depends on body weight."""
        return any(regimen.is_per_weight for regimen in self.regimens)
