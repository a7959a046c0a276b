"""What one version of a protocol changes against another, in words.

Conventions: things are compared by their ids; nothing that a protocol says can change unseen: what has no sentence of
its own is compared field by field. The order of a file and its comments are no change. The source's sentences are
compared too, since a clinician reads them.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dosecal.model.days import Window, iso_date
from dosecal.model.quantity import Amount, Rounding
from dosecal.model.regimen import WeightRule
from dosecal.model.spoken import grouped_digits
from dosecal.model.struct import Struct, names_of
from dosecal.report.messages import words
from dosecal.report.messages.notes import JOINT
from dosecal.report.messages.weight_words import threshold_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.protocol import Protocol, Visit
    from dosecal.model.regimen import Regimen

    Say = Callable[[Protocol, Any], str]

NOTHING = "none stated"


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
    what: str
    old: str
    new: str

    @property
    def words(self) -> str:
        """The change as a line, without its thing."""
        if self.what in {"added", "removed"}:
            said = self.new or self.old
            return f"{self.what}: {said}" if said else self.what
        return f"{self.what}: {self.old} -> {self.new}"


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
                found.append(Change(kind, name, "added", "", _summary(kind, new, thing)))
        removed = (name for name in before if name not in after)
        found += [Change(kind, name, "removed", _summary(kind, old, before[name]), "") for name in removed]
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
        before, after = say(*old) or NOTHING, say(*new) or NOTHING
        if before != after:
            found.append(Change(kind, name, what, before, after))
    for attribute in names_of(new[1]):
        if attribute in covered or attribute.startswith("_"):
            continue
        before, after = (plain_words(getattr(thing, attribute)) for _, thing in (old, new))
        if before != after:
            found.append(Change(kind, name, attribute.replace("_", " "), before, after))
    return found


def _summary(kind: str, protocol: Protocol, thing: Any) -> str:  # noqa: ANN401 - a thing of whichever section
    """What a thing that is added or removed says, in short."""
    if kind == "visit":
        return f"{_day(protocol, thing)}, window {_window(protocol, thing)}, {_arms(protocol, thing)}"
    if kind == "assessment":
        return f"{thing.label}, at {', '.join(thing.visits)}, {_arms(protocol, thing)}"
    if kind == "regimen":
        return f"{words.dose_rule_words(thing)}, at {', '.join(thing.visits)}, {_arms(protocol, thing)}"
    label: str = thing.label
    return label


def _arms(protocol: Protocol, thing: Any) -> str:  # noqa: ANN401 - a visit, an assessment or a regimen
    everyone = len(thing.arms) == len(protocol.arms)
    return "all arms" if everyone else f"arm {', '.join(thing.arms)}"


def _day(protocol: Protocol, visit: Visit) -> str:
    return words.day_words(protocol, visit) or NOTHING


def _counted_from(protocol: Protocol, visit: Visit) -> str:
    return words.reference_words(protocol, visit)


def _window(protocol: Protocol, visit: Visit) -> str:
    return words.window_words(protocol, visit)


def _visits(_: Protocol, thing: Any) -> str:  # noqa: ANN401 - an assessment or a regimen
    return ", ".join(thing.visits)


def _dose(_: Protocol, regimen: Regimen) -> str:
    return words.dose_rule_words(regimen)


def _condition(_: Protocol, thing: Any) -> str:  # noqa: ANN401 - whatever has a condition
    return thing.condition.words if thing.condition is not None else ""


def _numbering(_: Protocol, protocol: Protocol) -> str:
    return protocol.numbering.value


def _queries(_: Protocol, protocol: Protocol) -> str:
    return JOINT.join(protocol.queries)


def _volume_rounding(_: Protocol, regimen: Regimen) -> str:
    if regimen.volume_rounding is None and regimen.volume_rounding_is_stated:
        return "none"
    return plain_words(regimen.volume_rounding)


_DOSE_FIELDS = (
    *("dose", "dose_is_standard", "bands", "maintenance", "range", "levels", "split", "days"),
    *("body_surface", "filtration", "at_most", "at_least", "at_most_is_per_day", "at_least_is_per_day"),
)
_SAID: dict[str, tuple[tuple[str, Say, tuple[str, ...]], ...]] = {
    "protocol": (
        ("day numbering", _numbering, ("numbering",)),
        ("queries", _queries, ("queries",)),
    ),
    "visit": (
        ("day", _day, ("offset", "months", "after", "cycle")),
        ("counted from", _counted_from, ("anchor", "counted_from")),
        ("window", _window, ("window",)),
        ("arms", _arms, ("arms",)),
        ("condition", _condition, ("condition",)),
    ),
    "assessment": (
        ("visits", _visits, ("visits",)),
        ("arms", _arms, ("arms",)),
        ("condition", _condition, ("condition",)),
    ),
    "regimen": (
        ("dose", _dose, _DOSE_FIELDS),
        ("visits", _visits, ("visits",)),
        ("arms", _arms, ("arms",)),
        ("rounding of the volume", _volume_rounding, ("volume_rounding", "volume_rounding_is_stated")),
        ("condition", _condition, ("condition",)),
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


def plain_words(value: object) -> str:
    """A value of the model in words; what is not stated is said to be so."""
    if value is None or value in {"", ()}:
        return NOTHING
    say = next((one for kind, one in _WORDS if isinstance(value, kind)), _record_words)
    return say(value)


def _record_words(value: Any) -> str:  # noqa: ANN401 - a frozen type of the model
    """The words that a record has for itself, or else its fields with their names."""
    said = getattr(value, "words", None)
    if isinstance(said, str) and said:
        return said
    parts = ((name, getattr(value, name)) for name in names_of(value))
    return ", ".join(f"{name.replace('_', ' ')} {plain_words(one)}" for name, one in parts)


def _truth_words(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "yes" if value else "no"


def _list_words(values: tuple[object, ...]) -> str:
    return ", ".join(plain_words(one) for one in values)


def _rounding_words(rounding: Rounding) -> str:
    return f"to {words.plain_amount_words(rounding.increment)}, {rounding.words}"


def _weight_rule_words(rule: WeightRule) -> str:
    parts = [rule.which_words, rule.each_dose.value]
    parts.append("measured" if rule.measured_only else "measured or not")
    if rule.not_older_than is not None:
        parts.append(f"not older than {rule.not_older_than} days")
    if rule.ask is not None:
        parts.append(f"a change {threshold_words(rule.ask)} asks")
    if rule.recalculate is not None:
        parts.append(f"a change {threshold_words(rule.recalculate)} recalculates")
    if rule.plausible is not None:
        parts.append(f"plausible {grouped_digits(rule.plausible[0])} to {grouped_digits(rule.plausible[1])} kg")
    return ", ".join(parts)


def _enum_words(value: Enum) -> str:
    return value.value if isinstance(value.value, str) and value.value else value.name.lower().replace("_", " ")


def _window_words(window: Window) -> str:
    return window.words


_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, _truth_words),
    (Enum, _enum_words),
    (Amount, words.plain_amount_words),
    (Rounding, _rounding_words),
    (WeightRule, _weight_rule_words),
    (Window, _window_words),
    (Fraction, grouped_digits),
    (int, str),
    (str, str),
    (tuple, _list_words),
)
"""How a value of each type is said; the first that fits is taken."""


def heading_words(old: Protocol, new: Protocol) -> tuple[str, ...]:
    """What is compared, and from when the new version holds."""
    lines = [
        f"old: {old.marks}",
        f"new: {new.marks}",
    ]
    if new.effective is not None:
        lines.append(f"the new version takes effect on {iso_date(new.effective)}")
    if new.amends and new.amends != old.version:
        lines.append(f"the new version says that it amends version {new.amends}, not {old.version}")
    return tuple(lines)
