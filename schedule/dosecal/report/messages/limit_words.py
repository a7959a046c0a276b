"""The limits of a prepared dose in words: what is allowed, what was found, and by how much."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.model.messages import COMMA, NOTHING, Msg, joined, msgid, unsaid
from dosecal.model.preparation import MOST_OFF_PERCENT, Verdict
from dosecal.model.quantity import round_half_up
from dosecal.model.spoken import number_words, of_unit, signed_percent
from dosecal.report.messages.workings import PLUS, flat_words, ml_words

if TYPE_CHECKING:
    from dosecal.model.preparation import LimitCheck, Preparation, Share

_NAMES = {
    "concentration": msgid("concentration"),
    "volume": msgid("volume"),
    "DMSO": msgid("DMSO"),
    "endotoxin": msgid("endotoxin"),
    "container": msgid("container"),
    "rate": msgid("rate"),
    "viability": msgid("viability"),
    "tolerance": msgid("tolerance"),
    "cap": msgid("cap"),
    "floor": msgid("floor"),
    "range": msgid("range"),
    "drawn volume": msgid("drawn volume"),
}
"""What is limited, by the ids of ``LimitCheck.of``."""
_SHARES = {
    "% of the ordered dose": msgid("{p} % of the ordered dose"),
    "% of the given dose": msgid("{p} % of the given dose"),
    "% of the delivered dose": msgid("{p} % of the delivered dose"),
}
_VERDICTS = {Verdict.WITHIN: msgid("{found}, within"), Verdict.BEYOND: msgid("{found}, beyond")}
_VERDICTS_BY = {Verdict.WITHIN: msgid("{found}, within by {n}"), Verdict.BEYOND: msgid("{found}, beyond by {n}")}


def limit_name(of: str) -> Msg:
    """What is limited."""
    return Msg(_NAMES[of])


def of_limit(value: Fraction, unit: str) -> Msg:
    """A value in the unit of a limit."""
    digits = number_words(value)
    return Msg(_SHARES[unit], p=digits) if unit in _SHARES else of_unit(digits, unit)


def found_words(check: LimitCheck) -> Msg:
    """What a value is about: why it is not known, which dose it is of, or what each dose of the day adds."""
    if not check.shares:
        return check.why
    known = joined((_share_words(one) for one in check.shares if one.value is not None), PLUS)
    unknown = joined((Msg("{a} ({b})", a=one.dose, b=one.why) for one in check.shares if one.value is None), COMMA)
    return joined((known, Msg("not counted: {doses}", doses=unknown) if unknown else NOTHING))


def _share_words(share: Share) -> Msg:
    return Msg("{dose} {n}", dose=share.dose, n=number_words(share.value or Fraction(0)))


def limit_words(check: LimitCheck) -> Msg:
    """A limit, what was found, its verdict and by how much; the fold from 2 on."""
    limit, why = of_limit(check.limit, check.unit), found_words(check)
    bound = Msg("at most {a}", a=limit) if check.is_most else Msg("at least {a}", a=limit)
    if not check.limit_is_inside:
        bound = Msg("less than {a}", a=limit) if check.is_most else Msg("more than {a}", a=limit)
    if check.value is None:
        return Msg("{bound}: not known, {why}", bound=bound, why=why)
    found = unsaid(number_words(check.value))
    found = Msg("{a} ({b})", a=found, b=why) if why else found
    if check.by:
        verdict = Msg(_VERDICTS_BY[check.verdict], found=found, n=number_words(check.by))
    else:
        verdict = Msg(_VERDICTS[check.verdict], found=found)
    fold = NOTHING if check.fold is None else Msg("{n}-fold", n=number_words(check.fold, 2))
    said = Msg("{limit}: {found}", limit=bound, found=joined((verdict, fold), COMMA))
    reached = check.reached_ml
    return said if reached is None else Msg("{limit}; reached with {volume}", limit=said, volume=ml_words(reached))


def marked_words(check: LimitCheck) -> Msg:
    """A limit in words, marked where the delivered dose does not keep it."""
    return warning(limit_words(check)) if is_off(check) else limit_words(check)


def warning(what: Msg) -> Msg:
    """Something that somebody has to look at."""
    return Msg("WARNING: {what}", what=what)


def off_words(preparation: Preparation) -> Msg:
    """That the delivered dose is too far from the ordered one; empty where it is not."""
    if preparation.is_far_off:
        places = 2
        while round_half_up(abs(preparation.deviation_percent), Fraction(1, 10**places)) <= MOST_OFF_PERCENT:
            places += 1
        percent = signed_percent(preparation.deviation_percent, places)
        return Msg(
            "the delivered dose is {percent} from the ordered one: more than {most} %, and no tolerance is stated",
            percent=percent,
            most=str(MOST_OFF_PERCENT),
        )
    return joined(
        Msg("{limit}: {found}", limit=limit_name(check.of), found=limit_words(check))
        for check in preparation.limits
        if is_off(check)
    )


def is_off(check: LimitCheck) -> bool:
    """Whether it is the tolerance, and the delivered dose is further from the ordered one than that."""
    return check.of == "tolerance" and check.verdict is Verdict.BEYOND


def beyond_words(preparation: Preparation) -> tuple[Msg, ...]:
    """A sentence for each limit that is not kept, and for what is not covered or open; for the notes of a row."""
    said = [_beyond(check) for check in preparation.beyond]
    said += [warning(off_words(preparation))] if preparation.is_far_off else []
    said += [
        Msg("limit of {limit} not judged: {why}", limit=limit_name(check.of), why=found_words(check))
        for check in preparation.limits
        if check.verdict is Verdict.UNKNOWN
    ]
    said += [Msg("volume to be determined: it needs {what}", what=reason) for reason in preparation.open]
    if preparation.short is not None:
        said.append(Msg("the lots at hand do not cover {amount} of it", amount=flat_words(preparation.short)))
    return tuple(said)


def _beyond(check: LimitCheck) -> Msg:
    said = Msg("BEYOND the limit of {limit}: {found}", limit=limit_name(check.of), found=limit_words(check))
    return warning(said) if is_off(check) else said
