"""Pages for a printer: a template and records become a PDF.

Conventions: records go in as JSON and are never run as code. Each record begins on a page of its own and counts its own
pages, so that documents can be made in batches, whose memory is given back. A glyph that no font has is an error, since
PDF/A holds no such page. The same records give the same bytes. Pages are PDF/A-2a: text with its structure, readable to
machines and screen readers, with all fonts inside; a document of several batches is joined from such, tags and all.

Reference:
    ISO 19005-2 (PDF/A-2).
"""

from __future__ import annotations

import io
import json
import tempfile
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.render.fonts import CHINESE, page_fonts, require
from dosecal.render.pdf_joining import PdfJoiner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import typst

    from dosecal.render.pdf_joining import Output

    Record = Mapping[str, object]

RECORDS_AT_ONCE = 10
"""How many records are set at once. The typesetter keeps what it made of the last ten documents or so, some 3 MB a
page: with few records in each, that is the memory of a hundred, however many there are."""

_UNSET = regex(r'the text `"(.+?)"` could not be displayed')


class GlyphError(ValueError):
    """Texts have characters for which no font has a glyph.

    Attributes:
        characters: The characters, each once.
    """

    def __init__(self, characters: tuple[str, ...]) -> None:
        """Keep which characters they are."""
        super().__init__(" ".join(characters))
        self.characters = characters


class ToolMissingError(RuntimeError):
    """The packages that set pages are not installed."""


def typeset(
    template: str,
    shared: Record,
    records: Iterable[Record],
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """A PDF of records, one after the other; see ``typeset_to``."""
    stream = io.BytesIO()
    typeset_to(stream, template, shared, records, progress)
    return stream.getvalue()


def typeset_to(
    stream: Output,
    template: str,
    shared: Record,
    records: Iterable[Record],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a PDF of records, one after the other, as they are set.

    Args:
        stream: Where it is written; nothing, where there is no record.
        template: The name of the template, a file in ``templates`` without its ending.
        shared: What all records share, such as the paper and the words of the page.
        records: What is set.
        progress: Is told how many records were set, after each batch.

    Raises:
        FontMissingError: If a font that the records need is not on this machine.
        GlyphError: If a character has no glyph.
        ToolMissingError: If the extra ``paper`` is not installed.
    """
    joiner, done, only = PdfJoiner(stream), 0, b""
    for batch in _batches(records):
        part = _set(template, shared, batch)
        if only:
            joiner.add(only)
        if done:
            joiner.add(part)
        only, done = b"" if done else part, done + len(batch)
        if progress is not None:
            progress(done)
    if only:
        stream.write(only)
    elif done:
        joiner.close()


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    source = iter(records)
    while batch := list(islice(source, RECORDS_AT_ONCE)):
        yield batch


def _set(template: str, shared: Record, records: list[Record]) -> bytes:
    try:
        import typst  # noqa: PLC0415 - for pages alone

        fonts = page_fonts()
    except ImportError:
        raise ToolMissingError from None
    data = json.dumps({"shared": shared, "records": records}, ensure_ascii=False, sort_keys=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("page.typ", f"{template}.typ"):
            (Path(folder) / name).write_bytes(
                resources.files("dosecal.render").joinpath("templates", name).read_bytes()
            )
        try:
            made = typst.compile(
                str(Path(folder) / f"{template}.typ"),
                root=folder,
                font_paths=fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                pdf_standards=["a-2a"],
                timestamp=0,
            )
        except typst.TypstError as error:
            raise _as_glyph_error(error, fonts) from None
    return bytes(made)


def _as_glyph_error(error: Exception, fonts: typst.Fonts) -> Exception:
    """The error of a character without a glyph as one of our own; any other as it is, since it is a fault of ours.

    Raises:
        FontMissingError: If a font that might have the glyph is not on this machine.
    """
    unset = dict.fromkeys(_UNSET.findall(str(error)))
    if unset:
        require(fonts, CHINESE)
    return GlyphError(tuple(unset)) if unset else error
