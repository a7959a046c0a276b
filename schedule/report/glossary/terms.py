"""Words of protocols: labels of visits, assessments and arms of the shipped studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule.report.glossary.phrase import Term

TERMS: tuple[Term, ...] = ()
"""Every term, each English text once."""
