"""The rules of dosing as frozen types: products, weights, bands and regimens.

Conventions: things refer to each other by id; ``None`` and an empty tuple are used for what the protocol does not
state, as each docstring says; nothing has a clinical default.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from schedule.model.conditions import Condition
    from schedule.model.problems import Source
    from schedule.model.quantity import Amount


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
        condition: Under which a subject has the regimen; None for always.
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
    condition: Condition | None = None

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
