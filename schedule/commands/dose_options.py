"""The options of ``dosecal dose``: whose dose it is, and how it is made up."""

from __future__ import annotations

from typing import Annotated

import typer

Arm = Annotated[str, typer.Option("--arm", metavar="ARM", help="The arm, by its id.")]
Weight = Annotated[str | None, typer.Option("--weight", metavar="KG", help="Body weight in kilograms.")]
Visit = Annotated[str | None, typer.Option("--visit", metavar="VISIT", help="The doses of one visit alone.")]
Height = Annotated[str | None, typer.Option("--height", metavar="CM", help="Height in centimetres.")]
Sex = Annotated[str | None, typer.Option("--sex", metavar="F|M", help="Sex, for a dose that depends on it.")]
Age = Annotated[str | None, typer.Option("--age", metavar="YEARS", help="Age in completed years.")]
Filtration = Annotated[
    str | None, typer.Option("--gfr", metavar="ML/MIN", help="Measured filtration rate, for a dose by AUC.")
]
Creatinine = Annotated[
    str | None, typer.Option("--creatinine", metavar="MG/DL", help="Serum creatinine, for an estimated rate.")
]
Surface = Annotated[
    str | None, typer.Option("--body-surface", metavar="M2", help="Recorded body surface, for no stated formula.")
]
Level = Annotated[str, typer.Option("--level", metavar="LEVEL", help="The dose level that the subject is on.")]
Given = Annotated[
    str | None, typer.Option("--given", metavar="DOSE", help="What was given, to be held against the order.")
]
Site = Annotated[str, typer.Option("--site", metavar="SITE", help="Whose lots, beside those of no site.")]
SyringeSize = Annotated[
    str | None, typer.Option("--syringe", metavar="ML", help="The syringe, in place of the smallest that holds it.")
]
Pump = Annotated[str | None, typer.Option("--pump", metavar="RATE|TIME", help="What a pump is set to, to be compared.")]
Thawed = Annotated[str | None, typer.Option("--thawed", metavar="TIME", help="When it was thawed.")]
Zone = Annotated[str | None, typer.Option("--zone", metavar="ZONE", help="The time zone of the thaw.")]
