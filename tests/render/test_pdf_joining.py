"""Documents joined: pages, tags and ids of all parts, and streams that are the same written once."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from dosecal.render.pdf_joining import PdfJoiner
from dosecal.render.typeset import typeset

SHARED = {"paper": "a4", "lang": "en", "page_words": "page {page} of {pages}", "title": "A sheet (of (some))"}


def part(text: str, lines: int = 1) -> bytes:
    """A document of one record."""
    return typeset("plain", SHARED, [{"foot": ["TEST-1"], "text": text, "lines": lines}])


def joined(*parts: bytes) -> bytes:
    """Parts as one document."""
    stream = io.BytesIO()
    joiner = PdfJoiner(stream)
    for one in parts:
        joiner.add(one)
    joiner.close()
    return stream.getvalue()


@pytest.fixture(scope="module")
def whole() -> Any:
    """A document of three parts, of one page, two pages and one page."""
    return PdfReader(io.BytesIO(joined(part("one"), part("two", 90), part("three"))), strict=True)


def test_pages_stand_in_order(whole: Any) -> None:
    texts = [page.extract_text() for page in whole.pages]
    assert [word in text for word, text in zip(("one", "two", "two", "three"), texts, strict=True)] == [True] * 4


def test_every_page_finds_the_tags_of_its_part(whole: Any) -> None:
    structure = whole.trailer["/Root"]["/StructTreeRoot"]
    numbers = structure["/ParentTree"]["/Nums"]
    assert [page["/StructParents"] for page in whole.pages] == [0, 1, 2, 3] == list(numbers[::2])
    assert (structure["/ParentTreeNextKey"], len(structure["/K"])) == (4, 3)
    references = [page.indirect_reference for page in whole.pages]
    own_pages = [[references[0]], references[1:3], references[1:3], [references[3]]]
    for pages, elements in zip(own_pages, numbers[1::2], strict=True):
        own = [one.get_object() for one in elements.get_object()]
        found = {one["/Pg"].indirect_reference for one in own if "/Pg" in one}
        assert found
        assert found <= set(pages)


def test_title_with_brackets_is_no_reference(whole: Any) -> None:
    assert whole.metadata.title == "A sheet (of (some))"


def test_colour_profile_is_written_once() -> None:
    one, three = joined(part("one")), joined(part("one"), part("two"), part("three"))
    assert one.count(b"/N 3") == three.count(b"/N 3")


def test_heads_of_tables_keep_names_of_their_own() -> None:
    page = b"""%PDF-1.7
1 0 obj
<</Type/Pages/Count 1/Kids[4 0 R]>>
endobj
2 0 obj
<</Type/StructTreeRoot/RoleMap<</Em/Span>>/K[3 0 R]/ParentTree<</Nums[0 3 0 R]>>/IDTree<</Names[(U1x0y0)3 0 R]>>>>
endobj
3 0 obj
<</Type/StructElem/S/TH/P 2 0 R/ID(U1x0y0)/T(3 0 R)/Pg 4 0 R>>
endobj
4 0 obj
<</Type/Page/Parent 1 0 R/StructParents 0>>
endobj
5 0 obj
<</Title(x)>>
endobj
6 0 obj
<</Type/Catalog/Pages 1 0 R/StructTreeRoot 2 0 R>>
endobj
"""
    places = [page.index(b"%d 0 obj" % number) for number in range(1, 7)]
    table = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    document = page + b"xref\n0 7\n0000000000 65535 f\r\n" + table
    document += b"trailer\n<</Size 7/Root 6 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF" % len(page)
    content = joined(document, document)
    assert content.count(b"/ID(P000000U1x0y0)") == content.count(b"/ID(P000001U1x0y0)") == 1
    assert content.count(b"/T(3 0 R)") == 2
    reader = PdfReader(io.BytesIO(content), strict=True)
    structure: Any = reader.trailer["/Root"]
    assert structure["/StructTreeRoot"]["/IDTree"]["/Names"][::2] == ["P000000U1x0y0", "P000001U1x0y0"]
    pages: Any = reader.pages
    assert [one["/StructParents"] for one in pages] == [0, 1]


def test_a_document_of_another_kind_is_no_part() -> None:
    document = (
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nxref\n0 2\n0000000009 00000 n\r\ntrailer\n<</Root 1 0 R>>\nstartxref\n31\n"
    )
    with pytest.raises(ValueError, match="Info"):
        joined(document)
