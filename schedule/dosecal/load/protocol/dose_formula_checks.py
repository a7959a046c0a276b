"""The rules of what a dose is measured by: its formulas are named, and a limit says what it is of.

Conventions: as in ``checks``. What has two published readings is stated in the file or refused; the message holds the
line to write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.grammar import Said
from dosecal.model.formulas import DEVINE, JANMAHASATIAN
from dosecal.model.problems import Problem, quoted
from dosecal.model.regimen import ADJUSTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosecal.load.protocol.dose_rule_texts import WrittenLimit, WrittenWeight
    from dosecal.load.protocol.draft import Draft, Entry

_OF_IDEAL = ("ideal", ADJUSTED)


def formulas_of_weights_are_named(draft: Draft) -> Iterator[Problem]:
    """An ideal, an adjusted and a lean weight name their formula, an adjusted one its percent; no other weight does."""
    for regimen in draft.entries["regimens"]:
        weight = regimen.value("weight")
        if not isinstance(weight, Said) or "which" not in weight.values:
            continue
        path = f"{regimen.path}.weight"
        which: WrittenWeight = weight.values["which"]
        yield from _percent_problems(weight, "which", path)
        yield from _formula_problems(weight, ("ideal", DEVINE), path, is_needed=which.which in _OF_IDEAL)
        yield from _formula_problems(weight, ("lean", JANMAHASATIAN), path, is_needed=which.which == "lean")


def _percent_problems(said: Said, key: str, path: str) -> Iterator[Problem]:
    """An adjusted weight without its percent."""
    written: WrittenWeight | None = said.values.get(key)
    if written is not None and written.which == ADJUSTED and written.percent is None:
        example = "25 %" if key == "which" else "40 %"
        message = f'expected the percent of what is above the ideal weight, "{key}: adjusted {example}", got none'
        hint = f'25 %, 30 % and 40 % are all in use; write the ideal weight\'s formula beside it: "ideal: {DEVINE}"'
        yield Problem(said.where(key), "P249", f"{path}.{key}", message, hint)


def _formula_problems(said: Said, named: tuple[str, str], path: str, *, is_needed: bool) -> Iterator[Problem]:
    """A formula that is missing, or that stands beside a weight which has none.

    Args:
        said: What names the formula.
        named: The key, and the formula.
        path: The path of the problem.
        is_needed: Whether the weight has that formula.
    """
    key, formula = named
    if is_needed and key not in said.sources:
        message = f'expected the formula of the {key} weight, "{key}: {formula}", got nothing'
        yield Problem(said.source, "P249", f"{path}.{key}", message)
    elif not is_needed and key in said.sources:
        message = f"expected no formula of the {key} weight beside another weight, got one"
        yield Problem(said.where(key), "P249", f"{path}.{key}", message)


def filtration_rates_name_their_weight(draft: Draft) -> Iterator[Problem]:
    """An estimated filtration rate names its weight and its greatest value; a measured one has neither formula."""
    for regimen in draft.entries["regimens"]:
        said = regimen.value("gfr")
        if not isinstance(said, Said):
            continue
        path = f"{regimen.path}.gfr"
        yield from _cap_problems(said, path)
        if said.values.get("from") == "estimated":
            yield from _estimate_problems(said, path)
        elif said.values.get("from") == "measured":
            for key in ("formula", "weight", "ideal"):
                if key in said.sources:
                    message = f"expected no {key} of a measured rate, got one"
                    yield Problem(said.where(key), "P221", f"{path}.{key}", message)


def _cap_problems(said: Said, path: str) -> Iterator[Problem]:
    caps = [key for key in ("cap", "at_most") if key in said.sources]
    if not caps:
        message = "expected the greatest rate that counts, got nothing: the key is missing"
        yield Problem(said.source, "P102", f"{path}.cap", message)
    elif len(caps) > 1:
        yield Problem(said.where("at_most"), "P221", f"{path}.at_most", "expected one of cap and at_most, got both")


def _estimate_problems(said: Said, path: str) -> Iterator[Problem]:
    if "weight" not in said.sources:
        message = 'expected which weight the estimated rate takes, "weight: actual", got nothing'
        hint = (
            f'or "weight: adjusted 40 %" with "ideal: {DEVINE}": for a woman of 90 kg and 160 cm they differ by a third'
        )
        yield Problem(said.source, "P249", f"{path}.weight", message, hint)
        return
    yield from _percent_problems(said, "weight", path)
    written: WrittenWeight | None = said.values.get("weight")
    if written is not None:
        yield from _formula_problems(said, ("ideal", DEVINE), path, is_needed=written.which in _OF_IDEAL)


def limits_say_what_they_are_of(draft: Draft) -> Iterator[Problem]:
    """Beside a dose per day, a cap and a floor say whether they are of each day's dose or of the whole infusion."""
    for regimen in draft.entries["regimens"]:
        for key in ("at_most", "at_least"):
            limit: WrittenLimit | None = regimen.value(key)
            if limit is not None:
                yield from _scope_problems(regimen, key, limit)


def _scope_problems(regimen: Entry, key: str, limit: WrittenLimit) -> Iterator[Problem]:
    is_per_day = regimen.value("dose_is") == "per day"
    where, path = regimen.said.where(key), f"{regimen.path}.{key}"
    if is_per_day and not limit.per:
        day, dose = (f'"{key}: {limit.text} per {of}"' for of in ("day", "dose"))
        message = f"expected {day} (of each day's dose) or {dose} (of the whole infusion), got {quoted(limit.text)}"
        yield Problem(where, "P250", path, message)
    elif limit.per == "day" and not is_per_day and regimen.says("dose_is") == ("dose_is" in regimen.said.values):
        message = f'expected a limit per day beside "dose_is: per day" alone, got {quoted(limit.text)}'
        yield Problem(where, "P250", path, message)


DOSE_FORMULA_CHECKS = (
    formulas_of_weights_are_named,
    filtration_rates_name_their_weight,
    limits_say_what_they_are_of,
)
"""Every rule of what a dose is measured by, in the order in which problems at the same place are told."""
