"""Counts with their nouns."""

from __future__ import annotations

import pytest

from dosecal.model.counts import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 days"), (1, "1 day"), (-1, "-1 day"), (2, "2 days"), (1200, "1,200 days")]
)
def test_count_has_its_noun_and_separators(count: int, said: str) -> None:
    assert counted(count, "day") == said


def test_plural_that_is_told_counts() -> None:
    assert (counted(1, "query", "queries"), counted(1000, "query", "queries")) == ("1 query", "1,000 queries")
