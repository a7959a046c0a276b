"""Sheets as one HTML page, for a browser and its printer.

Conventions: the page is whole in itself and fetches nothing; every text is escaped by the template engine; it is
legible in black and white, since nothing is said by a colour. No line breaks between a number and its unit. The page
names no paper size, so that A4 and Letter both do. Each sheet has a page rule of its own, which puts its marks and the
page number at the foot of every page of it, where the browser can do that; the marks stand at the end of the sheet in
any case.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from dosecal.render.whole_text import TIED, unbroken, untied
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep, Signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from jinja2 import Environment, Template

    from dosecal.report.sheets.sheet import Line, Marks, Sheet

_KINDS = {Fact: "fact", NumberedStep: "step", Note: "note", Blank: "blank", Signature: "signature", Grid: "grid"}


def sheets_html(sheets: Sequence[Sheet]) -> str:
    """The sheets as a page of HTML; at least one."""
    return _page().render(sheets=sheets, style=template_text("sheet.css"))


@cache
def _page() -> Template:
    """The template of a page, compiled once."""
    filters: dict[str, Callable[..., object]] = {"css_text": css_text, "kind": line_kind}
    filters |= {"footer": footer_words, "whole": whole_words}
    return template_environment(template_text, filters).from_string(template_text("sheet.html"))


def template_environment(text_of: Callable[[str], str], filters: Mapping[str, Callable[..., object]]) -> Environment:
    """The engine of all templates: every text is escaped, and a name that is not there is an error.

    Args:
        text_of: The text of a template, by its name.
        filters: What templates may call, by name.
    """
    import jinja2  # noqa: PLC0415 - a twentieth of a second, for pages alone

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=jinja2.FunctionLoader(text_of),
    )
    environment.filters.update(filters)
    return environment


def line_kind(line: Line) -> str:
    """The kind of a line, by which the template tells how it is drawn."""
    return _KINDS[type(line)]


def footer_words(marks: Marks) -> str:
    """What stands at the foot of every page of a sheet."""
    parts = (
        *((marks.heading,) if marks.heading else ()),
        marks.study,
        f"version {marks.protocol_version}",
        f"file {marks.protocol_sha256}",
        f"subject {marks.subject}",
        f"visit {marks.visit}",
        marks.made_by,
    )
    return " · ".join(parts)


def whole_words(text: str) -> str:
    """The text, escaped, with a mark around what no line breaks in: number and unit, a date, a noun and its id."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with the template engine

    whole = Markup('<span class="whole">{}</span>')
    words = (whole.format(untied(word)) if TIED in word else escape(word) for word in unbroken(text).split(" "))
    return Markup(" ").join(words)


def css_text(text: str) -> str:
    """A text as a string of CSS, in which no character can end the string or the style.

    Reference:
        CSS Syntax Module Level 3, "Escaping": a backslash, the code point in hexadecimal digits, and a blank.
    """
    return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def template_text(name: str) -> str:
    """A file of the folder ``templates``."""
    return resources.files("dosecal.render").joinpath("templates", name).read_text(encoding="utf-8")
