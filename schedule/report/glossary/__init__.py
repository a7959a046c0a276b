"""The glossary of printed pages: every phrase and every term with its wordings side by side."""

from __future__ import annotations

from schedule.report.glossary.dates import DATES
from schedule.report.glossary.phrase import Phrase, Term
from schedule.report.glossary.terms import TERMS

__all__ = ["PHRASES", "TERMS", "Phrase", "Term"]

PHRASES: tuple[Phrase, ...] = (*DATES,)
"""Every phrase of the pages, each id once."""
