"""The reference names every key of a protocol file and every column of the tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from dosecal.load.protocol.grammar import ListOf, MapOf, OrWord, Reader, Record, Text
from dosecal.load.protocol.protocol_file import PROTOCOL
from dosecal.workflow import plan

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
REFERENCE = ROOT / "docs" / "reference"
KINDS = {
    "string": "text",
    "Int64": "whole number",
    "decimal128(38, 18)[pyarrow]": "decimal",
    "date32[day][pyarrow]": "date",
}

_SECTION = re.compile(r"^#{2,3} (.+?)\n(.*?)(?=^#{2,3} |\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def sections_of(page: str) -> dict[str, dict[str, str]]:
    """The rows of each section's tables that begin with a name in code: the rest of the row by name, in order."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    return {title: dict(_ROW.findall(body)) for title, body in _SECTION.findall(text)}


def records_within(name: str, record: Record) -> Iterator[tuple[str, Record]]:
    """A record of the grammar and those below it, each with the title of its section."""
    yield name, record
    for key, field in record.fields.items():
        below = innermost(field.reader)
        if isinstance(below, Record):
            yield from records_within(f"{name}: {key}" if name == "rounding" else key, below)


def innermost(reader: Reader) -> Reader:
    """The reader of the values themselves, within lists, mappings and alternatives."""
    while isinstance(reader, OrWord | ListOf | MapOf):
        reader = reader.reader
    return reader


def words_of(reader: Reader) -> list[str]:
    """The fixed words that a value may be."""
    words = []
    while isinstance(reader, OrWord):
        words.append(reader.word)
        reader = reader.reader
    return [*words, *reader.choices] if isinstance(reader, Text) else words


RECORDS = tuple(records_within("Top level", PROTOCOL))


@pytest.mark.parametrize(("section", "record"), RECORDS, ids=[name for name, _ in RECORDS])
def test_every_key_has_its_row_and_no_row_is_left_of_a_key_that_is_gone(section: str, record: Record) -> None:
    assert list(sections_of("protocol-file.md")[section]) == list(record.fields)


@pytest.mark.parametrize(("section", "record"), RECORDS, ids=[name for name, _ in RECORDS])
def test_row_says_whether_the_key_is_required_and_which_words_it_takes(section: str, record: Record) -> None:
    rows = sections_of("protocol-file.md")[section]
    for key, field in record.fields.items():
        required, rest = rows[key].split(" | ", 1)
        assert (key, required) == (key, "yes" if field.is_required else "no")
        assert [word for word in words_of(field.reader) if f"`{word}`" not in rest] == []


def test_every_column_of_the_tables_has_its_row_with_its_kind() -> None:
    subjects = pd.DataFrame({"subject_id": ["1"], "arm": ["msc"], "start": ["2026-03-02"], "weight_kg": ["70"]})
    subjects["birth_date"] = "1970-05-01"
    sections = sections_of("tables.md")
    for name, frame in plan("NCT04611256", subjects)._asdict().items():
        kinds = [(column, KINDS[str(dtype)]) for column, dtype in frame.dtypes.items()]
        assert [(column, rest.split(" | ")[0]) for column, rest in sections[name].items()] == kinds
