"""What a protocol file says, before its parts are known to fit together; the visits of cycles stand one by one.

Conventions: a draft holds only what could be read. A check passes over what is missing, since that is a problem
already; a Protocol is built only from a draft without any problem.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.cycles import (
    cycle_spans,
    expanded_visits,
    is_too_large,
    lies_beyond,
    read_cycle_pattern,
    with_listed_days,
)
from dosecal.load.protocol.grammar import UNREAD, Said
from dosecal.load.protocol.timing_rules import IMPLIED_ANCHORS, gaps_of
from dosecal.load.protocol.timing_texts import LabelRange
from dosecal.model.conditions import Condition
from dosecal.model.days import DayNumbering, is_day_label
from dosecal.model.problems import Problem, RefusedError, Source, quoted
from dosecal.model.struct import Struct, field
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dosecal.load.protocol.cycles import CycleSpan
    from dosecal.model.quantity import Amount
    from dosecal.model.timing import CycleDay, Horizon

KINDS = ("anchors", "arms", "products", "regimens", "cycles", "visits", "assessments", "facts")
CONDITIONAL = ("visits", "assessments", "regimens")
"""The sections whose things may have a condition."""
_LISTING = ("regimens", "assessments")
"""The sections whose things list visits."""


class Entry(Struct, frozen=True):
    """One named thing of a section. A key within its records may be named by its path (``rate.at_most``).

    Attributes:
        kind: The section.
        id: The name.
        said: What is said of it.
        source: Where the name stands.
        key: The name as it stands in the file, where it stands for several things (``C*D1`` for C1D1); else empty.
        cycle: Its day in a cycle; None for none.
    """

    kind: str
    id: str
    said: Said
    source: Source
    key: str = ""
    cycle: CycleDay | None = None

    @property
    def path(self) -> str:
        """The path of the thing, as problems show it."""
        return f"{self.kind}.{self.key or self.id}"

    def value(self, key: str) -> Any:  # noqa: ANN401 - the value of whatever key is asked for
        """The value of a key, or None where it is missing, unreadable, or said to be none."""
        return self.said.value(key)

    def says(self, key: str) -> bool:
        """Whether the key is there, readable or not."""
        return self.said.says(key)

    def record(self, key: str) -> Said | None:
        """What a key says as a record; None where it says nothing, none stated, or something else."""
        value = self.value(key)
        return value if isinstance(value, Said) else None

    def problem(self, code: str, key: str, message: str, hint: str = "", at: str | Source = "") -> Problem:
        """A problem of a key, or of the thing as a whole where the key is empty.

        Args:
            code: The code.
            key: The key, by its path.
            message: What was expected, and what was found.
            hint: A way out, or empty.
            at: Where it is to be shown, if not at the key: another key, or a place.
        """
        where = at if isinstance(at, Source) else self.said.where(at or key) if at or key else self.source
        return Problem(where, code, f"{self.path}.{key}" if key else self.path, message, hint)

    def listed(self, key: str) -> tuple[tuple[str, Source], ...]:
        """The ids of a list with their places; empty where the list is missing or unreadable.

        A dose that is split names its visits in the parts, and need not list them once more.
        """
        if key == "visits" and not self.says(key) and "split" in self.said.values:
            return tuple((visit, source) for visit, _, source in self.said.values["split"])
        listed: tuple[tuple[str, Source], ...] = self.said.values.get(key, ())
        return listed

    @property
    def bands(self) -> tuple[Said, ...]:
        """The weight bands of a regimen that could be read; empty where it has none."""
        dose = self.value("dose")
        return tuple(said for said, _ in dose) if isinstance(dose, tuple) else ()

    @property
    def dose(self) -> Amount | None:
        """The dose of a regimen, or the first of several; None where it could not be read.

        That is the first band's, the loading dose, the target of a range, or the first level's where there is no other.
        """
        dose = self.value("dose")
        if isinstance(dose, tuple):
            dose = next((said.values["give"] for said in self.bands if "give" in said.values), None)
        if dose is None and not self.says("dose"):
            dose = next((amount for _, amount, _ in self.levels), None)
        return aimed_at(dose)

    @property
    def levels(self) -> tuple[tuple[str, Amount, Source], ...]:
        """The levels of a regimen that could be read, each with its name, dose and place; empty where it has none."""
        return tuple(level for level in self.value("levels") or () if level[1] is not UNREAD)

    @property
    def doses(self) -> tuple[tuple[Amount, Source, str], ...]:
        """Every amount that a regimen gives, with its place and path below the regimen."""
        found: list[tuple[Any, Source, str]] = [
            (said.values["give"], said.where("give"), "dose") for said in self.bands if "give" in said.values
        ]
        if not isinstance(self.value("dose"), tuple):
            found.append((self.value("dose"), self.said.where("dose"), "dose"))
        found += [(dose, source, f"levels.{name}") for name, dose, source in self.levels]
        flat: list[tuple[Amount, Source, str]] = []
        for value, source, path in found:
            if isinstance(value, Said):
                amounts = [(key, one) for key, one in value.values.items() if one is not None]
                flat += [(one, value.where(key), f"{path}.{key}") for key, one in amounts]
            elif value is not None:
                flat.append((value, source, path))
        return tuple(flat)


def aimed_at(dose: Any) -> Amount | None:  # noqa: ANN401 - an amount, a record of amounts, or nothing
    """The amount of a dose that is stated as one, the loading dose of two, or the target of a range.

    A range whose target is none stated gives its least dose, for its unit alone.
    """
    if not isinstance(dose, Said):
        amount: Amount | None = dose
        return amount
    if "aim" in dose.values and dose.values["aim"] is None:
        return dose.values.get("from")
    return dose.values.get("first", dose.values.get("aim"))


class Draft(Struct, frozen=True):
    """A protocol file as far as it could be read.

    Attributes:
        said: What the file says at its top level.
        entries: The named things that could be read, by section, in file order.
        names: The names in each section, those of unreadable things too; None for a section that is missing or
            unreadable as a whole, which is a problem already.
        spans: The cycles whose lengths and number could be read, by id; their visits stand one by one.
        is_too_large: Whether the cycles have more visits than a plan holds; then none of them stand.
    """

    said: Said
    entries: dict[str, tuple[Entry, ...]]
    names: dict[str, frozenset[str] | None]
    spans: dict[str, CycleSpan] = field(default_factory=dict)
    is_too_large: bool = False
    _visits: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the visits."""
        self._visits.update((visit.id, visit) for visit in self.entries["visits"])

    @property
    def numbering(self) -> DayNumbering | None:
        """The day numbering, or None where the file does not say it readably."""
        numbering: DayNumbering | None = self.said.value("day_numbering")
        return numbering

    def visit(self, visit_id: str) -> Entry | None:
        """The visit with the id, or None."""
        return self._visits.get(visit_id)

    def visits_of(self, entry: Entry) -> tuple[str, ...]:
        """The ids of the visits that a thing lists, in the order of the section."""
        listed = {visit for visit, _ in entry.listed("visits")}
        return tuple(visit.id for visit in self.entries["visits"] if visit.id in listed)

    def lies_beyond(self, name: str) -> bool:
        """Whether a name stands for days of cycles that the file has, and that begin after the last planned one."""
        return lies_beyond(name, self.spans, (own for own, _, _ in self.said.value("visits") or ()))

    def entry(self, kind: str, name: str) -> Entry | None:
        """The thing of a section with the id, or None."""
        return next((entry for entry in self.entries[kind] if entry.id == name), None)

    def known(self, kind: str) -> str:
        """The ids of a section in words."""
        return ", ".join(entry.id for entry in self.entries[kind]) or f"none: there are no {kind}"

    @property
    def anchor_names(self) -> frozenset[str]:
        """The ids of the anchors that could be read, and those that the program knows by itself."""
        return frozenset(anchor.id for anchor in self.entries["anchors"]) | IMPLIED_ANCHORS.keys()

    def follows_a_visit(self, visit: Entry) -> bool:
        """Whether a visit is counted from another visit, and not from an anchor."""
        return visit.says("after") and visit.value("after") not in self.anchor_names

    def may_be_in_cycles(self, name: str) -> bool:
        """Whether a name has the shape of a day of cycles that are there, or that could not be read."""
        pattern, known = read_cycle_pattern(name), self.names["cycles"]
        return pattern is not None and (known is None or pattern.cycle in known)

    def arms_of(self, entry: Entry) -> tuple[str, ...]:
        """The arms that a thing belongs to, in the order of the section: those it lists, or all where it lists none."""
        listed = {arm for arm, _ in entry.listed("arms")}
        return tuple(arm.id for arm in self.entries["arms"] if arm.id in listed or not entry.says("arms"))

    def dosed_arms(self, visit: Entry) -> frozenset[str]:
        """The arms that a dose is given to at a visit, or that it prepares a dose for."""
        dosed = (
            one
            for one in self.entries["regimens"]
            if visit.id in {name for name, _ in one.listed("visits")} or visit.value("before") == one.id
        )
        return frozenset(arm for regimen in dosed for arm in self.arms_of(regimen))

    def has_certain_arms(self, entry: Entry) -> bool:
        """Whether the arms of a thing could be read and exist; else there is a problem already."""
        known = {arm.id for arm in self.entries["arms"]}
        listed = {arm for arm, _ in entry.listed("arms")}
        return not entry.says("arms") or (bool(listed) and listed <= known)

    def conditions(self) -> Iterator[tuple[Entry, Condition]]:
        """The conditions that could be read, each after the thing that has it."""
        for entry in (entry for kind in CONDITIONAL for entry in self.entries[kind]):
            if isinstance(condition := entry.value("if"), Condition):
                yield entry, condition

    def offsets_of(self, visit: Entry) -> list[tuple[str, int]]:
        """Each way in which a visit or a cycle states its day, with the offset that it gives.

        Refused labels are left out. The id of a visit that follows another one is a name alone.
        """
        found = []
        label = visit.id if is_day_label(visit.id) and not self.follows_a_visit(visit) else None
        for key, text in (("id", label), ("day", visit.value("day"))):
            if text is not None and self.numbering is not None:
                try:
                    found.append((key, self.numbering.offset(text)))
                except RefusedError:
                    continue
        found.extend((key, visit.value(key)) for key in ("days", "weeks") if visit.value(key) is not None)
        return found

    def window_of(self, visit: Entry) -> Any:  # noqa: ANN401 - a Window, a LabelRange or None
        """The window that a visit states, or else the one that the file states for all; None where none is stated."""
        if visit.says("window"):
            return visit.value("window")
        window = self.said.value("window")
        return None if isinstance(window, LabelRange) else window


def read_draft(said: Said, horizon: Horizon | None = None) -> Draft:
    """What a file says, as far as it could be read.

    Args:
        said: What it says at its top level.
        horizon: How far cycles are planned that go on until something happens.
    """
    entries = {kind: _entries(kind, said) for kind in KINDS}
    names = {kind: _names(kind, said) for kind in KINDS}
    visits, own = entries["visits"], names["visits"]
    plain = Draft(said, entries, names)
    mentioned = [name for kind in _LISTING for entry in entries[kind] for name, _ in entry.listed("visits")]
    spans = cycle_spans(entries["cycles"], [*(own or ()), *mentioned], _counted_from(plain), horizon)
    if is_too_large([*(own or ()), *mentioned], spans):
        return Draft(said, entries, {**names, "visits": None}, is_too_large=True)
    expanded = expanded_visits(visits, spans)
    known = frozenset(visit.id for visit in expanded)
    listing = {
        kind: tuple(with_listed_days(one, spans, known, own or frozenset()) for one in entries[kind])
        for kind in _LISTING
    }
    is_certain = names["cycles"] is not None and names["cycles"] == spans.keys()
    is_certain = is_certain and not (spans and len(own or ()) > len(visits))
    all_names = {**names, "visits": own | known if own is not None and is_certain else None}
    return Draft(said, {**entries, "visits": expanded, **listing}, all_names, spans)


def _counted_from(draft: Draft) -> list[str]:
    """The names of the visits from which a date, a part of a dose or the answer to a condition follows."""
    names = [visit.value("after") for visit in draft.entries["visits"] if visit.value("after") is not None]
    names += [gap.after for visit in draft.entries["visits"] for gap in gaps_of(visit)]
    events = [anchor.value("is") for anchor in draft.entries["anchors"] if anchor.value("is") is not None]
    names += [event.of for event in events if event.kind is EventKind.VISIT]
    names += [visit for one in draft.entries["regimens"] for visit, _, _ in one.value("split") or ()]
    return [*names, *(visit for _, condition in draft.conditions() for visit in condition.visits)]


def _entries(kind: str, said: Said) -> tuple[Entry, ...]:
    triples = said.value(kind) or ()
    return tuple(Entry(kind, name, value, source) for name, value, source in triples if value is not UNREAD)


def _names(kind: str, said: Said) -> frozenset[str] | None:
    if kind in said.values:
        return frozenset(name for name, _, _ in said.values[kind])
    is_problem = said.says(kind) or said.record.fields[kind].is_required
    return None if is_problem else frozenset()


def of_each(
    kind: str, *checks: Callable[[Entry, Draft], Iterator[Problem]]
) -> tuple[Callable[[Draft], Iterator[Problem]], ...]:
    """Checks of a draft that are made of checks of each thing of a section.

    Args:
        kind: The section.
        checks: Each takes the thing and the draft.
    """
    return tuple(partial(_of_each, kind, check) for check in checks)


def _of_each(kind: str, check: Callable[[Entry, Draft], Iterator[Problem]], draft: Draft) -> Iterator[Problem]:
    for entry in draft.entries[kind]:
        yield from check(entry, draft)


def repeated(entry: Entry, key: str, named: Iterable[tuple[str, Source]]) -> Iterator[Problem]:
    """What a list names twice."""
    seen: set[str] = set()
    for name, source in named:
        if name in seen:
            yield entry.problem("P210", key, f"expected each of the {key} once, got {quoted(name)} again", at=source)
        seen.add(name)
