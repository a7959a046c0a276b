"""Seconds a subject-visit of clinicedc's visit arithmetic; run by an interpreter that has clinicedc installed."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

OFFSETS = (0, 3, 6, 10, 14, 21, 28, 90, 180)
SUBJECTS = 1_000


def main() -> None:
    """Print the seconds for one date of one visit, windows included, as the library works them out."""
    from django.conf import settings  # noqa: PLC0415 - Django wants its settings first

    settings.configure(USE_TZ=True, TIME_ZONE="UTC")
    from dateutil.relativedelta import relativedelta  # noqa: PLC0415 - see above
    from edc_visit_schedule.schedule.visit_collection import VisitCollection  # noqa: PLC0415
    from edc_visit_schedule.visit import Visit  # noqa: PLC0415

    for module in list(sys.modules.values()):
        # the site's zone comes from a web request there; a fixed one is quicker
        if hasattr(module, "get_multisite_timezone"):
            vars(module)["get_multisite_timezone"] = lambda *_: "UTC"
    visits = VisitCollection()
    for place, offset in enumerate(OFFSETS):
        visit = Visit(
            code=f"D{offset:03d}",
            timepoint=place,
            rbase=relativedelta(days=offset),
            rlower=relativedelta(days=0),
            rupper=relativedelta(days=0),
            facility_name="clinic",
        )
        visits.update(**{visit.code: visit})
    first = datetime(2020, 1, 27, tzinfo=ZoneInfo("UTC"))
    starts = [first + timedelta(days=subject) for subject in range(SUBJECTS)]
    visits.timepoint_dates(first)
    begun = time.perf_counter()
    for start in starts:
        visits.timepoint_dates(start)
    print((time.perf_counter() - begun) / (SUBJECTS * len(OFFSETS)))


if __name__ == "__main__":
    main()
