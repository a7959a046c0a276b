"""What a participant takes home tells nothing of what is given: judged over every shipped protocol."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.protocols import load_for_planning, load_protocol
from dosecal.app.files.sources import shipped_examples, shipped_studies
from dosecal.model.unblinding import Unblinding
from dosecal.report.messages.language import Language
from tests.command_line import run_well
from tests.example_protocols import protocol_of, protocol_text
from tests.wordings import trial_wording

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
        ("examples/genepredict-ps", "Plant sterols or placebo dispensed", True),
        ("examples/inm004-phase-1", "First infusion", True),
        ("examples/inm004-phase-1", "Screening", False),
        # a blood test to the participant, whatever the laboratory looks for
        ("examples/lzzt", "Plasma levels of xanomeline and metabolites", False),
        # "cells" is a word of the product's label, and of half of all laboratory tests
        ("NCT04611256", "Immune cells CD3+, CD4+, CD8+, CD16+, CD19+ and CD56+ (blood sample)", False),
    ],
)
def test_label_is_judged_as_the_participant_reads_it(name: str, label: str, tells: bool) -> None:  # noqa: FBT001
    assert (
        Unblinding(load_protocol(name)).is_told_by(trial_wording(name, Language.ENGLISH).plain_english(label)) is tells
    )


@pytest.mark.parametrize(
    "label",
    [
        *("140 mg today", "Infused over 4 h at 2 mg/kg", "Predose, then 5-FU pump", "Chemotherapy arm A visit"),
        *("Active drug handed out", "Day of dose 2", "dosis 2", "Infusión de 30 min", "Entrega de comprimidos"),
        *("1 × 10^6 cells", "2 million cells", "30 millones de células", "4 mL/h", "75 mg/m²", "per kg", "group B"),
        *(
            "Control arm visit",
            "brazo A",
            "给药",
            "输注日",
            "2 毫克",
            "3000万细胞",
            "Placebo day",
            "vial count",
            "IL-2 day",
        ),
    ],
)
def test_label_that_tells_of_an_amount_an_arm_or_a_drug_is_withheld(label: str) -> None:
    text = protocol_text(regimen="dose: 1 mg").replace("label: study drug", "label: IL-2 with 5-FU")
    assert Unblinding(protocol_of(text)).is_told_by(label)


@pytest.mark.parametrize(
    "label",
    [
        *(
            "Blood sample",
            "Day 8",
            "Week 12 visit",
            "Chest X-ray or CT",
            "ECG",
            "24 h urine",
            "Vital signs",
            "左臂血压",
        ),
        *("Blood pressure, left arm", "Visita de control", "血样", "CT 扫描", "CD4 and CD8 count", "Phone call"),
    ],
)
def test_label_of_a_procedure_is_said(label: str) -> None:
    assert not Unblinding(protocol_of(protocol_text(regimen="dose: 1 mg"))).is_told_by(label)


def test_wording_of_the_user_that_names_the_drug_is_withheld(tmp_path: Path) -> None:
    protocol, subjects, words = tmp_path / "p.yaml", tmp_path / "s.csv", tmp_path / "w.yaml"
    protocol.write_text(protocol_text(regimen="dose: 1 mg", visits="D1: {label: First day}"), encoding="utf-8")
    subjects.write_text("subject_id,arm,start\n001,active,2026-03-02\n", encoding="utf-8")
    words.write_text("es-MX:\n  First day: Infusión de study drug\n", encoding="utf-8")
    page = tmp_path / "page.html"
    asked = ("--lang", "es-MX", "--words", words, "-o", page)
    said = run_well("print", protocol, subjects, *asked).stderr
    assert "Infusión" not in page.read_text(encoding="utf-8")
    assert "W020" in said


def test_withheld_label_does_not_say_that_something_is_given(protocols: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    subjects = protocols / "examples" / "inm004-phase-1-subjects.csv"
    run_well("print", "examples/inm004-phase-1", subjects, "--what", "coordinator", "-o", page)
    shown = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    # the sample is taken at each of three infusions and on day 30, when nothing is given
    assert shown.count("study procedure (pk_sample)") == 4
    assert shown.count("give: study treatment") == 3


def test_arms_that_share_their_words_are_one_on_the_schedule_of_activities(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run_well("print", "examples/inm004-phase-1", "--what", "soa", "-o", page)
    shown = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    assert shown.count("study treatment = study treatment") == 1
    assert "study treatment only" not in shown


def test_participants_page_is_the_same_for_one_who_may_know_the_arms(protocols: Path, tmp_path: Path) -> None:
    subjects = protocols / "examples" / "inm004-phase-1-subjects.csv"
    for name, options in (("blinded", ()), ("unblinded", ("--unblinded",))):
        run_well("print", "examples/inm004-phase-1", subjects, *options, "-o", tmp_path / f"{name}.html")
    assert (tmp_path / "blinded.html").read_bytes() == (tmp_path / "unblinded.html").read_bytes()
