"""A file that says which of a table's columns is which of ours: ``subject_id: Patient No``, a line each."""

from __future__ import annotations

from dosecal.load.protocol.yaml_text import Mapping, Scalar, read_yaml
from dosecal.model.problems import CohortError, Problem, ProtocolError

_EXPECTED = 'expected lines such as "subject_id: Patient No"'


def read_renames(content: bytes, file: str) -> dict[str, str]:
    """Our name for each of the table's columns that the file names.

    Args:
        content: The bytes of a YAML file with our names as keys and theirs as values.
        file: The name for problems.

    Raises:
        CohortError: If it is no such file.
    """
    try:
        root = read_yaml(content, file)
    except ProtocolError as error:
        raise CohortError(tuple(_about_columns(problem) for problem in error.problems)) from None
    if not isinstance(root, Mapping):
        raise CohortError((Problem(root.source, "C203", "", f"{_EXPECTED}, got something else"),))
    names: dict[str, str] = {}
    problems = []
    for key, value in root.entries:
        if not isinstance(value, Scalar) or not value.text:
            problems.append(
                Problem(value.source, "C203", key.text, "expected the name of a column, got something else")
            )
        elif value.text in names:
            message = "expected each of the table's columns once, got one again"
            problems.append(Problem(value.source, "C203", key.text, message))
        else:
            names[value.text] = key.text
    if problems:
        raise CohortError(tuple(problems))
    return names


def _about_columns(problem: Problem) -> Problem:
    """A problem of YAML as it is, but for an empty file, of which YAML's reader says that a protocol was expected."""
    if problem.code != "P003":
        return problem
    return Problem(problem.source, "C203", "", f"{_EXPECTED}, got an empty file")
