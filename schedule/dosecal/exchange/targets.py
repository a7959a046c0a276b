"""The table of all targets of an export.

Conventions: a target's module imports heavy libraries only when it makes a file, so that the list comes quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.exchange import (
    calendar_csv,
    calendar_files,
    edc_visits,
    fhir,
    fhir_plan,
    labkey,
    mapped_csv,
    redcap_project,
    redcap_records,
    sdtm,
    usdm,
)

if TYPE_CHECKING:
    from dosecal.exchange.preset import Preset

TARGETS: tuple[Preset, ...] = (
    *calendar_files.PRESETS,
    *calendar_csv.PRESETS,
    *redcap_project.PRESETS,
    *redcap_records.PRESETS,
    *edc_visits.PRESETS,
    *labkey.PRESETS,
    *fhir.PRESETS,
    *fhir_plan.PRESETS,
    *usdm.PRESETS,
    *sdtm.PRESETS,
    *mapped_csv.PRESETS,
)
"""Every target, in the order of the list."""


def find_target(name: str) -> Preset | None:
    """The target of a name; None where there is none."""
    return next((target for target in TARGETS if target.name == name), None)
