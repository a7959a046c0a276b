"""Loads USDM files with usdm4, in an environment of its own, and prints what it makes of them, as JSON.

Run by its Python with the names of the files; ``--rules`` has its rules of conformance tried on them, too.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from simple_error_log.errors import Errors
from usdm4 import USDM4
from usdm4.expander.expander import Expander

_SECONDS_A_DAY = 86_400


def _read(reader: USDM4, name: str, *, with_rules: bool) -> dict[str, Any]:
    """What the reader says of a file: its errors, and each timeline's visits with the days that it expands them to."""
    errors = Errors()
    wrapper = reader.load(name, errors)
    if wrapper is None:
        return {"errors": errors.dump(Errors.DEBUG)}
    (version,) = wrapper.study.versions
    (design,) = version.studyDesigns
    timelines = {}
    for timeline in design.scheduleTimelines:
        expander = Expander(design, timeline, errors)
        expander.process()
        # the visit's own name is kept by nothing else than the instance
        days = [(node._sai.name, node.tick / _SECONDS_A_DAY) for node in expander.nodes]  # noqa: SLF001
        timelines[timeline.name] = days
    found: dict[str, Any] = {"errors": [], "timelines": timelines, "main": design.main_timeline().name}
    if errors.count():
        found["errors"] = errors.dump(Errors.DEBUG)
    if with_rules:
        tried = reader.validate(name).to_dict()
        found["rules"] = sorted({one["rule_id"] for one in tried if one["status"] in {"Failure", "Exception"}})
    return found


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--rules"]
    usdm = USDM4()
    print(json.dumps({name: _read(usdm, name, with_rules="--rules" in sys.argv) for name in names}))  # noqa: T201
