"""The entries of the glossary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that printed pages say.

    Attributes:
        id: Its name in the program.
        english: The English wording.
        spanish: The wording in Mexican Spanish.
        chinese: The wording in simplified Chinese.
    """

    id: str
    english: str
    spanish: str
    chinese: str

    @property
    def wordings(self) -> tuple[str, str, str]:
        """The wordings, in the order of the languages."""
        return self.english, self.spanish, self.chinese


@dataclass(frozen=True, slots=True)
class Term:
    """Words of protocols (a label of a visit, an assessment, an arm), found by their English text.

    Attributes:
        english: The words as protocols have them.
        spanish: The wording in Mexican Spanish.
        chinese: The wording in simplified Chinese.
    """

    english: str
    spanish: str
    chinese: str

    @property
    def wordings(self) -> tuple[str, str, str]:
        """The wordings, in the order of the languages."""
        return self.english, self.spanish, self.chinese
