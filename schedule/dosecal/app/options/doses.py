"""The options of ``dosecal dose``: whose dose it is, and how it is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dosecal.app.options.speech import option, parsed, say

if TYPE_CHECKING:
    from dosecal.model.moments import UseTimes

Arm = Annotated[str, option("--arm", "ARM", "The arm, by its id.")]
Weight = Annotated[str | None, option("--weight", "KG", "Body weight in kilograms.")]
Visit = Annotated[str | None, option("--visit", "VISIT", "The doses of one visit alone.")]
Height = Annotated[str | None, option("--height", "CM", "Height in centimetres.")]
Sex = Annotated[str | None, option("--sex", "F|M", "Sex, for a dose that depends on it.")]
Age = Annotated[str | None, option("--age", "YEARS", "Age in completed years.")]
Filtration = Annotated[str | None, option("--gfr", "ML/MIN", "Measured filtration rate, for a dose by AUC.")]
Creatinine = Annotated[str | None, option("--creatinine", "MG/DL", "Serum creatinine, for an estimated rate.")]
Surface = Annotated[str | None, option("--body-surface", "M2", "Recorded body surface, for no stated formula.")]
Level = Annotated[str, option("--level", "LEVEL", "The dose level that the subject is on.")]
Facts = Annotated[
    list[str] | None, option("--fact", "NAME=VALUE", "A fact that conditions ask for, such as stage=late; repeatable.")
]
Given = Annotated[str | None, option("--given", "DOSE", "What was given, to be held against the order.")]
Site = Annotated[str, option("--site", "SITE", "The site: whose lots, beside those of no site; for conditions.")]
SyringeSize = Annotated[str | None, option("--syringe", "ML", "The syringe, in place of the smallest that holds it.")]
Pump = Annotated[str | None, option("--pump", "RATE|TIME", "What a pump is set to, to be compared.")]
Thawed = Annotated[str | None, option("--thawed", "TIME", "When it was thawed.")]
Start = Annotated[str | None, option("--start", "TIME", "When the infusion begins.")]
End = Annotated[str | None, option("--end", "TIME", "When the infusion ends, where that is known.")]
Zone = Annotated[str | None, option("--zone", "ZONE", "The time zone of these times.")]


def times_of(thawed: str | None, start: str | None, end: str | None, zone: str | None) -> UseTimes | None:
    """The times of a product's use; None where none is given. Times and their zone come together.

    Raises:
        typer.BadParameter: If there are times without a zone, a zone without times, or an end without a start.
        typer.Exit: If one can't be read, or they contradict each other; what is wrong has been said.
    """
    from dosecal.load.doses.local_time import read_moment, read_zone  # noqa: PLC0415 - start-up time
    from dosecal.model.moments import UseTimes  # noqa: PLC0415 - likewise

    given = [one for one in (thawed, start, end) if one is not None]
    if bool(given) != (zone is not None):
        raise typer.BadParameter("times and their zone come together", param_hint="--thawed, --start, --end and --zone")
    if end is not None and start is None:
        raise typer.BadParameter("an infusion that ends has begun: give its start", param_hint="--end")
    there = parsed("--zone", zone, read_zone, "L022")
    if there is None:
        return None
    times = UseTimes(
        parsed("--thawed", thawed, lambda text: read_moment(text, there).astimezone(there), "L021"),
        parsed("--start", start, lambda text: read_moment(text, there).astimezone(there), "L021"),
        parsed("--end", end, lambda text: read_moment(text, there).astimezone(there), "L021"),
    )
    if times.thawed and times.start and times.start < times.thawed:
        say("--start: expected a time at or after the thaw, got one before it [L028]")
        raise typer.Exit(1)
    if times.start and times.end and times.end <= times.start:
        say("--end: expected a time after the start of the infusion, got one that is not [L029]")
        raise typer.Exit(1)
    return times
