"""The published JSON Schema accepts what the program reads, and is the one that ships."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from dosecal.load.protocol.protocol_file import protocol_schema

if TYPE_CHECKING:
    from pathlib import Path


def errors(document: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(protocol_schema())
    return [error.message for error in validator.iter_errors(document)]


def test_shipped_schema_is_the_one_that_the_program_prints(root: Path) -> None:
    shipped = json.loads((root / "protocols" / "protocol.schema.json").read_text(encoding="utf-8"))
    assert shipped == protocol_schema()


@pytest.mark.parametrize("study", ["NCT04611256", "NCT04252118"])
def test_shipped_protocols_satisfy_the_schema_and_name_it(study: str, root: Path) -> None:
    text = (root / "protocols" / f"{study}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=protocol.schema.json\n")
    assert errors(yaml.load(text, Loader=yaml.BaseLoader)) == []  # noqa: S506 - texts alone, as the program reads them


def test_number_without_quotes_satisfies_the_schema_as_editors_read_it(root: Path) -> None:
    document = yaml.safe_load((root / "protocols" / "NCT04252118.yaml").read_text(encoding="utf-8"))
    document["visits"]["D400"] = {"days": 400, "window": "±3 days"}
    assert errors(document) == []


def test_unknown_key_and_missing_key_break_the_schema() -> None:
    found = errors({"study": "X", "vizits": {}})
    assert any("vizits" in message for message in found)
    assert any("'arms' is a required property" in message for message in found)
