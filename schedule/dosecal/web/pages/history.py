"""The page of the history: whether the chain holds, what came from outside, and every entry.

Conventions: entries are shown as ``dosecal history`` shows them, so that a blinded session sees nothing here that it
may not see elsewhere. An entry that was not carried out is asked about, and decided by a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from dosecal.app.study.history_view import chosen, history_table
from dosecal.app.study.recordings import Person, Role
from dosecal.app.study.settling import carry_out_open_entry, explain, history_state, withdraw_open_entry
from dosecal.model.messages import Msg
from dosecal.model.struct import Struct
from dosecal.render.as_csv import csv_header, csv_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dosecal.app.study.history import Entry, Gap
    from dosecal.app.study.settling import HistoryState
    from dosecal.web.shell import Ask
    from dosecal.web.site import Site

AT_ONCE = 50
"""How many entries stand on a page."""


class HistoryView(Struct, frozen=True):
    """What the page shows.

    Attributes:
        state: How the history stands.
        rows: The entries on this page, newest first, each by the names of its columns.
        count: How many entries there are in all.
        chosen: How many of them are about what was asked for.
        before: The number below which the next page begins; 0 for no further page.
        subject, kind: What was asked for; empty for all.
        subjects, kinds: What may be asked for.
        outside: The changes from outside that nobody has explained.
        last: The digest of the last entry; empty for none.
    """

    state: HistoryState
    rows: tuple[Mapping[str, str], ...]
    count: int
    chosen: int
    before: int
    subject: str
    kind: str
    subjects: tuple[str, ...]
    kinds: tuple[str, ...]
    outside: tuple[Gap, ...]
    last: str

    @staticmethod
    def moment(text: str) -> datetime:
        """The moment of an entry."""
        return datetime.fromisoformat(text)


def history_view(site: Site, ask: Ask) -> HistoryView:
    """What the page shows."""
    study = site.opened
    state = history_state(study.folder)
    entries = state.history.entries
    subject, kind = ask.query.get("subject", ""), ask.query.get("kind", "")
    own = _chosen(entries, subject, kind)
    asked = ask.query.get("before", "")
    below = int(asked) if asked.isascii() and asked.isdigit() else len(entries) + 1
    shown = [one for one in own if one.n < below][-AT_ONCE:]
    rows = list(history_table(shown, study.folder, unblinded=study.is_unblinded).records())
    older = bool(shown) and any(one.n < shown[0].n for one in own)
    return HistoryView(
        state=state,
        rows=tuple(reversed(rows)),
        count=len(entries),
        chosen=len(own),
        before=shown[0].n if older else 0,
        subject=subject,
        kind=kind,
        subjects=tuple(sorted({one.subject for one in entries if one.subject})),
        kinds=tuple(sorted({one.kind for one in entries})),
        outside=tuple(gap for gap in state.outside if not gap.explained_by),
        last="" if state.history.last is None else state.history.last.digest,
    )


def _chosen(entries: Sequence[Entry], subject: str, kind: str) -> tuple[Entry, ...]:
    return chosen(entries, subject or None, kind or None)


def show_history(site: Site, ask: Ask) -> Response:
    """The page of the history."""
    view = history_view(site, ask)
    return site.show(ask, "history.html", {"view": view}, Msg("History"), nav="history")


def history_csv(site: Site, ask: Ask) -> Response:
    """The history as CSV, as the command writes it."""
    study = site.opened
    entries = _chosen(
        history_state(study.folder).history.entries, ask.query.get("subject", ""), ask.query.get("kind", "")
    )
    table = history_table(entries, study.folder, unblinded=study.is_unblinded)
    content = csv_header(table) + b"".join(csv_rows(table))
    headers = {"Content-Disposition": 'attachment; filename="history.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


def settle(site: Site, ask: Ask) -> Response:
    """Carry out or take back an entry that was not carried out, or explain a change from outside."""
    study, session = site.opened, ask.session
    if study.is_read_only:
        return site.show(ask, "read_only.html", title=Msg("Read only"), nav="history", status=403)
    if not session.initials:
        return RedirectResponse("/who", 303)
    person = Person(session.initials, Role(session.role))
    act = ask.form.get("act", "")
    if act == "carry out":
        carry_out_open_entry(study.folder, study.moment)
    elif act == "withdraw":
        withdraw_open_entry(study.folder, person, study.moment)
    elif act == "explain":
        explain(study.folder, ask.form.get("file", ""), ask.form.get("reason", ""), person, study.moment)
    return RedirectResponse("/history", 303)
