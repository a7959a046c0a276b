"""What a protocol file says at its top level to a Draft, in which the visits of cycles stand one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.cycle_expansion import cycle_spans, expanded_visits, is_too_large, with_listed_days
from dosecal.load.draft import KINDS, Draft, Entry
from dosecal.load.grammar import UNREAD
from dosecal.load.protocol_grammar import PROTOCOL

if TYPE_CHECKING:
    from dosecal.load.grammar import Said
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
    spans = cycle_spans(entries["cycles"], [*(own or ()), *mentioned], horizon)
    if is_too_large([*(own or ()), *mentioned], spans):
        return Draft(said, entries, {**names, "visits": None}, file, sha256, is_too_large=True)
    expanded = expanded_visits(visits, spans)
    known = frozenset(visit.id for visit in expanded)
    listing = {kind: tuple(with_listed_days(one, spans, known) for one in entries[kind]) for kind in _LISTING}
    is_certain = names["cycles"] is not None and names["cycles"] == spans.keys()
    is_certain = is_certain and not (spans and len(own or ()) > len(visits))
    all_names = {**names, "visits": own | known if own is not None and is_certain else None}
    return Draft(said, {**entries, "visits": expanded, **listing}, all_names, file, sha256, spans)


def _entries(kind: str, said: Said) -> tuple[Entry, ...]:
    triples = said.values.get(kind, ())
    return tuple(Entry(kind, name, value, source) for name, value, source in triples if value is not UNREAD)


def _names(kind: str, said: Said) -> frozenset[str] | None:
    if kind in said.values:
        return frozenset(name for name, _, _ in said.values[kind])
    is_problem = kind in said.sources or PROTOCOL.fields[kind].is_required
    return None if is_problem else frozenset()
