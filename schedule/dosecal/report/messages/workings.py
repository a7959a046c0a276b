"""What the steps of a working are made of: their numbers with units, and the same numbers for a program.

Conventions: a number whose digits have no end is shown with a few digits after "≈", with the exact fraction beside it
once. A working is a rule with the numbers put in; its signs are the same in every language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.counts import counted
from dosecal.model.messages import NOTHING, Msg, msgid, term
from dosecal.model.quantity import column_digits, exact_fraction, has_fraction
from dosecal.model.spoken import COUNTED, FEW_PLACES, amount_words, number_digits, number_words, of_unit
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.product import Product
    from dosecal.model.quantity import Amount

TIMES, PLUS, TO = msgid("{first} × {rest}"), msgid("{first} + {rest}"), msgid("{first} to {rest}")
"""How the parts of a working are joined."""

_HOUR = 60
_CONTAINERS = {
    "vial": (msgid("vial"), msgid("vials")),
    "bag": (msgid("bag"), msgid("bags")),
    "cryobag": (msgid("cryobag"), msgid("cryobags")),
    "syringe": (msgid("syringe"), msgid("syringes")),
    "ampoule": (msgid("ampoule"), msgid("ampoules")),
    "container": (msgid("container"), msgid("containers")),
}
"""What containers are called, one and several; a protocol may have a word of its own."""


class Step(Struct, frozen=True):
    """One step of a working.

    Attributes:
        name: What is found.
        working: The rule with the numbers put in; empty where there is nothing to compute.
        result: What comes out.
        is_calculation: Whether it is worked out; else it is given, or a finding that a sheet says elsewhere.
    """

    name: Msg
    working: Msg
    result: Msg
    is_calculation: bool = True

    @property
    def line(self) -> str:
        """The rule and the result, joined by "=", or by "≈" where the result has no last digit."""
        return f"{self.working} {outcome(self.working, self.result)}" if self.working else self.result


def given(name: Msg, result: Msg) -> Step:
    """A step that a sheet says in another section than the calculation."""
    return Step(name, NOTHING, result, is_calculation=False)


def outcome(working: str, result: str) -> str:
    """A result as it follows its working: after "=", or after "≈" where its digits have no end."""
    return result if not working or result.startswith("≈") else f"= {result}"


def flat_words(amount: Amount) -> Msg:
    """A derived amount as a person reads it; cells are whole."""
    is_plain = amount.unit.substance in COUNTED or 10**FEW_PLACES % amount.value.denominator == 0
    if is_plain:
        return amount_words(amount.value, amount.unit)
    return of_unit(number_words(amount.value), amount.unit.spoken)


def short_words(amount: Amount) -> Msg:
    """An amount with its digits alone, for the middle of a working."""
    is_counted = amount.unit.substance in COUNTED
    digits = number_digits(amount.value, amount.unit) if is_counted else number_words(amount.value)
    return of_unit(digits, amount.unit.spoken)


def ml_words(volume: Fraction) -> Msg:
    """A volume."""
    return of_unit(number_words(volume), "mL")


def minutes_words(minutes: Fraction) -> Msg:
    """A duration: minutes up to 2 h, hours beyond."""
    if minutes < 2 * _HOUR:
        return of_unit(number_words(minutes, 1), "min")
    return of_unit(number_words(minutes / _HOUR, 2), "h")


def container_of(product: Product) -> str:
    """What the containers of a product are called."""
    return "container" if product.container is None else product.container.called


def container_noun(called: str, *, many: bool = False) -> Msg:
    """What containers are called, without a number."""
    return Msg(_CONTAINERS[called][many]) if called in _CONTAINERS else term(f"{called}{'s' * many}")


def containers_words(count: int, called: str) -> Msg:
    """A number of containers."""
    if called in _CONTAINERS:
        return counted(count, called)
    return Msg("{n} {what}", n=f"{count:,}", what=container_noun(called, many=count != 1))


def exact_json(**numbers: Fraction | None) -> dict[str, str | None]:
    """Numbers for a program, each a text of plain digits under its name; None for one that is not known.

    One whose digits have no end is rounded half up to 18 decimals, as in a table, and the fraction that it is stands
    beside it: ``{"volume_ml": "8.235294117647058824", "volume_ml_fraction": "140/17"}``.
    """
    said: dict[str, str | None] = {}
    for name, value in numbers.items():
        said[name] = None if value is None else column_digits(value)
        if value is not None and has_fraction(value):
            said[f"{name}_fraction"] = exact_fraction(value)
    return said
