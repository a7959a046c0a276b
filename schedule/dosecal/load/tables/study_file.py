"""The file ``study.yaml`` of a study folder: what can't be found by the names of its other files.

Conventions: each key may be missing; a file that is not there, or says nothing, is all keys missing. Nothing is filled
in for a missing key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dosecal.load.protocol.yaml_text import Mapping, Scalar, read_yaml
from dosecal.load.tables.table_reading import STRICT, TableReading, table_reading
from dosecal.model.problems import CohortError, Problem, ProtocolError, RefusedError, expected_got
from dosecal.model.regex import regex
from dosecal.model.struct import Struct, field
from dosecal.model.timing import Horizon, read_horizon

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dosecal.load.protocol.yaml_text import Node

NOT_SO = "C260"
_SPAN = regex(r"([1-9][0-9]{0,3}) (minutes?|hours?)")
_DIGEST = regex(r"[0-9a-f]{64}")
_MINUTES = {"minute": 1, "hour": 60}
READING_KEYS = ("separator", "encoding", "dates", "decimal")


class StudySettings(Struct, frozen=True, kw_only=True):
    """What a study folder says of itself.

    Attributes:
        horizon: How far cycles without an end are planned; None for not said.
        zone: The zone in which moments are written, such as ``Europe/Madrid``; empty for that of the machine.
        cover_minutes: After how many minutes without a key the page covers itself; None for not said.
        end_minutes: After how many minutes the page ends; None for not said.
        reading: How the tables are written.
        released: The SHA-256 of each released protocol file, by its name.
    """

    horizon: Horizon | None = None
    zone: str = ""
    cover_minutes: int | None = None
    end_minutes: int | None = None
    reading: TableReading = STRICT
    released: dict[str, str] = field(default_factory=dict)


def read_study_settings(content: bytes, file: str) -> StudySettings:
    """What a study folder says of itself.

    Args:
        content: The bytes of its file.
        file: The name, for problems.

    Raises:
        CohortError: With every problem of the file.
    """
    if says_nothing(content):
        return StudySettings()
    try:
        root = read_yaml(content, file)
    except ProtocolError as error:
        raise CohortError(error.problems) from None
    if not isinstance(root, Mapping):
        raise CohortError((Problem(root.source, NOT_SO, "", 'expected lines such as "zone: Europe/Madrid"'),))
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, node in root.entries:
        try:
            values[key.text] = _value(key.text, node)
        except RefusedError as refusal:
            found = node.text if isinstance(node, Scalar) else "something else"
            message = expected_got(refusal.expected, found)
            problems.append(Problem(node.source, NOT_SO, key.text, message, refusal.hint))
    if problems:
        raise CohortError(tuple(problems))
    told = {name: values.pop(name) for name in READING_KEYS if name in values}
    named = {_FIELDS.get(key, key): value for key, value in values.items()}
    return StudySettings(**named, reading=table_reading(**told))


def says_nothing(content: bytes) -> bool:
    """Whether a YAML file has nothing but comments and empty lines."""
    lines = (line.strip() for line in content.removeprefix(b"\xef\xbb\xbf").splitlines())
    return all(not line or line.startswith(b"#") for line in lines)


def _value(key: str, node: Node) -> object:
    if key == "released":
        return _released(node)
    if key not in _READERS:
        raise RefusedError(f"one of the keys {', '.join((*_READERS, 'released'))}")
    if not isinstance(node, Scalar):
        raise RefusedError("one text")
    return _READERS[key](node.text)


def _released(node: Node) -> dict[str, str]:
    expected = 'the SHA-256 of each released protocol file, such as "protocol.yaml: 3b0c…"'
    if not isinstance(node, Mapping):
        raise RefusedError(expected)
    digests = {key.text: value.text for key, value in node.entries if isinstance(value, Scalar)}
    if len(digests) < len(node.entries) or not all(map(_DIGEST.fullmatch, digests.values())):
        raise RefusedError(expected, "64 signs of 0-9 and a-f")
    return digests


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedError('a time zone such as "Europe/Madrid"') from None
    return text


def _minutes(text: str) -> int:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise RefusedError('a time such as "30 minutes" or "8 hours"')
    return int(match[1]) * _MINUTES[match[2].removesuffix("s")]


def _told(name: str) -> Callable[[str], str]:
    """Reads how the tables are written: the text itself, once it is seen that it can be read."""

    def read(text: str) -> str:
        table_reading(**{name: text})
        return text

    return read


_READERS: dict[str, Callable[[str], object]] = {
    "horizon": read_horizon,
    "zone": _zone,
    "cover_after": _minutes,
    "end_after": _minutes,
    **{name: _told(name) for name in READING_KEYS},
}
_FIELDS = {"cover_after": "cover_minutes", "end_after": "end_minutes"}
