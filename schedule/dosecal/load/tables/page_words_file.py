"""The small files that printed pages take: further wordings of a protocol's labels, and a contact for each site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosecal.load.protocol.yaml_text import Mapping, Scalar, read_yaml
from dosecal.model.problems import CohortError, Problem, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDINGS_EXPECTED = 'expected a language and under it lines such as "Chest CT: TC de tórax"'
_CONTACTS_EXPECTED = 'expected lines such as "MX01: Study office, +52 55 0000 0000"'


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
    for key, node in _root(content, file, "C240", _WORDINGS_EXPECTED).entries:
        if key.text not in languages:
            message = f'expected one of {", ".join(languages)}, got "{key.text}"'
            problems.append(Problem(key.source, "C240", key.text, message))
        elif not isinstance(node, Mapping):
            problems.append(Problem(node.source, "C240", key.text, f"{_WORDINGS_EXPECTED}, got something else"))
        else:
            wordings[key.text] = dict(_texts(node, "C240", _WORDINGS_EXPECTED, problems))
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
    contacts = dict(_texts(_root(content, file, "C241", _CONTACTS_EXPECTED), "C241", _CONTACTS_EXPECTED, problems))
    if problems:
        raise CohortError(tuple(problems))
    return contacts


def _root(content: bytes, file: str, code: str, expected: str) -> Mapping:
    try:
        root = read_yaml(content, file)
    except ProtocolError as error:
        raise CohortError(tuple(_about_file(problem, code, expected) for problem in error.problems)) from None
    if not isinstance(root, Mapping):
        raise CohortError((Problem(root.source, code, "", f"{expected}, got something else"),))
    return root


def _texts(root: Mapping, code: str, expected: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for key, node in root.entries:
        if isinstance(node, Scalar) and node.text.strip():
            yield key.text, node.text.strip()
        else:
            problems.append(Problem(node.source, code, key.text, f"{expected}, got something else"))


def _about_file(problem: Problem, code: str, expected: str) -> Problem:
    """A problem of YAML as it is, but for an empty file, of which YAML's reader says that a protocol was expected."""
    if problem.code != "P003":
        return problem
    return Problem(problem.source, code, "", f"{expected}, got an empty file")
