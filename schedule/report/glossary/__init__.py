"""The glossary of printed pages: every phrase and every term with its wordings side by side."""

from __future__ import annotations

from schedule.report.glossary.dates import DATES
from schedule.report.glossary.lay_words import LAY_WORDS
from schedule.report.glossary.page_foot import PAGE_FOOT
from schedule.report.glossary.participant_page import PARTICIPANT_PAGE
from schedule.report.glossary.phrase import Lay, Phrase, Sentence, Term
from schedule.report.glossary.terms import TERMS
from schedule.report.glossary.visit_notes import VISIT_NOTES

__all__ = ["LAY_WORDS", "PHRASES", "SENTENCES", "TERMS", "Lay", "Phrase", "Sentence", "Term"]

PHRASES: tuple[Phrase, ...] = (*DATES, *PAGE_FOOT, *PARTICIPANT_PAGE)
"""Every phrase of the pages, each id once."""

SENTENCES: tuple[Sentence, ...] = (*VISIT_NOTES,)
"""Every sentence of the reports that pages say in other languages, each English text once."""
