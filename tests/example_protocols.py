"""Small protocol files, as text, for tests that need one regimen or a few visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.protocol_file import read_protocol

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

HEAD = """\
study: TEST-1
version: "1.0"
title: A trial for the tests
source: the tests
day_numbering: {numbering}
blinding: open label
anchors:
  start: {{label: first infusion}}
arms:
  active: {{label: Active}}
  control: {{label: Control}}
products:
  drug: {{label: study drug}}
"""
NO_DAY_0, DAY_0 = "no day 0", "day 0"
MONTH_END = "month_end: last day of the month\n"
"""The line of a file that counts months."""


def protocol_text(*, regimen: str = "", visits: str = "D1: {}", numbering: str = NO_DAY_0, more: str = "") -> str:
    """A protocol file with these visits and, where lines are given for it, one regimen of the arm ``active``.

    Args:
        regimen: Lines such as ``dose: 1 mg/kg``; where no visits are named, the dose is given at D1 (or D0).
        visits: Lines such as ``D3: {}``.
        numbering: The numbering of days.
        more: Further lines at the top level.
    """
    text = HEAD.format(numbering=numbering)
    if regimen:
        if "visits:" not in regimen and "split:" not in regimen:
            regimen += f"\nvisits: [{'D1' if numbering == NO_DAY_0 else 'D0'}]"
        text += f"regimens:\n  infusion:\n{_indented('arms: [active]', 4)}{_indented('product: drug', 4)}"
        text += _indented(regimen, 4)
    return text + "visits:\n" + _indented(visits, 2) + more


def _indented(lines: str, by: int) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in lines.splitlines())


def protocol_of(text: str) -> Protocol:
    """The protocol of a text."""
    return read_protocol(text.encode(), "protocol.yaml")
