"""A lots table to the containers at hand, one a row.

Conventions: a content is a plain number with its unit beside it; a viability is a percentage over 1 and up to 100, so
that 0.85 is refused and not taken for 0.85 %; the day of expiry is the last on which a container may be used. An empty
site serves all sites, and an empty cell is not filled in. A container that is for a subject is for nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.columns import DATE, Column, Kind, one_of
from dosecal.load.plain_text import id_fault, read_id, read_line, read_name
from dosecal.load.tables.table_reader import read_rows
from dosecal.model.days import iso_date
from dosecal.model.preparation import LotContainer
from dosecal.model.problems import Problem, RefusedError, expected_got
from dosecal.model.product import TOTAL, VIABILITY, VIABLE, Counted, Percent, count_of
from dosecal.model.quantity import SUBSTANCES, Amount, Unit, read_grouped_number, read_number
from dosecal.model.regex import regex
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from dosecal.load.tables.table_reader import Row
    from dosecal.load.tables.text_table import TextTable
    from dosecal.model.problems import Source
    from dosecal.model.protocol import Protocol

ALL_PERCENT = 100
_WAYS = tuple(one.value for one in Counted if one.value)
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


_unit = one_of(SUBSTANCES, f"one of {', '.join(SUBSTANCES)}")
_counts = one_of((VIABLE, TOTAL), f"{VIABLE}, {TOTAL}, or nothing")
_counted_at = one_of(_WAYS, f"{', '.join(_WAYS)}, or nothing")


def _volume(text: str) -> Fraction:
    value = read_number(text, example="3.8")
    if not value:
        raise RefusedError('a volume in mL such as "3.8", above 0')
    return value


def _endotoxin(text: str) -> Fraction:
    """Endotoxin units in a mL, 0 or more."""
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


def _columns(protocols: Sequence[Protocol]) -> tuple[Column, ...]:
    """The columns, with the products of protocols."""
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

    return (replace(LOT_COLUMNS[0], read=read), *LOT_COLUMNS[1:])


_NAMED = "up to 60 characters, no comma, colon or semicolon"
_UNITS = ", ".join(f"`{one}`" for one in SUBSTANCES)
_COUNTED = "`viable cells`, `total cells` or empty; it may not contradict the protocol's product"
_OVERFILL = "what it holds beyond `volume_ml`"
_ENDOTOXIN = "endotoxin units in a mL, 0 or more; of a result below 0.5 the most that it can be, `0.5`"
_TO_PROTOCOL = "the protocol says it, or nothing is known"
LOT_COLUMNS = (
    Column("product", Kind.TEXT, "C120", "the product, by the id that a version of the protocol has for it", "msc"),
    Column("lot", Kind.ID, "C121", f"the name of the lot, {_NAMED}", "R-101", _name),
    Column(
        "container", Kind.ID, "C121", "the name of the container, likewise; each stands once in its lot", "1", _name
    ),
    Column("content", Kind.DECIMAL, "C122", "the amount in it, a number above 0", "25000000", _content),
    Column("unit", Kind.TEXT, "C123", f"its unit: {_UNITS}", "cells", _unit),
    Column("counts", Kind.TEXT, "C124", _COUNTED, "total cells", _counts).optional(_TO_PROTOCOL, ""),
    Column("volume_ml", Kind.DECIMAL, "C125", "the volume that holds the content, in mL", "3.8", _volume).optional(
        "no volume is worked out"
    ),
    Column(
        "viability_percent",
        Kind.DECIMAL,
        "C126",
        "the viability, a percentage over 1 and up to 100; `0.85` is refused",
        "85.5",
        read_viability,
    ).optional("not known"),
    Column("viability_method", Kind.TEXT, "C017", "how it was measured", "trypan blue", read_line).optional(
        "not known", ""
    ),
    Column("counted_at", Kind.TEXT, "C127", "`at thaw` or `at freeze`", "at thaw", _counted_at).optional(
        _TO_PROTOCOL, ""
    ),
    replace(DATE, name="expires", meaning="the last day on which it may be used, inclusive").optional(
        "it doesn't expire"
    ),
    Column("site", Kind.ID, "C121", "the site that keeps it", "US01", read_name).optional("it serves all sites", ""),
    Column("overfill_ml", Kind.DECIMAL, "C125", _OVERFILL, "0.2", _volume).optional(
        "the protocol says it, where the volume is the protocol's"
    ),
    Column("endotoxin_eu_ml", Kind.DECIMAL, "C131", _ENDOTOXIN, "0.5", _endotoxin).optional(_TO_PROTOCOL),
    Column(
        "for_subject", Kind.ID, "C101", "the only subject who may get it, by the subject's id", "002", read_id
    ).optional("it is for all", ""),
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

    def check(row: Row) -> Iterator[Problem]:
        yield from _twice(row, seen)
        yield from _contradictions(row, protocols)

    return tuple(map(_container, read_rows(table, _columns(protocols), check)))


def _twice(row: Row, seen: dict[tuple[str, str, str], Source]) -> Iterator[Problem]:
    """A problem for a container that stands a second time: it would be promised twice."""
    key = (row["product"], row["lot"], row["container"])
    place = row.place("container")
    first = seen.setdefault(key, place)
    if first is not place:
        of_file = "" if first.file == place.file else f" of {first.file}"
        where = f'"{key[2]}" of lot {key[1]} again (it stands at line {first.line}{of_file})'
        yield Problem(place, "C128", "container", f"expected each container once, got {where}")


def _contradictions(row: Row, protocols: Sequence[Protocol]) -> list[Problem]:
    """A problem where unit, counts and the protocols' product don't say the same."""
    counts, unit = row["counts"], row["unit"]
    where = row.place("counts" if row.has("counts") else "unit")
    if (counts and "cells" not in unit) or (counts == TOTAL and unit == VIABLE):
        message = expected_got(f"what is counted to fit the unit {unit}", counts)
        return [Problem(where, "C129", "counts", message)]
    own = VIABLE if unit == VIABLE else counts
    stated = {product.counts for one in protocols for product in one.products if product.id == row["product"]}
    others = sorted(stated - {"", own})
    if own and others:
        message = expected_got(f"{others[0]}, as the protocol's product counts, or nothing", own)
        hint = "viable and total cells are different kinds"
        return [Problem(where, "C129", "counts", message, hint)]
    return []


def _container(row: Row) -> LotContainer:
    place = row.place("container")
    content = Amount(row["content"], Unit(row["unit"]))
    counts = row["counts"] or (VIABLE if row["unit"] == VIABLE else "")
    return LotContainer(
        product=row["product"],
        lot=row["lot"],
        id=row["container"],
        content=content,
        counts=counts,
        count=count_of(content, counts),
        volume_ml=row["volume_ml"],
        viability=row["viability_percent"],
        method=row["viability_method"],
        counted=row["counted_at"],
        expires="" if row["expires"] is None else iso_date(row["expires"]),
        site=row["site"],
        overfill_ml=row["overfill_ml"],
        endotoxin=row["endotoxin_eu_ml"],
        line=place.line,
        file=place.file,
        for_subject=row["for_subject"],
    )
