"""Small protocol files with a product, and lots as rows of text, for tests that need a preparation."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from dosecal.load.columns import names_of
from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.load.tables.lots_file import LOT_COLUMNS, read_lots
from dosecal.load.tables.text_table import csv_table

if TYPE_CHECKING:
    from dosecal.model.preparation import LotContainer
    from dosecal.model.protocol import Protocol

TEXT = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: no day 0
anchors:
  start: {{label: first infusion}}
arms:
  active: {{label: Active}}
products:
  drug:
    label: study drug
{product}
regimens:
  infusion:
    product: drug
{regimen}
    visits: [{visits}]
visits:
{days}
"""


def product_text(product: str, regimen: str, visits: tuple[str, ...] = ("D1",)) -> str:
    """A protocol file with one product and one regimen of it, given at visits named by their days."""
    return TEXT.format(
        product=_indented(product),
        regimen=_indented(regimen),
        visits=", ".join(visits),
        days="\n".join(f"  {visit}: {{}}" for visit in visits),
    )


def _indented(lines: str) -> str:
    return "\n".join(f"    {line}" for line in lines.splitlines())


def product_protocol(product: str, regimen: str, visits: tuple[str, ...] = ("D1",)) -> Protocol:
    """The protocol of such a file."""
    return read_protocol(product_text(product, regimen, visits).encode(), "protocol.yaml")


def containers_of(rows: str, protocol: Protocol) -> tuple[LotContainer, ...]:
    """The containers of a lots table with these rows below its header, which has as many columns as the first row."""
    columns = names_of(LOT_COLUMNS)[: len(next(csv.reader([rows.split("\n", 1)[0]])))]
    content = f"{','.join(columns)}\n{rows}"
    return read_lots(csv_table(io.BytesIO(content.encode()), "lots.csv"), protocol)
