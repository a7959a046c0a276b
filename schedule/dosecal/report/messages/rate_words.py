"""How fast an infusion runs, in words: always in mL per hour, with how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined, unsaid
from dosecal.model.spoken import grouped_digits, number_words, of_unit
from dosecal.report.messages.workings import TO, Step, minutes_words

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.preparation import Preparation, PumpCheck, WorkedRate
    from dosecal.model.product import RateRule


def rate_steps(preparation: Preparation) -> tuple[Step, ...]:
    """One rate to be programmed with its duration; where the protocol names a range alone, both ends of it."""
    rate = preparation.rate
    if rate is not None:
        said = joined((_rate_words(rate), weight_of_rate(preparation)), COMMA)
        return (Step(Msg("rate"), rate.rule.words, said, is_calculation=False),)
    unknown = unknown_rate(preparation)
    return (Step(Msg("rate"), NOTHING, unknown, is_calculation=False),) if unknown else ()


def unknown_rate(preparation: Preparation) -> Msg:
    """That a rate which the protocol states is not known in mL per hour, for want of a volume; empty elsewhere."""
    rule = preparation.worked.regimen.rate
    if rule is None or preparation.rate is not None or preparation.infused_ml is not None:
        return NOTHING
    return rate_not_known(rule)


def rate_not_known(rule: RateRule) -> Msg:
    """That a rate is not known in mL per hour."""
    return Msg("{rate}: rate not known in mL/h: no concentration", rate=rule.words)


def weight_of_rate(preparation: Preparation) -> Msg:
    """Which weight a rate per kg takes beside a dose that takes none; empty elsewhere."""
    rule, kilograms = preparation.worked.regimen.rate, preparation.weight_kg
    if rule is None or not rule.is_per_kg or kilograms is None or preparation.worked.weight_kg is not None:
        return NOTHING
    return Msg("the rate takes a weight of {weight}", weight=of_unit(grouped_digits(kilograms), "kg"))


def rate_to_program(rate: WorkedRate, setting: Fraction) -> Msg:
    """The rate that a pump is set to, which may be no more than the greatest."""
    said = _ml_per_hour(setting)
    return Msg("at most {a}", a=said) if _is_limit(rate) else said


def duration_words(rate: WorkedRate, minutes: Fraction) -> Msg:
    """How long the infusion takes, at least where its rate is the greatest."""
    said = minutes_words(minutes)
    return Msg("at least {a}", a=said) if _is_limit(rate) else said


def _is_limit(rate: WorkedRate) -> bool:
    return not (rate.rule.give or rate.rule.aim or rate.slowest == rate.fastest)


def _rate_words(rate: WorkedRate) -> Msg:
    if rate.setting is not None and rate.minutes is not None:
        said = rate_to_program(rate, rate.setting)
        if rate.program not in {None, rate.setting} and rate.program is not None:
            said = Msg("{exact}, set as {rate}", exact=_ml_per_hour(rate.program), rate=said)
        return Msg("{rate}, for {time}", rate=said, time=duration_words(rate, rate.minutes))
    ends = [end for end in (rate.slowest, rate.fastest) if end is not None]
    said = of_unit(joined((unsaid(number_words(end, 1)) for end in ends), TO), "mL/h")
    said = Msg("at least {a}", a=said) if len(ends) == 1 else said
    return Msg("{rate}: the protocol names no one rate", rate=said)


def allowed_rates(rate: WorkedRate) -> Msg:
    """The ends of what is allowed where the protocol names no one rate."""
    least, most = (None if end is None else _ml_per_hour(end, 1) for end in (rate.slowest, rate.fastest))
    return joined(
        (
            NOTHING if least is None else Msg("at least {a}", a=least),
            NOTHING if most is None else Msg("at most {a}", a=most),
        ),
        COMMA,
    )


def _ml_per_hour(value: Fraction, places: int | None = None) -> Msg:
    return of_unit(number_words(value, places), "mL/h")


def pump_words(check: PumpCheck) -> Msg:
    """What a pump is set to beside the protocol: that it agrees, or how many times too fast or too slow it is."""
    say = minutes_words if check.is_duration else _ml_per_hour
    entered = say(check.entered)
    if check.agrees:
        return Msg("{rate}: as the protocol has it", rate=entered)
    differs = Msg("{entered} against {expected}: DIFFERS", entered=entered, expected=say(check.expected))
    fold = number_words(check.fold, 2)
    pace = Msg("{n}-fold too fast", n=fold) if check.is_too_fast else Msg("{n}-fold too slow", n=fold)
    return joined((differs, pace), COMMA)
