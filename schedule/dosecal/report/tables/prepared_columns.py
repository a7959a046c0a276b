"""The columns of the doses table that say what is drawn and opened: each distinct preparation is said once.

Conventions: a volume is what is measured, in plain digits; where the protocol says that it is not rounded and its
digits have no end, it is rounded half up to 18 decimals and the note says so. Without lots the containers are a number;
with lots they are ``lot:container`` with further containers of the lot after commas, and lots joined by ``; ``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dosecal.model.messages import AND, NOTHING, Msg, joined, msgid
from dosecal.model.quantity import COLUMN_PLACES, has_end
from dosecal.model.spoken import of_unit, signed_percent
from dosecal.report.messages.limit_words import beyond_words
from dosecal.report.messages.notes import JOINT
from dosecal.report.messages.preparation_steps import containers_note, turn_words
from dosecal.report.messages.rate_words import unknown_rate, weight_of_rate
from dosecal.report.messages.workings import flat_words
from dosecal.report.tables.columns import coded, constant, decimals
from dosecal.report.tables.table import Column, Kind

if TYPE_CHECKING:
    from dosecal.model.preparation import Preparation, PreparedDoses
    from dosecal.report.tables.noted import Texts
    from dosecal.report.tables.table import Codes


def containers_text(preparation: Preparation) -> str:
    """How many containers are opened, or which of which lot; empty where that is not known."""
    if any(line.lot for line in preparation.lines):
        return JOINT.join(f"{line.lot}:{','.join(line.containers)}" for line in preparation.lines)
    return "" if preparation.containers is None else str(preparation.containers)


def note_text(preparation: Preparation) -> Msg:
    """What is to be said of a preparation in a table: what is delivered, limits that are not kept, and what is open."""
    said = [*beyond_words(preparation), weight_of_rate(preparation), unknown_rate(preparation)]
    drawn = preparation.drawn_ml
    if drawn is not None:
        if not has_end(drawn):
            template = msgid("volume not rounded, by the protocol: shown half up to {n} decimals")
            said.append(Msg(template, n=str(COLUMN_PLACES)))
        elif not preparation.volume_rounding_is_stated:
            said.append(Msg("volume rounding none stated: measured to {steps}", steps=_steps_words(preparation)))
        if preparation.turned:
            said.append(Msg("volume: {how}", how=turn_words(preparation.turned, preparation)))
        if preparation.turned_diluent:
            said.append(Msg("diluent: {how}", how=turn_words(preparation.turned_diluent, preparation)))
        said.append(containers_note(preparation))
        deviation = signed_percent(preparation.deviation_percent, 2)
        delivered = flat_words(preparation.delivered)
        said.append(Msg("delivers {dose}, deviation {deviation}", dose=delivered, deviation=deviation))
    return joined(said)


def _steps_words(preparation: Preparation) -> Msg:
    """To what the volumes were measured where the protocol states no rounding."""
    exact = [line.exact_ml for line in preparation.lines if line.exact_ml is not None]
    steps = [("0.01", any(one < 1 for one in exact)), ("0.1", any(one >= 1 for one in exact))]
    return joined((of_unit(step, "mL") for step, is_taken in steps if is_taken), AND)


def preparation_codes(prepared: PreparedDoses) -> Codes:
    """(n,) The place of each row's text, from 1; 0 where there is nothing to prepare."""
    return prepared.place.astype(np.int64) + 1


def preparation_columns(prepared: PreparedDoses) -> tuple[Column, Column]:
    """The volume and the containers."""
    if not prepared.preparations:
        return constant("volume_ml", kind=Kind.DECIMAL), constant("containers")
    codes = preparation_codes(prepared)

    containers = ["", *map(containers_text, prepared.preparations)]
    volumes = [None, *(one.drawn_ml for one in prepared.preparations)]
    return decimals("volume_ml", volumes, codes), coded("containers", containers, codes)


def preparation_notes(prepared: PreparedDoses) -> Texts | None:
    """The notes as texts and codes; None where there are none."""
    if not prepared.preparations:
        return None
    return [NOTHING, *(note_text(one) for one in prepared.preparations)], preparation_codes(prepared)
