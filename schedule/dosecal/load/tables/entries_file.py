"""The entries of the second person: the filled-in file of a check sheet, read strictly.

Conventions: an entry is one number with its unit, each in one certain reading; an empty entry is one that is missing,
not one of 0. A file that was made for another protocol, subject or dose is refused, since its entries would be compared
with another calculation. No message says what the program found.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.plain_text import line_fault
from dosecal.load.protocol.yaml_text import Mapping, Node, Scalar, Sequence, YamlFile, read_mapping
from dosecal.load.tables.table_reader import raise_all
from dosecal.model.check_entries import LEAST_DIGITS, AskedDose, AskedSheet, AskedValue, WrittenSheet, WrittenValue
from dosecal.model.problems import Problem, RefusedError, Source, expected_got, quoted
from dosecal.model.quantity import SUBSTANCES, read_grouped_number
from dosecal.model.regex import regex
from dosecal.model.spoken import COUNTED
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = ("study", "protocol_version", "protocol_sha256", "subject_id")
_DOSE = ("visit", "regimen", "dose_number")
_NUMBER = regex(r"[0-9][0-9,]*(?:\.([0-9]+))?", re.ASCII)
_IN_PARTS = regex(r"(?:[0-9]{4,}|[0-9]{1,3}(?:,[0-9]{3})+)\.[0-9]+", re.ASCII)
"""A calculated dose of what is counted, which is no whole number before it is rounded; too long to lack a factor."""
_EXPECTED = 'a check sheet as "dosecal worksheet --check-sheet --format yaml" writes it'


def read_check_entries(content: bytes, file: str, asked: AskedSheet) -> WrittenSheet:
    """What was written into the file of a check sheet.

    Args:
        content: The bytes of the file.
        file: The name for problems.
        asked: The sheet that it was made from.

    Raises:
        CohortError: With every problem that was found; nothing of it is used then.
    """
    reader = _Reader(asked)
    sheet = reader.sheet(read_mapping(content, file, YamlFile(_EXPECTED, "C140")))
    raise_all(reader.problems)
    return sheet


class _Reader(Struct):
    """Reads the tree of the file and keeps the problems met on the way."""

    asked: AskedSheet
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, source: Source, code: str, subject: str, message: str, hint: str = "") -> None:
        """Keep a problem."""
        self.problems.append(Problem(source, code, subject, message, hint))

    def sheet(self, root: Mapping) -> WrittenSheet:
        """The whole file."""
        keys = self._keys(root, "", (*_HEAD, "checked_by", "doses"))
        asked = self.asked
        self._same(keys, "", dict(zip(_HEAD, (asked.study, asked.version, asked.digest, asked.subject), strict=True)))
        checker = keys.get("checked_by")
        checked_by = checker.text.strip() if isinstance(checker, Scalar) else ""
        fault = line_fault(checked_by)
        if checker is not None and (fault or not isinstance(checker, Scalar)):
            self.refuse(checker.source, "C140", "checked_by", 'expected initials or a name such as "AB"', fault)
        return WrittenSheet(checked_by, self._doses(keys.get("doses")))

    def _keys(self, node: Node | None, path: str, known: tuple[str, ...]) -> dict[str, Node]:
        """The values of a mapping by key; other keys, and keys that are missing, are problems."""
        if not isinstance(node, Mapping):
            if node is not None:
                self.refuse(node.source, "C140", path, f"expected {_EXPECTED}, got something else")
            return {}
        found = {key.text: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.text not in known:
                self.refuse(key.source, "C140", _below(path, key.text), f"expected one of {', '.join(known)}")
        for name in known:
            if name not in found and name != "checked_by":
                self.refuse(node.source, "C140", _below(path, name), "expected this key, got none")
        return {key: value for key, value in found.items() if key in known}

    def _same(self, keys: dict[str, Node], path: str, wanted: dict[str, str]) -> None:
        """Refuse a file that was made for another sheet."""
        for name, text in wanted.items():
            node = keys.get(name)
            if node is None:
                continue
            if not isinstance(node, Scalar):
                self.refuse(node.source, "C140", _below(path, name), f"expected {quoted(text)}, got something else")
            elif node.text != text:
                message = expected_got(f"{quoted(text)}, as on the sheet that is verified", node.text)
                self.refuse(node.source, "C141", _below(path, name), message, "make the check sheet anew")

    def _doses(self, node: Node | None) -> tuple[dict[str, WrittenValue], ...]:
        values: list[dict[str, WrittenValue]] = [{} for _ in self.asked.doses]
        if node is None:
            return tuple(values)
        if not isinstance(node, Sequence):
            self.refuse(node.source, "C140", "doses", f"expected {_EXPECTED}, got something else")
            return tuple(values)
        met: set[int] = set()
        for place, item in enumerate(node.items, 1):
            path = f"doses.{place}"
            keys = self._keys(item, path, (*_DOSE, "entries"))
            index = self._dose_of(item, keys, path)
            if index is None:
                continue
            if index in met:
                self.refuse(item.source, "C141", path, "expected each dose once, got one again")
            met.add(index)
            values[index] = dict(self._entries(keys.get("entries"), f"{path}.entries", self.asked.doses[index]))
        return tuple(values)

    def _dose_of(self, item: Node, keys: dict[str, Node], path: str) -> int | None:
        """The place of the asked dose that an item is about."""
        if any(name not in keys for name in _DOSE):
            return None
        found = tuple(node.text if isinstance(node, Scalar) else "" for node in (keys[name] for name in _DOSE))
        for index, dose in enumerate(self.asked.doses):
            if found == (dose.visit, dose.regimen, str(dose.number)):
                return index
        known = "; ".join(f"{dose.visit}, {dose.regimen}, {dose.number}" for dose in self.asked.doses)
        message = expected_got(f"visit, regimen and dose_number of a dose of the sheet ({known})", ", ".join(found))
        self.refuse(item.source, "C141", path, message)
        return None

    def _entries(self, node: Node | None, path: str, dose: AskedDose) -> Iterator[tuple[str, WrittenValue]]:
        if not isinstance(node, Mapping):
            if node is not None:
                self.refuse(node.source, "C140", path, 'expected lines such as "ordered_dose: 12.5 mg"')
            return
        asked = {one.id: one for one in dose.values}
        for key, child in node.entries:
            below = _below(path, key.text)
            one = asked.get(key.text)
            if one is None:
                self.refuse(key.source, "C142", below, expected_got(f"one of {', '.join(asked)}", key.text))
            elif not isinstance(child, Scalar):
                self.refuse(child.source, "C143", below, f"expected {_example(one.unit)}, got something else")
            elif child.text.strip():
                written = self._value(child, below, one)
                if written is not None:
                    yield one.id, written

    def _value(self, node: Scalar, path: str, asked: AskedValue) -> WrittenValue | None:
        try:
            return read_written(node.text, asked)
        except TooFewDigitsError as refusal:
            self.refuse(node.source, "C144", path, expected_got(refusal.expected, node.text), refusal.hint)
        except RefusedError as refusal:
            self.refuse(node.source, "C143", path, expected_got(refusal.expected, node.text), refusal.hint)
        return None


class TooFewDigitsError(RefusedError):
    """A value with fewer digits than can be compared."""


def read_written(text: str, asked: AskedValue) -> WrittenValue:
    """What somebody wrote for a value.

    Args:
        text: The entry: a number and its unit.
        asked: The value that is asked for.

    Raises:
        RefusedError: If it has no certain reading, another unit, or too few digits.
    """
    value = read_value(text, asked.unit)
    if not asked.is_exact and _digits(text) < LEAST_DIGITS:
        raise TooFewDigitsError(f"at least {LEAST_DIGITS} digits", "fewer can't be compared")
    return WrittenValue(value, _step(text, value))


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def read_value(text: str, unit: str) -> Fraction:
    """The number of an entry that is written in a unit.

    Args:
        text: The entry: a number and its unit.
        unit: The unit that it is asked for in.

    Raises:
        RefusedError: If it has no certain reading, or another unit.
    """
    number, blank, written = text.partition(" ")
    if unit in COUNTED and written == unit and _IN_PARTS.fullmatch(number):
        return read_grouped_number(number)
    if unit in SUBSTANCES and unit != "mL":
        try:
            amount = parse_dose(text)
        except RefusedError as refusal:
            raise RefusedError(_example(unit), refusal.hint) from None
        if amount.unit.symbol != unit:
            raise RefusedError(_example(unit), f"the unit is {unit}")
        return amount.value
    if not blank or written not in {unit, unit.removesuffix("s"), unit.replace(" per ", "/")}:
        raise RefusedError(_example(unit), f"a number, a blank, and the unit {unit}")
    try:
        return read_grouped_number(number, example="12.5")
    except RefusedError as refusal:
        raise RefusedError(_example(unit), refusal.hint) from None


def _example(unit: str) -> str:
    return f'a number with its unit such as "{"70.25 million" if unit in COUNTED else "12.5"} {unit}"'


def _digits(text: str) -> int:
    """How many digits a number has from its first one that is not 0."""
    match = _NUMBER.match(text)
    return 0 if match is None else len(match[0].replace(",", "").replace(".", "").lstrip("0"))


def _step(text: str, value: Fraction) -> Fraction:
    """What one more in the last written digit adds: 0.01 million for ``70.25 million cells``."""
    match = _NUMBER.match(text)
    if match is None or not value:
        return Fraction(1)
    scale = value / Fraction(match[0].replace(",", ""))
    return scale / Fraction(10) ** len(match[1] or "")
