"""A small sheet with a line of every kind, for the formats to write."""

from __future__ import annotations

from dosecal.report.sheets.sheet import Blank, Fact, Grid, Marks, Note, NumberedStep, Section, Sheet, Signature

MARKS = Marks("ONC-101", "1.0", "0123456789ab", "A trial", "9.9.9", "2026-11-25", "007", "D1", "infusion", 1, 2)
SECTIONS = (
    Section("order", "Order", (Fact("dose", "ordered dose", "12.5 mg", "12.5", "mg", is_main=True),)),
    Section(
        "calculation",
        "Calculation",
        (
            NumberedStep(1, "calculated dose", "2 mg per kg × 6.25 kg", "12.5 mg"),
            NumberedStep(2, "exact volume", "12.5 mg ÷ 3 mg per mL", "≈ 4.1667 mL"),
            NumberedStep(3, "rounding", "", "none stated: not rounded"),
        ),
    ),
    Section(
        "limits",
        "Limits",
        (
            Grid("limits", ("limit", "allowed"), (("cap", "at most 20 mg"), ("floor", ""))),
            Note("NOT KEPT: the volume.", is_warning=True),
            Note("A sentence."),
        ),
    ),
    Section("results", "Results", (Blank("volume", "volume", "mL", "as drawn"),)),
    Section("signatures", "Signatures", (Signature("prepared_by", "prepared by"),)),
)
SHEET = Sheet("preparation worksheet", MARKS, SECTIONS, "To be checked.")


def sheet_with(*lines: Fact | Note | Grid) -> Sheet:
    """A sheet with one section of these lines."""
    return Sheet("check sheet", MARKS, (Section("one", "One", lines),), "To be checked.")
