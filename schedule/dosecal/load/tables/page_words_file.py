"""The small files that printed pages take: further wordings of a protocol's labels, and a contact for each site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.yaml_text import Mapping, Scalar, YamlFile, read_mapping
from dosecal.model.problems import CohortError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDINGS = YamlFile('a language and under it lines such as "Chest CT: TC de tórax"', "C240")
_CONTACTS = YamlFile('lines such as "MX01: Study office, +52 55 0000 0000"', "C241")


def read_wordings(content: bytes, file: str, language: str, languages: tuple[str, ...]) -> dict[str, str]:
    """The wordings of a protocol's labels in one language.

    Args:
        content: The bytes of a YAML file with languages as keys, and under each the labels with their wordings.
        file: The name for problems.
        language: The language that is asked for; one that the file does not have gives none.
        languages: All languages that a file may have.

    Raises:
        CohortError: If it is no such file.
    """
    problems: list[Problem] = []
    wordings: dict[str, dict[str, str]] = {}
    for key, node in read_mapping(content, file, _WORDINGS).entries:
        if key.text not in languages:
            message = f'expected one of {", ".join(languages)}, got "{key.text}"'
            problems.append(Problem(key.source, _WORDINGS.code, key.text, message))
        elif not isinstance(node, Mapping):
            problems.append(_WORDINGS.problem(node.source, subject=key.text))
        else:
            wordings[key.text] = dict(_texts(node, _WORDINGS, problems))
    if problems:
        raise CohortError(tuple(problems))
    return wordings.get(language, {})


def read_contacts(content: bytes, file: str) -> dict[str, str]:
    """The contact of each site.

    Args:
        content: The bytes of a YAML file with sites as keys and contacts as values.
        file: The name for problems.

    Raises:
        CohortError: If it is no such file.
    """
    problems: list[Problem] = []
    contacts = dict(_texts(read_mapping(content, file, _CONTACTS), _CONTACTS, problems))
    if problems:
        raise CohortError(tuple(problems))
    return contacts


def _texts(root: Mapping, kind: YamlFile, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for key, node in root.entries:
        if isinstance(node, Scalar) and node.text.strip():
            yield key.text, node.text.strip()
        else:
            problems.append(kind.problem(node.source, subject=key.text))
