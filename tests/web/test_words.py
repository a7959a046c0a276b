"""Texts of the page: extracted with all others, said in each language, and no style in a template."""

from __future__ import annotations

import re
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, cast

from dosecal.model.messages import Msg
from dosecal.report.messages.language import Language
from dosecal.web.words import RECORD_WORDS, Speaker

if TYPE_CHECKING:
    from pathlib import Path

WEB = cast("Path", resources.files("dosecal.web"))


def test_words_of_the_record_have_a_wording() -> None:
    for language in (Language.SPANISH, Language.CHINESE):
        say = Speaker(language)
        assert all(say(word) for word in RECORD_WORDS)
        assert say.missing == set()


def test_text_without_a_wording_is_remembered() -> None:
    say = Speaker(Language.SPANISH)
    assert say(Msg("a text that no page has")) == "a text that no page has"
    assert say.missing == {"a text that no page has"}


def test_dates_are_said_in_the_language() -> None:
    day = date(2026, 4, 16)
    said = [Speaker(one).short_day(day).replace("\N{NO-BREAK SPACE}", " ") for one in Language]
    assert said == ["Thu 16 April", "jue 16 de abril", "4月16日 周四"]


def test_no_template_names_a_colour_or_a_style() -> None:
    for path in sorted((WEB / "templates").glob("*.html")):
        assert re.search(r"\sstyle=|<style|\son[a-z]+=", path.read_text(encoding="utf-8")) is None, path.name
