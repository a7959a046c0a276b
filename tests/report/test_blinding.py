"""What a participant takes home tells nothing of what is given: judged over every shipped protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dosecal.report.blinding import is_telling, telling_words
from dosecal.workflow.protocols import load_for_planning, load_protocol
from dosecal.workflow.store import shipped_examples, shipped_studies
from tests.command_line import run_well

if TYPE_CHECKING:
    from pathlib import Path

    from dosecal.model.protocol import Protocol

NAMES = (*shipped_studies(), *shipped_examples())

TELLS_NOTHING = frozenset(
    {
        *("alone", "and", "anti", "are", "blood", "body", "cell", "cells", "control", "conventional", "for", "from"),
        *("group", "high", "low", "period", "phase", "positive", "the", "treated", "treatment", "with", "without"),
    }
)
"""Words of arms and products that may stand on the pages, since every protocol could have them."""


def named_words(protocol: Protocol) -> set[str]:
    """The words of arms, products and regimens that must not occur."""
    texts = [text for one in protocol.arms for text in (one.id, one.label)]
    texts += [text for one in protocol.products for text in (one.id, one.label)]
    texts += [text for one in protocol.regimens for text in (one.id, one.label, one.route)]
    words = {word.casefold() for text in texts for word in re.findall(r"[A-Za-z]{3,}", text)}
    return {*words, "dose", "mg", "placebo", "infusion", "injection"} - TELLS_NOTHING


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "es-MX"])
def test_no_word_of_arm_product_or_regimen_is_on_a_participants_page(
    name: str, language: str, protocols: Path, tmp_path: Path
) -> None:
    subjects = protocols / "examples" / f"{name.removeprefix('examples/')}-subjects.csv"
    file = tmp_path / "calendars.html"
    horizon = ("--horizon", "6 cycles") if name.endswith("topaz-1") else ()
    run_well("print", name, subjects, "--lang", language, *horizon, "-o", file)
    protocol = load_for_planning(name) if not horizon else load_protocol(name)
    html = re.sub(r"<style>.*?</style>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", html).replace(protocol.study, "")
    shown = {word.casefold() for word in re.findall(r"[^\W\d_]{2,}", text)}
    assert shown & named_words(protocol) == set()


@pytest.mark.parametrize(
    ("name", "label", "tells"),
    [
        ("examples/topaz-1", "Durvalumab or placebo infusion", True),
        ("examples/genepredict-ps", "Plant sterols dispensed", True),
        ("examples/inm004-phase-1", "First infusion", True),
        ("examples/inm004-phase-1", "Screening", False),
        # a blood test to the participant, whatever the laboratory looks for
        ("examples/lzzt", "Plasma levels of xanomeline and metabolites", False),
        # "cells" is a word of the product's label, and of half of all laboratory tests
        ("NCT04611256", "Immune cells CD3+, CD4+, CD8+, CD16+, CD19+ and CD56+ (blood sample)", False),
    ],
)
def test_label_is_judged_as_the_participant_reads_it(name: str, label: str, tells: bool) -> None:  # noqa: FBT001
    assert is_telling(label, telling_words(load_protocol(name))) is tells
