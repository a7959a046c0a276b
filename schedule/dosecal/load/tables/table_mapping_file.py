"""The file that says which columns somebody else's table has: YAML to a mapping.

Conventions: everything that a key may say is a closed set; a column of ours, a date pattern and an encoding that are
not known are refused with the ones that are. A date pattern has ``YYYY``, ``MM`` (02) or ``MMM`` (Feb), and ``DD``,
each once, with ``-``, ``/``, ``.``, a blank or nothing between them; years of two digits and months in other languages
have more than one reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.yaml_text import Mapping, Scalar, Sequence, YamlFile, read_mapping
from dosecal.model.problems import CohortError, Problem, RefusedError, expected_got
from dosecal.model.regex import regex
from dosecal.model.table_mapping import DatePattern, MappedColumn, TableMapping

if TYPE_CHECKING:
    import collections.abc

    from dosecal.load.protocol.yaml_text import Node
    from dosecal.model.problems import Source
    from dosecal.model.table_mapping import KnownColumns

    Tables = collections.abc.Mapping[str, KnownColumns]

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
ENCODINGS = {
    "UTF-8": "utf-8",
    "UTF-8 with BOM": "utf-8-sig",
    "UTF-16": "utf-16",
    "Windows-1252": "cp1252",
    "ISO-8859-1": "iso-8859-1",
}
LINE_ENDS = {"LF": "\n", "CRLF": "\r\n"}
KEYS = ("table", "columns", "delimiter", "encoding", "line_end", "blank", "dates")
_COLUMN_KEYS = ("column", "dates", "text")
_PATTERN = regex(r"(YYYY|MMM|MM|DD)([-/. ]?)(YYYY|MMM|MM|DD)([-/. ]?)(YYYY|MMM|MM|DD)")
_PATTERN_EXAMPLES = 'a date pattern such as "YYYY-MM-DD", "DD/MM/YYYY" or "DD-MMM-YYYY"'
_COLUMN_EXAMPLE = 'a column such as "- Visit date: planned_date"'


def read_date_pattern(text: str) -> DatePattern:
    """How dates are written, such as ``DD/MM/YYYY``.

    Raises:
        RefusedError: If the text is no such pattern.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise RefusedError(_PATTERN_EXAMPLES)
    if {part[0] for part in match.groups()[::2]} != {"Y", "M", "D"}:
        raise RefusedError(_PATTERN_EXAMPLES, "a year, a month and a day, each once")
    return DatePattern(tuple(part for part in match.groups() if part))


def read_table_mapping(content: bytes, file: str, tables: Tables) -> TableMapping:
    """The table that a file describes.

    Args:
        content: The bytes of the file.
        file: The name for problems.
        tables: Our tables by name, with their columns.

    Raises:
        CohortError: With every problem that was found.
    """
    root = read_mapping(content, file, YamlFile('"table: visits" and "columns:"', "X110"))
    reader = _Reader(tables)
    mapping = reader.mapping(root)
    if mapping is None:
        raise CohortError(tuple(sorted(reader.problems, key=lambda problem: problem.source)))
    return mapping


class _Reader:
    """Reads the tree, and keeps the problems met on the way."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.problems: list[Problem] = []

    def mapping(self, root: Mapping) -> TableMapping | None:
        """The mapping; None where there are problems."""
        nodes = {key.text: node for key, node in root.entries}
        for key, _ in root.entries:
            if key.text not in KEYS:
                self._refuse(key.source, "X110", "", expected_got(f"one of {', '.join(KEYS)}", key.text))
        for missing in (key for key in ("table", "columns") if key not in nodes):
            self._refuse(root.source, "X110", missing, f"expected the key {missing}, got none")
        table = self._one_of("table", nodes, dict(zip(self.tables, self.tables, strict=True)), "")
        delimiter = self._one_of("delimiter", nodes, DELIMITERS, ",")
        encoding = self._one_of("encoding", nodes, ENCODINGS, "utf-8")
        line_end = self._one_of("line_end", nodes, LINE_ENDS, "\n")
        blank = self._text("blank", nodes["blank"]) if "blank" in nodes else ""
        dates = self._pattern("dates", nodes["dates"]) if "dates" in nodes else None
        columns = self._columns(nodes["columns"], self.tables[table], dates) if table and "columns" in nodes else ()
        if self.problems:
            return None
        return TableMapping(table, columns, delimiter, encoding, line_end, blank)

    def _columns(self, node: Node, known: KnownColumns, dates: DatePattern | None) -> tuple[MappedColumn, ...]:
        if not isinstance(node, Sequence) or not node.items:
            self._refuse(node.source, "X110", "columns", f"expected a list with {_COLUMN_EXAMPLE}, got something else")
            return ()
        columns: dict[str, MappedColumn] = {}
        for item in node.items:
            if not isinstance(item, Mapping) or len(item.entries) != 1:
                self._refuse(item.source, "X110", "columns", f"expected {_COLUMN_EXAMPLE}, got something else")
                continue
            name, value = item.entries[0]
            if name.text in columns:
                self._refuse(name.source, "X110", name.text, "expected each name once, got one again")
            column = self._column(name.text, value, known, dates)
            if column is not None:
                columns[name.text] = column
        return tuple(columns.values())

    def _column(self, name: str, node: Node, known: KnownColumns, dates: DatePattern | None) -> MappedColumn | None:
        """A column; None where it has a problem."""
        if isinstance(node, Scalar):
            return self._from_ours(name, node, known, dates)
        if isinstance(node, Mapping):
            return self._stated(name, node, known, dates)
        self._refuse(node.source, "X110", name, f"expected {_COLUMN_EXAMPLE}, got a list")
        return None

    def _stated(self, name: str, node: Mapping, known: KnownColumns, dates: DatePattern | None) -> MappedColumn | None:
        """A column that is stated with ``column`` and ``dates``, or with ``text``."""
        nodes = {key.text: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.text not in _COLUMN_KEYS:
                self._refuse(key.source, "X110", name, expected_got(f"one of {', '.join(_COLUMN_KEYS)}", key.text))
                return None
        if ("text" in nodes) == ("column" in nodes) or ("text" in nodes and "dates" in nodes):
            found = " and ".join(nodes) or "nothing"
            message = f'expected "column" with or without "dates", or "text" alone, got {found}'
            self._refuse(node.source, "X110", name, message)
            return None
        if "text" in nodes:
            return MappedColumn(name, constant=self._text(name, nodes["text"]))
        own = self._pattern(name, nodes["dates"]) if "dates" in nodes else None
        source = nodes["column"]
        column = self._from_ours(name, source, known, own or dates)
        if column is not None and own is not None and column.source not in known.dates:
            message = f"expected a pattern for a column of dates, got one for {column.source}"
            self._refuse(nodes["dates"].source, "X112", name, message)
        return column

    def _from_ours(self, name: str, node: Node, known: KnownColumns, dates: DatePattern | None) -> MappedColumn | None:
        source = self._text(name, node)
        if source in known.names:
            pattern = dates if source in known.dates else None
            return MappedColumn(name, source, dates=pattern, is_number=source in known.numbers)
        if isinstance(node, Scalar):
            self._refuse(node.source, "X111", name, expected_got(f"one of {', '.join(known.names)}", source))
        return None

    def _pattern(self, about: str, node: Node) -> DatePattern | None:
        text = self._text(about, node)
        try:
            return read_date_pattern(text)
        except RefusedError as refusal:
            self._refuse(node.source, "X112", about, expected_got(refusal.expected, text), refusal.hint)
            return None

    def _one_of(
        self,
        key: str,
        nodes: collections.abc.Mapping[str, Node],
        known: collections.abc.Mapping[str, str],
        default: str,
    ) -> str:
        if key not in nodes:
            return default
        text = self._text(key, nodes[key])
        if text not in known:
            self._refuse(nodes[key].source, "X110", key, expected_got(f"one of {', '.join(known)}", text))
            return default
        return known[text]

    def _text(self, about: str, node: Node) -> str:
        if isinstance(node, Scalar):
            return node.text
        self._refuse(node.source, "X110", about, "expected a text, got a list or a mapping")
        return ""

    def _refuse(self, source: Source, code: str, about: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(source, code, about, message, hint))
