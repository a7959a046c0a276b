"""A dose as people write it, read when it has one reading and refused with its readings when it has several.

Conventions: values are exact. Only what is understood to the last character is certain; a word that is not known, a
number that nothing accounts for, a spelling that two people read differently each make the text ambiguous, with the
likelier reading first. Nothing is repaired: a text is never certain because its other reading is merely unlikely.

Reference:
    ISMP List of Error-Prone Abbreviations, Symbols, and Dose Designations, for units and decimal points.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.load.doses.dose_doubts import doubts_of, named_before
from dosecal.load.doses.dose_groups import find_groups, pair_doubts
from dosecal.load.doses.dose_phrases import Kind
from dosecal.load.doses.dose_readings import Interpretation, Meaning, meaning_of
from dosecal.load.doses.dose_set_aside import Findings, lost_bases, set_aside
from dosecal.load.doses.dose_spellings import plain_signs, rewrite
from dosecal.load.doses.dose_tokens import Piece, cut, normalise
from dosecal.load.doses.dose_units import AUC_TEXT, UNITS_THERE, WrittenUnit, unit_words
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import Amount, Unit, plain_digits
from dosecal.model.regex import regex
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from dosecal.load.doses.dose_groups import Group

MOST_CHARACTERS = 500
"""A longer text is refused unread."""

ROUGHLY = 100
"""A ratio above this is said without decimals."""
NEARLY_ALIKE = 2
"""A ratio up to this is said with three, so that 102 and 100 don't differ 1-fold."""

WOULD_READ = 'write the dose as in "1 million cells/kg", "1 × 10^6 cells/kg" or "0.5 mg"'


class Status(StrEnum):
    """How far a text can be read."""

    READ = "read"
    """One value, one reading."""
    SEVERAL = "several"
    """A range or a list, each value certain."""
    AMBIGUOUS = "ambiguous"
    """Several readings, or one that is not certain; the likelier first."""
    UNREADABLE = "unreadable"
    """No reading."""


class Reading(Struct, frozen=True):
    """One value that a text can have.

    Attributes:
        value: The exact value.
        unit: The unit, a ``WrittenUnit`` where it is outside the closed set; None where the text names none.
        words: The amount as a person reads it.
        why: How the text is taken to give it.
        period: The period that the amount is stated for, such as a day; empty for none.
    """

    value: Fraction
    unit: Unit | WrittenUnit | None
    words: str
    why: str
    period: str = ""


class DoseReading(Struct, frozen=True):
    """What a text says about a dose.

    Attributes:
        text: The text as it came.
        status: How far it can be read.
        readings: The values; for an ambiguous text all those of the likelier interpretation first.
        note: What keeps it from being certain, what would be read, and what was passed over; may be empty.
        ratio: The largest by the smallest value where readings compete; None where none do.
        beside: What the text says beside the dose and this reading leaves out: a cap, a volume, days, counts.
    """

    text: str
    status: Status
    readings: tuple[Reading, ...]
    note: str
    ratio: Fraction | None = None
    beside: tuple[str, ...] = ()

    @property
    def value(self) -> Fraction | None:
        """The value of a text that is read; None for any other."""
        return self.readings[0].value if self.status is Status.READ else None

    @property
    def unit(self) -> Unit | WrittenUnit | None:
        """The unit of a text that is read; None where it names none, and for any other status."""
        return self.readings[0].unit if self.status is Status.READ else None

    @property
    def amount(self) -> Amount:
        """The amount of a text that is read.

        Raises:
            ValueError: If the text is not read, names no unit, or is a target AUC.
        """
        unit = self.unit
        if not isinstance(unit, Unit):
            message = f"no certain amount with a unit: {self.status}"
            raise ValueError(message)  # noqa: TRY004  it is the text that has no amount
        return Amount(self.readings[0].value, unit)


def read_dose(text: str) -> DoseReading:
    """What a text says about a dose; any text has an answer.

    Args:
        text: The dose as somebody wrote it.

    Returns:
        The reading, of status ``read`` or ``several`` only where nothing is uncertain.
    """
    if len(text) > MOST_CHARACTERS:
        return DoseReading(text, Status.UNREADABLE, (), f"longer than {MOST_CHARACTERS} characters; {WOULD_READ}")
    if _NONE_STATED.fullmatch(text):
        return DoseReading(text, Status.UNREADABLE, (), f"the text says that no dose is stated; {WOULD_READ}")
    target = AUC_TEXT.fullmatch(text)
    if target is not None and target[2]:  # with its formula, a target has one reading
        reading = read_dose(text.removesuffix(target[2]))
        return replace(reading, text=text, status=Status.READ, note="") if reading.readings else reading
    try:
        plain = normalise(plain_signs(text))
        written = rewrite(plain)
        pieces = cut(written)
        groups = find_groups(pieces)
    except RefusedError as refusal:
        return DoseReading(text, Status.UNREADABLE, (), refusal.hint)
    if not pieces:
        return DoseReading(text, Status.UNREADABLE, (), f"there is nothing to read; {WOULD_READ}")
    is_rewritten = written != plain or plain_signs(text) != text
    return _resolve(text, pieces, groups, (f'taken as "{written}"',) if is_rewritten else ())


_NONE_STATED = regex(
    r"(?i)\s*(?:none|nil|n/?a|unknown|tbd|not?\s+(?:stated|known|given|applicable)|none\s+stated)\.?\s*"
)


_FACTOR_WORDS = frozenset({"hundred", "thousand", "thousands", "million", "millions", "billion", "billions"})


def _resolve(text: str, pieces: tuple[Piece, ...], groups: tuple[Group, ...], spelling: tuple[str, ...]) -> DoseReading:
    found = set_aside(pieces, groups)
    doubts = (*spelling, *found.doubts, *doubts_of(pieces))
    meanings = tuple(meaning_of(group, named_before(pieces)) for group in found.groups)
    if refusal := _refusal(pieces, groups, found, meanings, doubts):
        return DoseReading(text, Status.UNREADABLE, (), _note((*refusal, WOULD_READ)))
    pairs = tuple(doubt for group in found.groups for doubt in pair_doubts(pieces, group))
    context = tuple(dict.fromkeys(piece.text.strip() for piece in pieces if piece.kind is Kind.CONTEXT))
    reading = _weigh(text, meanings, (*doubts, *pairs), (*found.notes, *_passed_over(pieces, context)))
    telling = tuple(words for words in context if not words.startswith(("/", "per ")))
    return replace(reading, beside=(*found.notes, *telling))


def _refusal(
    pieces: tuple[Piece, ...],
    groups: tuple[Group, ...],
    found: Findings,
    meanings: tuple[Meaning, ...],
    doubts: tuple[str, ...],
) -> tuple[str, ...]:
    """Why nothing is offered; empty where something is."""
    apart = any(piece.kind is Kind.UNKNOWN and piece.text.lower() in _FACTOR_WORDS for piece in pieces)
    if apart or "pounds" in doubts:
        return ("a factor stands apart from its number" if apart else "pounds are not a unit here",)
    if not found.groups:
        return (*doubts, *found.notes, _why_none(pieces, groups))
    if lost := lost_bases(pieces, groups, found.groups):
        return (*lost, *doubts)
    if not named_before(pieces) and _is_mere_talk(pieces, found.groups):
        return (*doubts, "no unit was made out", UNITS_THERE)
    if not any(meaning.interpretations for meaning in meanings):
        return tuple(doubt for meaning in meanings for doubt in meaning.doubts)
    return ()


def _is_mere_talk(pieces: tuple[Piece, ...], groups: tuple[Group, ...]) -> bool:
    """Whether the numbers have neither unit nor factor, and more than signs stands around them."""
    others = any(piece.kind not in {Kind.TERM, Kind.RANGE, Kind.LIST} for piece in pieces)
    return all(group.is_loose for group in groups) and (others or len(groups) > 1)


def _passed_over(pieces: tuple[Piece, ...], context: tuple[str, ...]) -> tuple[str, ...]:
    shown = ", ".join(f'"{words}"' for words in context)
    micro = ('"µg" is mcg',) if any(piece.kind is Kind.SUBSTANCE and piece.text == "µg" for piece in pieces) else ()
    return (*micro, f"passed over: {shown}") if shown else micro


def _why_none(pieces: tuple[Piece, ...], groups: tuple[Group, ...]) -> str:
    if any(group.is_strength for group in groups):
        return "a concentration is not a dose"
    if any(piece.text.endswith("%") for piece in pieces):
        return "percentages say how a dose is split, not how much it is"
    return "no number with a unit was made out"


def _weigh(text: str, meanings: tuple[Meaning, ...], doubts: tuple[str, ...], notes: tuple[str, ...]) -> DoseReading:
    """The answer, from what each group can mean."""
    malformed = tuple(doubt for meaning in meanings if not meaning.interpretations for doubt in meaning.doubts)
    meanings = tuple(meaning for meaning in meanings if meaning.interpretations)
    doubts = (*malformed, *doubts)
    if len(meanings) == 1:
        sole = meanings[0]
        hidden = sole.has_choices and len(sole.interpretations) == 1
        own = (*sole.doubts, *(("it can be taken in another way",) if hidden else ()))
        return _answer(text, sole, (*own, *doubts), (*sole.notes, *notes))
    agreed = _agreed(meanings)
    if agreed is None:
        return _conflict(text, meanings, doubts, notes)
    values = agreed.interpretations[0].values
    if any(_single(meaning.interpretations[0].values) != values for meaning in meanings):
        doubts = (*doubts, "one amount is restated as what is the less likely reading of another")
    return _answer(text, agreed, doubts, (*notes, "restated with the same value"))


def _agreed(meanings: tuple[Meaning, ...]) -> Meaning | None:
    """The certain meaning that every other amount can have too, with the unit of any; None where there is none."""
    certain = next((meaning for meaning in meanings if meaning.is_certain), None)
    units = {unit for meaning in meanings for unit in meaning.units if unit is not None}
    if certain is None or len(units) > 1:
        return None
    values = _single(certain.interpretations[0].values)
    for meaning in meanings:
        if meaning.lasting_doubts or (meaning.doubts and not meaning.has_choices):
            return None
        if all(_single(one.values) != values for one in meaning.interpretations):
            return None
    stated = Interpretation(values, "stated more than once, with the same value")
    unit = units.pop() if units else None
    return replace(certain, interpretations=(stated,), units=tuple(unit for _ in values))


def _single(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return values[:1] if len(set(values)) == 1 else values


def _conflict(text: str, meanings: tuple[Meaning, ...], doubts: tuple[str, ...], notes: tuple[str, ...]) -> DoseReading:
    """The answer where several amounts are stated that do not agree: the first readings of all, then the others."""
    most = max(len(meaning.interpretations) for meaning in meanings)
    readings: list[Reading] = []
    for place in range(most):
        for meaning in meanings:
            if place < len(meaning.interpretations):
                readings += _readings(meaning.interpretations[place], meaning)
    own = tuple(doubt for meaning in meanings for doubt in meaning.doubts)
    if any(reading.unit is not None and reading.unit.per for reading in readings):
        doubts = (*doubts, *(f"{reading.words} has no unit" for reading in readings if reading.unit is None))
        readings = [reading for reading in readings if reading.unit is not None]
    readings = _without_repeats(readings)
    values = [reading.value for reading in readings if reading.value]
    ratio = max(values) / min(values) if values else None
    why = ("several amounts are stated", _ratio_words(ratio), *own, *doubts, *notes)
    return DoseReading(text, Status.AMBIGUOUS, tuple(readings), _note(why), ratio)


def _answer(text: str, meaning: Meaning, doubts: tuple[str, ...], notes: tuple[str, ...]) -> DoseReading:
    """The answer where there is one group, or several that agree."""
    interpretations = meaning.interpretations
    if any(not value for value in interpretations[0].values):
        return DoseReading(text, Status.UNREADABLE, (), _note(("a dose is above 0", *doubts, WOULD_READ)))
    certain = len(interpretations) == 1 and not doubts
    readings = [reading for one in interpretations for reading in _readings(one, meaning)]
    if not certain:
        ratio = _ratio(interpretations)
        return DoseReading(
            text, Status.AMBIGUOUS, tuple(readings), _note((_ratio_words(ratio), *doubts, *notes)), ratio
        )
    status = Status.READ if len(readings) == 1 else Status.SEVERAL
    unnamed = ("no unit is named",) if any(reading.unit is None for reading in readings) else ()
    return DoseReading(text, status, tuple(readings), _note((*unnamed, *notes)))


def _readings(one: Interpretation, meaning: Meaning) -> list[Reading]:
    """One reading a value; equal values in the same unit are one."""
    period = meaning.period
    pairs = dict.fromkeys(zip(one.values, meaning.units, strict=True))
    return [Reading(value, unit, unit_words(value, unit, period), one.why, period) for value, unit in pairs]


def _without_repeats(readings: list[Reading]) -> list[Reading]:
    """The readings without those whose value, in the same unit or in none, has been given; a unit wins over none."""
    named = {reading.value: reading for reading in reversed(readings) if reading.unit is not None}
    kept: list[Reading] = []
    for reading in (named.get(one.value, one) if one.unit is None else one for one in readings):
        if not any(one.value == reading.value and reading.unit in {one.unit, None} for one in kept):
            kept.append(reading)
    return kept


def _ratio(interpretations: tuple[Interpretation, ...]) -> Fraction | None:
    """The greatest ratio between two readings of the same number; None where only one is offered."""
    ratio: Fraction | None = None
    columns = zip(*(one.values for one in interpretations), strict=False)
    for column in columns:
        values = [value for value in column if value]
        if values and max(values) != min(values):
            ratio = max(ratio or 0, max(values) / min(values))
    return ratio


def _ratio_words(ratio: Fraction | None) -> str:
    if ratio is None or ratio == 1:
        return ""
    rounded = Fraction(round(ratio)) if ratio > ROUGHLY else round(ratio, 1 if ratio > NEARLY_ALIKE else 3)
    about = "" if rounded == ratio else "about "
    return f"the readings differ {about}{grouped_digits(rounded)}-fold"


def _note(parts: tuple[str, ...]) -> str:
    return "; ".join(dict.fromkeys(part for part in parts if part))


def dose_json(reading: DoseReading) -> dict[str, Any]:
    """The reading as the members of a JSON object, with exact decimal texts for values and null where there is none."""
    symbols = {one.unit.symbol if one.unit else None for one in reading.readings}
    value = reading.value
    return {
        "text": reading.text,
        "status": reading.status.value,
        "value": plain_digits(value) if value is not None else None,
        "unit": symbols.pop() if len(symbols) == 1 else None,
        "readings": [
            {
                "value": plain_digits(one.value),
                "unit": one.unit.symbol if one.unit else None,
                "basis": one.unit.per or None if one.unit else None,
                "period": one.period or None,
                "words": one.words,
                "why": one.why,
            }
            for one in reading.readings
        ],
        "note": reading.note,
        "beside": list(reading.beside),
    }
