"""The entries of the glossary."""

from __future__ import annotations

from dosecal.model.struct import Struct


class Phrase(Struct, frozen=True):
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


class Term(Struct, frozen=True):
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


class Lay(Struct, frozen=True):
    """Plain words for a participant, in place of labels of protocols.

    Attributes:
        labels: The labels, in English as protocols have them, that are said so.
        english: The English wording.
        spanish: The wording in Mexican Spanish.
        chinese: The wording in simplified Chinese.
    """

    labels: tuple[str, ...]
    english: str
    spanish: str
    chinese: str

    @property
    def wordings(self) -> tuple[str, str, str]:
        """The wordings, in the order of the languages."""
        return self.english, self.spanish, self.chinese


class Sentence(Struct, frozen=True):
    """A sentence that reports say in English, and how pages say it in other languages.

    Attributes:
        english: The sentence as reports make it; ``{name}`` stands for a part that is a sentence, a term or a number
            itself and is said in the language too, ``{!name}`` for one without a comma, semicolon or colon,
            ``{@name}`` for an amount, which is a number with its unit and is said too, ``{#name}`` for digits,
            ``{~name}`` for an id in one word, ``{&name}`` for an id that may have blanks, and ``{=name}`` for any other
            part that stays as it is. Parts that may be sentences keep their order in every wording.
        spanish: The wording in Mexican Spanish, with the same names in braces.
        chinese: The wording in simplified Chinese, likewise.
    """

    english: str
    spanish: str
    chinese: str

    @property
    def wordings(self) -> tuple[str, str, str]:
        """The wordings, in the order of the languages."""
        return self.english, self.spanish, self.chinese
