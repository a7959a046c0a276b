"""One server's site: the study, whoever works in it, and how a page is made of a view.

Conventions: a page's module makes a view (frozen types, texts as data) and hands it to ``Site.show`` with the name of a
template. The template escapes every text, and fails for a name that is not there. Blinding, covering and an open check
are decided before any handler is asked.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dosecal import __version__
from dosecal.model.messages import Msg
from dosecal.model.problems import ScheduleError
from dosecal.model.struct import Struct
from dosecal.render.as_html import template_environment
from dosecal.render.whole_text import TIED, display_width, unbroken, untied
from dosecal.report.messages.language import Language
from dosecal.web.session import ROLE_WORDS, Sessions
from dosecal.web.words import Speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from jinja2 import Environment

    from dosecal.web.session import Session
    from dosecal.web.shell import Ask
    from dosecal.web.study import OpenStudy, Plan

_NO_BREAK = "\N{NO-BREAK SPACE}"
_LONGEST_WHOLE = 32
PAGES: tuple[tuple[str, str, Msg], ...] = (
    ("today", "/today", Msg("Today")),
    ("dose", "/dose", Msg("Dose")),
    ("calendar", "/calendar", Msg("Calendar")),
    ("everybody", "/everybody", Msg("Everybody")),
    ("participants", "/participants", Msg("Participants")),
    ("protocol", "/protocol", Msg("Protocol")),
    ("history", "/history", Msg("History")),
)
"""The pages of the menu: name, address and words."""


class StudyMark(Struct, frozen=True):
    """Which study a page is of, so that a paper with it can be laid to its protocol again."""

    study: str
    version: str
    digest: str


class Route(Struct, frozen=True):
    """An address and what answers there.

    Attributes:
        path: The address, with places in braces.
        handler: What answers.
        is_form: Whether forms are sent there; else it is read.
        tells_doses: Whether it tells what a blinded session may not know.
        is_of_check: Whether it answers while a second person works a dose out.
        is_of_session: Whether it answers without a study, and while the page is covered.
        is_watch: Whether the page asks it by itself.
    """

    path: str
    handler: Callable[[Site, Ask], Response]
    is_form: bool = False
    tells_doses: bool = False
    is_of_check: bool = False
    is_of_session: bool = False
    is_watch: bool = False


class Site:
    """What answers requests.

    Attributes:
        sessions: The sessions.
        study: The open study; None until one is opened.
        end: Ends the server.
        clock: Reads the clock.
        home: The folder in which new study folders are made.
    """

    def __init__(
        self,
        sessions: Sessions,
        study: OpenStudy | None,
        end: Callable[[], None],
        clock: Callable[[], datetime],
        home: Path,
    ) -> None:
        """Make a site."""
        self.sessions = sessions
        self.study = study
        self.end = end
        self.clock = clock
        self.home = home
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def scratch(self) -> Path:
        """A folder that is gone when the server ends."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="dosecal-")
        return Path(self._scratch.name)

    def clean(self) -> None:
        """Take away what was made for this run alone."""
        if self._scratch is not None:
            self._scratch.cleanup()

    @property
    def opened(self) -> OpenStudy:
        """The open study, where a route has seen to it that there is one.

        Raises:
            LookupError: If none is open: a fault of the program.
        """
        if self.study is None:
            message = "no study is open"
            raise LookupError(message)
        return self.study

    def plan(self) -> Plan:
        """The plan of the open study.

        Raises:
            ScheduleError: With every problem of its files.
        """
        return self.opened.plan()

    def answer(self, route: Route, ask: Ask) -> Response:
        """What a route answers, once all that stands before a page has been seen to."""
        before = None if route.is_of_session else self._before(route, ask)
        if before is not None:
            return before
        try:
            if route.tells_doses and self.plan().is_blinded:
                return self.show(ask, "blinded.html", title=Msg("No dose in the blinded view"), nav="dose", status=403)
            return route.handler(self, ask)
        except ScheduleError as error:
            return self.refuse(ask, error)

    def _before(self, route: Route, ask: Ask) -> Response | None:
        """What stands before a page: its cover, no study, nobody who may know arms, an open check; None for none."""
        session = ask.session
        if session.is_covered:
            return self.show(ask, "cover.html", {"roles": ROLE_WORDS}, Msg("Who works here?"), status=403)
        if self.study is None:
            return RedirectResponse("/open", 303)
        if not session.initials and self.study.tells_arms:
            return RedirectResponse("/who", 303)
        if session.checking is not None and not route.is_of_check:
            return self.show(ask, "checking.html", {"checking": session.checking}, Msg("A check is open"), status=403)
        return None

    def speaker(self, ask: Ask) -> Speaker:
        """Who says a page in the language of its session, with what the study's trial says in it."""
        language = ask.session.language
        return Speaker(language, () if self.study is None else self.study.catalogues(language))

    def refuse(self, ask: Ask, error: ScheduleError, status: int = 422) -> Response:
        """The page of what is wrong with the files."""
        from dosecal.web.problems import shown_problems  # noqa: PLC0415 - it shows the site's own files

        view = {"problems": shown_problems(self.study, error.problems)}
        return self.show(ask, "refused.html", view, Msg("The files can't be read"), nav="protocol", status=status)

    def show(
        self,
        ask: Ask,
        template: str,
        view: Mapping[str, object] | None = None,
        title: Msg | None = None,
        nav: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """A page.

        Args:
            ask: What was asked.
            template: The name of its template.
            view: What the template shows.
            title: Its title; None for a part of a page.
            nav: The name of the page in the menu; empty for none.
            status: The status of the answer.
        """
        speaker = self.speaker(ask)
        shared = {
            "t": speaker.t,
            "say": speaker,
            "term": speaker.term,
            "day": speaker.day,
            "short_day": speaker.short_day,
            "plain_day": speaker.plain_day,
            "speaker": speaker,
            "lang": speaker.language.value,
            "title": title,
            "nav": nav,
            "frame": self._frame(ask.session),
            "session": ask.session,
            "path": ask.path if ask.method == "GET" else "/",
        }
        text = environment().get_template(template).render({**shared, **(view or {})})
        return HTMLResponse(text, status)

    def _frame(self, session: Session) -> dict[str, object]:
        """What stands around every page."""
        study, mark = self.study, None
        is_blinded, tells_arms, digest = False, False, ""
        if study is not None:
            with suppress(ScheduleError):
                digest = study.files().digest[:12]
        if study is not None and not session.is_covered:
            with suppress(ScheduleError):
                protocol = study.protocol()
                mark = StudyMark(protocol.study, protocol.version, protocol.digest)
                is_blinded = protocol.is_masked
                tells_arms = protocol.is_blinded and study.is_unblinded
        return {
            "mark": mark,
            "pages": PAGES,
            "is_blinded": is_blinded,
            "is_unblinded": tells_arms,
            "is_read_only": study is not None and study.is_read_only,
            "is_example": study is not None and study.is_example,
            "is_open": study is not None,
            "now": None if study is None else study.moment,
            "as_of": None if study is None else study.as_of,
            "folder": "" if study is None else study.shown_name,
            "digest": digest,
            "program": f"dosecal {__version__}",
            "languages": [(one.value, one.own_name) for one in Language],
            "role": ROLE_WORDS.get(session.role),
        }


def template_text(name: str) -> str:
    """A file of the folder ``templates``."""
    return resources.files("dosecal.web").joinpath("templates", name).read_text(encoding="utf-8")


def whole(text: str) -> Markup:
    """The text, escaped, with a mark around what no line breaks in: number and unit, a date, an id with hyphens.

    What is longer than a narrow page is left to break: a sentence without blanks is one word to the eye of this.
    """
    span = Markup('<span class="whole">{}</span>')
    words = []
    for word in unbroken(str(text)).split(" "):
        plain = untied(word)
        is_whole = (TIED in word or _is_hyphened(word)) and display_width(plain) <= _LONGEST_WHOLE
        words.append(span.format(plain) if is_whole else escape(untied(word.replace(TIED, _NO_BREAK))))
    return Markup(" ").join(words)


def _is_hyphened(word: str) -> bool:
    """Whether a word is an id that a line could break after a hyphen."""
    return "-" in word.strip("-")


@cache
def environment() -> Environment:
    """The template engine."""
    return template_environment(template_text, {"w": whole, "first_up": lambda text: text[:1].upper() + text[1:]})
