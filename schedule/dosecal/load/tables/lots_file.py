"""A lots table to the containers at hand, one a row.

Conventions: a content is a plain number with its unit beside it; a viability is a percentage over 1 and up to 100, so
that 0.85 is refused and not taken for 0.85 %; the day of expiry is the last on which a container may be used. An empty
site serves all sites, and an empty cell is not filled in. A container that is for a subject is for nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.plain_text import id_fault, read_id, read_line, read_name
from dosecal.load.tables.entry_rows import CellReader, number_cell, read_entries, text_cell
from dosecal.model.days import iso_date
from dosecal.model.preparation import LotContainer
from dosecal.model.problems import Problem, RefusedError, expected_got
from dosecal.model.product import TOTAL, VIABILITY, VIABLE, Counted, Percent, count_of
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_grouped_number, read_number
from dosecal.model.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from dosecal.load.tables.entry_rows import EntryRow
    from dosecal.load.tables.table_reading import TableReading
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.problems import Source
    from dosecal.model.protocol import Protocol

ALL_PERCENT = 100
_NAME = regex(r"[^\s;,:](?:[^;,:\n\r\t]{0,58}[^\s;,:])?")
"""A lot or a container: the signs that join them in a cell of the doses table can't stand in a name."""


def _name(text: str) -> str:
    fault = id_fault(text) if text else ""
    if fault or _NAME.fullmatch(text) is None:
        raise RefusedError('a name such as "L-0042"', fault or "up to 60 characters, no comma, colon or semicolon")
    return text


def _content(text: str) -> Fraction:
    expected = 'a content such as "25000000"'
    try:
        value = read_grouped_number(text, example="25000000")
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if not value:
        raise RefusedError(f"{expected}, above 0")
    return value


def _unit(text: str) -> str:
    if text not in SUBSTANCES:
        raise RefusedError(f"one of {', '.join(SUBSTANCES)}")
    return text


def _counts(text: str) -> str:
    if text not in {"", VIABLE, TOTAL}:
        raise RefusedError(f"{VIABLE}, {TOTAL}, or nothing")
    return text


def _volume(text: str) -> Fraction | None:
    if not text:
        return None
    value = read_number(text, example="3.8")
    if not value:
        raise RefusedError('a volume in mL such as "3.8", above 0')
    return value


def _endotoxin(text: str) -> Fraction | None:
    """Endotoxin units in a mL, 0 or more; None for an empty text."""
    if not text:
        return None
    expected = 'endotoxin units in a mL such as "0.5"'
    try:
        return read_number(text, example="0.5")
    except RefusedError as refusal:
        hint = "for a result below 0.5, write 0.5: the most that it can be" if text.startswith("<") else refusal.hint
        raise RefusedError(expected, hint) from None


def read_viability(text: str) -> Percent | None:
    """A viability in percent; None for an empty text.

    Raises:
        RefusedError: If it isn't a percentage over 1 and up to 100: 0.85 is a fraction, not a viability of 0.85 %.
    """
    if not text:
        return None
    expected = 'a viability in percent such as "85"'
    try:
        value = read_number(text, example="85")
    except RefusedError as refusal:
        raise RefusedError(expected, refusal.hint) from None
    if not 1 < value <= ALL_PERCENT:
        hint = "a fraction is not a percentage" if 0 < value <= 1 else ""
        raise RefusedError(f"{expected}, over 1 and at most 100", hint)
    return Percent(VIABILITY, value)


def _counted_at(text: str) -> str:
    if text not in {one.value for one in Counted}:
        raise RefusedError(f"{Counted.AT_THAW.value}, {Counted.AT_FREEZE.value}, or nothing")
    return text


def _expires(text: str, reading: TableReading) -> str:
    return iso_date(reading.date(text)) if text else ""


def _for_subject(text: str) -> str:
    return read_id(text) if text else ""


def _product(protocols: Sequence[Protocol]) -> Callable[[str], str]:
    studies: dict[str, dict[str, None]] = {}
    for protocol in protocols:
        for product in protocol.products:
            studies.setdefault(product.id, {})[protocol.study] = None

    def read(text: str) -> str:
        if text not in studies:
            raise RefusedError(f"a product of the protocol: {', '.join(studies) or 'it has none'}")
        if len(studies[text]) > 1:
            raise RefusedError("a product of one study", f"{', '.join(studies[text])} have one of this id")
        return text

    return read


def _columns(protocols: Sequence[Protocol]) -> tuple[CellReader, ...]:
    return (
        CellReader("product", text_cell(_product(protocols)), "C120"),
        CellReader("lot", text_cell(_name), "C121"),
        CellReader("container", text_cell(_name), "C121"),
        CellReader("content", number_cell(_content), "C122"),
        CellReader("unit", text_cell(_unit), "C123"),
        CellReader("counts", text_cell(_counts), "C124", is_required=False, absent=""),
        CellReader("volume_ml", number_cell(_volume), "C125", is_required=False),
        CellReader("viability_percent", number_cell(read_viability), "C126", is_required=False),
        CellReader("viability_method", text_cell(read_line), "C017", is_required=False, absent=""),
        CellReader("counted_at", text_cell(_counted_at), "C127", is_required=False, absent=""),
        CellReader("expires", _expires, "C104", is_required=False, absent=""),
        CellReader("site", text_cell(read_name), "C121", is_required=False, absent=""),
        CellReader("overfill_ml", number_cell(_volume), "C125", is_required=False),
        CellReader("endotoxin_eu_ml", number_cell(_endotoxin), "C131", is_required=False),
        CellReader("for_subject", text_cell(_for_subject), "C101", is_required=False, absent=""),
    )


LOT_COLUMNS = (
    "product",
    "lot",
    "container",
    "content",
    "unit",
    "counts",
    "volume_ml",
    "viability_percent",
    "viability_method",
    "counted_at",
    "expires",
    "site",
    "overfill_ml",
    "endotoxin_eu_ml",
    "for_subject",
)


def read_lots(table: TextTable, *protocols: Protocol) -> tuple[LotContainer, ...]:
    """The containers of a table, in its order.

    Args:
        table: The table.
        protocols: The protocols, whose products they are: versions of one study, or several studies, no two of which
            have a product of one id.

    Raises:
        CohortError: With every problem of the table; nothing of it is used then.
    """
    seen: dict[tuple[str, str, str], Source] = {}

    def check(row: EntryRow) -> Iterator[Problem]:
        yield from _twice(row, seen)
        yield from _contradictions(row, protocols)

    return tuple(map(_container, read_entries(table, _columns(protocols), check)))


def _twice(row: EntryRow, seen: dict[tuple[str, str, str], Source]) -> Iterator[Problem]:
    """A problem for a container that stands a second time: it would be promised twice."""
    key = (row.values["product"], row.values["lot"], row.values["container"])
    place = row.place("container")
    first = seen.setdefault(key, place)
    if first is not place:
        of_file = "" if first.file == place.file else f" of {first.file}"
        where = f'"{key[2]}" of lot {key[1]} again (it stands at line {first.line}{of_file})'
        yield Problem(place, "C128", "container", f"expected each container once, got {where}")


def _contradictions(row: EntryRow, protocols: Sequence[Protocol]) -> list[Problem]:
    """A problem where unit, counts and the protocols' product don't say the same."""
    values = row.values
    counts, unit = values["counts"], values["unit"]
    where = row.place("counts" if "counts" in row.columns else "unit")
    if (counts and "cells" not in unit) or (counts == TOTAL and unit == VIABLE):
        message = expected_got(f"what is counted to fit the unit {unit}", counts)
        return [Problem(where, "C129", "counts", message)]
    own = VIABLE if unit == VIABLE else counts
    stated = {product.counts for one in protocols for product in one.products if product.id == values["product"]}
    others = sorted(stated - {"", own})
    if own and others:
        message = expected_got(f"{others[0]}, as the protocol's product counts, or nothing", own)
        hint = "viable and total cells are different kinds"
        return [Problem(where, "C129", "counts", message, hint)]
    return []


def _container(row: EntryRow) -> LotContainer:
    values, place = row.values, row.place("container")
    content = Amount(values["content"], Unit(values["unit"]))
    counts = values["counts"] or (VIABLE if values["unit"] == VIABLE else "")
    return LotContainer(
        product=values["product"],
        lot=values["lot"],
        id=values["container"],
        content=content,
        counts=counts,
        count=count_of(content, counts),
        volume_ml=values["volume_ml"],
        viability=values["viability_percent"],
        method=values["viability_method"],
        counted=values["counted_at"],
        expires=values["expires"],
        site=values["site"],
        overfill_ml=values["overfill_ml"],
        endotoxin=values["endotoxin_eu_ml"],
        line=place.line,
        file=place.file,
        for_subject=values["for_subject"],
    )
