"""The base of all types: frozen, equal by value, quick to define.

A class of ``msgspec`` is defined in a thirtieth of the time that a dataclass takes, and there are hundreds of them at
each start. Where msgspec is missing, dataclasses behave the same: the same arguments, equality, hash and ``repr``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgspec import Struct, field
    from msgspec.structs import replace
else:
    try:
        from msgspec import Struct, field
        from msgspec.structs import replace
    except ImportError:
        from dosecal.model.plain_struct import Struct, field, replace

__all__ = ["Struct", "field", "names_of", "replace"]


def names_of(struct: Struct | type[Struct]) -> tuple[str, ...]:
    """The names of the values of a struct, or of a type of them, in their order."""
    return struct.__struct_fields__
