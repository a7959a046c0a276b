"""The options of the command that prints pages."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dosecal.app.options.speech import a_file_alone


class Kind(StrEnum):
    """The kinds of pages."""

    participant = "participant"
    coordinator = "coordinator"
    worksheet = "worksheet"
    soa = "soa"
    timeline = "timeline"


class SheetPart(StrEnum):
    """The sheets of a dose."""

    preparation = "preparation"
    check = "check"


class PageLanguage(StrEnum):
    """The languages of pages."""

    english = "en"
    spanish = "es-MX"
    chinese = "zh-CN"


class PagePaper(StrEnum):
    """The papers."""

    a4 = "a4"
    letter = "letter"


class PageFormat(StrEnum):
    """The formats of pages."""

    pdf = "pdf"
    html = "html"
    svg = "svg"
    png = "png"


PagesOutput = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|FOLDER",
        help="FILE.pdf or FILE.html for all, FILE.svg or FILE.png of a timeline; or a FOLDER, a file each.",
        callback=a_file_alone,
    ),
]
KindName = Annotated[Kind, typer.Option("--what", help="What is printed.")]
OneVisit = Annotated[
    str | None, typer.Option("--visit", metavar="VISIT", help="Worksheets: the doses of one visit alone.")
]
OneSheet = Annotated[
    SheetPart | None, typer.Option("--only", help="Worksheets: one of the two sheets of each dose alone.")
]
LanguageName = Annotated[PageLanguage, typer.Option("--lang", help="The language of the pages.")]
PaperName = Annotated[PagePaper, typer.Option("--paper", help="The paper.")]
ContactText = Annotated[
    str,
    typer.Option("--contact", metavar="TEXT", help='Whom participants ask; or a YAML file, "site: contact" a line.'),
]
WordsName = Annotated[
    str | None, typer.Option("--words", metavar="FILE", help="YAML with further wordings of the protocol's labels.")
]
FormName = Annotated[
    PageFormat | None,
    typer.Option("--format", help="In a folder: how the files are written; not said: pdf, or svg."),
]
