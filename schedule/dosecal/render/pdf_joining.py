"""Documents of the typesetter, one after the other, as one document: written on as each is finished.

Conventions: a part is a PDF as the typesetter makes it: every object plain, one table of places at its end, one level
of pages. Its objects get new numbers and go out at once, so that no more than one part is ever held. What a document
has once (catalogue, pages, structure, information, metadata) is the first part's, with the pages and the structure of
all; streams that are the same to the byte, such as a colour profile, are written once. The tags of every page stay, so
that the whole is readable to screen readers as its parts are. The same parts give the same bytes.

Reference:
    ISO 32000-1 (PDF 1.7), 7.5 "File structure", 7.7.2 "Document catalog", 14.7 "Logical structure".
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field

if TYPE_CHECKING:
    from io import RawIOBase
    from typing import BinaryIO

    Output = BinaryIO | RawIOBase

_HEAD = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_PAGES, _STRUCTURE, _FIRST_FREE = 1, 2, 3
"""The numbers of the objects that are written last, and the first number for all others."""

_TOKEN = regex(
    rb"\((?:[^\\()]|\\.|\((?:[^\\()]|\\.)*\))*\)"  # a text, in which nothing is a reference
    rb"|(?<![0-9.])([0-9]+) 0 R(?![0-9A-Za-z])"
    rb"|/(StructParents?) ([0-9]+)",
    re.DOTALL,
)
_STREAM = regex(rb">>\s*stream\r?\n")
_ELEMENT_ID = regex(rb"\((U[0-9]+x[0-9]+y[0-9]+)\)")
"""How the typesetter names the heads of tables; each part begins anew."""


class _Part(Struct, frozen=True):
    """A document that is about to be joined.

    Attributes:
        objects: What stands between ``obj`` and ``endobj``, by number.
        root, info, pages, structure: The numbers of the objects that a document has once.
    """

    objects: dict[int, bytes]
    root: int
    info: int
    pages: int
    structure: int

    @classmethod
    def of(cls, content: bytes) -> _Part:
        """The objects of a document.

        Raises:
            ValueError: If it is not such as the typesetter makes: a fault of ours, or another typesetter.
        """
        table = int(content[content.rindex(b"startxref") + 9 :].split(None, 1)[0])
        lines = content[table:].split(b"trailer", 1)
        places = sorted(int(one) for one in re.findall(rb"([0-9]{10}) 00000 n", lines[0]))
        objects = {}
        for start, end in zip(places, [*places[1:], table], strict=True):
            number, body = content[start:end].split(b" 0 obj\n", 1)
            objects[int(number)] = body[: body.rindex(b"endobj")].rstrip(b"\n")
        root, info = _reference(lines[1], b"Root"), _reference(lines[1], b"Info")
        catalogue = objects[root]
        return cls(objects, root, info, _reference(catalogue, b"Pages"), _reference(catalogue, b"StructTreeRoot"))


def _reference(dictionary: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb" ([0-9]+) 0 R", dictionary)
    if found is None:
        raise ValueError(key.decode())
    return int(found[1])


class PdfJoiner(Struct):
    """A document that grows by parts.

    Attributes:
        stream: Where it is written; nothing was written there before.
    """

    stream: Output
    _position: int = 0
    _places: dict[int, int] = field(default_factory=dict)
    _next: int = _FIRST_FREE
    _parts: int = 0
    _kids: list[int] = field(default_factory=list)
    _elements: list[int] = field(default_factory=list)
    _parents: list[tuple[int, int]] = field(default_factory=list)
    _names: list[tuple[bytes, int]] = field(default_factory=list)
    _next_parent: int = 0
    _roles: bytes = b""
    _root: int = 0
    _info: int = 0
    _same: dict[bytes, int] = field(default_factory=dict)
    _digest: bytes = b""

    def add(self, content: bytes) -> None:
        """Write the pages of a part after those that are there."""
        if not self._parts:
            self._write(_HEAD)
        part = _Part.of(content)
        self._digest = hashlib.sha256(self._digest + content).digest()
        numbers = self._numbered(part)
        for number, body in part.objects.items():
            new = numbers[number]
            if number in {part.pages, part.structure} or new in self._places:
                continue
            self._put(new, self._renumbered(body, numbers))
        self._collect(part, numbers)
        if not self._parts:
            self._root, self._info = numbers[part.root], numbers[part.info]
        self._parts += 1

    def close(self) -> None:
        """Write what the document has once, and the table of places."""
        kids = b" ".join(b"%d 0 R" % one for one in self._kids)
        self._put(_PAGES, b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(self._kids), kids))
        elements = b" ".join(b"%d 0 R" % one for one in self._elements)
        parents = b" ".join(b"%d %d 0 R" % one for one in self._parents)
        names = b"".join(b"(%b)%d 0 R " % one for one in self._names).rstrip()
        trees = b"/ParentTree<</Nums[%b]>>/IDTree<</Names[%b]>>" % (parents, names)
        roots = b"/RoleMap%b/K[%b]/ParentTreeNextKey %d" % (self._roles, elements, self._next_parent)
        self._put(_STRUCTURE, b"<</Type/StructTreeRoot%b%b>>" % (roots, trees))
        table, last = self._position, max(self._places)
        self._write(b"xref\n0 %d\n0000000000 65535 f\r\n" % (last + 1))
        for number in range(1, last + 1):
            self._write(b"%010d 00000 n\r\n" % self._places[number])
        identity = self._digest[:16].hex().encode()
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (last + 1, self._root, self._info, identity, identity, table)
        )

    def _numbered(self, part: _Part) -> dict[int, int]:
        """The new number of each object of a part; of one that was written before, that one's."""
        numbers = {part.pages: _PAGES, part.structure: _STRUCTURE}
        for number, body in part.objects.items():
            if number in numbers:
                continue
            head = _STREAM.search(body)
            is_leaf = head is not None and not re.search(rb"[0-9] 0 R", body[: head.start()])
            key = hashlib.sha256(body).digest() if is_leaf else b""
            if key in self._same:
                numbers[number] = self._same[key]
                continue
            numbers[number] = self._next
            if is_leaf:
                self._same[key] = self._next
            self._next += 1
        return numbers

    def _renumbered(self, body: bytes, numbers: dict[int, int]) -> bytes:
        """An object with its references as they are in the whole; its stream, if it has one, as it is."""
        found = _STREAM.search(body)
        head, rest = (body, b"") if found is None else (body[: found.start()], body[found.start() :])

        def said(token: re.Match[bytes]) -> bytes:
            if token[1] is not None:
                return b"%d 0 R" % numbers[int(token[1])]
            if token[2] is not None:
                return b"/%b %d" % (token[2], int(token[3]) + self._next_parent)
            return self._named(token[0]) if _ELEMENT_ID.fullmatch(token[0]) else token[0]

        return _TOKEN.sub(said, head) + rest

    def _named(self, element_id: bytes) -> bytes:
        """The id of an element, which no other part has; ids of later parts come later in the alphabet."""
        return b"(P%06d%b" % (self._parts, element_id[1:])

    def _collect(self, part: _Part, numbers: dict[int, int]) -> None:
        """Keep the pages and the structure of a part for the end."""
        pages, structure = part.objects[part.pages], part.objects[part.structure]
        self._kids += [numbers[one] for one in _listed(pages, b"/Kids[")]
        self._elements += [numbers[one] for one in _listed(structure, b"/K[")]
        parents = _between(structure, b"/ParentTree<</Nums[")
        pairs = re.findall(rb"([0-9]+) ([0-9]+) 0 R", parents)
        self._parents += [(int(key) + self._next_parent, numbers[int(one)]) for key, one in pairs]
        if b"/IDTree" in structure:
            names = re.findall(rb"(\(U[^)]*\))([0-9]+) 0 R", _between(structure, b"/IDTree<</Names["))
            self._names += [(self._named(name)[1:-1], numbers[int(one)]) for name, one in names]
        self._next_parent += len(pairs)
        self._roles = self._roles or b"<<" + structure.split(b"/RoleMap<<", 1)[1].split(b">>", 1)[0] + b">>"

    def _put(self, number: int, body: bytes) -> None:
        self._places[number] = self._position
        self._write(b"%d 0 obj\n%b\nendobj\n\n" % (number, body))

    def _write(self, content: bytes) -> None:
        self.stream.write(content)
        self._position += len(content)


def _between(dictionary: bytes, start: bytes) -> bytes:
    return dictionary.split(start, 1)[1].split(b"]", 1)[0]


def _listed(dictionary: bytes, start: bytes) -> list[int]:
    return [int(one) for one in re.findall(rb"([0-9]+) 0 R", _between(dictionary, start))]
