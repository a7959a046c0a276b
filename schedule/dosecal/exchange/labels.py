"""The labels of visits for systems that tell visits apart by their label alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dosecal.exchange.findings import finding, visits_named

if TYPE_CHECKING:
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol


def distinct_labels(protocol: Protocol) -> dict[str, str]:
    """A label for each visit, by its id; a label that several visits share has the visit's id in brackets after it."""
    shared = _shared(protocol)
    return {v.id: f"{v.label} ({v.id})" if v.label.casefold() in shared else v.label for v in protocol.visits}


def label_findings(protocol: Protocol) -> tuple[Problem, ...]:
    """That labels have the visit's id after them."""
    shared = _shared(protocol)
    visits = [visit for visit in protocol.visits if visit.label.casefold() in shared]
    if not visits:
        return ()
    message = f"{visits_named(visits)}: the label is that of another visit too, so the id stands after it"
    return (finding(protocol, "W113", "", message),)


def _shared(protocol: Protocol) -> set[str]:
    counts = Counter(visit.label.casefold() for visit in protocol.visits)
    return {label for label, count in counts.items() if count > 1}
