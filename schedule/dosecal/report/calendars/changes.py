"""What one version of a protocol changes against another, in words.

Conventions: things are compared by their ids; nothing that a protocol says can change unseen: what has no sentence of
its own is compared field by field. The order of a file and its comments are no change. The source's sentences are
compared too, since a clinician reads them.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.model.counts import counted
from dosecal.model.days import Window, iso_date
from dosecal.model.messages import COMMA, LINE_WORDS, NOTHING, Msg, joined, msgid, named, term, unsaid
from dosecal.model.quantity import Amount, Rounding
from dosecal.model.regimen import WeightRule
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct, names_of
from dosecal.report.messages import visit_words, words
from dosecal.report.messages.weight_words import threshold_words
from dosecal.report.messages.words import NONE_STATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.regimen import Regimen

    Say = Callable[[Protocol, Any], Msg]


class Change(Struct, frozen=True):
    """One thing that is another in the new version.

    Attributes:
        kind: ``visit``, ``assessment``, ``regimen``, ``product``, ``arm``, ``anchor``, ``cycles``, ``fact`` or
            ``protocol``.
        id: The id of the thing; empty for the protocol as a whole.
        what: What of it: ``window``, ``dose`` …; ``added`` or ``removed`` for the thing itself.
        old: What the old version says; empty for what is added.
        new: What the new version says; empty for what is removed.
    """

    kind: str
    id: str
    what: Msg
    old: Msg
    new: Msg

    @property
    def words(self) -> Msg:
        """The change as a line, without its thing."""
        if self.what is ADDED or self.what is REMOVED:
            said = self.new or self.old
            return Msg("{what}: {reason}", what=self.what, reason=said) if said else self.what
        return Msg("{what}: {old} -> {new}", what=self.what, old=self.old, new=self.new)


ADDED, REMOVED = Msg("added"), Msg("removed")
"""What became of a thing as a whole."""


def protocol_changes(old: Protocol, new: Protocol) -> tuple[Change, ...]:
    """Every change from one version to another: the protocol as a whole, then its things by kind, in the new order."""
    found = list(_compared("protocol", "", (old, old), (new, new)))
    for kind, section in _SECTIONS:
        before = {thing.id: thing for thing in getattr(old, section)}
        after = {thing.id: thing for thing in getattr(new, section)}
        for name, thing in after.items():
            if name in before:
                found += _compared(kind, name, (old, before[name]), (new, thing))
            else:
                found.append(Change(kind, name, ADDED, NOTHING, _summary(kind, new, thing)))
        removed = (name for name in before if name not in after)
        found += [Change(kind, name, REMOVED, _summary(kind, old, before[name]), NOTHING) for name in removed]
    return tuple(found)


_SECTIONS = (
    ("anchor", "anchors"),
    ("arm", "arms"),
    ("cycles", "cycles"),
    ("visit", "visits"),
    ("assessment", "assessments"),
    ("regimen", "regimens"),
    ("product", "products"),
    ("fact", "facts"),
)


def _compared(kind: str, name: str, old: tuple[Protocol, Any], new: tuple[Protocol, Any]) -> list[Change]:
    """The changes of one thing: first what has a sentence of its own, then every other field."""
    covered = set(_PASSED_OVER.get(kind, ())) | {"id"}
    found = []
    for what, say, of_fields in _SAID.get(kind, ()):
        covered |= set(of_fields)
        before, after = say(*old) or NONE_STATED, say(*new) or NONE_STATED
        if before != after:
            found.append(Change(kind, name, Msg(what), before, after))
    for attribute in names_of(new[1]):
        if attribute in covered or attribute.startswith("_"):
            continue
        before, after = (plain_words(getattr(thing, attribute)) for _, thing in (old, new))
        if before != after:
            found.append(Change(kind, name, _field_name(attribute), before, after))
    return found


def _field_name(attribute: str) -> Msg:
    """The name of a field that has no sentence of its own, as the model has it."""
    return unsaid(attribute.replace("_", " "))


def _summary(kind: str, protocol: Protocol, thing: Any) -> Msg:  # noqa: ANN401 - a thing of whichever section
    """What a thing that is added or removed says, in short."""
    if kind == "visit":
        parts = [_day(protocol, thing), Msg("window {window}", window=_window(protocol, thing))]
    elif kind == "assessment":
        parts = [term(thing.label), Msg("at {visits}", visits=", ".join(thing.visits))]
    elif kind == "regimen":
        parts = [words.dose_rule_words(thing), Msg("at {visits}", visits=", ".join(thing.visits))]
    else:
        return named(thing.label, thing.id)
    return joined((*parts, _arms(protocol, thing)), COMMA)


def _arms(protocol: Protocol, thing: Any) -> Msg:  # noqa: ANN401 - a visit, an assessment or a regimen
    everyone = len(thing.arms) == len(protocol.arms)
    return Msg("all arms") if everyone else Msg("arm {arm}", arm=", ".join(thing.arms))


def _day(protocol: Protocol, visit: Visit) -> Msg:
    return visit_words.day_words(protocol, visit) or NONE_STATED


def _counted_from(protocol: Protocol, visit: Visit) -> Msg:
    return visit_words.reference_words(protocol, visit)


def _window(protocol: Protocol, visit: Visit) -> Msg:
    return visit_words.window_words(protocol, visit)


def _visits(_: Protocol, thing: Any) -> Msg:  # noqa: ANN401 - an assessment or a regimen
    return unsaid(", ".join(thing.visits))


def _dose(_: Protocol, regimen: Regimen) -> Msg:
    return words.dose_rule_words(regimen)


def _condition(_: Protocol, thing: Any) -> Msg:  # noqa: ANN401 - whatever has a condition
    return unsaid(thing.condition.words) if thing.condition is not None else NOTHING


def _numbering(_: Protocol, protocol: Protocol) -> Msg:
    return protocol.numbering.words


def _queries(_: Protocol, protocol: Protocol) -> Msg:
    return joined(map(unsaid, protocol.queries))


def _rounding(_: Protocol, regimen: Regimen) -> Msg:
    is_none = regimen.rounding is None and regimen.rounding_is_stated
    return Msg("none") if is_none else plain_words(regimen.rounding)


def _volume_rounding(_: Protocol, regimen: Regimen) -> Msg:
    is_none = regimen.volume_rounding is None and regimen.volume_rounding_is_stated
    return Msg("none") if is_none else plain_words(regimen.volume_rounding)


_DOSE_FIELDS = (
    *("dose", "dose_is_standard", "bands", "maintenance", "range", "levels", "split", "days"),
    *("rule", "at_most", "at_least", "at_most_is_per_day", "at_least_is_per_day"),
)
_SAID: dict[str, tuple[tuple[str, Say, tuple[str, ...]], ...]] = {
    "protocol": (
        (msgid("day numbering"), _numbering, ("numbering",)),
        (msgid("queries"), _queries, ("queries",)),
    ),
    "visit": (
        (msgid("day"), _day, ("offset", "months", "after", "cycle")),
        (msgid("counted from"), _counted_from, ("anchor", "counted_from")),
        (msgid("window"), _window, ("window",)),
        (msgid("arms"), _arms, ("arms",)),
        (msgid("condition"), _condition, ("condition",)),
    ),
    "assessment": (
        (msgid("visits"), _visits, ("visits",)),
        (msgid("arms"), _arms, ("arms",)),
        (msgid("condition"), _condition, ("condition",)),
    ),
    "regimen": (
        (msgid("dose"), _dose, _DOSE_FIELDS),
        (msgid("visits"), _visits, ("visits",)),
        (msgid("arms"), _arms, ("arms",)),
        (msgid("rounding"), _rounding, ("rounding", "rounding_is_stated")),
        (msgid("rounding of the volume"), _volume_rounding, ("volume_rounding", "volume_rounding_is_stated")),
        (msgid("condition"), _condition, ("condition",)),
    ),
}
"""Sentences of their own, by kind: what they are about, the sentence, and the fields that it covers."""
_PASSED_OVER = {
    "protocol": (
        "file",
        "sha256",
        "warnings",
        "overlaps",
        "version",
        "amends",
        "effective",
        *(section for _, section in _SECTIONS),
    ),
    "regimen": ("source", "unstated"),
    "cycles": ("planned", "horizon"),
}
"""Fields that are no statement of the protocol, or are compared elsewhere."""


def plain_words(value: object) -> Msg:
    """A value of the model in words; what is not stated is said to be so."""
    if value is None or value in {"", ()}:
        return NONE_STATED
    say = next((one for kind, one in _WORDS if isinstance(value, kind)), _record_words)
    return say(value)


def _record_words(value: Any) -> Msg:  # noqa: ANN401 - a frozen type of the model
    """The words that a record has for itself, or else its fields with their names."""
    said = getattr(value, "words", None)
    if isinstance(said, str) and said:
        return said if isinstance(said, Msg) else unsaid(said)
    parts = ((name, getattr(value, name)) for name in names_of(value))
    return joined((joined((_field_name(name), plain_words(one)), LINE_WORDS) for name, one in parts), COMMA)


def _text_words(value: str) -> Msg:
    return value if isinstance(value, Msg) else unsaid(value)


def _whole_words(value: int) -> Msg:
    return unsaid(str(value))


def _number_words(value: Fraction) -> Msg:
    return unsaid(grouped_digits(value))


def _truth_words(value: bool) -> Msg:  # noqa: FBT001 - the value itself
    return Msg("yes") if value else Msg("no")


def _list_words(values: tuple[object, ...]) -> Msg:
    return joined((plain_words(one) for one in values), COMMA)


def _rounding_words(rounding: Rounding) -> Msg:
    return joined((Msg("to {a}", a=words.plain_amount_words(rounding.increment)), rounding.words), COMMA)


def _weight_rule_words(rule: WeightRule) -> Msg:
    parts = [rule.which.words, rule.each_dose.words]
    parts.append(Msg("measured") if rule.measured_only else Msg("measured or not"))
    if rule.not_older_than is not None:
        parts.append(Msg("not older than {time}", time=counted(rule.not_older_than, "day")))
    if rule.ask is not None:
        parts.append(Msg("a change {limit} asks", limit=threshold_words(rule.ask)))
    if rule.recalculate is not None:
        parts.append(Msg("a change {limit} recalculates", limit=threshold_words(rule.recalculate)))
    if rule.plausible is not None:
        low, high = map(grouped_digits, rule.plausible)
        parts.append(Msg("plausible {low} to {high} kg", low=low, high=high))
    return joined(parts, COMMA)


def _enum_words(value: Enum) -> Msg:
    said = value.value if isinstance(value.value, str) and value.value else value.name.lower().replace("_", " ")
    return unsaid(said)


def _window_words(window: Window) -> Msg:
    return window.words


_WORDS: tuple[tuple[type, Callable[[Any], Msg]], ...] = (
    (bool, _truth_words),
    (Enum, _enum_words),
    (Amount, words.plain_amount_words),
    (Rounding, _rounding_words),
    (WeightRule, _weight_rule_words),
    (Window, _window_words),
    (Fraction, _number_words),
    (int, _whole_words),
    (str, _text_words),
    (tuple, _list_words),
)
"""How a value of each type is said; the first that fits is taken."""


def heading_words(old: Protocol, new: Protocol) -> tuple[Msg, ...]:
    """What is compared, and from when the new version holds."""
    lines = [
        Msg("old: {version}", version=old.marks),
        Msg("new: {version}", version=new.marks),
    ]
    if new.effective is not None:
        lines.append(Msg("the new version takes effect on {day}", day=iso_date(new.effective)))
    if new.amends and new.amends != old.version:
        template = msgid("the new version says that it amends version {amended}, not {version}")
        lines.append(Msg(template, amended=new.amends, version=old.version))
    return tuple(lines)
