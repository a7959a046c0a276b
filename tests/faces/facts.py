"""What is true of a trial's plan, what a face says of it, and how the two are held against each other.

Conventions: a fact is a row of texts, by the names of its fields: dates are ISO, amounts plain digits, and an amount
that a face shows with fewer digits than it has begins with ``≈``. The truth is the CSV of visits and doses, which
tests of their own hold against the protocol.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from dosecal.model.quantity import column_digits
from tests.command_line import csv_rows_of, run
from tests.render.terminal_rows import printed_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dosecal.report.tables.table import Table
    from tests.faces.cohorts import DrawnTrial

Row = dict[str, str]
VISITS, DOSES, DEMAND = "visits", "doses", "demand"
AMOUNTS = ("dose", "volume", "weight")


@dataclass
class Shown:
    """A trial in the current folder, and what its commands print, each once.

    Attributes:
        trial: What was drawn.
        printed: What each command line gave.
    """

    trial: DrawnTrial
    printed: dict[tuple[str, ...], str] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def table(self, command: str) -> Table:
        """The table that a command prints on a terminal."""
        if command not in self.tables:
            self.tables[command] = printed_table(command, *self.trial.inputs)
        return self.tables[command]

    @cached_property
    def needs(self) -> list[Row]:
        """What each day, site and product needs, added up from the doses."""
        found: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.doses:
            if "the visit was missed" in row["notes"] or "the visit is cancelled" in row["notes"]:
                continue
            found.setdefault((row["date"], row["site"], row["product"]), []).append(row)
        return [
            {
                **dict(zip(("date", "site", "product"), key, strict=True)),
                "dose": plain(column_digits(sum((Fraction(row["ordered_dose"] or 0) for row in rows), Fraction(0)))),
                "unit": next((row["unit"] for row in rows if row["unit"]), ""),
                "count": str(len(rows)),
            }
            for key, rows in found.items()
            if any(row["ordered_dose"] for row in rows)
        ]

    @cached_property
    def one_subject(self) -> str:
        """One of the subjects, drawn by the number of the trial from those that have a dose; empty where nobody has."""
        dosed = list(dict.fromkeys(row["subject"] for row in self.doses if has_sheet(row)))
        return dosed[self.trial.number % len(dosed)] if dosed else ""

    def text(self, command: str, *options: str) -> str:
        """What a command of this trial prints."""
        asked = (command, *self.trial.inputs, *options)
        if asked not in self.printed:
            result = run(*asked)
            assert result.exit_code == 0, f"{' '.join(asked)}\n{result.stderr}"
            self.printed[asked] = result.stdout
        return self.printed[asked]

    @cached_property
    def visits(self) -> list[Row]:
        """The visits as the CSV has them."""
        return [visit_row(row) for row in csv_rows_of(self.text("visits"))]

    @cached_property
    def doses(self) -> list[Row]:
        """The doses as the CSV has them."""
        labels = {row["visit"]: row["label"] for row in self.visits}
        return [dose_row(row) | {"label": labels.get(row["visit"], "")} for row in csv_rows_of(self.text("doses"))]


def visit_row(row: Row) -> Row:
    """A row of the visits table; its day is that on which it was held, or is booked, or is planned."""
    day = row.get("actual_date") or row.get("booked_date") or row["planned_date"]
    return row | {"subject": row["subject_id"], "label": row["visit_label"], "date": day or ""}


def dose_row(row: Row) -> Row:
    """A row of the doses table."""
    return row | {
        "subject": row["subject_id"],
        "number": row["dose_number"],
        "date": row.get("dose_date") or row["planned_date"],
        "dose": plain(row["ordered_dose"]),
        "volume": plain(row["volume_ml"]),
        "weight": plain(row["weight_kg"]),
    }


def has_sheet(row: Row) -> bool:
    """Whether a dose has a sheet: one that is worked out, or of a range within which somebody orders it."""
    return row["dose"] != "" or "aims at no one dose" in row["notes"]


def plain(digits: str) -> str:
    """Digits without separators and without zeros at the end: ``1,200.50`` is ``1200.5``."""
    text = digits.replace(",", "").strip()
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Face:
    """A way in which a plan is shown.

    Attributes:
        name: What it is called.
        of: ``VISITS`` or ``DOSES``.
        fields: What it states of each of them.
        says: The facts that it states, each with these fields.
        among: Which visits or doses it shows.
        is_shown: Whether it is there at all for a trial.
        least: How many facts it states at least of fifty trials.
        orders: Whether it is the order itself, which leaves a dose without a last digit, or with a part of a cell, to
            the prescriber.
    """

    name: str
    of: str
    fields: tuple[str, ...]
    says: Callable[[Shown], Iterable[Row]]
    among: Callable[[Row, Shown], bool] = lambda _row, _shown: True
    is_shown: Callable[[DrawnTrial], bool] = lambda _trial: True
    least: int = 20
    orders: bool = False

    def truth(self, shown: Shown) -> list[Row]:
        """What it should state."""
        rows = {VISITS: lambda: shown.visits, DOSES: lambda: shown.doses, DEMAND: lambda: shown.needs}[self.of]()
        return [self._stated(row) for row in rows if self.among(row, shown)]

    def _stated(self, row: Row) -> Row:
        stated = {name: row[name] for name in self.fields}
        if self.orders and is_left_open(row):
            stated |= {name: "" for name in ("dose", "unit") if name in stated}
        return stated

    def disagreements(self, shown: Shown) -> tuple[list[str], int]:
        """Where it says anything else, and how many facts it states."""
        said, true = list(self.says(shown)), self.truth(shown)
        keys = [name for name in self.fields if name not in AMOUNTS]
        amounts = [name for name in self.fields if name in AMOUNTS]
        left = list(true)
        wrong = []
        for one in said:
            assert set(one) == set(self.fields), f"{self.name} states other fields: {one}"
            fit = next(
                (
                    row
                    for row in left
                    if all(row[k] == one[k] for k in keys) and all(agree(one[a], row[a]) for a in amounts)
                ),
                None,
            )
            if fit is None:
                wrong.append(f"{self.name} says {one}")
            else:
                left.remove(fit)
        return [*wrong, *(f"{self.name} does not say {row}" for row in left)], len(said)


LONGEST = 12
"""The most decimals of a number that has an end."""


def is_left_open(row: Row) -> bool:
    """Whether nobody could measure a dose: it has no last digit, or a part of a cell."""
    decimals = row["dose"].partition(".")[2]
    return len(decimals) > LONGEST or (bool(decimals) and "cells" in row["unit"])


def agree(said: str, true: str) -> bool:
    """Whether an amount is the true one; one that is shown as near it may differ by half of its last digit."""
    if not said or not true:
        return said == true
    digits = said.removeprefix("≈").strip()
    near = Fraction(1, 2) / 10 ** len(digits.partition(".")[2]) if said.startswith("≈") else Fraction(1, 10**18)
    return abs(Fraction(digits) - Fraction(true)) <= near


UNITS = {
    "cells": ("cells", "células", "个细胞"),
    "viable cells": ("viable cells", "células viables", "个活细胞"),
    "mg": ("mg",),
    "mcg": ("mcg",),
    "units": ("units", "unidades", "单位"),
    "mL": ("mL",),
    "kg": ("kg",),
}
CANONICAL = {word: unit for unit, words in UNITS.items() for word in words}
_WORDS = "|".join(sorted(CANONICAL, key=len, reverse=True))
AMOUNT = re.compile(rf"(≈\s*)?([\d,]+(?:\.\d+)?)[\s\xa0]*({_WORDS})(?![\w/])")


def amount_of(text: str) -> tuple[str, str]:
    """The amount with which a text begins, and its unit; nothing of both where it begins with none."""
    found = AMOUNT.match(text.replace("\xa0", " ").strip())
    if found is None:
        return "", ""
    near = "≈" if found[1] else ""
    return near + plain(found[2]), CANONICAL[found[3]]


MONTHS = {
    **{
        name: place
        for place, name in enumerate(
            ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
        )
    },
    **{
        name: place
        for place, name in enumerate(
            ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"), 1
        )
    },
}
"""The months by their first three letters, in English and in Spanish."""
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_EUROPEAN = re.compile(r"(\d{1,2})[\s\xa0]+(?:de[\s\xa0]+)?([A-Za-z]+)\.?[\s\xa0]+(?:de[\s\xa0]+)?(\d{4})")


def date_of(text: str) -> str:
    """The first date in a text of a page, in any of its languages; empty for none."""
    found = _CHINESE.search(text)
    if found is not None:
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    found = _EUROPEAN.search(text)
    return "" if found is None else f"{found[3]}-{MONTHS[found[2][:3].lower()]:02d}-{int(found[1]):02d}"
