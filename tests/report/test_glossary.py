"""The glossary of printed pages: whole, and the same places for values in every language."""

from __future__ import annotations

import re

import pytest

from dosecal.app.composition.protocols import load_protocol
from dosecal.app.files.sources import shipped_examples, shipped_studies
from dosecal.report.calendars.coordinator_page import coordinator_labels
from dosecal.report.calendars.participant_page import participant_labels
from dosecal.report.messages.glossary import LAY_WORDS, PHRASES, SENTENCES, TERMS
from dosecal.report.messages.phrases import Language, TermUnknownError, Wording

NAMES = (*shipped_studies(), *shipped_examples())
PLACES = re.compile(r"\{[=~&#@!]?([a-z_]*)\}")


@pytest.mark.parametrize(
    "names",
    [
        [one.id for one in PHRASES],
        [one.english for one in TERMS],
        [one.english for one in SENTENCES],
        [label for one in LAY_WORDS for label in one.labels],
    ],
)
def test_everything_is_said_once(names: list[str]) -> None:
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("entry", [*PHRASES, *TERMS, *SENTENCES, *LAY_WORDS], ids=lambda one: one.english)
def test_every_language_has_the_same_places(entry: object) -> None:
    places = [sorted(PLACES.findall(text)) for text in entry.wordings]  # type: ignore[attr-defined]
    assert places == [places[0]] * 3
    assert all(entry.wordings)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", [Language.SPANISH, Language.CHINESE])
def test_every_label_of_the_shipped_protocols_has_a_wording(name: str, language: Language) -> None:
    protocol = load_protocol(name)
    wording = Wording(language)
    products, anchors = [one.label for one in protocol.products], [one.label for one in protocol.anchors]
    labels = (*coordinator_labels(protocol), *products, *anchors)
    assert wording.missing_terms(labels) == ()
    assert wording.missing_lay(participant_labels((protocol,), wording)[0]) == ()


def test_numbers_of_labels_stay() -> None:
    assert Wording(Language.SPANISH).term("Cycle 12 day 8") == "Ciclo 12, día 8"
    assert Wording(Language.CHINESE).term("Day -5") == "第-5天"


def test_words_of_a_file_go_before_those_of_the_glossary() -> None:
    further = {"Creatine kinase": "CK", "Grip strength": "Fuerza de prensión"}
    wording = Wording(Language.SPANISH, further)
    assert (wording.term("Creatine kinase"), wording.lay("Creatine kinase")) == ("CK", "CK")
    assert wording.missing_terms(["Grip strength", "Gait"]) == ("Gait",)
    with pytest.raises(TermUnknownError):
        wording.term("Gait")
