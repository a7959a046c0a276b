"""Quotations of the source: marked where they read wrongly, and to the letter but for the marks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dosecal.app.composition.protocols import load_protocol
from dosecal.report.messages.language import Language, Wording
from dosecal.report.messages.source_quotes import marked_quote
from tests.command_line import json_of, run_well
from tests.example_products import product_protocol
from tests.example_protocols import protocol_of, protocol_text

if TYPE_CHECKING:
    from dosecal.model.protocol import Protocol

EXAMPLES = Path(__file__).resolve().parents[3] / "protocols" / "examples"
MARK = re.compile(r" \[sic: [^\]]*\]")


def of_dose(dose: str) -> Protocol:
    return protocol_of(protocol_text(regimen=f"dose: {dose}"))


@pytest.mark.parametrize(
    ("quote", "dose", "marked"),
    [
        ("2 × 106 cells/kg", "2 million cells/kg", "2 × 106 [sic: read as 10⁶] cells/kg"),
        ("1X106/kg each", "1 million cells/kg", "1X106 [sic: read as 10⁶]/kg each"),
        ("0.2 to 5.0 x 106 per kg", "5 million cells/kg", "0.2 to 5.0 x 106 [sic: read as 10⁶] per kg"),
        ("2 x 10 8 cells", "200 million cells", "2 x 10 8 [sic: read as 10⁸] cells"),
        ("1*10E6 … /kg", "1 million cells/kg", "1*10E6 [sic: read as 10⁶] … /kg"),
        ("a dose of 106 cells/kg", "1 million cells/kg", "a dose of 106 [sic: read as 10⁶] cells/kg"),
        ("1 × 1010 cells", "10,000 million cells", "1 × 1010 [sic: read as 10¹⁰] cells"),
    ],
)
def test_power_without_its_superscript_is_marked_where_it_stands(quote: str, dose: str, marked: str) -> None:
    assert marked_quote(quote, of_dose(dose)) == marked


@pytest.mark.parametrize(
    ("quote", "dose"),
    [
        ("2 × 10^6 cells/kg", "2 million cells/kg"),
        ("2 × 10⁶ cells/kg", "2 million cells/kg"),
        ("2 million cells/kg (106 subjects)", "2 million cells/kg"),
        ("see page 106", "1 million cells/kg"),
        ("1*10E6 cells/kg", "10 million cells/kg"),  # the file takes it as a program would
        ("0.5 x 104 mg", "52 mg"),  # and here the digits as they stand
        ("2 × 106.5 mg", "213 mg"),
    ],
)
def test_number_that_reads_as_the_file_takes_it_has_no_mark(quote: str, dose: str) -> None:
    assert marked_quote(quote, of_dose(dose)) == quote


def test_power_that_is_no_amount_of_the_file_asks() -> None:
    said = marked_quote("3 × 108 cells", of_dose("2 million cells/kg"))
    assert said == "3 × 108 [sic: perhaps 10⁸] cells"


def test_content_of_a_container_says_how_a_quotation_is_read() -> None:
    product = "counts: viable cells\ncontainer: {called: vial, content: 25 million cells, volume: 3.8 mL}"
    protocol = product_protocol(product, "dose: 2 million viable cells/kg")
    assert marked_quote("25 × 106 in a vial", protocol) == "25 × 106 [sic: read as 10⁶] in a vial"


QUOTED = {
    "ryoncil": ("2 × 106 [sic: read as 10⁶, see query] mesenchymal", "D1"),
    "axicabtagene": ("2 × 108 [sic: read as 10⁸, see query] CAR-positive", "D0"),
    "car-t-split": ("1×106 [sic: read as 10⁶, see query]/kg", "D1"),
}


@pytest.mark.parametrize("name", QUOTED)
def test_every_command_that_quotes_beside_an_order_marks_it(name: str) -> None:
    protocol, subjects = EXAMPLES / f"{name}.yaml", EXAMPLES / f"{name}-subjects.csv"
    marked, visit = QUOTED[name]
    arm = load_protocol(protocol).regimens[0].arms[0]
    dose = ("dose", protocol, "--arm", arm, "--weight", "50", "--visit", visit)
    sheet = ("worksheet", protocol, subjects, "--subject", "001", "--visit", visit)
    texts = [run_well(*dose).stdout, run_well(*sheet).stdout, run_well(*sheet, "--check-sheet").stdout]
    texts += [run_well("show", protocol, *options).stdout for options in ((), ("--format", "json"))]
    texts += [found["quote"] for found in json_of(run_well(*dose, "--json"))["doses"]]
    texts += [run_well(*sheet, "--format", "json").stdout]
    for text in texts:
        assert marked in " ".join(text.split())


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_letter_of_a_quotation_changes(path: Path) -> None:
    protocol = load_protocol(path)
    for regimen in protocol.regimens:
        assert MARK.sub("", marked_quote(regimen.quote, protocol)) == regimen.quote


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.SPANISH, "2 × 106 [sic: léase 10⁶] cells"),
        (Language.CHINESE, "2 × 106 [原文如此：读作10⁶] cells"),
    ],
)
def test_mark_is_said_in_the_language_of_the_page_and_the_quotation_stays(language: Language, said: str) -> None:
    quote = marked_quote("2 × 106 cells", of_dose("2 million cells/kg"))
    assert Wording(language).say(quote) == said
