"""The glossary of printed pages: every phrase and every term with its wordings side by side."""

from __future__ import annotations

from schedule.report.glossary.activities import ACTIVITIES, ACTIVITIES_PAGE
from schedule.report.glossary.amounts import AMOUNTS, JOINTS, WORKINGS
from schedule.report.glossary.coordinator_page import COORDINATOR_PAGE
from schedule.report.glossary.dates import DATES
from schedule.report.glossary.lay_words import LAY_WORDS
from schedule.report.glossary.page_foot import PAGE_FOOT
from schedule.report.glossary.participant_page import PARTICIPANT_PAGE
from schedule.report.glossary.phrase import Lay, Phrase, Sentence, Term
from schedule.report.glossary.queries import QUERIES
from schedule.report.glossary.sheet_frame import SHEET_FRAME
from schedule.report.glossary.sheet_lines import SHEET_LINES
from schedule.report.glossary.sheet_orders import SHEET_ORDERS
from schedule.report.glossary.sheet_texts import SHEET_TEXTS
from schedule.report.glossary.spoken_dates import SPOKEN_DATES
from schedule.report.glossary.terms import TERMS as LABELS
from schedule.report.glossary.treatments import TREATMENTS
from schedule.report.glossary.visit_notes import VISIT_NOTES

__all__ = ["LAY_WORDS", "PHRASES", "SENTENCES", "TERMS", "Lay", "Phrase", "Sentence", "Term"]

PHRASES: tuple[Phrase, ...] = (
    *DATES,
    *PAGE_FOOT,
    *PARTICIPANT_PAGE,
    *COORDINATOR_PAGE,
    *SHEET_FRAME,
    *ACTIVITIES_PAGE,
)
"""Every phrase of the pages, each id once."""

SENTENCES: tuple[Sentence, ...] = (
    *VISIT_NOTES,
    *SPOKEN_DATES,
    *AMOUNTS,
    *WORKINGS,
    *SHEET_LINES,
    *SHEET_TEXTS,
    *SHEET_ORDERS,
    *ACTIVITIES,
    *JOINTS,
)
"""Every sentence of the reports that pages say in other languages, each English text once."""

TERMS: tuple[Term, ...] = (*LABELS, *TREATMENTS, *QUERIES)
"""Every term, each English text once."""
