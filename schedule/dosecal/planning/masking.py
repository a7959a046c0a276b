"""The plan as a blinded reader sees it: what tells an arm, a dose or a product is taken out before anything is said.

Conventions: arms that share the words of ``blinded_as`` get these for their id and label, and so do their regimens and
products, of which nothing else is left; labels that would tell say no more than "study visit" and "study procedure",
and quotes, queries and notes that would are gone. A visit at which one of the arms is dosed shows the words for all of
them. Arms of a file that says nothing of blinding are ``blinded``. Ids of visits and assessments are keys, and stay.

Reference:
    docs/explanation/blinding.md
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.dosing.rule import FLAT
from dosecal.model.messages import Msg, term
from dosecal.model.product import Product
from dosecal.model.protocol import UNSAID, WITHHELD_ASSESSMENT, WITHHELD_VISIT, Arm, Protocol
from dosecal.model.quantity import Amount, Unit
from dosecal.model.struct import replace
from dosecal.model.unblinding import Unblinding
from dosecal.planning.record.in_force import kept_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosecal.model.conditions import Condition
    from dosecal.model.protocol import Assessment, Visit
    from dosecal.model.record import CohortRecord
    from dosecal.model.regimen import Regimen
    from dosecal.model.schedule import Schedule
    from dosecal.model.timing import Event

_NOTHING = Amount(Fraction(0), Unit("units"))


def masked_protocol(protocol: Protocol) -> Protocol:
    """A protocol as a blinded reader sees it; as it is where nobody is blinded."""
    if not protocol.is_blinded:
        return protocol
    words = _words(protocol)
    tells = Unblinding(protocol).is_told_by
    hidden = {one.id for one in protocol.regimens if not words.keys().isdisjoint(one.arms)}
    regimens = tuple(_regimen(one, words) if one.id in hidden else one for one in protocol.regimens)
    new_id = {old.id: new.id for old, new in zip(protocol.regimens, regimens, strict=True)}
    return replace(
        protocol,
        arms=tuple(Arm(words[one.id], words[one.id]) if one.id in words else one for one in protocol.arms),
        products=_products(protocol, regimens),
        regimens=regimens,
        visits=tuple(_visit(one, words, new_id, tells) for one in protocol.visits),
        assessments=tuple(_assessment(one, words, tells) for one in protocol.assessments),
        anchors=tuple(
            replace(
                one,
                label=one.id if tells(one.label) else one.label,
                event=None if one.event is None else _event(one.event, new_id, tells),
            )
            for one in protocol.anchors
        ),
        cycles=tuple(
            replace(
                one,
                label=one.id if tells(one.label) else one.label,
                until=UNSAID if tells(one.until) else one.until,
                quote=_kept(one.quote, tells),
            )
            for one in protocol.cycles
        ),
        facts=tuple(replace(one, label=one.id) if tells(one.label) else one for one in protocol.facts),
        ages=None if protocol.ages is None else replace(protocol.ages, quote=_kept(protocol.ages.quote, tells)),
        queries=tuple(one for one in protocol.queries if not tells(one)),
        overlaps=tuple(
            one for one in protocol.overlaps if not regimens[one.first].is_masked and not regimens[one.second].is_masked
        ),
        is_masked=True,
        _by_id={},  # an index of its own: that of the protocol is filled once
    )


def masked(schedule: Schedule) -> Schedule:
    """A schedule as a blinded reader sees it; as it is where nobody is blinded."""
    protocol = schedule.protocol
    if not protocol.is_blinded:
        return schedule
    shown = masked_protocol(protocol)
    is_shown = np.array([not one.is_masked for one in shown.regimens], dtype=np.bool_)
    rows = is_shown[schedule.doses.regimen]
    closed = schedule.closed_doses
    tests = [one.test for one in protocol.conditions]
    still = np.array([tests.index(one.test) for one in shown.conditions], dtype=np.intp)
    return replace(
        schedule,
        protocol=shown,
        truths=None if schedule.truths is None else schedule.truths[:, still],
        doses=kept_columns(schedule.doses, rows),
        prepared=kept_columns(schedule.prepared, rows),
        closed_doses=None if closed is None else kept_columns(closed, rows),
        record=None if schedule.record is None else _record(schedule.record, is_shown, Unblinding(protocol)),
    )


def _words(protocol: Protocol) -> dict[str, str]:
    """The words of each blinded arm, by its id."""
    if protocol.says_blinding:
        return {one.id: one.blinded_as for one in protocol.arms if one.blinded_as}
    return {one.id: UNSAID for one in protocol.arms}


def _renamed(arms: tuple[str, ...], words: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.get(one, one) for one in arms))


def _regimen(regimen: Regimen, words: dict[str, str]) -> Regimen:
    said = next(words[one] for one in regimen.arms if one in words)
    return replace(
        regimen,
        id=said,
        label=said,
        arms=_renamed(regimen.arms, words),
        product=said,
        route="",
        dose=_NOTHING,
        dose_is_standard=True,
        bands=(),
        maintenance=None,
        range=None,
        levels=(),
        split=(),
        days=1,
        rule=FLAT,
        weight=None,
        at_most=None,
        at_least=None,
        rounding=None,
        volume_rounding=None,
        tolerance=None,
        rate=None,
        unstated=(),
        quote="",
        condition=None,
        is_masked=True,
    )


def _products(protocol: Protocol, regimens: tuple[Regimen, ...]) -> tuple[Product, ...]:
    """The products that are still named, and the words in place of the others."""
    named = {one.product for one in regimens if not one.is_masked}
    hidden = dict.fromkeys(one.product for one in regimens if one.is_masked)
    kept = tuple(one for one in protocol.products if one.id in named)
    return (*kept, *(Product(one, one) for one in hidden))


def _kept(text: str, tells: Callable[[str], bool]) -> str:
    """A text that tells nothing; else nothing of it."""
    return "" if tells(text) else text


def _event(event: Event, new_id: dict[str, str], tells: Callable[[str], bool]) -> Event:
    of = new_id.get(event.of, event.of)
    return replace(event, of=of, words=event.kind.words(of) if tells(event.words) else event.words)


def _condition(condition: Condition | None, said: str, tells: Callable[[str], bool]) -> Condition | None:
    """A condition that is judged as before, with other words where its own would tell."""
    if condition is None or not ("arm" in condition.facts or tells(condition.words)):
        return condition
    return replace(condition, words=said)


def _visit(visit: Visit, words: dict[str, str], new_id: dict[str, str], tells: Callable[[str], bool]) -> Visit:
    return replace(
        visit,
        label=WITHHELD_VISIT if tells(visit.label) else visit.label,
        arms=_renamed(visit.arms, words),
        before=new_id.get(visit.before, visit.before),
        epoch=_kept(visit.epoch, tells),
        contact=_kept(visit.contact, tells),
        quote=_kept(visit.quote, tells),
        condition=_condition(visit.condition, _instead(visit.arms, words), tells),
    )


def _assessment(assessment: Assessment, words: dict[str, str], tells: Callable[[str], bool]) -> Assessment:
    return replace(
        assessment,
        label=Msg("{first} ({second})", first=term(WITHHELD_ASSESSMENT), second=assessment.id)
        if tells(assessment.label)
        else assessment.label,
        arms=_renamed(assessment.arms, words),
        quote=_kept(assessment.quote, tells),
        condition=_condition(assessment.condition, _instead(assessment.arms, words), tells),
    )


def _instead(arms: tuple[str, ...], words: dict[str, str]) -> str:
    """What stands for a condition that would tell: the words of the first blinded arm that has the thing, or of any."""
    return next((words[one] for one in arms if one in words), next(iter(words.values())))


def _record(record: CohortRecord, is_shown: np.ndarray, unblinding: Unblinding) -> CohortRecord:
    """What is on record without the doses that were given by hidden regimens, and without the notes that tell."""
    known = record.given_regimen >= 0
    rows = known & is_shown[np.maximum(record.given_regimen, 0)]
    texts = tuple("" if unblinding.is_told_by(text) else text for text in record.record.texts)
    return replace(
        record,
        record=replace(record.record, texts=texts),
        given_row=record.given_row[rows],
        given_subject=record.given_subject[rows],
        given_visit=record.given_visit[rows],
        given_regimen=record.given_regimen[rows],
    )
