"""Cohorts to measure with: made anew each time from a fixed seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIRST_START = date(2020, 1, 27)
STARTS = 1_000
"""Over how many days the subjects start."""


def write_cohort(path: Path, subjects: int, *, weights: bool) -> None:
    """Write a subjects' table: half of them in each arm, of eligible age, at 50 sites.

    Args:
        path: Where.
        subjects: How many.
        weights: Whether there are weights, in kilograms with one decimal.
    """
    chance = random.Random(subjects)  # noqa: S311 - a cohort to measure with
    with path.open("w", encoding="utf-8") as file:
        file.write("subject_id,arm,start,birth_date,site")
        file.write(",weight_kg,weight_date,weight_method\n" if weights else "\n")
        for number in range(subjects):
            start = FIRST_START + timedelta(days=chance.randrange(STARTS))
            birth = date(1960, 1, 1) + timedelta(days=chance.randrange(14_000))
            arm = "msc" if number % 2 else "control"
            file.write(f"S{number:07d},{arm},{start},{birth},CN{number % 50:02d}")
            file.write(f",{chance.randrange(400, 1200) / 10:g},{start},measured\n" if weights else "\n")
