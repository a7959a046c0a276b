"""The verb that counts cells in a counting chamber."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dosecal.app.options.speech import AsJson, made_by, made_json, option, parsed, say, tell, tell_json
from dosecal.model.chamber import ChamberCount
from dosecal.model.quantity import read_grouped_number, read_number
from dosecal.report.sheets.count_words import count_json, count_steps

if TYPE_CHECKING:
    from fractions import Fraction


def count(
    context: typer.Context,
    viable: Annotated[str | None, option("--viable", "CELLS", "Viable cells that were seen.")] = None,
    dead: Annotated[str | None, option("--dead", "CELLS", "Dead cells seen.")] = None,
    total: Annotated[str | None, option("--total", "CELLS", "All cells seen.")] = None,
    dead_percent: Annotated[str | None, option("--dead-percent", "PERCENT", "Dead cells in percent of all.")] = None,
    squares: Annotated[str, option("--squares", "N", "Squares that were counted.")] = "1",
    dilution: Annotated[str, option("--dilution", "FACTOR", "2 for one and one.")] = "1",
    square_ml: Annotated[
        str, option("--square-ml", "ML", "What a square holds; 0.0001 for a large Neubauer square.")
    ] = "0.0001",
    wanted: Annotated[str | None, option("--wanted", "CELLS", "Cells that are wanted; says the volume.")] = None,
    as_json: AsJson = False,
) -> None:
    """Work out cells per mL, the viability and a volume from a count in a chamber, step by step.

    Two of --viable, --dead and --total give the viability; a mean per square is counted in one square.

    \b
    Examples:
      dosecal count --viable 54 --total 57 --squares 5 --dilution 1.5
      dosecal count --viable 120 --total 150 --wanted 5000 --json
    """  # noqa: D301 - the sign keeps the lines of the examples apart
    seen = (_cells("--viable", viable), _cells("--dead", dead), _cells("--total", total))
    whole = _chamber(
        _complete(*seen, _percent(dead_percent)),
        (_positive("--squares", squares), _positive("--dilution", dilution), _positive("--square-ml", square_ml)),
    )
    number = None if wanted is None else _positive("--wanted", wanted)
    if as_json:
        tell_json({**made_json(context.obj), **count_json(whole, number)})
        return
    steps = count_steps(whole, number)
    width = max(len(step.name) for step in steps)
    tell(made_by(context.obj))
    for step in steps:
        tell(f"  {step.name:<{width}}  {step.line}")


Cells = tuple["Fraction | None", "Fraction | None"]
"""The viable and all cells, each None where it is not known."""


def _complete(
    viable: Fraction | None, dead: Fraction | None, total: Fraction | None, dead_percent: Fraction | None
) -> Cells:
    """The viable and all cells, from whichever of them were counted; what contradicts itself ends the program."""
    if dead_percent is not None:
        if total is None or viable is not None or dead is not None:
            _refuse("--dead-percent", "--total beside it, and neither --viable nor --dead")
        return total * (1 - dead_percent / 100), total
    if dead is not None and total is None:
        if viable is None:
            _refuse("--dead", "--viable or --total beside it")
        total = viable + dead
    elif dead is not None and viable is None and total is not None:
        viable = total - dead
    elif dead is not None and viable is not None and total is not None and viable + dead != total:
        _refuse("--total", "the sum of --viable and --dead")
    return viable, total


def _chamber(cells: Cells, chamber: tuple[Fraction, Fraction, Fraction]) -> ChamberCount:
    viable, total = cells
    if viable is None and total is None:
        _refuse("--viable", "a count of viable cells, of all cells, or of both")
    if total is not None and (total < 0 or (viable is not None and not 0 <= viable <= total)):
        _refuse("--viable", "no more viable or dead cells than cells in all")
    if chamber[1] < 1:
        _refuse("--dilution", "a factor of 1 or more such as 2")
    return ChamberCount(viable, total, *chamber)


def _cells(option: str, text: str | None) -> Fraction | None:
    return parsed(option, text, lambda one: read_grouped_number(one, example="54"), "C130")


def _percent(text: str | None) -> Fraction | None:
    value = parsed("--dead-percent", text, lambda one: read_number(one, example="5.3"), "C130")
    if value is not None and value > 100:  # noqa: PLR2004 - what percent means
        _refuse("--dead-percent", "at most 100")
    return value


def _positive(option: str, text: str) -> Fraction:
    value = _cells(option, text)
    if not value:
        _refuse(option, "a number above 0")
    return value


def _refuse(option: str, expected: str) -> NoReturn:
    say(f"{option}: expected {expected} [C130]")
    raise typer.Exit(1)
