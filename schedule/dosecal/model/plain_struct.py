"""What ``struct`` needs of msgspec, in plain Python, for where that is missing."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, NoReturn

__all__ = ["Struct", "field", "replace"]


class Struct:
    """The base of a type whose annotated names are its arguments, in their order.

    Class arguments:
        frozen: Whether nothing can be set once it is made; it has a hash then.
        order: Whether two can be told in order, name by name.
        eq: Whether two with equal values are equal; each is equal to itself alone otherwise.
        kw_only: Whether the arguments are given by name alone.
    """

    __struct_fields__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(
        cls, *, frozen: bool = False, order: bool = False, eq: bool = True, kw_only: bool = False
    ) -> None:
        """Make the class a dataclass."""
        super().__init_subclass__()
        made: Any = dataclass(frozen=frozen, order=order, eq=eq, kw_only=kw_only, repr=False)(cls)
        made.__struct_fields__ = tuple(one.name for one in fields(made))
        if frozen:
            made.__setattr__ = made.__delattr__ = _refuse

    def __repr__(self) -> str:
        """The type and its values by their names."""
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__)
        return f"{type(self).__name__}({values})"


def _refuse(self: Struct, *_: object) -> NoReturn:
    raise AttributeError(f"immutable type: {type(self).__name__!r}")
