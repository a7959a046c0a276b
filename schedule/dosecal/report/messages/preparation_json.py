"""A dose made up, for a program: each number in plain digits, with its fraction where its digits have no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.report.messages.limit_words import limit_words
from dosecal.report.messages.preparation_steps import rounding_words
from dosecal.report.messages.workings import exact_json

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import Diluted, LimitCheck, Preparation, PreparedLine, Syringe, WorkedRate


def preparation_json(preparation: Preparation) -> dict[str, object]:
    """A preparation as JSON: its numbers as ``exact_json`` says them."""
    diluted, syringe = preparation.diluted, preparation.syringe
    return {
        "product": preparation.product.id,
        **exact_json(
            exact_volume_ml=preparation.exact_ml,
            volume_ml=preparation.drawn_ml,
        ),
        "volume_rounding": rounding_words(preparation),
        "containers": preparation.containers,
        **exact_json(
            exact_containers=preparation.containers_exact,
            delivered_dose=preparation.delivered.value,
            deviation_percent=preparation.deviation_percent,
            left_over=None if preparation.leftover is None else preparation.leftover.value,
            left_over_ml=preparation.leftover_ml,
        ),
        **exact_json(strength_per_ml=_strength(preparation)),
        "dilution": None if diluted is None else _dilution_json(diluted),
        **exact_json(infused_ml=preparation.infused_ml),
        "rate": _rate_json(preparation.rate),
        "syringe": None if syringe is None else _syringe_json(syringe),
        "limits": [_limit_json(check) for check in preparation.limits],
        "lines": [_line_json(line) for line in preparation.lines],
        **exact_json(not_covered=None if preparation.short is None else preparation.short.value),
        "open": list(preparation.open),
    }


def _strength(preparation: Preparation) -> Fraction | None:
    chains = [line.per_ml for line in preparation.lines if line.per_ml is not None]
    return chains[0].usable.value if len(chains) == 1 else None


def _dilution_json(diluted: Diluted) -> dict[str, object]:
    return {
        **exact_json(
            added_to_each_ml=diluted.added_to_each_ml,
            diluent_ml=diluted.diluent_ml,
            exact_diluent_ml=diluted.exact_diluent_ml,
            total_ml=diluted.total_ml,
            concentration=diluted.concentration.value,
        ),
        "unit": f"{diluted.concentration.unit.symbol}/mL",
    }


def _rate_json(rate: WorkedRate | None) -> dict[str, object] | None:
    if rate is None:
        return None
    return {
        **exact_json(
            ml_per_hour=rate.setting,
            exact_ml_per_hour=rate.program,
            slowest_ml_per_hour=rate.slowest,
            fastest_ml_per_hour=rate.fastest,
            minutes=rate.minutes,
        ),
        "rule": rate.rule.words,
    }


def _syringe_json(syringe: Syringe) -> dict[str, object]:
    return {
        **exact_json(
            nominal_ml=syringe.nominal_ml,
            tolerance_ml=syringe.tolerance_ml,
            percent=syringe.percent,
        ),
        "rule": syringe.rule,
    }


def _limit_json(check: LimitCheck) -> dict[str, object]:
    return {
        "of": check.of,
        "bound": "at most" if check.is_most else "at least",
        **exact_json(
            limit=check.limit,
            value=check.value,
        ),
        "unit": check.unit,
        "verdict": check.verdict.value,
        **exact_json(
            by=check.by,
            fold=check.fold,
            reached_ml=check.reached_ml,
        ),
        "shares": [{"dose": one.dose, **exact_json(value=one.value), "why": one.why} for one in check.shares],
        "words": limit_words(check),
    }


def _line_json(line: PreparedLine) -> dict[str, object]:
    return {
        "lot": line.lot,
        "containers": list(line.containers),
        "count": line.count,
        **exact_json(
            part=line.part.value,
            exact_volume_ml=line.exact_ml,
            volume_ml=line.drawn_ml,
            delivered_dose=line.delivered.value,
            overfill_ml=line.overfill_ml,
            container_ml=line.room_ml,
            endotoxin_eu_ml=line.endotoxin,
        ),
    }
