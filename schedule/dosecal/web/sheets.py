"""The sheets of a dose as the page shows them: what the printed sheet says, in the language of the page.

Conventions: the page makes no sentence of a dose that its printed sheet has; it takes the sheet's own lines, by their
names, and lays them out in its order.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Any

from dosecal.model.messages import Msg, unsaid
from dosecal.model.struct import Struct, names_of, replace
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.report.sheets.sheet import Line, Section, Sheet
    from dosecal.web.words import Speaker


class SaidSheet(Struct, frozen=True):
    """A sheet in the language of the page.

    Attributes:
        sheet: The sheet, said.
        sections: Its sections, by their ids.
        quote: The sentence of the source in parts: each a text, and whether it is a mark of ours in it.
    """

    sheet: Sheet
    sections: Mapping[str, Section]
    quote: tuple[tuple[str, bool], ...] = ()

    def facts(self, section: str) -> dict[str, Fact]:
        """The facts of a section, by their ids; none where there is no such section."""
        return {one.id: one for one in self.lines(section) if isinstance(one, Fact)}

    def lines(self, section: str) -> tuple[Line, ...]:
        """The lines of a section."""
        found = self.sections.get(section)
        return () if found is None else found.lines

    def steps(self) -> tuple[NumberedStep, ...]:
        """The steps of the calculation."""
        return tuple(one for one in self.lines("calculation") if isinstance(one, NumberedStep))

    def blanks(self, section: str) -> dict[str, Blank]:
        """The places of a section to write in, by their ids."""
        return {one.id: one for one in self.lines(section) if isinstance(one, Blank)}

    def notes(self, section: str, *, warnings: bool) -> tuple[str, ...]:
        """The notes of a section that are warnings, or those that are none."""
        return tuple(one.text for one in self.lines(section) if isinstance(one, Note) and one.is_warning is warnings)

    def grid(self, section: str, name: str) -> Grid | None:
        """A small table of a section; None where it has none."""
        return next((one for one in self.lines(section) if isinstance(one, Grid) and one.id == name), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody has to answer before the dose is given, from all sections."""
        return self.warnings_without("")

    def warnings_without(self, section: str) -> tuple[str, ...]:
        """The warnings of all sections but one, whose warning the page says in its own way."""
        names = (name for name in self.sections if name != section)
        return tuple(dict.fromkeys(text for name in names for text in self.notes(name, warnings=True)))

    @property
    def queries(self) -> tuple[str, ...]:
        """The protocol's open queries."""
        return tuple(one.query for one in self.lines("open") if isinstance(one, Note) and one.query)


def said_sheet(sheet: Sheet, speaker: Speaker) -> SaidSheet:
    """A sheet in the language of the page; words of the protocol that it has none for stay as they are in the file."""
    sections = tuple(_said(one, speaker) for one in sheet.sections)
    said = replace(sheet, sections=sections)
    facts = (one for section in sheet.sections for one in section.lines if isinstance(one, Fact))
    quote = next((one.text for one in facts if one.id == "quote"), "")
    return SaidSheet(said, {one.id: one for one in said.sections}, quote_parts(quote, speaker))


def _said(value: Any, speaker: Speaker) -> Any:  # noqa: ANN401 - a section, a line of it, or a part of that
    """A part of a sheet with each of its messages said."""
    if isinstance(value, Note) and value.query:
        return value  # the page says the protocol's own words, under a heading
    if isinstance(value, Msg):
        return unsaid(speaker(value))
    if isinstance(value, tuple):
        return tuple(_said(one, speaker) for one in value)
    if isinstance(value, Struct):
        return replace(value, **{name: _said(getattr(value, name), speaker) for name in names_of(value)})
    return value


def quote_parts(quote: str, speaker: Speaker) -> tuple[tuple[str, bool], ...]:
    """A marked sentence of the source, which stays in its own language, and the marks in it, which are said.

    Returns:
        Each part, and whether it is a mark.
    """
    return tuple((text, is_mark) for text, is_mark in _parts(quote, speaker, is_mark=False) if text)


def _parts(text: str, speaker: Speaker, *, is_mark: bool) -> Iterator[tuple[str, bool]]:
    """The parts of a message that quotes: its own words, and what stands in its places."""
    if is_mark or not isinstance(text, Msg) or not text.arguments:
        yield (speaker(text) if is_mark else str(text)), is_mark
        return
    for words, name, _, _ in Formatter().parse(text.form):
        yield words, False
        value = text.arguments.get(name or "")
        if isinstance(value, str):
            yield from _parts(value, speaker, is_mark=name == "mark")
