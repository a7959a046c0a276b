"""A protocol file to a Protocol, whole or with every problem that was found."""

from __future__ import annotations

import hashlib

from schedule.load.checks import CHECKS
from schedule.load.draft import KINDS, Draft, Entry
from schedule.load.grammar import UNREAD, Place, Said
from schedule.load.product_build import build_product
from schedule.load.protocol_grammar import PROTOCOL
from schedule.load.regimen_build import build_regimen
from schedule.load.visit_grammar import LabelRange
from schedule.load.yaml_text import read_yaml
from schedule.model.days import DayNumbering, Window, is_day_label
from schedule.model.problems import Problem, ProtocolError
from schedule.model.protocol import AgeRange, Anchor, Arm, Assessment, Protocol, Visit


def load_protocol(content: bytes, file: str) -> Protocol:
    """The protocol that a file states.

    Args:
        content: The bytes of the file.
        file: The name of the file, for problems and outputs.

    Returns:
        The protocol, whole.

    Raises:
        ProtocolError: With every problem that was found, in file order.
    """
    root = read_yaml(content, file)
    place = Place()
    said = PROTOCOL.read(root, place)
    problems = place.problems
    if isinstance(said, Said):
        entries = {kind: _entries(kind, said) for kind in KINDS}
        names = {kind: _names(kind, said) for kind in KINDS}
        draft = Draft(said, entries, names, file, hashlib.sha256(content).hexdigest())
        problems = [*problems, *(problem for check in CHECKS for problem in check(draft))]
        if not problems:
            return _protocol(draft)
    raise ProtocolError(_in_file_order(problems))


def _in_file_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.source.line, problem.source.column)))


def _entries(kind: str, said: Said) -> tuple[Entry, ...]:
    triples = said.values.get(kind, ())
    return tuple(Entry(kind, name, value, source) for name, value, source in triples if value is not UNREAD)


def _names(kind: str, said: Said) -> frozenset[str] | None:
    if kind in said.values:
        return frozenset(name for name, _, _ in said.values[kind])
    is_problem = kind in said.sources or PROTOCOL.fields[kind].is_required
    return None if is_problem else frozenset()


def _protocol(draft: Draft) -> Protocol:
    values = draft.said.values
    entries = draft.entries
    anchors = tuple(_anchor(entry) for entry in entries["anchors"])
    products = {entry.id: build_product(entry) for entry in entries["products"]}
    return Protocol(
        study=values["study"],
        version=values["version"],
        title=values["title"],
        source_words=values["source"],
        numbering=DayNumbering(values["day_numbering"]),
        anchors=anchors,
        arms=tuple(Arm(entry.id, entry.value("label")) for entry in entries["arms"]),
        products=tuple(products.values()),
        regimens=tuple(build_regimen(entry, draft, products) for entry in entries["regimens"]),
        visits=tuple(_visit(entry, draft, anchors[0].id) for entry in entries["visits"]),
        assessments=tuple(_assessment(entry, draft) for entry in entries["assessments"]),
        ages=_ages(values.get("eligibility")),
        queries=tuple(text for text, _ in values.get("queries", ())),
        file=draft.file,
        sha256=draft.sha256,
    )


def _anchor(entry: Entry) -> Anchor:
    return Anchor(entry.id, entry.value("label") or entry.id, entry.value("date") == "may be empty")


def _ages(said: Said | None) -> AgeRange | None:
    ages: AgeRange | None = said.values["age"] if said else None
    if ages is None or said is None:
        return None
    return AgeRange(ages.lowest, ages.highest, said.values.get("quote", ""))


def _visit(entry: Entry, draft: Draft, first_anchor: str) -> Visit:
    offsets = draft.offsets_of(entry)
    offset = offsets[0][1] if offsets else None
    return Visit(
        id=entry.id,
        label=entry.value("label") or _day_words(entry.id),
        anchor=entry.value("anchor") or first_anchor,
        offset=offset,
        window=_window(draft.window_of(entry), offset, draft),
        arms=draft.arms_of(entry),
        epoch=entry.value("epoch") or "",
        before=entry.value("before") or "",
        quote=entry.value("quote") or "",
    )


def _day_words(visit_id: str) -> str:
    return f"Day {visit_id[1:]}" if is_day_label(visit_id) else visit_id


def _window(window: Window | LabelRange | None, offset: int | None, draft: Draft) -> Window | None:
    if not isinstance(window, LabelRange):
        return window
    numbering = DayNumbering(draft.said.values["day_numbering"])
    shift = offset or 0
    return Window(numbering.offset(window.first) - shift, numbering.offset(window.last) - shift)


def _assessment(entry: Entry, draft: Draft) -> Assessment:
    listed = {visit for visit, _ in entry.listed("visits")}
    visits = tuple(visit.id for visit in draft.entries["visits"] if visit.id in listed)
    return Assessment(entry.id, entry.value("label"), visits, draft.arms_of(entry), entry.value("quote") or "")
