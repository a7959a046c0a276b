"""The first run: look around in a shipped trial, open a folder, or make one.

Conventions: a browser can't hand over a folder, so that a folder is opened by the command. A shipped trial is opened as
a copy of which nothing is kept. A new folder is made below the folder in which the command was started, by a name of
letters, digits, dots and hyphens alone; nothing is written over.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from dosecal.app.files.sources import EXAMPLES, protocol_folder, shipped_examples, shipped_studies
from dosecal.app.study.new_study import EMPTY, new_study
from dosecal.app.study.study_folder import ACTUALS, LEVELS, LOTS, SITES, SUBJECTS, WEIGHTS
from dosecal.model.messages import Msg
from dosecal.model.problems import ScheduleError
from dosecal.model.regex import regex
from dosecal.web.study import OpenStudy

if TYPE_CHECKING:
    from starlette.responses import Response

    from dosecal.web.shell import Ask
    from dosecal.web.site import Site

_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TABLES = {
    SUBJECTS: "-subjects.csv",
    WEIGHTS: "-weights.csv",
    LEVELS: "-levels.csv",
    LOTS: "-lots.csv",
    ACTUALS: "-actuals.csv",
    SITES: "-sites.yml",
}
"""The end of the name of each shipped table beside its protocol, by the name that it has in a folder."""


def show_open(site: Site, ask: Ask) -> Response:
    """The page that asks for a study."""
    if site.study is not None:
        return RedirectResponse("/", 303)
    return _page(site, ask)


def _page(site: Site, ask: Ask, name: str = "", error: Msg | None = None) -> Response:
    shown = {
        "trials": (*shipped_studies(), *shipped_examples()),
        "home": str(site.home),
        "name": name,
        "error": error,
        "empty": EMPTY,
    }
    return site.show(ask, "first.html", shown, Msg("Open a study"), status=200 if error is None else 422)


def look_around(site: Site, ask: Ask) -> Response:
    """Open a copy of a shipped trial, with its invented participants."""
    trial = ask.form.get("trial", "")
    if site.study is not None or trial not in {*shipped_studies(), *shipped_examples()}:
        return RedirectResponse("/", 303)
    folder = site.scratch()
    source = protocol_folder() / f"{trial}.yaml"
    shutil.copyfile(source, folder / "protocol.yaml")
    stem = trial.removeprefix(f"{EXAMPLES}/")
    for name, ending in _TABLES.items():
        table = protocol_folder() / EXAMPLES / f"{stem}{ending}"
        if table.is_file():
            shutil.copyfile(table, folder / name)
    site.study = OpenStudy(folder, site.clock, is_example=True, shown_name=trial)
    return RedirectResponse("/", 303)


def make_folder(site: Site, ask: Ask) -> Response:
    """Make a study folder and open it."""
    name, source = ask.form.get("name", "").strip(), ask.form.get("source", "")
    if site.study is not None:
        return RedirectResponse("/", 303)
    if _NAME.fullmatch(name) is None:
        return _page(
            site, ask, name, Msg("a name of letters, digits, dots and hyphens, such as {example}", example="atmp-7")
        )
    if source not in {EMPTY, *shipped_studies(), *shipped_examples()}:
        return _page(site, ask, name, Msg("what to begin with"))
    folder = site.home / name
    try:
        new_study(source, str(folder), site.clock(), ask.session.initials, ask.session.role)
    except ScheduleError as error:
        return site.refuse(ask, error)
    site.study = OpenStudy(folder, site.clock)
    return RedirectResponse("/protocol", 303)
