"""Texts of one line and ids: what may not stand in them, and why.

Conventions: a fault is given as words that follow "got … (", and nothing is taken away or put right: two ids that look
the same and differ in what can't be seen would be two subjects, or one subject with another's weight.
"""

from __future__ import annotations

import unicodedata

from dosecal.model.problems import RefusedError
from dosecal.model.regex import regex

MOST_ID_CHARACTERS = 200
_QUOTES = frozenset("\"'`´‘’‚‛“”„‟‹›«»「」『』＂＇")  # noqa: RUF001 - the signs that people and programs put around ids
_ODD = frozenset("=#") | _QUOTES
"""Signs of ASCII that a certain id may hold, and that ask for a second look."""
_ERROR = regex(r"#(?:N/A|NV|N/D|ND|[^\s#]*[A-Z0-9?][!?]|#+)")
"""What a spreadsheet shows for a cell that failed or is too narrow, in the languages that write it in capitals."""
_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make the ones after them run the other way."""


def is_sheet_error(text: str) -> bool:
    """Whether a text is what a spreadsheet shows where it has no value, such as ``#N/A`` or ``#DIV/0!``."""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def line_fault(text: str) -> str:
    """Why a text can't stand on a line; empty where it can."""
    if is_sheet_error(text):
        return "a spreadsheet writes this where it has no value"
    if text.isprintable():
        return ""
    return next(filter(None, map(_character_fault, text)), "")


def _character_fault(character: str) -> str:
    """Why a character can't stand in a line; empty where it can."""
    kind = unicodedata.category(character)
    kinds = (
        (character in _BREAKS, "a line break ({})"),
        (character == "\t", "a tab ({})"),
        (kind == "Cc", "the control character {}"),
        (character in _TURNS, "the character {}, which turns the direction of writing,"),
        (kind == "Cs" or character == "\ufeff", "the invisible character {}"),
    )
    words = next((words for is_of_kind, words in kinds if is_of_kind), "")
    return f"{words.format(f'U+{ord(character):04X}')} stands in it" if words else ""


def id_fault(text: str) -> str:
    """Why a text that is not empty is no certain id; empty where it is one."""
    if text.isascii() and text.isalnum() and len(text) <= MOST_ID_CHARACTERS:
        return ""  # as nearly all are
    checks = (line_fault, _blank_fault, _sign_fault, _letter_fault)
    return next(filter(None, (check(text) for check in checks)), "")


def _blank_fault(text: str) -> str:
    """Blanks that can't be seen, or are no plain ones."""
    if text != text.strip():
        return "a blank stands before or after it"
    odd = next((one for one in text if one != " " and unicodedata.category(one) == "Zs"), "")
    return f"a blank of another kind (U+{ord(odd):04X}, such as a no-break space) stands in it" if odd else ""


def _sign_fault(text: str) -> str:
    """Signs that people and programs put around an id, and no id has."""
    if text.startswith("="):
        return "this is a formula, by which a spreadsheet keeps its zeros: write what it shows"
    if text[0] in _QUOTES or (text[-1] in _QUOTES and sum(one in _QUOTES for one in text) % 2):
        return "a quotation mark or an apostrophe stands before or after it: write the id alone"
    return f"up to {MOST_ID_CHARACTERS} characters" if len(text) > MOST_ID_CHARACTERS else ""


def _letter_fault(text: str) -> str:
    """Letters and digits that look like others, or like nothing."""
    for character in "" if text.isascii() else text:
        plain = unicodedata.normalize("NFKC", character)
        if "！" <= character <= "～" and plain.isalnum():  # noqa: RUF001 - the range itself
            return f"{character} is a full-width character: write {plain}"
        if character.isdecimal() and not character.isascii():
            return f"the digit {character} is not one of 0 to 9"
        if not character.isprintable():
            return f"the invisible character U+{ord(character):04X} stands in it"
    return ""


def are_plain_ids(texts: tuple[str, ...]) -> bool:
    """Whether all texts are surely ids, at one look; others have to be looked at one by one."""
    together = "".join(texts)
    lengths = set(map(len, texts))
    is_plain = together.isascii() and together.isprintable() and " " not in together and _ODD.isdisjoint(together)
    return is_plain and not lengths - set(range(1, MOST_ID_CHARACTERS + 1))


def read_id(text: str) -> str:
    """An id, kept to the character.

    Raises:
        RefusedError: If the text is empty, or no certain id.
    """
    if not text:
        raise RefusedError('an id such as "007"')
    if fault := id_fault(text):
        raise RefusedError('an id such as "007"', fault)
    return text


def read_name(text: str) -> str:
    """The name of a site, or an empty text for none.

    Raises:
        RefusedError: If it has a fault that an id may not have either.
    """
    if text and (fault := id_fault(text)):
        raise RefusedError('a name such as "US01", or nothing', fault)
    return text


def read_line(text: str) -> str:
    """A text of one line, which may be empty.

    Raises:
        RefusedError: If it holds line breaks, or characters that act and can't be seen.
    """
    if fault := line_fault(text):
        raise RefusedError("words on one line, or nothing", fault)
    return text
