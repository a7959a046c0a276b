"""The names that REDCap makes of events, predicted.

Conventions: a name is certain where the published rule leaves no doubt: lower case, hyphens deleted, every other run of
signs one underscore, cut at 18 characters, then ``_arm_`` and the number of the arm. What the rule says nothing of (a
letter outside ASCII, a sign at the beginning, a cut that ends on an underscore, two events of one name) is a doubt.

Reference:
    The rule as a public knowledge base on REDCap and the fixtures of public client libraries have it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dosecal.exchange.findings import finding, named, visits_named
from dosecal.model.days import is_day_label
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, replace

if TYPE_CHECKING:
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol, Visit

MOST_CHARACTERS = 18
"""After so many characters the name of an event is cut."""
LONGEST_LABEL = 64
"""So many characters an event's label has at most."""
EVENT_NAMES = ("certain", "label", "id")
"""Which text names an event: the visit's label, or its id where REDCap's name of the label would not be certain; always
the label; always the id."""

_SIGNS = regex(r"[^a-z0-9]+", re.ASCII)
_MINUS = regex(r"(?<![0-9A-Za-z])[-−](?=[0-9])")


class Event(Struct, frozen=True):
    """A visit as an event of REDCap.

    Attributes:
        visit: The visit.
        name: The label of the event.
        stem: The predicted name without the arm; empty where it can't be predicted.
        doubt: Why the name is not certain; empty where it is.
        is_reworded: Whether a sign of the visit's label or id is a word in it.
    """

    visit: Visit
    name: str
    stem: str
    doubt: str
    is_reworded: bool = False

    def unique_name(self, arm_num: int) -> str:
        """The predicted name in an arm; empty where it can't be predicted."""
        return f"{self.stem}_arm_{arm_num}" if self.stem else ""


def predict_stem(event_name: str) -> tuple[str, str]:
    """The predicted name of an event without its arm, and why it is not certain (empty where it is)."""
    whole = _SIGNS.sub("_", event_name.lower().replace("-", ""))
    stem = whole[:MOST_CHARACTERS]
    if not event_name.isascii():
        return stem.strip("_"), "it has letters outside ASCII"
    if not stem.strip("_"):
        return "", "it has neither letters nor digits"
    if stem.startswith("_"):
        return stem.strip("_"), "it begins with a sign"
    if stem.endswith("_") and len(whole) > MOST_CHARACTERS:
        return stem.strip("_"), f"the cut at {MOST_CHARACTERS} characters ends on an underscore"
    return stem.rstrip("_"), ""


def events_of(protocol: Protocol, names: str) -> dict[str, Event]:
    """The events of a protocol's visits, by the visit's id; a visit has one name in all arms.

    Args:
        protocol: The protocol.
        names: One of ``EVENT_NAMES``.
    """
    by_label = {visit.id: names != "id" for visit in protocol.visits}
    events = [_event(visit, is_label=by_label[visit.id]) for visit in protocol.visits]
    while names == "certain":
        shared = _shared(events)
        moved = [one.visit.id for one in events if by_label[one.visit.id] and (one.doubt or one.stem in shared)]
        if not moved:
            break
        by_label |= dict.fromkeys(moved, False)
        events = [_event(visit, is_label=by_label[visit.id]) for visit in protocol.visits]
    shared = _shared(events)
    return {
        one.visit.id: replace(one, stem="", doubt="another event would have the same name")
        if one.stem in shared
        else one
        for one in events
    }


def _event(visit: Visit, *, is_label: bool) -> Event:
    own = visit.label if is_label else visit.id
    name = _with_minus_in_words(own)
    stem, doubt = predict_stem(name)
    if len(name) > LONGEST_LABEL:
        doubt = doubt or f"it is longer than {LONGEST_LABEL} characters"
    return Event(visit, name, stem, doubt, is_reworded=name != own)


def _with_minus_in_words(name: str) -> str:
    """The name with ``minus`` for the sign of a number: REDCap deletes hyphens, and D-5 would become D5."""
    if is_day_label(name):
        return name.replace("-", " minus ")
    return _MINUS.sub("minus ", name)


def _shared(events: list[Event]) -> set[str]:
    return {stem for stem, count in Counter(one.stem for one in events if one.stem).items() if count > 1}


def name_findings(events: dict[str, Event], protocol: Protocol, names: str) -> tuple[Problem, ...]:
    """Where an event is named otherwise than the visit, and where its name in REDCap is not certain."""
    each = tuple(events.values())
    by_id = [one.visit for one in each if names == "certain" and one.visit.label != one.visit.id == _id_of(one)]
    found = []
    if by_id:
        message = f"{visits_named(by_id)}: the event has the visit's id as its name, since REDCap's name of the label "
        found.append(finding(protocol, "W113", "", message + "is not certain or not its own"))
    reworded = [one.visit for one in each if one.is_reworded]
    if reworded:
        message = f"{visits_named(reworded)}: minus is written as a word, since REDCap deletes hyphens from names"
        found.append(finding(protocol, "W113", "", message))
    doubts: dict[str, list[str]] = {}
    for one in each:
        if one.doubt:
            doubts.setdefault(one.doubt, []).append(one.visit.id)
    hint = "download the events from REDCap and compare the names"
    for doubt, visits in doubts.items():
        message = f"{named(visits)}: REDCap's own name of the event is not certain: {doubt}"
        found.append(finding(protocol, "W113", "", message, hint))
    return tuple(found)


def _id_of(event: Event) -> str:
    """The visit's id where the event is named by it."""
    return event.visit.id if event.name == _with_minus_in_words(event.visit.id) else ""
