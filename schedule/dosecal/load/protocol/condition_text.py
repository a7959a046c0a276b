"""A condition as people write it (``sex is F and age is under 50``) to what it means.

Conventions: the language is closed, and nothing of it is evaluated as code. What the words mean is settled here; that
the facts and visits they name exist is a rule of ``condition_checks``, which knows the whole file. ``and`` beside
``or`` needs brackets, since two readers group them in two ways.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

from dosecal.load.protocol.grammar import Text
from dosecal.model.conditions import (
    AllOf,
    AnyOf,
    Became,
    Condition,
    Ended,
    Ending,
    FactIs,
    NotSo,
    NumberIs,
    Test,
    VisitBecame,
)
from dosecal.model.problems import RefusedError, quoted
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 300
MOST_BRACKETS = 5
"""How deep brackets may stand within each other: nobody can read more aloud."""

_TOKEN = regex(r'\s+|(?P<quoted>"[^"]*")|(?P<sign>[()])|(?P<word>[^\s()"]+)')
_NUMBER = regex(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", re.ASCII)
_NAME = regex(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", re.ASCII)
_BECAME = {one.value: one for one in Became}
_ENDINGS = {"treatment": Ending.OFF_TREATMENT, "study": Ending.OFF_STUDY}
_WORDS = frozenset({"and", "or", "not", "is", "before", "off", "to", "under", "over", "at", "exactly", "either"})
"""Words of the language, which stand for no fact, no visit and, without quotes, no value."""
_IS_WRITTEN = 'write "is" and a value ("sex is F"), "is not", "is either 03 or 04", "is under 50", "is at least 18"'


def parse_condition(text: str) -> Condition:
    """The condition that a text states.

    Raises:
        RefusedError: If the text is no such condition; the hint says at which word, and what would be right.
    """
    if len(text) > MOST_CHARACTERS:
        _refuse(f"it is longer than {MOST_CHARACTERS} characters")
    reading = _Reading(_tokens(text))
    test = reading.expression(0)
    if reading.next:
        _refuse(f"{quoted(reading.next)} can't follow what stands before it: join conditions with and, or")
    return Condition(" ".join(text.split()), test)


def _refuse(hint: str) -> NoReturn:
    raise RefusedError("", hint)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            _refuse("a quotation mark is not closed")
        at = match.end()
        if match.lastgroup is not None:
            tokens.append(match.group())
    return tokens


class _Reading:
    """The words of a condition, read from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def next(self) -> str:
        """The next word; empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        """The next word, which is gone then."""
        word = self.next
        self._at += 1
        return word

    def has(self, *words: str) -> bool:
        """Whether these words come next; then they are gone."""
        if self._tokens[self._at : self._at + len(words)] != list(words):
            return False
        self._at += len(words)
        return True

    def expression(self, depth: int) -> Test:
        """Terms joined by ``and``, or by ``or``."""
        parts = [self._term(depth)]
        joint = self.next
        while joint in {"and", "or"} and self.has(joint):
            parts.append(self._term(depth))
        if self.next in {"and", "or"}:
            _refuse('"and" and "or" side by side are read in two ways: put brackets around what belongs together')
        if len(parts) == 1:
            return parts[0]
        return AllOf(tuple(parts)) if joint == "and" else AnyOf(tuple(parts))

    def _term(self, depth: int) -> Test:
        if depth > MOST_BRACKETS:
            _refuse("brackets stand too deep within each other")
        if self.has("not"):
            return NotSo(self._term(depth + 1))
        if self.has("("):
            inner = self.expression(depth + 1)
            if not self.has(")"):
                _refuse("a bracket is not closed")
            return inner
        if self.has("off"):
            return self._ended()
        return self._clause()

    def _ended(self) -> Test:
        word = self.take()
        if word not in _ENDINGS:
            _refuse(f'after "off" comes "treatment" or "study", not {quoted(word)}')
        return Ended(_ENDINGS[word], self._name("a visit after before") if self.has("before") else "")

    def _clause(self) -> Test:
        name = self._name("a fact such as sex, a visit such as D3, or off treatment")
        if self.has("is"):
            return self._fact(name)
        is_denied = self.has("not")
        word = self.take()
        if word not in _BECAME:
            _refuse(f"after {quoted(name)} comes is, done, missed or cancelled, not {quoted(word)}")
        became = VisitBecame(name, _BECAME[word])
        return NotSo(became) if is_denied else became

    def _fact(self, name: str) -> Test:
        is_denied = self.has("not")
        test = self._range(name) or FactIs(name, self._values())
        return NotSo(test) if is_denied else test

    def _range(self, name: str) -> NumberIs | None:
        limits: tuple[tuple[tuple[str, ...], Callable[[Fraction], NumberIs]], ...] = (
            (("under",), lambda n: NumberIs(name, high=n)),
            (("over",), lambda n: NumberIs(name, low=n)),
            (("at", "least"), lambda n: NumberIs(name, low=n, low_is_inside=True)),
            (("at", "most"), lambda n: NumberIs(name, high=n, high_is_inside=True)),
            (("exactly",), lambda n: NumberIs(name, low=n, high=n, low_is_inside=True, high_is_inside=True)),
        )
        for words, limit in limits:
            if self.has(*words):
                return limit(self._number())
        if self._tokens[self._at + 1 : self._at + 2] != ["to"]:
            return None
        low, _, high = self._number(), self.take(), self._number()
        if low > high:
            _refuse("the lower number comes first")
        return NumberIs(name, low, high, low_is_inside=True, high_is_inside=True)

    def _number(self) -> Fraction:
        word = self.take()
        if _NUMBER.fullmatch(word) is None:
            _refuse(f"expected a number such as 50 here, got {quoted(word)}")
        self.has("years")
        return Fraction(word)

    def _values(self) -> tuple[str, ...]:
        if not self.has("either"):
            return (self._value(),)
        values = [self._value()]
        while self.has("or"):
            values.append(self._value())
        if len(set(values)) < len(values):
            _refuse("a value stands twice")
        return tuple(values)

    def _value(self) -> str:
        word = self.take()
        if word.startswith('"'):
            return word[1:-1]
        if not word or word in _WORDS or word in {"(", ")"}:
            _refuse(f"{quoted(word)} is no value: {_IS_WRITTEN}")
        return word

    def _name(self, what: str) -> str:
        word = self.take()
        if word in _WORDS or _NAME.fullmatch(word) is None:
            _refuse(f"expected {what}, got {quoted(word)}")
        return word


CONDITION = Text(
    'a condition such as "sex is F and age is under 50" or "off treatment before C6D1"', parse_condition, "P340"
)
