"""The glossary of printed pages: every phrase and every term with its wordings side by side."""

from __future__ import annotations

from schedule.report.glossary.dates import DATES
from schedule.report.glossary.phrase import Phrase, Sentence, Term
from schedule.report.glossary.sheet_frame import SHEET_FRAME
from schedule.report.glossary.terms import TERMS
from schedule.report.glossary.visit_notes import VISIT_NOTES

__all__ = ["PHRASES", "SENTENCES", "TERMS", "Phrase", "Sentence", "Term"]

PHRASES: tuple[Phrase, ...] = (*DATES, *SHEET_FRAME)
"""Every phrase of the pages, each id once."""

SENTENCES: tuple[Sentence, ...] = (*VISIT_NOTES,)
"""Every sentence of the reports that pages say in other languages, each English text once."""
