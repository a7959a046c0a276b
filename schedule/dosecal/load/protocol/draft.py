"""What a protocol file says, before its parts are known to fit together.

Conventions: a draft holds only what could be read. A check passes over what is missing, since that is a problem
already; a Protocol is built only from a draft without any problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dosecal.load.protocol.cycle_expansion import lies_beyond
from dosecal.load.protocol.cycle_patterns import read_cycle_pattern
from dosecal.load.protocol.grammar import UNREAD, Said
from dosecal.load.protocol.visit_grammar import LabelRange
from dosecal.model.days import DayNumbering, is_day_label
from dosecal.model.problems import RefusedError, Source
from dosecal.model.struct import Struct, field
from dosecal.model.timing import EventKind

if TYPE_CHECKING:
    from dosecal.load.protocol.cycle_expansion import CycleSpan
    from dosecal.model.quantity import Amount
    from dosecal.model.timing import CycleDay

KINDS = ("anchors", "arms", "products", "regimens", "cycles", "visits", "assessments", "facts")

IMPLIED_ANCHORS = {"off_treatment": EventKind.OFF_TREATMENT, "off_study": EventKind.OFF_STUDY}
"""Events that every study has, and that a visit may follow without their standing among the anchors."""


class Entry(Struct, frozen=True):
    """One named thing of a section.

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
        return self.said.values.get(key)

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
        dose = self.said.values.get("dose")
        return tuple(said for said, _ in dose) if isinstance(dose, tuple) else ()

    @property
    def dose(self) -> Amount | None:
        """The dose of a regimen, or the first of several; None where it could not be read.

        That is the first band's, the loading dose, the target of a range, or the first level's where there is no other.
        """
        dose = self.said.values.get("dose")
        if isinstance(dose, tuple):
            dose = next((said.values["give"] for said in self.bands if "give" in said.values), None)
        if dose is None and not self.says("dose"):
            dose = next((amount for _, amount, _ in self.levels), None)
        return aimed_at(dose)

    @property
    def levels(self) -> tuple[tuple[str, Amount, Source], ...]:
        """The levels of a regimen that could be read, each with its name, dose and place; empty where it has none."""
        levels = self.said.values.get("levels", ())
        return tuple((name, dose, source) for name, dose, source in levels if dose is not UNREAD)

    @property
    def doses(self) -> tuple[tuple[Amount, Source, str], ...]:
        """Every amount that a regimen gives, with its place and path below the regimen."""
        where = self.said.where("dose")
        found: list[tuple[Any, Source, str]] = [
            (said.values["give"], said.where("give"), "dose") for said in self.bands if "give" in said.values
        ]
        if not self.bands:
            found.append((self.said.values.get("dose"), where, "dose"))
        found += [(dose, source, f"levels.{name}") for name, dose, source in self.levels]
        flat: list[tuple[Amount, Source, str]] = []
        for value, source, path in found:
            if isinstance(value, Said):
                amounts = [(key, one) for key, one in value.values.items() if one is not None]
                flat += [(one, value.where(key), f"{path}.{key}") for key, one in amounts]
            elif value is not None:
                flat.append((value, source, path))
        return tuple(flat)

    def says(self, key: str) -> bool:
        """Whether the key is there, readable or not."""
        return key in self.said.sources


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
        file: The name of the file.
        sha256: The SHA-256 of its bytes.
        spans: The cycles whose lengths and number could be read, by id; their visits stand one by one.
        is_too_large: Whether the cycles have more visits than a plan holds; then none of them stand.
    """

    said: Said
    entries: dict[str, tuple[Entry, ...]]
    names: dict[str, frozenset[str] | None]
    file: str
    sha256: str
    spans: dict[str, CycleSpan] = field(default_factory=dict)
    is_too_large: bool = False
    _visits: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the visits."""
        self._visits.update((visit.id, visit) for visit in self.entries["visits"])

    @property
    def numbering(self) -> DayNumbering | None:
        """The day numbering, or None where the file does not say it readably."""
        text = self.said.values.get("day_numbering")
        return None if text is None else DayNumbering(text)

    def visit(self, visit_id: str) -> Entry | None:
        """The visit with the id, or None."""
        return self._visits.get(visit_id)

    def lies_beyond(self, name: str) -> bool:
        """Whether a name stands for days of cycles that the file has, and that begin after the last planned one."""
        return lies_beyond(name, self.spans, (own for own, _, _ in self.said.values.get("visits", ())))

    def entry(self, kind: str, name: str) -> Entry | None:
        """The thing of a section with the id, or None."""
        return next((entry for entry in self.entries[kind] if entry.id == name), None)

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
        holder = visit.said if visit.says("window") else self.said
        window = holder.values.get("window")
        return None if isinstance(window, LabelRange) and not visit.says("window") else window
