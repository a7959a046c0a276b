"""What a draft says of a product and of a rate, built into the types of the model; the draft has no problem by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.grammar import Said
from dosecal.load.protocol.product_grammar import AS_FROZEN, NO_DMSO, ONE_SUBJECT
from dosecal.model.messages import COMMA, NOTHING, Msg, joined, term
from dosecal.model.product import (
    RECOVERY,
    VIABILITY,
    Bound,
    Container,
    Counted,
    Dilution,
    Percent,
    Product,
    RateRule,
    ViabilityRule,
)
from dosecal.model.spoken import amount_words, grouped_digits, of_unit, per

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.load.protocol.draft import Entry
    from dosecal.load.protocol.product_texts import Duration, Overfill, WrittenStrength


def build_product(entry: Entry) -> Product:
    """The product that an entry of a draft without problems says."""
    written: WrittenStrength | None = entry.value("concentration")
    recovery = entry.value("recovery")
    use_within: tuple[int | None, Msg] = entry.value("use_within") or (None, NOTHING)
    purity, dmso = entry.value("purity") or (), entry.value("dmso")
    return Product(
        id=entry.id,
        label=entry.value("label"),
        counts=entry.value("counts") or "",
        counted=Counted(entry.value("counted") or ""),
        recovery=None if recovery in {None, AS_FROZEN} else Percent(RECOVERY, recovery),
        is_dosed_as_frozen=recovery == AS_FROZEN,
        strength=None if written is None else written.strength,
        container=_container(entry.value("container")),
        viability=_viability(entry.value("viability")),
        purity=tuple(Percent(term(name), percent) for name, percent, _ in purity),
        dilution=_dilution(entry.value("dilution")),
        dmso=None if dmso == NO_DMSO else dmso,
        is_free_of_dmso=dmso == NO_DMSO,
        endotoxin=entry.value("endotoxin"),
        use_within=use_within[0],
        use_within_time=use_within[1],
        limits=_limits(entry.value("limits")),
        quote=entry.value("quote") or "",
        is_for_one_subject=entry.value("for") == ONE_SUBJECT,
    )


def _container(said: Said | None) -> Container | None:
    if said is None:
        return None
    values = said.values
    overfill: Overfill | None = values.get("overfill")
    return Container(
        values["called"],
        values["content"],
        values.get("volume"),
        None if overfill is None else overfill.ml,
        overfill is not None and overfill.is_usable,
    )


def _viability(said: Said | None) -> ViabilityRule | None:
    if said is None:
        return None
    stated = said.values.get("is")
    return ViabilityRule(
        stated=None if stated is None else Percent(VIABILITY, stated),
        at_least=said.values.get("at_least"),
        method=said.values.get("method", ""),
    )


def _dilution(said: Said | None) -> Dilution | None:
    if said is None:
        return None
    to: WrittenStrength | None = said.values.get("to")
    add: Fraction | None = said.values.get("add")
    total: Fraction | None = said.values.get("total")
    if to is not None:
        return Dilution(
            to.strength.amount,
            None,
            None,
            Msg("to {a}", a=per(amount_words(to.strength.amount.value, to.strength.amount.unit), "mL")),
        )
    if add is not None:
        return Dilution(None, add, None, Msg("add {a} to each container", a=of_unit(grouped_digits(add), "mL")))
    if total is None:
        return None
    return Dilution(None, None, total, Msg("bring up to {a}", a=of_unit(grouped_digits(total), "mL")))


def _limits(said: Said | None) -> tuple[Bound, ...]:
    """The limits in the order of the file."""
    if said is None:
        return ()
    found: list[Bound] = []
    for value in said.values.values():
        found += _concentration_limits(value) if isinstance(value, Said) else [value]
    return tuple(found)


def _concentration_limits(said: Said) -> list[Bound]:
    limits: list[tuple[str, WrittenStrength]] = list(said.values.items())
    return [
        Bound("concentration", key == "at_most", one.strength.amount.value, f"{one.strength.amount.unit.spoken} per mL")
        for key, one in limits
    ]


def build_rate(said: Any) -> RateRule | None:  # noqa: ANN401 - a record or None, as the grammar gives it
    """The rate that a regimen of a draft without problems says; None where none is stated."""
    if not isinstance(said, Said):
        return None
    values = said.values
    over: Duration | None = values.get("over")
    aim: Fraction | None = values.get("aim")
    most, least, give = values.get("at_most"), values.get("at_least"), values.get("give")
    words = [
        NOTHING if give is None else Msg("give {a}", a=give.words),
        NOTHING if over is None else Msg("over {a}", a=over.words),
        NOTHING if aim is None else Msg("aim {a}", a=of_unit(grouped_digits(aim), "min")),
        NOTHING if least is None else Msg("at least {a}", a=least.words),
        NOTHING if most is None else Msg("at most {a}", a=most.words),
    ]
    return RateRule(
        at_most=most,
        at_least=least,
        shortest=None if over is None else over.shortest,
        longest=None if over is None else over.longest,
        aim=aim if aim is not None or over is None or over.shortest != over.longest else over.shortest,
        give=give,
        words=joined(words, COMMA),
    )
