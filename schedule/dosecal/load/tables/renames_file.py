"""A file that says which of a table's columns is which of ours: ``subject_id: Patient No``, a line each."""

from __future__ import annotations

from dosecal.load.protocol.yaml_text import Scalar, YamlFile, read_mapping
from dosecal.model.problems import CohortError, Problem

_FILE = YamlFile('lines such as "subject_id: Patient No"', "C203")


def read_renames(content: bytes, file: str) -> dict[str, str]:
    """Our name for each of the table's columns that the file names.

    Args:
        content: The bytes of a YAML file with our names as keys and theirs as values.
        file: The name for problems.

    Raises:
        CohortError: If it is no such file.
    """
    names: dict[str, str] = {}
    problems = []
    for key, value in read_mapping(content, file, _FILE).entries:
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
