"""YAML to a tree of texts with line and column.

Conventions: every scalar keeps the text that was typed, so that ``010``, ``1:30``, ``no`` and ``1e6`` are never
retyped; duplicate keys, aliases, anchors, tags and second documents are refused. Lines and columns are one-based.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from dosecal.load.text_file import decode_text
from dosecal.model.problems import CohortError, Problem, ProtocolError, ScheduleError, Source, quoted
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 2_000_000
MOST_DEPTH = 20
MOST_NODES = 200_000
_LINE_BREAKS = regex("[\x85\u2028\u2029]")
"""Line breaks of other times, invisible in most editors: the parser counts lines by them, and editors do not."""


class Scalar(Struct, frozen=True):
    """A text with its place.

    Attributes:
        text: The text, with YAML's quotes taken away.
        source: Where it begins.
    """

    text: str
    source: Source


class Sequence(Struct, frozen=True):
    """A list of nodes with its place."""

    items: tuple[Node, ...]
    source: Source


class Mapping(Struct, frozen=True):
    """Keys and nodes in file order, with the place of the first; no key stands twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    source: Source


Node = Scalar | Sequence | Mapping


class YamlFile(Struct, frozen=True):
    """What a YAML file is to be.

    Attributes:
        expected: What it is, with an example, as the end of "expected …".
        code: The code for an empty file, and for one that is no mapping where it is to be one.
        what: What stands in it, once.
        refusal: The exception that carries its problems.
    """

    expected: str
    code: str
    what: str = "document"
    refusal: type[ScheduleError] = CohortError

    def problem(self, source: Source, found: str = "something else", subject: str = "") -> Problem:
        """That something else was found."""
        return Problem(source, self.code, subject, f"expected {self.expected}, got {found}")


PROTOCOL_FILE = YamlFile(
    'a protocol that begins with a line such as "study: NCT01234567"', "P003", "protocol", ProtocolError
)


def read_yaml(content: bytes, file: str, kind: YamlFile = PROTOCOL_FILE) -> Node:
    """The tree of a YAML file.

    Args:
        content: The bytes of the file, in UTF-8; a byte order mark is passed over.
        file: The name for problems.
        kind: What the file is to be.

    Returns:
        The root node.

    Raises:
        ScheduleError: With every problem that was found; after an error of syntax no more can be looked for.
    """
    if len(content) > MOST_BYTES:
        message = f"expected at most {MOST_BYTES:,} bytes, got {len(content):,}"
        raise kind.refusal((Problem(Source(file), "P006", "", message),))
    text, problem = decode_text(content, file, "P002")
    if problem:
        raise kind.refusal((problem,))
    if odd := _LINE_BREAKS.search(text):
        raise kind.refusal((_character_problem(text, odd.start(), file),))
    builder = _Builder(file, kind.what)
    try:
        root = builder.build(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        raise kind.refusal((*builder.problems, _syntax_problem(error, text, file))) from None
    except yaml.YAMLError as error:
        # the parser counts the bytes of UTF-8
        before = text.encode()[: getattr(error, "position", 0)].decode(errors="ignore")
        raise kind.refusal((*builder.problems, _character_problem(text, len(before), file))) from None
    if builder.problems:
        raise kind.refusal(tuple(builder.problems))
    if root is None:
        raise kind.refusal((kind.problem(Source(file, 1, 1), "an empty file"),))
    return root


def read_mapping(content: bytes, file: str, kind: YamlFile) -> Mapping:
    """The tree of a YAML file that has keys at its root; as ``read_yaml``.

    Raises:
        ScheduleError: If it is no such file.
    """
    root = read_yaml(content, file, kind)
    if not isinstance(root, Mapping):
        raise kind.refusal((kind.problem(root.source),))
    return root


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    source = Source(file, mark.line + 1, mark.column + 1) if mark else Source(file)
    what = " ".join(part for part in (error.context, error.problem) if part)
    if "nesting depth" in what:  # the library's own limit, which is far above ours and met first
        return Problem(source, "P006", "", f"expected at most {MOST_DEPTH} levels and {MOST_NODES:,} values, got more")
    hint = "indent with spaces, not tabs" if mark and text[mark.index : mark.index + 1] == "\t" else ""
    return Problem(source, "P004", "", f"expected YAML, got a fault in it: {what}", hint)


def _character_problem(text: str, position: int, file: str) -> Problem:
    before = text[:position]
    source = Source(file, before.count("\n") + 1, position - before.rfind("\n"))
    found = f"U+{ord(text[position]):04X}" if position < len(text) else "another one"
    return Problem(source, "P004", "", f"expected printable characters, got {found}, which YAML does not allow")


class _TooMuchError(Exception):
    """The tree is deeper or larger than any protocol; reading stops."""


class _Builder:
    """Builds the tree from YAML's events, and keeps the problems met on the way."""

    def __init__(self, file: str, what: str) -> None:
        self.file, self.what = file, what
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        """The root of the first document, or nothing for an empty file or after a refusal of the whole."""
        root: Node | None = None
        documents = 0
        try:
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._refuse(event, "P008", f"one {self.what} in a file", "a second document")
                        return root
                    first = next(events)
                    if not (isinstance(first, yaml.ScalarEvent) and not first.value and not first.style):
                        root = self._node(first, events, 0)
        except _TooMuchError:
            return None
        return root

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self.nodes += 1
        source = self._source(event)
        if depth > MOST_DEPTH or self.nodes > MOST_NODES:
            self._refuse(event, "P006", f"at most {MOST_DEPTH} levels and {MOST_NODES:,} values", "more")
            raise _TooMuchError
        if getattr(event, "anchor", None):
            self._refuse(event, "P005", "every value written out", "a YAML anchor or alias")
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            self._refuse(event, "P005", "plain values", f"the YAML tag {quoted(str(tag))}")
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._items(events, depth)), source)
        if isinstance(event, yaml.MappingStartEvent):
            return Mapping(tuple(self._entries(events, depth)), source)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, source)
        return Scalar("", source)  # an alias, which is a problem already

    def _items(self, events: Iterator[yaml.Event], depth: int) -> Iterator[Node]:
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            yield self._node(event, events, depth + 1)

    def _entries(self, events: Iterator[yaml.Event], depth: int) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self._refuse(event, "P103", 'a word as key, such as "visits:"', "a list or a mapping")
            elif key.text in seen:
                first = seen[key.text].source
                found = f"{quoted(key.text)} again (first in line {first.line})"
                self._refuse(event, "P007", "each key once", found)
            else:
                seen[key.text] = key
                yield key, value

    def _source(self, event: yaml.Event) -> Source:
        mark = event.start_mark
        return Source(self.file, mark.line + 1, mark.column + 1) if mark else Source(self.file)

    def _refuse(self, event: yaml.Event, code: str, expected: str, found: str) -> None:
        self.problems.append(Problem(self._source(event), code, "", f"expected {expected}, got {found}"))
