"""Types are the same with msgspec and without it: arguments, equality, order, hash, words, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dosecal.model import plain_struct, struct

if TYPE_CHECKING:
    from types import ModuleType


def types_of(module: ModuleType) -> dict[str, Any]:
    """The same four types on the base of a module."""
    base = module.Struct

    class Day(base, frozen=True, order=True):  # type: ignore[misc, valid-type, call-arg]
        number: int
        label: str = ""

        def __post_init__(self) -> None:
            if self.number == 0:
                raise ValueError("there is no day 0")

    class Shelf(base):  # type: ignore[misc, valid-type]
        name: str
        held: list[int] = module.field(default_factory=list)

    class Asked(base, frozen=True, kw_only=True):  # type: ignore[misc, valid-type, call-arg]
        first: int
        last: int = 9

    class Alone(base, frozen=True, eq=False):  # type: ignore[misc, valid-type, call-arg]
        value: int

    return {"Day": Day, "Shelf": Shelf, "Asked": Asked, "Alone": Alone}


@pytest.fixture(params=[struct, plain_struct], ids=["as installed", "without msgspec"])
def made(request: pytest.FixtureRequest) -> dict[str, Any]:
    return types_of(request.param)


def test_values_are_given_in_their_order_or_by_name(made: dict[str, Any]) -> None:
    day = made["Day"](3, label="D3")
    assert (day.number, day.label, made["Day"](3).label) == (3, "D3", "")
    assert (made["Asked"](first=1).last, made["Shelf"]("a").held) == (9, [])
    assert type(day).__struct_fields__ == ("number", "label")


def test_equal_values_are_equal_and_one_in_a_set(made: dict[str, Any]) -> None:
    day, alone = made["Day"], made["Alone"]
    assert day(3) == day(3, "") != day(4)
    assert len({day(3), day(3), day(4)}) == 2
    assert alone(1) != alone(1)
    assert sorted([day(4), day(3, "b"), day(3, "a")]) == [day(3, "a"), day(3, "b"), day(4)]


def test_words_are_the_type_and_its_values(made: dict[str, Any]) -> None:
    assert repr(made["Day"](3, "D3")).endswith("Day(number=3, label='D3')")
    assert repr(made["Shelf"]("a", [1])).endswith("Shelf(name='a', held=[1])")


def test_frozen_is_not_set_and_says_so(made: dict[str, Any]) -> None:
    day = made["Day"](3)
    with pytest.raises(AttributeError, match="immutable type: 'Day'"):
        day.number = 4
    shelf = made["Shelf"]("a")
    shelf.name = "b"
    assert shelf.name == "b"
    with pytest.raises(TypeError):
        hash(shelf)


def test_defaults_are_of_each_one(made: dict[str, Any]) -> None:
    shelf = made["Shelf"]("a")
    shelf.held.append(1)
    assert made["Shelf"]("b").held == []


@pytest.mark.parametrize("arguments", [{}, {"number": 1, "other": 2}])
def test_missing_and_unknown_names_are_refused(made: dict[str, Any], arguments: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        made["Day"](**arguments)
    with pytest.raises(TypeError):
        made["Asked"](1)


def test_what_a_type_refuses_stays_refused_when_it_is_replaced(made: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no day 0"):
        made["Day"](0)


@pytest.mark.parametrize("module", [struct, plain_struct], ids=["as installed", "without msgspec"])
def test_replaced_values_are_checked_again(module: ModuleType) -> None:
    day = types_of(module)["Day"]
    assert module.replace(day(3, "a"), number=4) == day(4, "a")
    with pytest.raises(ValueError, match="no day 0"):
        module.replace(day(3), number=0)
