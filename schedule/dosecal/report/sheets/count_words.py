"""A count in a chamber, step by step, as people check it, and as JSON with exact fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.spoken import number_words
from dosecal.report.messages.product_words import exact_json, exact_words, factor_words
from dosecal.report.sheets.worksheet import Step

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.chamber import ChamberCount


def count_steps(count: ChamberCount, wanted: Fraction | None) -> tuple[Step, ...]:
    """The steps from a count to cells in a mL, the viability, and the volume for a wanted number of cells."""
    steps = []
    squares = "square" if count.squares == 1 else "squares"
    for name, counted, per_ml in (
        ("cells", count.total, count.total_per_ml),
        ("viable cells", count.viable, count.viable_per_ml),
    ):
        if counted is not None and per_ml is not None:
            working = (
                f"{number_words(counted)} ÷ {number_words(count.squares)} {squares} × {number_words(count.dilution)} "
                f"÷ {number_words(count.square_ml, 8)} mL"
            )
            steps.append(Step(f"{name} per mL", working, exact_words(per_ml, name)))
    if count.dead is not None and count.total is not None and count.viable is not None:
        working = f"{number_words(count.total)} − {number_words(count.viable)}"
        steps.append(Step("dead cells", working, number_words(count.dead)))
    if count.viability_percent is not None and count.total is not None and count.viable is not None:
        working = f"{number_words(count.viable)} ÷ {number_words(count.total)}"
        steps.append(Step("viability", working, exact_words(count.viability_percent, "%")))
    steps += _volume_steps(count, wanted)
    return tuple(steps)


def _volume_steps(count: ChamberCount, wanted: Fraction | None) -> list[Step]:
    if wanted is None:
        return []
    name = "viable cells" if count.viable is not None else "cells"
    per_ml = count.viable_per_ml if count.viable is not None else count.total_per_ml
    volume = count.volume_for(wanted)
    if volume is None or per_ml is None:
        return [Step("volume", "", f"none: no {name} were counted")]
    working = f"{number_words(wanted)} {name} ÷ {factor_words(per_ml)} per mL"
    return [Step(f"volume for {number_words(wanted)} {name}", working, exact_words(volume, "mL"))]


def count_json(count: ChamberCount, wanted: Fraction | None) -> dict[str, object]:
    """The same for a program, as ``exact_json`` says numbers."""
    return {
        **exact_json(
            total_per_ml=count.total_per_ml,
            viable_per_ml=count.viable_per_ml,
            viability_percent=count.viability_percent,
            dead=count.dead,
            wanted=wanted,
            volume_ml=None if wanted is None else count.volume_for(wanted),
        ),
        "steps": [{"name": s.name, "working": s.working, "result": s.result} for s in count_steps(count, wanted)],
    }
