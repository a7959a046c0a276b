"""Every text of the page has a wording in each language, and the same places."""

from __future__ import annotations

import ast
import re
from importlib import resources
from typing import TYPE_CHECKING, cast

import jinja2
import pytest
from jinja2 import nodes

from dosecal.web.wordings_todo import WORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PLACE = re.compile(r"\{(\w+)\}")
WEB = cast("Path", resources.files("dosecal.web"))


def texts_of_templates() -> Iterator[str]:
    """The texts that the templates say."""
    environment = jinja2.Environment(autoescape=True)
    for path in sorted((WEB / "templates").glob("*.html")):
        for call in environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield cast("nodes.Const", call.args[0]).value


def texts_of_modules() -> Iterator[str]:
    """The texts of the messages that the modules make."""
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in {"Msg", "plural", "t"}:
                count = 2 if name == "plural" else 1
                for one in node.args[:count]:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield one.value


TEXTS = sorted({*texts_of_templates(), *texts_of_modules()})


def test_every_text_has_a_wording() -> None:
    assert [one for one in TEXTS if one not in WORDINGS] == []


@pytest.mark.parametrize("language", [0, 1])
def test_a_wording_has_the_places_of_its_text(language: int) -> None:
    others = {"myriads"}  # Chinese counts in ten thousands
    wrong = [
        one
        for one, wordings in WORDINGS.items()
        if set(PLACE.findall(one))
        != set(PLACE.findall(wordings[language])) - others | (set(PLACE.findall(one)) & {"n"})
    ]
    assert wrong == []


def test_no_template_names_a_colour_or_a_style() -> None:
    for path in sorted((WEB / "templates").glob("*.html")):
        assert re.search(r"\sstyle=|<style|\son[a-z]+=", path.read_text(encoding="utf-8")) is None, path.name
