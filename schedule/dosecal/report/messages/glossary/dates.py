"""Patterns of dates, in the letters of Unicode Technical Standard 35; the month is always a word, or marked as one."""

from __future__ import annotations

from dosecal.report.messages.glossary.phrase import Phrase

DATES = (
    Phrase("full_date", "EEEE, d MMMM y", "EEEE, d 'de' MMMM 'de' y", "y年M月d日 EEEE"),
    Phrase("short_date", "EEE d MMM y", "EEE d MMM y", "y年M月d日 EEE"),
    Phrase("month", "LLLL y", "LLLL 'de' y", "y年M月"),
)
