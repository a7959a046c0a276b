"""The subjects as columns.

Conventions: one row a subject, in input order; dates are ``datetime64[D]`` and NaT means not known; ids are text, kept
to the character. Weights are rows of their own, sorted by subject and date, since a subject may have many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.problems import Source
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    Dates = NDArray[np.datetime64]
    Indices = NDArray[np.int32]

SEXES = ("F", "M")
"""Sex, in the order of the codes.

Reference:
    CDISC controlled terminology, SEX.
"""

METHODS = ("measured", "stated", "estimated")
"""How a weight came to be known, in the order of their codes."""


class Weights(Struct, frozen=True):
    """Body weights of subjects, sorted by subject and then by date, undated ones first.

    Attributes:
        subject: (n,) The place of the subject in the cohort.
        date: (n,) The day of the weight; NaT where it is not given.
        value: (n,) The place of the weight in ``kilograms``.
        method: (n,) The place of the way in ``METHODS``; -1 where it is not given.
        kilograms: The distinct weights, in kilograms, exactly.
    """

    subject: Indices
    date: Dates
    value: Indices
    method: Indices
    kilograms: tuple[Fraction, ...]


class Levels(Struct, frozen=True):
    """Dose levels that subjects are put on, sorted by subject and then by the day from which each holds.

    Attributes:
        subject: (n,) The place of the subject in the cohort.
        date: (n,) The day from which it holds, itself inside; NaT for one that holds from the beginning.
        regimen: (n,) The place in the protocol of the regimen that it is for; -1 for all that have such a level.
        name: (n,) The place of the level's name in ``names``.
        names: The distinct names.
    """

    subject: Indices
    date: Dates
    regimen: Indices
    name: Indices
    names: tuple[str, ...]


class KnownFact(Struct, frozen=True):
    """One fact of each subject.

    Attributes:
        codes: (n,) The place of each subject's value in ``values``; -1 where it is not known.
        values: The distinct values: texts, or exact numbers.
    """

    codes: Indices
    values: tuple[str, ...] | tuple[Fraction, ...]


class Cohort(Struct, frozen=True):
    """Subjects of one study.

    Attributes:
        ids: (n,) Subject ids, each once.
        sites: (n,) Sites; empty for not given.
        arm: (n,) The place of the arm in the protocol.
        anchors: (n, anchors) The date of each anchor of the protocol; NaT where an anchor may be empty and is.
        birth: (n,) The day of birth; NaT where it is not given.
        sex: (n,) The place of the sex in ``SEXES``; -1 where it is not given.
        weights: The weights of these subjects.
        levels: The dose levels of these subjects.
        file: The name of the input, for problems.
        line: (n,) The line of each subject in it.
        facts: What else is known, by the name of its column, where a rule of dosing or a condition of the protocol asks
            for it: measures of the body in the unit that the name says, and declared facts.
    """

    ids: tuple[str, ...]
    sites: tuple[str, ...]
    arm: Indices
    anchors: Dates
    birth: Dates
    sex: Indices
    weights: Weights
    levels: Levels
    file: str
    line: Indices
    facts: dict[str, KnownFact] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of subjects."""
        return len(self.ids)

    def measure(self, name: str, place: int) -> Fraction | None:
        """A measure of the body by its place among the distinct ones; None for -1."""
        value = self.facts[name].values[place] if place >= 0 else None
        return None if isinstance(value, str) else value

    def source(self, subject: int) -> Source:
        """Where a subject stands in the input."""
        return Source(self.file, int(self.line[subject]))


def keep_subjects(cohort: Cohort, is_kept: NDArray[np.bool_]) -> Cohort:
    """The cohort with some of its subjects alone, in the same order.

    Args:
        cohort: The cohort.
        is_kept: (n,) Whether each subject is kept.
    """
    new = is_kept.cumsum() - 1
    weights = cohort.weights
    has_subject = is_kept[weights.subject]
    return Cohort(
        ids=tuple(one for one, kept in zip(cohort.ids, is_kept.tolist(), strict=True) if kept),
        sites=tuple(one for one, kept in zip(cohort.sites, is_kept.tolist(), strict=True) if kept),
        arm=cohort.arm[is_kept],
        anchors=cohort.anchors[is_kept],
        birth=cohort.birth[is_kept],
        sex=cohort.sex[is_kept],
        weights=Weights(
            subject=new[weights.subject[has_subject]].astype(weights.subject.dtype),
            date=weights.date[has_subject],
            value=weights.value[has_subject],
            method=weights.method[has_subject],
            kilograms=weights.kilograms,
        ),
        levels=_kept_levels(cohort.levels, is_kept, new),
        file=cohort.file,
        line=cohort.line[is_kept],
        facts={name: KnownFact(fact.codes[is_kept], fact.values) for name, fact in cohort.facts.items()},
    )


def _kept_levels(levels: Levels, is_kept: NDArray[np.bool_], new: NDArray[np.intp]) -> Levels:
    has_subject = is_kept[levels.subject]
    return Levels(
        subject=new[levels.subject[has_subject]].astype(levels.subject.dtype),
        date=levels.date[has_subject],
        regimen=levels.regimen[has_subject],
        name=levels.name[has_subject],
        names=levels.names,
    )
