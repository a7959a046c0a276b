"""The public face of dosecal: its version, ``load_protocol`` and ``plan``; ``python -m dosecal`` is the command line.

Nothing is imported before it is asked for, so that ``import dosecal`` costs next to nothing and a worker process pays
only for what it calls.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schedule.model.problems import (
        CohortError,
        OutputError,
        PlanError,
        Problem,
        ProtocolError,
        ScheduleError,
        SiteError,
    )
    from schedule.workflow import Plan, load_protocol, plan

    __version__: str

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
]
_FROM_WORKFLOW = ("Plan", "load_protocol", "plan")


def __getattr__(name: str) -> object:
    """The named part of the public face, fetched at its first use.

    Raises:
        AttributeError: If the public face has no such part.
    """
    if name == "__version__":
        return import_module("schedule").__version__
    if name in __all__:
        home = "schedule.workflow" if name in _FROM_WORKFLOW else "schedule.model.problems"
        return getattr(import_module(home), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """The names of the public face, for completion."""
    return sorted(__all__)


if __name__ == "__main__":
    import_module("cli").main()
