"""Who works in a browser: one session for each cookie, kept in memory and gone when the server ends.

Conventions: initials are as they were typed, and no electronic signature. A session that nothing was asked of for half
an hour covers itself: it shows no page until somebody says again who works here.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from dosecal.model.messages import Msg
from dosecal.model.struct import Struct, field
from dosecal.report.messages.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dosecal.app.study.recording import Preview

TOKEN_BYTES = 32
IDLE = timedelta(minutes=30)
MOST_SESSIONS = 32
MOST_RECEIPTS = 64
ROLES = ("pharmacist", "second pharmacist", "coordinator", "investigator", "monitor")
"""The roles, as the history keeps them."""
ROLE_WORDS = {
    "pharmacist": Msg("pharmacist"),
    "second pharmacist": Msg("second pharmacist"),
    "coordinator": Msg("coordinator"),
    "investigator": Msg("investigator"),
    "monitor": Msg("monitor"),
}


class Session(Struct):
    """One browser.

    Attributes:
        id: The value of its cookie.
        csrf: What each of its forms carries.
        last_seen: When something was last asked for it by a person.
        initials, role: Who works in it, as it was typed; empty until somebody says so.
        language: The language of its pages.
        is_covered: Whether its pages are covered until somebody says who works here.
        checking: The participant and visit whose dose a second person works out here; None for none.
        first_person: The initials of who worked here when the check was opened.
        receipts: What came of each form with a one-time number, so that sending it twice does it once.
        previews: What the person was shown of each recording that is not saved, by its one-time number.
    """

    id: str
    csrf: str
    last_seen: datetime
    initials: str = ""
    role: str = ""
    language: Language = Language.ENGLISH
    is_covered: bool = False
    checking: tuple[str, str] | None = None
    first_person: str = ""
    receipts: dict[str, str] = field(default_factory=dict)
    previews: dict[str, Preview] = field(default_factory=dict)

    @staticmethod
    def new_number() -> str:
        """A one-time number for a form that writes."""
        return secrets.token_urlsafe(16)

    def keep_preview(self, number: str, preview: Preview) -> None:
        """Remember what the person was shown."""
        self.previews[number] = preview
        while len(self.previews) > MOST_RECEIPTS:
            del self.previews[next(iter(self.previews))]

    def keep_receipt(self, number: str, path: str) -> None:
        """Remember where the receipt of a form is, for the same form sent again."""
        self.receipts[number] = path
        while len(self.receipts) > MOST_RECEIPTS:
            del self.receipts[next(iter(self.receipts))]

    def is_own(self, csrf: str) -> bool:
        """Whether a form is one of this session."""
        return hmac.compare_digest(csrf.encode(), self.csrf.encode())


class Sessions:
    """The sessions of a server, and the token that begins one.

    Attributes:
        token: What the first address carries.
    """

    def __init__(self, clock: Callable[[], datetime], idle: timedelta = IDLE) -> None:
        """Begin without any.

        Args:
            clock: Reads the clock.
            idle: After how long a session covers itself of which nothing was asked.
        """
        self._idle = idle
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self._clock = clock
        self._by_id: dict[str, Session] = {}

    def begin(self, token: str) -> Session | None:
        """A new session for whoever has the token; None for any other."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        made = Session(secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES), self._clock())
        self._by_id[made.id] = made
        while len(self._by_id) > MOST_SESSIONS:
            del self._by_id[next(iter(self._by_id))]
        return made

    def find(self, cookie: str, *, is_person: bool) -> Session | None:
        """The session of a cookie, covered where it idled; None where there is none.

        Args:
            cookie: The cookie's value.
            is_person: Whether a person asks, and not the page by itself.
        """
        session = self._by_id.get(cookie)
        if session is None:
            return None
        now = self._clock()
        if now - session.last_seen >= self._idle:
            session.is_covered = True
        if is_person:
            session.last_seen = now
        return session
