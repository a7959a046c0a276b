"""The commands about one dose: work it out, or read its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dosecal import __version__
from dosecal.commands import dose_options as options
from dosecal.commands.options import (
    AsJson,
    DateOrder,
    DecimalMark,
    EncodingName,
    LotsName,
    ProtocolName,
    SeparatorText,
    fail,
    made_by,
    parsed,
    say,
    tell,
    tell_json,
    told_reading,
)
from dosecal.model.problems import ScheduleError, Source
from dosecal.model.struct import replace

if TYPE_CHECKING:
    from datetime import date
    from fractions import Fraction

    from dosecal.model.moments import UseTimes
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.model.worked_dose import Body
    from dosecal.report.sheets.worksheet import Working
    from dosecal.workflow.preparations import PreparationRequest


def dose(
    context: typer.Context,
    name: ProtocolName,
    arm: options.Arm,
    weight: options.Weight = None,
    visit: options.Visit = None,
    height: options.Height = None,
    sex: options.Sex = None,
    age: options.Age = None,
    gfr: options.Filtration = None,
    creatinine: options.Creatinine = None,
    surface: options.Surface = None,
    level: options.Level = "",
    fact: options.Facts = None,
    given: options.Given = None,
    lots: LotsName = None,
    separator: SeparatorText = None,
    encoding: EncodingName = None,
    dates: DateOrder = None,
    decimal: DecimalMark = None,
    site: options.Site = "",
    syringe: options.SyringeSize = None,
    pump: options.Pump = None,
    thawed: options.Thawed = None,
    start: options.Start = None,
    end: options.End = None,
    zone: options.Zone = None,
    as_json: AsJson = False,
) -> None:
    """Work out a dose step by step, with the rule quoted and the numbers and units put in.

    Where the protocol states the strength of the product, or lots are given, the steps go on to the volume, the
    containers, the rate and the limits. Where it allows a range and aims at no dose, both ends are worked out. A
    condition is judged by arm, sex, age, site and the facts that are given.

    \b
    Examples:
      dosecal dose NCT04611256 --arm msc --weight 70.25
      dosecal dose NCT04252118 --arm msc --visit D3 --json
      dosecal dose onc-102.yaml --arm treated --weight 70 --height 170
      dosecal dose onc-102.yaml --arm treated --weight 70 --lots lots.csv --pump "28.8 mL/h"
      dosecal dose onc-103.yaml --arm treated --age 12 --fact stage=late
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.load.doses.body_text import read_kilograms  # noqa: PLC0415 - see the module
    from dosecal.load.doses.dose_amounts import parse_dose  # noqa: PLC0415
    from dosecal.report.sheets.worksheet import working_text  # noqa: PLC0415
    from dosecal.workflow.dose_warnings import single_warnings  # noqa: PLC0415
    from dosecal.workflow.one_dose import DoseRequest, hold_given, work_doses  # noqa: PLC0415
    from dosecal.workflow.preparations import prepare_workings  # noqa: PLC0415
    from dosecal.workflow.protocols import load_protocol  # noqa: PLC0415

    kilograms = parsed("--weight", weight, read_kilograms, "C105")
    body = _body_of(height, sex, age, gfr, creatinine, surface)
    given_amount = parsed("--given", given, parse_dose, "L013")
    how = _how_prepared(context.obj, kilograms, lots, site, syringe, pump, options.times_of(thawed, start, end, zone))
    how = replace(how, reading=told_reading(separator=separator, encoding=encoding, dates=dates, decimal=decimal))
    warnings: list[Problem] = []
    try:
        protocol = load_protocol(name)
        request = DoseRequest(arm, kilograms, body, visit, level, site, tuple(fact or ()))
        workings = work_doses(protocol, request)
        if given_amount is not None:
            workings = tuple(hold_given(working, given_amount, protocol.file) for working in workings)
        workings = prepare_workings(protocol, workings, how, warnings)
    except ScheduleError as error:
        fail(error.problems)
    shown = [(one.regimen.id, one.doubts, one.preparation) for one in workings]
    for warning in (*warnings, *single_warnings(shown, Source(protocol.file))):
        say(f"warning: {warning}")
    if as_json:
        tell_json(_json_of(protocol, workings, context.obj))
    else:
        tell(working_text(workings, protocol, made_by(context.obj)).rstrip("\n"))


def _body_of(
    height: str | None, sex: str | None, age: str | None, gfr: str | None, creatinine: str | None, surface: str | None
) -> Body:
    from dosecal.load.doses.body_text import (  # noqa: PLC0415 - see the module
        read_centimetres,
        read_creatinine,
        read_rate,
        read_sex,
        read_surface,
        read_years,
    )
    from dosecal.model.cohort import SEXES  # noqa: PLC0415
    from dosecal.model.worked_dose import Body  # noqa: PLC0415

    place = parsed("--sex", sex, read_sex, "C112")
    return Body(
        height_cm=parsed("--height", height, read_centimetres, "C111"),
        sex="" if place is None or place < 0 else SEXES[place],
        age_years=parsed("--age", age, read_years, "C113"),
        gfr=parsed("--gfr", gfr, read_rate, "C114"),
        creatinine=parsed("--creatinine", creatinine, read_creatinine, "C115"),
        surface_m2=parsed("--body-surface", surface, read_surface, "C116"),
    )


def _json_of(protocol: Protocol, workings: tuple[Working, ...], as_of: date) -> dict[str, object]:
    from dosecal.report.sheets.worksheet import working_json  # noqa: PLC0415 - see the module

    return {
        "study": protocol.study,
        "protocol_version": protocol.version,
        "protocol_sha256": protocol.digest,
        "unblinded": protocol.is_blinded,
        "program_version": __version__,
        "as_of": as_of.isoformat(),
        "doses": [working_json(working, protocol) for working in workings],
    }


def _how_prepared(
    as_of: date,
    weight_kg: Fraction | None,
    lots: str | None,
    site: str,
    syringe: str | None,
    pump: str | None,
    times: UseTimes | None,
) -> PreparationRequest:
    from dosecal.load.protocol.rates import read_pump, read_syringe  # noqa: PLC0415 - see the module
    from dosecal.workflow.preparations import PreparationRequest, PumpEntry  # noqa: PLC0415

    entered = parsed("--pump", pump, read_pump, "L023")
    return PreparationRequest(
        day=as_of.isoformat(),
        weight_kg=weight_kg,
        lots=lots,
        site=site,
        syringe_ml=parsed("--syringe", syringe, read_syringe, "L024"),
        pump=None if entered is None else PumpEntry(*entered),
        times=times,
    )


def read_dose_text(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A dose as somebody wrote it.")],
    as_json: AsJson = False,
) -> None:
    """Say what a dose text means, or which readings it could have; nothing is guessed.

    The exit code is 0 where each value is certain (read, several), and 1 where it is not (ambiguous, unreadable).

    \b
    Examples:
      dosecal read-dose "1 million cells/kg"
      dosecal read-dose "1*10E6 cells/kg" --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    from dosecal.load.doses.dose_text import Status, dose_json, read_dose  # noqa: PLC0415 - see the module

    reading = read_dose(text)
    if as_json:
        tell_json(dose_json(reading))
    else:
        tell(reading.status.value)
        for one in reading.readings:
            tell(f"  {one.words}: {one.why}")
        if reading.note:
            tell(f"  note: {reading.note}")
    if reading.status in {Status.AMBIGUOUS, Status.UNREADABLE}:
        raise typer.Exit(1)
