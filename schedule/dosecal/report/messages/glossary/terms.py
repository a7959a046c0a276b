"""Words of protocols: labels of visits, assessments, arms, epochs, regimens and products of the shipped studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.report.messages.glossary.terms_examples import EXAMPLE_TERMS
from dosecal.report.messages.glossary.terms_registry import REGISTRY_TERMS

if TYPE_CHECKING:
    from dosecal.report.messages.glossary.phrase import Term

TERMS: tuple[Term, ...] = (*REGISTRY_TERMS, *EXAMPLE_TERMS)
"""Every term, each English text once; ``{}`` stands for a number, which stays as it is."""
