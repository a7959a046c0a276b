"""Patterns are compiled when something is first asked of them, and behave as compiled ones."""

from __future__ import annotations

import copy
import re

import pytest

from dosecal.model.regex import regex


def test_pattern_answers_as_a_compiled_one() -> None:
    days = regex(r"d(\d+)", re.IGNORECASE)
    assert [found[1] for found in days.finditer("D1 and d15")] == ["1", "15"]
    assert (days.sub("x", "D1"), days.pattern, days.groups) == ("x", r"d(\d+)", 1)
    assert days.fullmatch("D1 ") is None


def test_pattern_of_bytes_reads_bytes() -> None:
    assert regex(rb"\d+").findall(b"1 and 15") == [b"1", b"15"]


def test_pattern_that_is_none_is_found_out_at_its_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("")


def test_pattern_is_copied_whole() -> None:
    assert copy.deepcopy(regex("a+")).fullmatch("aa")
