"""What stands around every page: who may ask, what a form must carry, and the headers of every answer.

Conventions: the server listens on this machine alone, and what arrives is refused unless it names this server as its
host (so that no other site's name leads here), has the session's cookie, and, where it writes, comes from a form of our
own page. GET changes nothing. Nothing is stored by the browser, and nothing is asked of any other machine.

Reference:
    OWASP Cheat Sheets, "Cross-Site Request Forgery Prevention" and "HTTP Headers"; RFC 9110, 15.5.20 (421).
"""

from __future__ import annotations

import asyncio
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from dosecal.web.session import Session, Sessions

    Handler = Callable[["Ask"], Response]

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser says "Origin: null" for a form of our own
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
MOST_BYTES = 64 * 1024
"""How much a form may hold."""
MOST_FIELDS = 200
NOT_OURS = "This address is not the one that dosecal was opened at."


class Ask(Struct):
    """What is asked, by whom: what a page's handler gets.

    Attributes:
        method: ``GET`` or ``POST``.
        path: The path of the address.
        names: What stands in the places of the path.
        query: The query of the address, each name once.
        form: The fields of the form, each name once; empty for GET.
        session: The session.
        is_part: Whether the page's script asks for a part of the page.
    """

    method: str
    path: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    session: Session
    is_part: bool = False


class Refused(Exception):  # noqa: N818 - it is what was refused, and no fault
    """A request that is not answered; carries the status and a sentence."""

    def __init__(self, status: int, words: str) -> None:
        """Keep why."""
        super().__init__(words)
        self.status, self.words = status, words


class Shell:
    """The outermost part of the server: hosts, methods and headers.

    Attributes:
        app: What answers inside of it.
        hosts: The hosts that name this server, each with its port.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        """Stand around an application."""
        self.app = app
        self.hosts = frozenset((f"127.0.0.1:{port}", f"localhost:{port}"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        answer = self.app
        if Headers(scope=scope).getlist("host") not in [[host] for host in self.hosts]:
            answer = PlainTextResponse(NOT_OURS, 421)
        elif scope["method"] not in {"GET", "HEAD", "POST"}:
            answer = PlainTextResponse("Pages are read with GET, and forms sent with POST.", 405)
        await answer(scope, receive, send_with_headers)


class Door:
    """Lets requests in to the handlers of pages.

    Attributes:
        sessions: The sessions.
        cookie: The name of the cookie, which has the port, since a browser sends cookies to every port.
    """

    def __init__(self, sessions: Sessions, port: int, no_session: Callable[[], Response]) -> None:
        """Keep the door.

        Args:
            sessions: The sessions.
            port: The port of the server.
            no_session: Makes the page for whoever has no session.
        """
        self.sessions = sessions
        self.cookie = f"dosecal_{port}"
        self._no_session = no_session

    def enter(self, request: Request) -> Response | None:
        """The answer to the first address: the token becomes a cookie, and goes out of the address; None for others."""
        token = request.query_params.get("token")
        if token is None or request.method != "GET":
            return None
        session = self.sessions.begin(token)
        if session is None:
            return self._no_session()
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self.cookie, session.id, path="/", httponly=True, samesite="strict")
        return answer

    def opens(self, handler: Handler, *, is_watch: bool = False) -> Callable[[Request], object]:
        """An endpoint that lets a request in to a handler, which runs in a thread of its own.

        Args:
            handler: Answers what is asked.
            is_watch: Whether the page asks by itself, so that nobody is there for it.
        """

        async def endpoint(request: Request) -> Response:
            entered = self.enter(request) if request.url.path == "/" else None
            if entered is not None:
                return entered
            session = self.sessions.find(self._cookie_of(request), is_person=not is_watch)
            if session is None:
                return self._no_session()
            try:
                form = await _form_of(request, session) if request.method == "POST" else {}
            except Refused as refused:
                return PlainTextResponse(refused.words, refused.status)
            ask = Ask(
                method=request.method,
                path=request.url.path,
                names=dict(request.path_params),
                query=dict(request.query_params),
                form=form,
                session=session,
                is_part=request.headers.get("x-part") == "1",
            )
            return await run_in_threadpool(handler, ask)

        return endpoint

    def _cookie_of(self, request: Request) -> str:
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(request.headers.get("cookie", ""))
        except CookieError:
            return ""
        return jar[self.cookie].value if self.cookie in jar else ""


async def _form_of(request: Request, session: Session) -> dict[str, str]:
    """The fields of a form of our own.

    Raises:
        Refused: If it comes from elsewhere, or is none.
    """
    _require_own_page(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise Refused(415, "A form is sent as application/x-www-form-urlencoded.")
    try:
        pairs = parse_qsl(
            (await _body_of(request)).decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Refused(400, "The form can't be read with certainty.") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Refused(400, "The form has a field twice.")
    if not session.is_own(form.pop("csrf", "")):
        raise Refused(403, "The form is not one of this session. Go back, read the page again, and send it again.")
    return form


def _require_own_page(request: Request) -> None:
    """See that a form was sent by our own page.

    Raises:
        Refused: If it was not, or nothing says so.
    """
    origins = request.headers.getlist("origin")
    is_same_site = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    if origins != [f"http://{request.headers['host']}"] or not is_same_site:
        raise Refused(403, "The form was not sent by a page of this dosecal.")


async def _body_of(request: Request) -> bytes:
    """The body of a request.

    Raises:
        Refused: If it is too large, or was not sent whole.
    """
    content = bytearray()
    try:
        async with asyncio.timeout(30):
            async for chunk in request.stream():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise Refused(413, "The form is larger than any of ours.")
    except (TimeoutError, ClientDisconnect):
        raise Refused(408, "The form was not sent whole.") from None
    return bytes(content)
