"""The glossary of printed pages: every phrase and every term with its wordings side by side."""

from __future__ import annotations

from dosecal.report.messages.glossary.activities import ACTIVITIES, ACTIVITIES_PAGE
from dosecal.report.messages.glossary.amounts import AMOUNTS, WORKINGS
from dosecal.report.messages.glossary.coordinator_page import COORDINATOR_PAGE
from dosecal.report.messages.glossary.dates import DATES
from dosecal.report.messages.glossary.dose_words import DOSE_WORDS
from dosecal.report.messages.glossary.lay_words import LAY_WORDS
from dosecal.report.messages.glossary.page_foot import PAGE_FOOT
from dosecal.report.messages.glossary.participant_page import PARTICIPANT_PAGE
from dosecal.report.messages.glossary.phrase import Lay, Phrase, Sentence, Term
from dosecal.report.messages.glossary.plan_words import PLAN_WORDS
from dosecal.report.messages.glossary.queries import QUERIES
from dosecal.report.messages.glossary.sheet_frame import SHEET_FRAME
from dosecal.report.messages.glossary.sheet_lines import SHEET_LINES
from dosecal.report.messages.glossary.sheet_messages import SHEET_MESSAGES
from dosecal.report.messages.glossary.sheet_orders import SHEET_ORDERS
from dosecal.report.messages.glossary.sheet_texts import SHEET_TEXTS
from dosecal.report.messages.glossary.table_words import TABLE_WORDS
from dosecal.report.messages.glossary.terms import TERMS as LABELS
from dosecal.report.messages.glossary.treatments import TREATMENTS
from dosecal.report.messages.glossary.visit_notes import VISIT_NOTES

__all__ = ["LAY_WORDS", "MESSAGES", "PHRASES", "SENTENCES", "TERMS", "Lay", "Phrase", "Sentence", "Term"]

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
    *AMOUNTS,
    *WORKINGS,
    *SHEET_LINES,
    *SHEET_TEXTS,
    *SHEET_ORDERS,
    *ACTIVITIES,
)
"""Every sentence of the reports that pages say in other languages, each English text once."""

MESSAGES: tuple[Sentence, ...] = (*DOSE_WORDS, *PLAN_WORDS, *TABLE_WORDS, *SHEET_MESSAGES)
"""Every sentence that is looked up by its template alone, each English text once."""

TERMS: tuple[Term, ...] = (*LABELS, *TREATMENTS, *QUERIES)
"""Every term, each English text once."""
