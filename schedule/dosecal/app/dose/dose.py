"""The verb that works out one dose, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dosecal.app.composition.dose_warnings import single_warnings
from dosecal.app.composition.protocols import load_protocol
from dosecal.app.dose.one_dose import DoseRequest, hold_given, work_doses
from dosecal.app.dose.preparations import prepare_workings
from dosecal.app.options import doses as options
from dosecal.app.options.inputs import (
    DateOrder,
    DecimalMark,
    EncodingName,
    LotsName,
    ProtocolName,
    SeparatorText,
    told_reading,
)
from dosecal.app.options.speech import AsJson, made_by, made_json, parsed, protocol_json, say_found, tell, tell_json
from dosecal.load.doses.body_text import (
    read_centimetres,
    read_creatinine,
    read_kilograms,
    read_rate,
    read_sex,
    read_surface,
    read_years,
)
from dosecal.load.doses.dose_amounts import parse_dose
from dosecal.load.protocol.rates import read_pump, read_syringe
from dosecal.model.cohort import SEXES
from dosecal.model.dosing.body import Body
from dosecal.model.problems import Source
from dosecal.report.sheets.worksheet import working_json, working_text

if TYPE_CHECKING:
    from dosecal.model.problems import Problem
    from dosecal.model.protocol import Protocol
    from dosecal.report.sheets.worksheet import Working


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
    request = DoseRequest(
        arm,
        parsed("--weight", weight, read_kilograms, "C105"),
        _body_of(height, sex, age, gfr, creatinine, surface),
        visit,
        level,
        site,
        tuple(fact or ()),
        given=parsed("--given", given, parse_dose, "L013"),
        times=options.times_of(thawed, start, end, zone),
        day=context.obj.isoformat(),
        lots=lots,
        pump=parsed("--pump", pump, read_pump, "L023"),
        syringe_ml=parsed("--syringe", syringe, read_syringe, "L024"),
        reading=told_reading(separator=separator, encoding=encoding, dates=dates, decimal=decimal),
    )
    protocol = load_protocol(name)
    workings, warnings = make_up(protocol, request)
    say_found(warnings)
    if as_json:
        head = {**protocol_json(protocol), "unblinded": protocol.is_blinded, **made_json(context.obj)}
        tell_json({**head, "doses": [working_json(working, protocol) for working in workings]})
    else:
        tell(working_text(workings, protocol, made_by(context.obj)).rstrip("\n"))


def make_up(protocol: Protocol, request: DoseRequest) -> tuple[tuple[Working, ...], list[Problem]]:
    """The doses of a subject who stands in no table, worked step by step and made up, and what is to be looked at.

    Raises:
        ScheduleError: If there is no such arm, visit, level, fact or dose, what the dose needs is not known, or the
            lots are refused.
    """
    warnings: list[Problem] = []
    workings = work_doses(protocol, request)
    if request.given is not None:
        workings = tuple(hold_given(working, request.given, protocol.file) for working in workings)
    workings = prepare_workings(protocol, workings, request, warnings)
    shown = [(one.regimen.id, one.doubts, one.preparation) for one in workings]
    return workings, [*warnings, *single_warnings(shown, Source(protocol.file))]


def _body_of(
    height: str | None, sex: str | None, age: str | None, gfr: str | None, creatinine: str | None, surface: str | None
) -> Body:
    place = parsed("--sex", sex, read_sex, "C112")
    return Body(
        height_cm=parsed("--height", height, read_centimetres, "C111"),
        sex="" if place is None or place < 0 else SEXES[place],
        age_years=parsed("--age", age, read_years, "C113"),
        gfr=parsed("--gfr", gfr, read_rate, "C114"),
        creatinine=parsed("--creatinine", creatinine, read_creatinine, "C115"),
        surface_m2=parsed("--body-surface", surface, read_surface, "C116"),
    )
