"""A small sheet with a line of every kind, for the formats to write."""

from __future__ import annotations

from dosecal.model.messages import NOTHING, Msg, unsaid
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Marks, Note, NumberedStep, Section, Sheet, Signature

MARKS = Marks("ONC-101", "1.0", "0123456789ab", "A trial", "9.9.9", "2026-11-25", "007", "D1", "infusion", 1, 2)
SECTIONS = (
    Section("order", Msg("Order"), (Fact("dose", Msg("ordered dose"), unsaid("12.5 mg"), "12.5", "mg", is_main=True),)),
    Section(
        "calculation",
        Msg("Calculation"),
        (
            NumberedStep(1, Msg("calculated dose"), unsaid("2 mg per kg × 6.25 kg"), unsaid("12.5 mg")),
            NumberedStep(2, Msg("exact volume"), unsaid("12.5 mg ÷ 3 mg per mL"), unsaid("≈ 4.1667 mL")),
            NumberedStep(3, Msg("rounding"), NOTHING, Msg("none stated: not rounded")),
        ),
    ),
    Section(
        "limits",
        Msg("Limits"),
        (
            Grid(
                "limits",
                (Msg("limit"), Msg("allowed")),
                ((Msg("cap"), unsaid("at most 20 mg")), (Msg("floor"), NOTHING)),
            ),
            Note(unsaid("NOT KEPT: the volume."), is_warning=True),
            Note(unsaid("A sentence.")),
        ),
    ),
    Section("results", Msg("Results"), (Blank("volume", Msg("volume"), unsaid("mL"), Msg("as drawn")),)),
    Section("signatures", Msg("Signatures"), (Signature("prepared_by", Msg("prepared by")),)),
)
SHEET = Sheet(Msg("preparation worksheet"), MARKS, SECTIONS, unsaid("To be checked."))


def sheet_with(*lines: Fact | Note | Grid) -> Sheet:
    """A sheet with one section of these lines."""
    return Sheet(Msg("check sheet"), MARKS, (Section("one", unsaid("One"), lines),), unsaid("To be checked."))
