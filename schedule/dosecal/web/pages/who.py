"""Who works here, in which language; the help page; the end of the server; and what the page asks by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from dosecal.app.study.noting import OPENED_UNBLINDED, Noted, note
from dosecal.app.study.recordings import Person, Role
from dosecal.model.messages import Msg
from dosecal.model.problems import ScheduleError
from dosecal.model.regex import regex
from dosecal.report.messages.language import Language
from dosecal.web.session import ROLE_WORDS, ROLES
from dosecal.web.words import Speaker

if TYPE_CHECKING:
    from starlette.responses import Response

    from dosecal.web.session import Session
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site

_INITIALS = regex(r"[^\W\d_]{1,6}", re.UNICODE)
EXPECTED_INITIALS = Msg("initials of 1 to 6 letters, such as MG")
EXPECTED_ROLE = Msg("a role")


def show_first(site: Site, ask: Ask) -> Response:
    """The first page: of the problems where there are some, else today."""
    del ask
    site.plan()
    return RedirectResponse("/today", 303)


def show_who(site: Site, ask: Ask) -> Response:
    """The page that asks who works here."""
    return site.show(ask, "who.html", {"roles": ROLE_WORDS, "missing": ()}, Msg("Who works here?"))


def is_initials(text: str) -> bool:
    """Whether a text is somebody's initials."""
    return _INITIALS.fullmatch(text) is not None


def say_who(site: Site, ask: Ask) -> Response:
    """Take who works here."""
    initials, role = ask.form.get("initials", "").strip(), ask.form.get("role", "")
    missing = []
    if not is_initials(initials):
        missing.append(("initials", EXPECTED_INITIALS))
    if role not in ROLES:
        missing.append(("role", EXPECTED_ROLE))
    if missing:
        return site.show(
            ask, "who.html", {"roles": ROLE_WORDS, "missing": tuple(missing)}, Msg("Who works here?"), status=422
        )
    ask.session.initials, ask.session.role = initials.upper(), role
    ask.session.is_covered = False
    return RedirectResponse("/" if _noted(site, ask.session) else "/history", 303)


def _noted(site: Site, session: Session) -> bool:
    """Whether it is on record that somebody works here who may know the arms of a blinded trial, where that is so.

    Where the history waits for a decision, or can't be written, it is not, and the page of the history says why.
    """
    study = site.study
    if study is None or not study.tells_arms or study.is_read_only:
        return True
    person = Person(session.initials, Role(session.role))
    try:
        note(study.folder, Noted(OPENED_UNBLINDED, "opened unblinded"), person, study.moment)
    except ScheduleError:
        return False
    return True


def set_language(site: Site, ask: Ask) -> Response:
    """Take the language, and go back to where it was asked for."""
    del site
    if ask.form.get("language", "") in {one.value for one in Language}:
        ask.session.language = Language(ask.form["language"])
    return RedirectResponse(_own_path(ask.form.get("back", "/")), 303)


def _own_path(path: str) -> str:
    """A path of our own; the first page for any other address."""
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_own else "/"


def close(site: Site, ask: Ask) -> Response:
    """End the server."""
    site.end()
    speaker = Speaker(ask.session.language)
    return PlainTextResponse(speaker.t("dosecal has ended. You may close this window."))


def show_why(site: Site, ask: Ask) -> Response:
    """The help page."""
    return site.show(ask, "why.html", title=Msg("Words, units and blinding"))


def is_alive(site: Site, ask: Ask) -> Response:
    """What the page asks every few seconds: whether the files are those that it shows, and whether it is covered."""
    study = site.study
    if study is None:
        return JSONResponse({"digest": "", "covered": False, "words": ""})
    try:
        files = study.files()
    except ScheduleError:
        return JSONResponse({"digest": "-", "covered": ask.session.is_covered, "words": ""})
    return JSONResponse(
        {
            "digest": files.digest[:12],
            "covered": ask.session.is_covered,
            "words": study.change_words(files, Speaker(ask.session.language)),
        }
    )
