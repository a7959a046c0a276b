"""The verb that looks for days to start on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import numpy as np
import typer

from dosecal.app.composition.closed_days import load_sites
from dosecal.app.composition.protocols import load_for_planning, require_one_of
from dosecal.app.files.output import write_whole
from dosecal.app.files.table_rows import write_table
from dosecal.app.options.inputs import HorizonText, OneSite, ProtocolName, parsed_horizon
from dosecal.app.options.outputs import ColumnNames, Force, OutputName, output_of
from dosecal.app.options.speech import json_text, made_json, option, protocol_json, read, refuse, say, say_found
from dosecal.load.doses.fact_texts import read_facts
from dosecal.model.counts import counted
from dosecal.model.days import read_date
from dosecal.model.problems import Problem, SiteError, Source, expected_got
from dosecal.model.struct import Struct
from dosecal.planning.starts import judge_starts, plan_candidates
from dosecal.report.tables.starts import conditional_visits, starts_json, starts_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dosecal.load.sites.site_calendars import SiteBook
    from dosecal.model.protocol import Protocol
    from dosecal.model.starts import StartDates
    from dosecal.model.timing import Horizon

MOST_STARTS = 3_700
"""How many days can be asked for at once: ten years."""


def starts(
    context: typer.Context,
    name: ProtocolName,
    sites: Annotated[str, option("--sites", "FILE", "YAML of sites with their closed days.")],
    first: Annotated[str, option("--from", "DATE", "The first start date to look at.")],
    last: Annotated[str, option("--to", "DATE", "The last start date to look at.")],
    arm: Annotated[str | None, option("--arm", "ARM", "One arm, by its id; without it, all arms together.")] = None,
    site: OneSite = None,
    facts: Annotated[
        list[str] | None,
        option("--fact", "NAME=VALUE", "A fact of the subject that conditions ask for, such as sex=F or age=49."),
    ] = None,
    most: Annotated[int | None, typer.Option("--best", metavar="N", min=1, help="The N best alone.")] = None,
    horizon: HorizonText = None,
    output: OutputName = None,
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="How they are written.")] = "table",
    columns: ColumnNames = None,
    force: Force = False,
) -> None:
    """Find the start dates that keep every dose on an open day and every visit inside its window, best first.

    The others follow with what each breaks. The order: doses on closed days, visits without an open day, visits off
    their target, days off target in all, and the earlier date; fewer come first. A visit or dose whose condition is
    false by the facts that are given is not looked at; one that depends on a fact that is not given is judged, and
    named.

    \b
    Examples:
      dosecal starts NCT04611256 --sites sites.yaml --from 2026-01-01 --to 2026-12-31
      dosecal starts onc-101.yaml --sites sites.yaml --site CDMX-01 --arm active --from 2026-03-01 --to 2026-03-31
      dosecal starts onc-101.yaml --sites sites.yaml --from 2026-03-01 --to 2026-05-31 --best 10 --format csv
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    start, end = read("--from", first, read_date, "C104"), read("--to", last, read_date, "C104")
    if start > end:
        refuse("--to", "the last start date is before the first")
    if end - start >= MOST_STARTS:
        refuse("--to", f"at most {MOST_STARTS:,} start dates at once")
    where = output_of(output, form, columns, force=force)
    asked = Starts.judged(
        name, sites, (start, end), arm=arm, site=site, facts=facts or (), horizon=parsed_horizon(horizon)
    )
    shown = len(asked.dates) if most is None else most
    if form == "json":
        write_whole(json_text(asked.json(shown, made_json(context.obj))), output, force=force)
    else:
        write_table(starts_table(asked.dates, asked.protocol, asked.site, asked.arms).first(shown), where)
    say_found(asked.warnings)
    if asked.not_judged:
        say(f"not judged, since a start alone doesn't date them: {', '.join(asked.not_judged)}")
    if asked.conditional:
        told = "; ".join(f"{visit} ({condition})" for visit, condition in asked.conditional)
        say(f"judged as if the subject had them, since their conditions are not known: {told}")
    say(f"{counted(len(asked.dates), 'start date')}; {asked.fitting:,} keep every dose and visit")


class Starts(Struct, frozen=True):
    """Start dates, judged at one site.

    Attributes:
        protocol: The protocol.
        site: The name of the site.
        arms: The places of the arms.
        facts: What is known of the subject, such as ``sex=F``.
        dates: The start dates with what each breaks, best first.
        warnings: What can't be known of the site's days.
    """

    protocol: Protocol
    site: str
    arms: tuple[int, ...]
    facts: tuple[str, ...]
    dates: StartDates
    warnings: tuple[Problem, ...]

    @classmethod
    def judged(
        cls,
        protocol: str,
        sites: str,
        span: tuple[int, int],
        *,
        arm: str | None = None,
        site: str | None = None,
        facts: Sequence[str] = (),
        horizon: Horizon | None = None,
    ) -> Starts:
        """Judge the start dates of a span.

        Args:
            protocol: The name of the protocol.
            sites: The name of the site file.
            span: The first and the last start, in days since 1970-01-01.
            arm: The id of an arm; None for all together.
            site: The name of a site; None where the file has one alone.
            facts: What is known of the subject, such as ``sex=F``.
            horizon: How far cycles are planned that go on until something happens; None for none given.

        Raises:
            ScheduleError: If the protocol or the site file is refused, or the arm or site doesn't exist.
        """
        loaded = load_for_planning(protocol, horizon)
        arms = _arms(loaded, arm)
        book = _one_site(load_sites(sites), site)
        days = np.arange(span[0], span[1] + 1).astype("datetime64[D]")
        candidates = plan_candidates(loaded, days, arms, read_facts(facts, loaded, {"site": book.names[0]}))
        dates = judge_starts(loaded, candidates, 0, book.covering(*candidates.span))
        return cls(loaded, book.names[0], arms, tuple(facts), dates, tuple(book.warnings))

    @property
    def fitting(self) -> int:
        """How many of them break nothing."""
        return int(np.count_nonzero((self.dates.doses_closed == 0) & (self.dates.visits_broken == 0)))

    @property
    def not_judged(self) -> list[str]:
        """The ids of the visits that a start alone doesn't date."""
        return [self.protocol.visits[place].id for place in self.dates.not_judged]

    @property
    def conditional(self) -> list[tuple[str, str]]:
        """The visits that are judged although nobody knows whether the subject has them, and what they depend on."""
        return list(conditional_visits(self.dates, self.protocol))

    def json(self, most: int, made: dict[str, str]) -> dict[str, object]:
        """The best of them, with what made them."""
        return {
            **protocol_json(self.protocol),
            **made,
            "site": self.site,
            "arms": [self.protocol.arms[arm].id for arm in self.arms],
            "visits_not_judged": self.not_judged,
            "facts": list(self.facts),
            "visits_with_open_conditions": [{"visit": visit, "if": told} for visit, told in self.conditional],
            "starts": starts_json(self.dates, self.protocol, self.arms)[:most],
        }


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
