"""What a protocol file says at its top level to a Draft, in which the visits of cycles stand one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.condition_checks import CONDITIONAL
from dosecal.load.protocol.cycle_expansion import cycle_spans, expanded_visits, is_too_large, with_listed_days
from dosecal.load.protocol.draft import KINDS, Draft, Entry
from dosecal.load.protocol.grammar import UNREAD
from dosecal.load.protocol.protocol_grammar import PROTOCOL
from dosecal.load.protocol.timing_rules import gaps_of
from dosecal.model.conditions import Condition
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from dosecal.load.protocol.grammar import Said
    from dosecal.model.timing import Horizon

_LISTING = ("regimens", "assessments")
"""The sections whose things list visits."""


def read_draft(said: Said, file: str, sha256: str, horizon: Horizon | None = None) -> Draft:
    """What a file says, as far as it could be read.

    Args:
        said: What it says at its top level.
        file: The name of the file.
        sha256: The SHA-256 of its bytes.
        horizon: How far cycles are planned that go on until something happens.
    """
    entries = {kind: _entries(kind, said) for kind in KINDS}
    names = {kind: _names(kind, said) for kind in KINDS}
    visits, own = entries["visits"], names["visits"]
    mentioned = [name for kind in _LISTING for entry in entries[kind] for name, _ in entry.listed("visits")]
    spans = cycle_spans(entries["cycles"], [*(own or ()), *mentioned], _counted_from(entries), horizon)
    if is_too_large([*(own or ()), *mentioned], spans):
        return Draft(said, entries, {**names, "visits": None}, file, sha256, is_too_large=True)
    expanded = expanded_visits(visits, spans)
    known = frozenset(visit.id for visit in expanded)
    listing = {
        kind: tuple(with_listed_days(one, spans, known, own or frozenset()) for one in entries[kind])
        for kind in _LISTING
    }
    is_certain = names["cycles"] is not None and names["cycles"] == spans.keys()
    is_certain = is_certain and not (spans and len(own or ()) > len(visits))
    all_names = {**names, "visits": own | known if own is not None and is_certain else None}
    return Draft(said, {**entries, "visits": expanded, **listing}, all_names, file, sha256, spans)


def _counted_from(entries: dict[str, tuple[Entry, ...]]) -> list[str]:
    """The names of the visits from which a date, a part of a dose or the answer to a condition follows."""
    names = [visit.value("after") for visit in entries["visits"] if visit.value("after") is not None]
    names += [gap.after for visit in entries["visits"] for gap in gaps_of(visit)]
    events = [anchor.value("is") for anchor in entries["anchors"] if anchor.value("is") is not None]
    names += [event.of for event in events if event.kind is EventKind.VISIT]
    names += [visit for one in entries["regimens"] for visit, _, _ in one.value("split") or ()]
    conditions = [one.value("if") for kind in CONDITIONAL for one in entries[kind]]
    names += [visit for one in conditions if isinstance(one, Condition) for visit in one.visits]
    return names


def _entries(kind: str, said: Said) -> tuple[Entry, ...]:
    triples = said.values.get(kind, ())
    return tuple(Entry(kind, name, value, source) for name, value, source in triples if value is not UNREAD)


def _names(kind: str, said: Said) -> frozenset[str] | None:
    if kind in said.values:
        return frozenset(name for name, _, _ in said.values[kind])
    is_problem = kind in said.sources or PROTOCOL.fields[kind].is_required
    return None if is_problem else frozenset()
