"""A count in a chamber, step by step, as people check it, and as JSON with exact fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import NOTHING, Msg, plural, unsaid
from dosecal.model.spoken import exact_words, factor_words, number_words, of_unit, unit_words
from dosecal.report.messages.workings import Step, exact_json

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.chamber import ChamberCount


def count_steps(count: ChamberCount, wanted: Fraction | None) -> tuple[Step, ...]:
    """The steps from a count to cells in a mL, the viability, and the volume for a wanted number of cells."""
    steps = []
    for name, unit, number, per_ml in (
        (Msg("cells per mL"), "cells", count.total, count.total_per_ml),
        (Msg("viable cells per mL"), "viable cells", count.viable, count.viable_per_ml),
    ):
        if number is not None and per_ml is not None:
            steps.append(Step(name, _per_ml_working(count, number), exact_words(per_ml, unit)))
    if count.dead is not None and count.total is not None and count.viable is not None:
        working = Msg("{a} − {b}", a=number_words(count.total), b=number_words(count.viable))
        steps.append(Step(Msg("dead cells"), working, unsaid(number_words(count.dead))))
    if count.viability_percent is not None and count.total is not None and count.viable is not None:
        working = Msg("{a} ÷ {b}", a=number_words(count.viable), b=number_words(count.total))
        steps.append(Step(Msg("viability"), working, exact_words(count.viability_percent, "%")))
    return (*steps, *_volume_steps(count, wanted))


def _per_ml_working(count: ChamberCount, number: Fraction) -> Msg:
    return plural(
        "{count} ÷ {squares} square × {dilution} ÷ {volume}",
        "{count} ÷ {squares} squares × {dilution} ÷ {volume}",
        1 if count.squares == 1 else 2,
        count=number_words(number),
        squares=number_words(count.squares),
        dilution=number_words(count.dilution),
        volume=of_unit(number_words(count.square_ml, 8), "mL"),
    )


def _volume_steps(count: ChamberCount, wanted: Fraction | None) -> list[Step]:
    if wanted is None:
        return []
    unit = "viable cells" if count.viable is not None else "cells"
    per_ml = count.viable_per_ml if count.viable is not None else count.total_per_ml
    volume = count.volume_for(wanted)
    if volume is None or per_ml is None:
        return [Step(Msg("volume"), NOTHING, Msg("none: no {cells} were counted", cells=unit_words(unit)))]
    amount = of_unit(number_words(wanted), unit)
    working = Msg("{amount} ÷ {n} per mL", amount=amount, n=factor_words(per_ml))
    return [Step(Msg("volume for {amount}", amount=amount), working, exact_words(volume, "mL"))]


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
