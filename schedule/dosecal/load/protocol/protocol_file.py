"""A protocol file to a Protocol, whole or with every problem that was found."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dosecal.load.protocol.blinding_checks import blinding_warnings
from dosecal.load.protocol.calendar_parts import build_anchors, build_assessment, build_cycles, build_fact, build_visit
from dosecal.load.protocol.checks import CHECKS
from dosecal.load.protocol.condition_checks import survivors_of
from dosecal.load.protocol.dose_overlaps import overlapping_regimens
from dosecal.load.protocol.dose_warnings import dose_warnings
from dosecal.load.protocol.draft_reader import read_draft
from dosecal.load.protocol.grammar import Place, Said
from dosecal.load.protocol.product_build import build_product
from dosecal.load.protocol.protocol_grammar import PROTOCOL
from dosecal.load.protocol.regimen_build import build_regimen
from dosecal.load.protocol.yaml_text import read_yaml
from dosecal.model.days import DayNumbering, MonthEnd
from dosecal.model.problems import Problem, ProtocolError
from dosecal.model.protocol import AgeRange, Arm, Protocol
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from dosecal.load.protocol.draft import Draft
    from dosecal.model.timing import Horizon


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
            protocol = _protocol(draft, horizon)
            protocol = replace(protocol, overlaps=overlapping_regimens(protocol))
            return replace(protocol, warnings=(*blinding_warnings(draft, protocol), *dose_warnings(draft, protocol)))
    raise ProtocolError(_in_file_order(problems))


def _in_file_order(problems: list[Problem]) -> tuple[Problem, ...]:
    distinct = dict.fromkeys(problems)
    return tuple(sorted(distinct, key=lambda problem: (problem.source.line, problem.source.column)))


def _protocol(draft: Draft, horizon: Horizon | None) -> Protocol:
    values = draft.said.values
    entries = draft.entries
    products = {entry.id: build_product(entry) for entry in entries["products"]}
    return Protocol(
        study=values["study"],
        version=values["version"],
        title=values["title"],
        source_words=values["source"],
        numbering=DayNumbering(values["day_numbering"]),
        anchors=build_anchors(draft),
        arms=tuple(Arm(entry.id, entry.value("label"), entry.value("blinded_as") or "") for entry in entries["arms"]),
        products=tuple(products.values()),
        regimens=tuple(build_regimen(entry, draft, products) for entry in entries["regimens"]),
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
        effective=values.get("effective"),
        amends=values.get("amends", ""),
        is_open_label=values.get("blinding") is not None,
        month_end=MonthEnd(values["month_end"]) if "month_end" in values else None,
    )


def _ages(said: Said | None) -> AgeRange | None:
    ages: AgeRange | None = said.values["age"] if said else None
    if ages is None or said is None:
        return None
    return AgeRange(ages.lowest, ages.highest, said.values.get("quote", ""))
