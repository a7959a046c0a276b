"""Plain words for participants, in place of labels that are written for clinicians.

Conventions: labels that are one thing to a participant, such as tests of one blood sample, are said in the same words;
a page says them once.
"""

from __future__ import annotations

from schedule.report.glossary.phrase import Lay

LAY_WORDS: tuple[Lay, ...] = (
    Lay(
        ("Baseline",),
        "First visit, before the study begins for you",
        "Primera visita, antes de empezar",
        "首次访视（开始之前）",
    ),
)
"""Every wording, each label once."""
