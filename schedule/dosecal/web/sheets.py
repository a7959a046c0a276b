"""The sheets of a dose as the page shows them: what the printed sheet says, in the language of the page.

Conventions: the page makes no sentence of a dose that its printed sheet has; it takes the sheet's own lines, by their
names, and lays them out in its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.struct import Struct
from dosecal.report.messages.phrases import TermUnknownError, Wording
from dosecal.report.sheets.sheet import Blank, Fact, Grid, Note, NumberedStep
from dosecal.report.sheets.sheet_in import sheet_in
from dosecal.web.words import Speaker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosecal.report.messages.phrases import Language
    from dosecal.report.sheets.sheet import Line, Section, Sheet

_SIC = regex(r"\[(sic: [^\]]*)\]")


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
        return tuple(one.text for one in self.lines("open") if isinstance(one, Note) and one.query)


def said_sheet(sheet: Sheet, language: Language) -> SaidSheet:
    """A sheet in a language; words of the protocol that it has none for stay as they are in the file."""
    further: dict[str, str] = {}
    while True:
        try:
            said = sheet_in(Wording(language, further), sheet)
        except TermUnknownError as unknown:
            if set(unknown.terms) <= set(further):
                said = sheet
            else:
                further |= {words: words for words in unknown.terms}
                continue
        except KeyError:  # a wording in myriads of a text that is no message yet: the sheet is said in English
            said = sheet
        return SaidSheet(said, {one.id: one for one in said.sections}, _quote_parts(sheet, language))


def _quote_parts(sheet: Sheet, language: Language) -> tuple[tuple[str, bool], ...]:
    """The sentence of the source of a sheet, in parts."""
    facts = (one for section in sheet.sections for one in section.lines if isinstance(one, Fact))
    return quote_parts(next((one.text for one in facts if one.id == "quote"), ""), language)


def quote_parts(quote: str, language: Language) -> tuple[tuple[str, bool], ...]:
    """A marked sentence of the source, which stays in its own language, and the marks in it, which are said.

    Returns:
        Each part, and whether it is a mark.
    """
    say = Speaker(language)
    parts = enumerate(_SIC.split(quote))
    return tuple((f"[{say(part)}]" if place % 2 else part, bool(place % 2)) for place, part in parts if part)
