"""Sentences that the visits table says in its notes and statuses."""

from __future__ import annotations

from schedule.report.glossary.phrase import Sentence

VISIT_NOTES = (
    Sentence("none stated", "no se indica", "未说明"),
    Sentence("closed day: planned {days} later", "día inhábil: se planea {days} después", "休息日：计划推迟{days}"),
    Sentence("closed day: planned {days} earlier", "día inhábil: se planea {days} antes", "休息日：计划提前{days}"),
    Sentence("{#n} day", "{n} día", "{n}天"),
    Sentence("{#n} days", "{n} días", "{n}天"),
)
