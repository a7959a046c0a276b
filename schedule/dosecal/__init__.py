"""From a protocol file and a list of subjects to doses and visit calendars: the public face of dosecal.

``load_protocol``, ``plan`` and ``table_schema`` are for programs; ``python -m dosecal`` is the command line. The rooms
follow the way of the data: ``load``, ``model``, ``planning``, ``report``, ``render``; ``app`` puts them together.

Nothing is imported before it is asked for, so that ``import dosecal`` costs next to nothing and a worker process pays
only for what it calls.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dosecal.app.cohort.frames import Plan, plan
    from dosecal.app.composition.protocols import load_protocol
    from dosecal.model.problems import (
        CohortError,
        OutputError,
        PlanError,
        Problem,
        ProtocolError,
        ScheduleError,
        SiteError,
    )
    from dosecal.report.tables.schemas import table_schema

__version__ = "0.1.0"

__all__ = [
    "CohortError",
    "OutputError",
    "Plan",
    "PlanError",
    "Problem",
    "ProtocolError",
    "ScheduleError",
    "SiteError",
    "__version__",
    "load_protocol",
    "plan",
    "table_schema",
]
_HOMES = {
    **dict.fromkeys(("Plan", "plan"), "dosecal.app.cohort.frames"),
    "load_protocol": "dosecal.app.composition.protocols",
    "table_schema": "dosecal.report.tables.schemas",
}


def __getattr__(name: str) -> object:
    """The named part of the public face, fetched at its first use.

    Raises:
        AttributeError: If the public face has no such part.
    """
    if name in __all__:
        return getattr(import_module(_HOMES.get(name, "dosecal.model.problems")), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """The names of the public face, for completion."""
    return sorted(__all__)
