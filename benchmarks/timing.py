"""How long works take, in turn, and one line of the result each."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median seconds of two works, measured in turn after one round that is not counted."""
    first(), second()
    pairs = [(seconds(first), seconds(second)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def say(what: str, ratio: float, bar: str, detail: str) -> None:
    """Print a line of the result."""
    print(f"{what:<58} {ratio:8.2f}  {bar:<8} {detail}", flush=True)
