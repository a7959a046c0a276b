"""The reference of the site file names every key that the grammar has, and the words that a value may be."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.grammar import ListOf, OrWord, Reader, Record, Text
from dosecal.load.sites.site_file import SITE, SITES, read_sites
from tests.docs.console_examples import fenced_blocks
from tests.docs.test_protocol_reference import ROOT, sections_of

RECORDS = (("Top level", SITES), ("sites", SITE))


def words_of(reader: Reader) -> list[str]:
    """The fixed words that a value, or each item of a list, may be."""
    if isinstance(reader, OrWord):
        return [reader.word, *words_of(reader.reader)]
    if isinstance(reader, ListOf):
        return words_of(reader.reader)
    return list(reader.choices) if isinstance(reader, Text) else []


@pytest.mark.parametrize(("section", "record"), RECORDS, ids=[name for name, _ in RECORDS])
def test_every_key_has_its_row_with_its_words(section: str, record: Record) -> None:
    rows = sections_of("site-file.md")[section]
    assert list(rows) == list(record.fields)
    for key, field in record.fields.items():
        required, rest = rows[key].split(" | ", 1)
        assert (key, required) == (key, "yes" if field.is_required else "no")
        assert [word for word in words_of(field.reader) if f"`{word}`" not in rest] == []


def test_file_of_the_reference_is_read() -> None:
    page = (ROOT / "docs" / "reference" / "site-file.md").read_text(encoding="utf-8")
    shown = next("\n".join(block.lines) for block in fenced_blocks(page) if block.title == "sites.yaml")
    assert [site.name for site in read_sites(shown.encode(), "sites.yaml")] == ["CDMX-01", "MUC-02", "lab"]
