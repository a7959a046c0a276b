"""Pages as HTML: the records that are set for a printer, for a browser and its printer.

Conventions: a page is whole in itself and fetches nothing; every text is escaped by the template engine; nothing is
said by a colour. Paper, margins and the marks at the foot stand in page rules, one for each record, since each has its
marks; browsers that don't print them print the marks at the end of the record in any case.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dosecal.render.as_html import css_text, template_environment, template_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jinja2 import Environment

    Record = Mapping[str, object]


def paper_html(template: str, shared: Record, records: Iterable[Record]) -> Iterator[str]:
    """The parts of a page of HTML with the records, one after the other.

    Args:
        template: The name of the template, a file in ``templates`` without its ending.
        shared: What all records share, such as the paper and the words of the page.
        records: What is shown; at least one.
    """
    environment = _environment()
    style = template_text("page.css") + template_text(f"{template}.css")
    yield environment.from_string(template_text("page.html")).render(shared=shared, style=style)
    one_of_kind = environment.from_string(template_text(f"{template}.html"))
    for number, record in enumerate(records, start=1):
        yield one_of_kind.render(shared=shared, one=record, number=number, last_words=_page_words(shared))
    yield "</body>\n</html>\n"


def _page_words(shared: Record) -> str:
    """The words of the page number as the content of a page rule."""
    words = str(shared["page_words"])
    before, _, rest = words.partition("{page}")
    between, _, after = rest.partition("{pages}")
    return f"{css_text(before)} counter(page) {css_text(between)} counter(pages) {css_text(after)}"


@cache
def _environment() -> Environment:
    return template_environment(template_text, {"css_text": css_text})
