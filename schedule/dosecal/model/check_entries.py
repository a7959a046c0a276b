"""What a check sheet asks the second person for, and what that person wrote.

Conventions: a value is asked for by a name and a unit, never with what the program found; what was written is held
exactly, with the step of its last written digit, so that a value whose digits have no end can be compared as far as it
was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

LEAST_DIGITS = 4
"""How many digits are to be written at least of a value that has more than ``MOST_EXACT_DIGITS``."""

MOST_EXACT_DIGITS = 8
"""A value with at most so many digits is to be written out: a pocket calculator shows as many."""


class AskedValue(Struct, frozen=True):
    """One value that is to be found by hand.

    Attributes:
        id: Its name in the file of entries.
        unit: The unit in which it is to be written, as a file writes it: ``cells``, ``m²``, ``mL/h``, ``vials``.
        is_exact: Whether all its digits are to be written; else ``LEAST_DIGITS`` at least.
    """

    id: str
    unit: str
    is_exact: bool


class AskedDose(Struct, frozen=True):
    """The values of one dose.

    Attributes:
        visit, regimen: Their ids.
        number: Which dose of its regimen it is, from 1.
        values: In the order of the sheet.
    """

    visit: str
    regimen: str
    number: int
    values: tuple[AskedValue, ...]


class AskedSheet(Struct, frozen=True):
    """The doses of one subject that are to be checked.

    Attributes:
        study, version, digest: The protocol; the digest has 12 hexadecimal digits.
        subject: The subject's id.
        doses: At least one.
    """

    study: str
    version: str
    digest: str
    subject: str
    doses: tuple[AskedDose, ...]


class WrittenValue(Struct, frozen=True):
    """A number as somebody wrote it.

    Attributes:
        value: The number, exactly.
        step: What one more in its last written digit would add.
    """

    value: Fraction
    step: Fraction


class WrittenSheet(Struct, frozen=True):
    """What the second person wrote.

    Attributes:
        checked_by: Who that is; empty where nothing was written.
        values: For each asked dose, in order, what was written by the id of the value; ids left empty are not in it.
    """

    checked_by: str
    values: tuple[dict[str, WrittenValue], ...]
