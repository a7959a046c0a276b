"""Names of REDCap fields and instruments: what they may be."""

from __future__ import annotations

import re

from dosecal.exchange.findings import refuse_option
from dosecal.model.regex import regex

ADVISED_CHARACTERS = 26
MOST_CHARACTERS = 100
_NAME = regex(r"[a-z][a-z0-9_]*", re.ASCII)


def require_name(name: str, option: str) -> str:
    """The name, which begins with a letter and has lower-case letters, digits and underscores.

    Raises:
        OutputError: If it has other signs, or more than 100.
    """
    if _NAME.fullmatch(name) is None or len(name) > MOST_CHARACTERS:
        expected = 'a name in lower case, digits and underscores such as "visit_target", at most 100 characters'
        raise refuse_option(option, expected, name)
    return name
