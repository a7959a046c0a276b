"""Wordings of the page, until they stand in the catalogues."""

from __future__ import annotations

WORDINGS: dict[str, tuple[str, str]] = {}
"""The Spanish (Mexico) and the Chinese wording of each text, by its English template."""
