"""A protocol and a site file to judged start dates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from dosecal import __version__
from dosecal.load.doses.fact_texts import read_facts
from dosecal.model.problems import Problem, SiteError, Source, expected_got
from dosecal.model.struct import Struct
from dosecal.planning.starts import judge_starts, plan_candidates
from dosecal.render.as_terminal import PLAIN, Look
from dosecal.render.sinks import open_sink
from dosecal.report.tables.starts import conditional_visits, starts_json, starts_table
from dosecal.workflow.protocols import load_for_planning, require_one_of
from dosecal.workflow.sites import load_sites
from dosecal.workflow.store import open_output
from dosecal.workflow.table_output import write_rows

if TYPE_CHECKING:
    from io import RawIOBase

    from dosecal.load.sites.site_calendars import SiteBook
    from dosecal.model.protocol import Protocol
    from dosecal.model.starts import StartDates
    from dosecal.model.timing import Horizon

MOST_STARTS = 3_700
"""How many days can be asked for at once: ten years."""


class StartsRequest(Struct, frozen=True):
    """What is asked of the start dates.

    Attributes:
        protocol: The name of the protocol.
        sites: The name of the site file.
        first: The first start, in days since 1970-01-01.
        last: The last start.
        arm: The id of an arm; None for all together.
        site: The name of a site; None where the file has one alone.
        form: ``table``, ``csv`` or ``json``.
        most: How many starts are written, the best ones; None for all.
        output: The name of the output; None for standard output.
        force: Whether a file that is there already may be replaced.
        width: The terminal's width; None for no terminal.
        look: The columns that are asked for, and whether the terminal has colours.
        as_of: The day of the answer, as an ISO date, for JSON.
        horizon: How far cycles are planned that go on until something happens; None for none given.
        facts: What is known of the subject, such as ``sex=F``.
    """

    protocol: str
    sites: str
    first: int
    last: int
    arm: str | None
    site: str | None
    form: str
    most: int | None = None
    output: str | None = None
    force: bool = False
    width: int | None = None
    look: Look = PLAIN
    as_of: str = ""
    horizon: Horizon | None = None
    facts: tuple[str, ...] = ()


class StartsOutcome(Struct, frozen=True):
    """What came of it.

    Attributes:
        judged: How many starts were judged.
        fitting: How many of them break nothing.
        not_judged: The ids of the visits that a start alone doesn't date.
        conditional: The ids of the visits that are judged although it is not known whether the subject has them or
            their dose, and what they depend on.
        warnings: What can't be known of the site's days.
    """

    judged: int
    fitting: int
    not_judged: tuple[str, ...]
    conditional: tuple[tuple[str, str], ...]
    warnings: tuple[Problem, ...]


def write_starts(request: StartsRequest) -> StartsOutcome:
    """Judge the start dates of a span and write them, best first.

    Raises:
        ScheduleError: If the protocol, the site file or the output is refused, or the arm or site doesn't exist.
    """
    protocol = load_for_planning(request.protocol, request.horizon)
    arms = _arms(protocol, request.arm)
    book = _one_site(load_sites(request.sites), request.site)
    starts = np.arange(request.first, request.last + 1).astype("datetime64[D]")
    facts = read_facts(request.facts, protocol, {"site": book.names[0]})
    candidates = plan_candidates(protocol, starts, arms, facts)
    judged = judge_starts(protocol, candidates, 0, book.covering(*candidates.span))
    with open_output(request.output, force=request.force, for_people=request.form == "table") as stream:
        _write(request, judged, protocol, book.names[0], arms, stream)
    return StartsOutcome(
        len(judged),
        int(np.count_nonzero((judged.doses_closed == 0) & (judged.visits_broken == 0))),
        tuple(protocol.visits[place].id for place in judged.not_judged),
        tuple(conditional_visits(judged, protocol)),
        tuple(book.warnings),
    )


def _write(
    request: StartsRequest, judged: StartDates, protocol: Protocol, site: str, arms: tuple[int, ...], stream: RawIOBase
) -> None:
    most = len(judged) if request.most is None else request.most
    if request.form != "json":
        sink = open_sink(request.form, stream, bom=False, width=request.width, look=request.look)
        write_rows(sink, starts_table(judged, protocol, site, arms).first(most), request.output)
        sink.close()
        return
    whole = {
        "study": protocol.study,
        "protocol_version": protocol.version,
        "protocol_sha256": protocol.digest,
        "program_version": __version__,
        "as_of": request.as_of,
        "site": site,
        "arms": [protocol.arms[arm].id for arm in arms],
        "visits_not_judged": [protocol.visits[place].id for place in judged.not_judged],
        "facts": list(request.facts),
        "visits_with_open_conditions": [
            {"visit": visit, "if": condition} for visit, condition in conditional_visits(judged, protocol)
        ],
        "starts": starts_json(judged, protocol, arms)[:most],
    }
    stream.write((json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode())


def _arms(protocol: Protocol, arm: str | None) -> tuple[int, ...]:
    known = [one.id for one in protocol.arms]
    if arm is None:
        return tuple(range(len(known)))
    require_one_of(arm, known, protocol, "L004", "--arm")
    return (known.index(arm),)


def _one_site(book: SiteBook, site: str | None) -> SiteBook:
    known = ", ".join(book.names)
    if site is None and len(book.names) > 1:
        _refuse_site(book, f"expected the name of one site ({known}), got none")
    if site is not None and site not in book.names:
        _refuse_site(book, expected_got(f"one of the sites of the file ({known})", site))
    return book.only(book.names[0] if site is None else site)


def _refuse_site(book: SiteBook, message: str) -> NoReturn:
    raise SiteError((Problem(Source(book.file), "S108", "--site", message),))
