"""Files are named by ids, whatever an id is, and no two share a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosecal.exchange.parts import file_names, parts_of


def test_plain_ids_are_the_names() -> None:
    assert file_names(("001", "CN-02", "a_b")) == ("001", "CN-02", "a_b")


@pytest.mark.parametrize("one", ["../../etc", "a/b", "a b", ".hidden", "müller", "a:b", "x" * 200])
def test_other_ids_keep_what_is_plain_and_get_digits(one: str) -> None:
    (name,) = file_names((one,))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,60}-[0-9a-f]{8}", name)


def test_ids_that_differ_in_capitals_share_no_file() -> None:
    first, second = file_names(("ab", "AB"))
    assert first.casefold() != second.casefold()


def test_no_site_has_a_name_of_its_own() -> None:
    assert file_names(("", "A")) == ("no-site", "A")
    assert len(set(file_names(("", "no-site")))) == 2


@given(st.lists(st.text(max_size=80), unique=True, max_size=8))
def test_no_two_names_are_alike(ids: list[str]) -> None:
    names = [name.casefold() for name in file_names(tuple(ids))]
    assert len(set(names)) == len(ids)


def test_things_stay_in_order_within_their_parts() -> None:
    things = ("b1", "a1", "b2")
    assert parts_of(things, "site", lambda thing, _: thing[0]) == (("b", ("b1", "b2")), ("a", ("a1",)))
    assert parts_of(things, "", lambda thing, _: thing[0]) == (("", things),)


@pytest.mark.parametrize("one", ["CON", "nul", "com1", "LPT9"])
def test_no_file_has_the_name_of_a_device(one: str) -> None:
    (name,) = file_names((one,))
    assert name.startswith(f"{one}-")
    assert file_names(("CONTROL",)) == ("CONTROL",)
