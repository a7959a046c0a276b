"""Languages with the words of the shipped trials, as the program says their pages."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dosecal.app.files.sources import read_trial_catalogue, shipped_examples, shipped_studies
from dosecal.report.messages.language import Language, Wording, read_catalogue

if TYPE_CHECKING:
    from gettext import NullTranslations

SHIPPED = (*shipped_studies(), *shipped_examples())


def trial_wording(name: str, language: Language) -> Wording:
    """A language with the catalogues beside a protocol file."""
    return Wording(language, {}, *(_catalogues((name,), one) for one in (language, Language.ENGLISH)))


@cache
def wording_of_all(language: Language) -> Wording:
    """A language with the catalogues of all shipped trials."""
    return Wording(language, {}, *(_catalogues(SHIPPED, one) for one in (language, Language.ENGLISH)))


def _catalogues(names: tuple[str, ...], language: Language) -> tuple[NullTranslations, ...]:
    found = (read_trial_catalogue(name, language) for name in names)
    return tuple(read_catalogue(one[0], is_of_trial=True) for one in found if one is not None)
