"""Facts of one subject as they are typed beside a command: ``sex=F``, ``age=49``, ``stage=late``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.doses.body_text import MOST_YEARS
from dosecal.model.cohort import SEXES
from dosecal.model.problems import PlanError, Problem, RefusedError, Source, expected_got
from dosecal.model.quantity import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from dosecal.model.protocol import Protocol

_OPTION = "--fact"


def read_facts(
    texts: Sequence[str], protocol: Protocol, beside: Mapping[str, str | Fraction]
) -> dict[str, str | Fraction]:
    """What is known of a subject, by the names of facts.

    Args:
        texts: Texts such as ``sex=F``, each fact once.
        protocol: The protocol, whose conditions say which facts there are.
        beside: What is known beside the texts, and is said by none of them: the site, the age.

    Raises:
        PlanError: With a problem for each text that names no fact of the protocol, or that has no value of it.
    """
    known = dict(beside)
    asked = [fact for fact in protocol.fact_needs if fact != "arm"]
    problems = []
    for text in texts:
        name, _, value = text.partition("=")
        try:
            known[name] = _value(name, value, protocol, [fact for fact in asked if fact not in known])
        except RefusedError as refusal:
            message = expected_got(refusal.expected, text)
            problems.append(Problem(Source(protocol.file), "L068", _OPTION, message, refusal.hint))
    if problems:
        raise PlanError(tuple(problems))
    return known


def _names(asked: Sequence[str]) -> str:
    if not asked:
        return "no further fact, since no condition of the protocol asks for one"
    return f"one of the facts that the protocol's conditions ask for ({', '.join(asked)}), each once"


def _value(name: str, text: str, protocol: Protocol, asked: Sequence[str]) -> str | Fraction:
    """The value of a fact.

    Raises:
        RefusedError: If the fact is not one that is asked for, or the text none of its values, or no number.
    """
    if name not in asked:
        raise RefusedError(_names(asked))
    if name == "age":
        years = read_number(text, example="49")
        if years.denominator != 1 or years > MOST_YEARS:
            raise RefusedError('completed years such as "age=49"')
        return years
    if name == "site" and text:
        return text
    declared = next((one for one in protocol.facts if one.id == name), None)
    if declared is not None and declared.is_number:
        return read_number(text, example="2")
    values = SEXES if declared is None else declared.values
    if text not in values:
        raise RefusedError(" or ".join(f"{name}={value}" for value in values))
    return text
