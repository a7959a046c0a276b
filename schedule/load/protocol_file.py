"""A protocol file to a Protocol, whole or with every problem that was found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from schedule.load.calendar_parts import build_anchors, build_assessment, build_cycles, build_fact, build_visit
from schedule.load.checks import CHECKS
from schedule.load.condition_checks import survivors_of
from schedule.load.dose_grammar import NO_ROUNDING, Limits
from schedule.load.draft_reader import read_draft
from schedule.load.grammar import Place, Said
from schedule.load.protocol_grammar import PROTOCOL
from schedule.load.yaml_text import read_yaml
from schedule.model.days import DayNumbering
from schedule.model.problems import Problem, ProtocolError
from schedule.model.protocol import AgeRange, Arm, Protocol
from schedule.model.regimen import EachDose, FiltrationRule, Product, Regimen, WeightBand, WeightRule

if TYPE_CHECKING:
    from schedule.load.draft import Draft, Entry
    from schedule.model.quantity import Amount
    from schedule.model.timing import Horizon


def load_protocol(content: bytes, file: str, horizon: Horizon | None = None) -> Protocol:
    """The protocol that a file states.

    Args:
        content: The bytes of the file.
        file: The name of the file, for problems and outputs.
        horizon: How far cycles are planned that go on until something happens; None for only as far as the file names
            their days.

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
        draft = read_draft(said, file, hashlib.sha256(content).hexdigest(), horizon)
        problems = [*problems, *(problem for check in CHECKS for problem in check(draft))]
        if not problems:
            return _protocol(draft, horizon)
    raise ProtocolError(_in_file_order(problems))


def _in_file_order(problems: list[Problem]) -> tuple[Problem, ...]:
    distinct = dict.fromkeys(problems)
    return tuple(sorted(distinct, key=lambda problem: (problem.source.line, problem.source.column)))


def _protocol(draft: Draft, horizon: Horizon | None) -> Protocol:
    values = draft.said.values
    entries = draft.entries
    products = {entry.id: _product(entry) for entry in entries["products"]}
    return Protocol(
        study=values["study"],
        version=values["version"],
        title=values["title"],
        source_words=values["source"],
        numbering=DayNumbering(values["day_numbering"]),
        anchors=build_anchors(draft),
        arms=tuple(Arm(entry.id, entry.value("label")) for entry in entries["arms"]),
        products=tuple(products.values()),
        regimens=tuple(_regimen(entry, draft, products) for entry in entries["regimens"]),
        visits=tuple(build_visit(entry, draft) for entry in entries["visits"]),
        assessments=tuple(build_assessment(entry, draft) for entry in entries["assessments"]),
        ages=_ages(values.get("eligibility")),
        queries=tuple(text for text, _ in values.get("queries", ())),
        file=draft.file,
        sha256=draft.sha256,
        cycles=tuple(build_cycles(entry, draft, horizon) for entry in entries["cycles"]),
        facts=tuple(build_fact(entry) for entry in entries["facts"]),
        after_off_treatment=survivors_of(draft, "after_off_treatment"),
        after_off_study=survivors_of(draft, "after_off_study") or (),
        match_next=values.get("match_next"),
    )


def _product(entry: Entry) -> Product:
    return Product(entry.id, entry.value("label"), entry.value("counts") or "", entry.value("concentration") or "")


def _ages(said: Said | None) -> AgeRange | None:
    ages: AgeRange | None = said.values["age"] if said else None
    if ages is None or said is None:
        return None
    return AgeRange(ages.lowest, ages.highest, said.values.get("quote", ""))


def _regimen(entry: Entry, draft: Draft, products: dict[str, Product]) -> Regimen:
    listed = {visit for visit, _ in entry.listed("visits")}
    dose: Amount = cast("Amount", entry.dose)
    return Regimen(
        id=entry.id,
        label=entry.value("label") or entry.id,
        arms=draft.arms_of(entry),
        visits=tuple(visit.id for visit in draft.entries["visits"] if visit.id in listed),
        product=entry.value("product"),
        route=entry.value("route") or "",
        dose=dose,
        bands=tuple(_band(said) for said in entry.bands),
        body_surface=entry.value("body_surface") or "",
        filtration=_filtration_rule(entry.value("gfr")),
        weight=_weight_rule(entry.value("weight")),
        at_most=entry.value("at_most"),
        at_least=entry.value("at_least"),
        round_to=_round_to(entry.value("rounding")),
        unstated=_unstated(entry, products[entry.value("product")]),
        quote=entry.value("quote") or "",
        source=entry.source,
        condition=entry.value("if"),
    )


def _band(said: Said) -> WeightBand:
    limits: Limits = said.values["weight"]
    low, low_is_inside = limits.low or (None, False)
    high, high_is_inside = limits.high or (None, False)
    return WeightBand(low, high, low_is_inside, high_is_inside, said.values["give"], limits.words)


def _filtration_rule(said: Said | None) -> FiltrationRule | None:
    return None if said is None else FiltrationRule(said.values["from"], said.values["cap"])


def _weight_rule(said: Said | None) -> WeightRule | None:
    if said is None:
        return None
    values = said.values
    return WeightRule(
        which=values["which"],
        measured_only=values.get("measured") == "required",
        not_older_than=values.get("not_older_than"),
        each_dose=EachDose(values["each_dose"]),
    )


def _round_to(rounding: Any) -> Amount | None:  # noqa: ANN401 - a word, a record or nothing, as the grammar gives it
    if not isinstance(rounding, Said) or "dose" not in rounding.values:
        return None
    increment: Amount = rounding.values["dose"].values["to"]
    return increment


def _unstated(entry: Entry, product: Product) -> tuple[str, ...]:
    """What a pharmacist would look for and the file leaves open, in the order of the worksheet."""
    said = entry.value("gfr")
    dose = cast("Amount", entry.dose)
    is_flat = not dose.unit.per and not entry.bands
    takes_weight = not is_flat and (said is None or said.values["from"] == "estimated")
    counts_matter = dose.unit.substance == "cells"
    rounding = entry.value("rounding")
    questions = (
        ("viable or total cells", counts_matter and not product.counts),
        ("weight rule", takes_weight and entry.value("weight") is None),
        ("cap", not is_flat and entry.value("at_most") is None),
        ("rounding", rounding != NO_ROUNDING and _round_to(rounding) is None),
        ("concentration", not product.concentration),
        ("infusion rate", True),
    )
    return tuple(words for words, is_open in questions if is_open)
