"""The schedule of activities on a page: footnotes where they belong, and visits that don't fit beside each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dosecal.load.protocol.protocol_file import read_protocol
from dosecal.report.calendars.activities_page import activities_page, letter_of
from dosecal.report.calendars.page_foot import Stamp
from dosecal.report.messages.language import Language, TermUnknownError, Wording
from tests.example_protocols import protocol_of, protocol_text
from tests.wordings import wording_of_all

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = sorted((ROOT / "protocols").rglob("*.yaml"))
STAMP = Stamp("9.9.9", date(2026, 11, 25))
ENGLISH = Wording(Language.ENGLISH)


def page_of(text: str, wording: Wording = ENGLISH, paper: str = "a4") -> dict:  # type: ignore[type-arg]
    """The record of a protocol's text."""
    return activities_page(protocol_of(text), wording, STAMP, paper)


def heads_of(record: dict) -> dict[str, list[tuple[str, str]]]:  # type: ignore[type-arg]
    """The heads of the first table: for each name the text and the footnote of each cell."""
    return {
        head["name"]: [(cell["text"], cell["note"]) for cell in head["cells"]] for head in record["parts"][0]["heads"]
    }


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
@pytest.mark.parametrize("language", list(Language))
def test_every_shipped_protocol_is_said_in_every_language(path: Path, language: Language) -> None:
    text = path.read_text(encoding="utf-8")
    protocol = read_protocol(text.encode(), path.name)
    record = activities_page(protocol, wording_of_all(language), STAMP, "letter")
    marks = [row["marks"] for group in record["parts"][0]["groups"] for row in group["rows"]]  # type: ignore[index]
    assert {len(row) for row in marks} == {record["parts"][0]["columns"]}  # type: ignore[index]
    assert len(record["queries"]) == len(protocol.queries)  # type: ignore[arg-type]


QUOTED = protocol_text(
    regimen='dose: 2 mg/kg\nquote: "2 mg per kg"\nvisits: [D1, D8]',
    visits='D1: {quote: "on day 1"}\nD8: {window: ±2 days, quote: "day 8 ± 2"}\nD15: {arms: [control]}',
    more='assessments:\n  ecg: {label: ECG, visits: [D1, D15], quote: "an ECG"}\n',
)


def test_footnote_of_a_visit_stands_at_its_window_or_else_at_its_day() -> None:
    record = page_of(QUOTED)
    heads = heads_of(record)
    assert heads["study day"] == [("D1", "1"), ("D8", ""), ("D15", "")]
    assert heads["window"] == [("none stated", ""), ("±2 days", "2"), ("none stated", "")]
    assert [one["text"] for one in record["sources"]] == ["on day 1", "day 8 ± 2", "2 mg per kg", "an ECG"]


def test_footnotes_of_a_row_are_its_arms_and_its_sentence() -> None:
    record = page_of(QUOTED)
    dose, assessment = (group["rows"][0] for group in record["parts"][0]["groups"])
    assert (dose["label"], dose["note"]) == ("infusion: 2 mg per kg", "a, 3")
    assert (assessment["label"], assessment["note"]) == ("ECG", "4")
    assert record["notes"] == [{"mark": "a", "text": "arm active only"}]
    assert assessment["marks"] == ["X", "", "X"]


def test_a_text_too_long_for_a_column_is_a_note() -> None:
    visits = "D1: {}\nD8: {timepoints: [pre-dose, end of infusion, +1 h, +2 h]}"
    record = page_of(protocol_text(regimen="dose: 2 mg/kg\nvisits: [D8]", visits=visits))
    assert heads_of(record)["timepoints"] == [("", ""), ("", "a")]
    assert record["notes"][0] == {"mark": "a", "text": "timepoints: pre-dose; end of infusion; +1 h; +2 h"}


CONDITION = protocol_text(
    visits="D1: {}",
    more="facts:\n  smoker: {values: [yes, no]}\n"
    "assessments:\n  test: {label: C-reactive protein, visits: [D1], if: smoker is yes}\n",
)


def test_a_condition_is_a_note() -> None:
    assert page_of(CONDITION)["notes"] == [{"mark": "a", "text": "only if smoker is yes"}]


def test_a_condition_without_a_wording_is_quoted_and_said_to_be() -> None:
    (note,) = page_of(CONDITION, Wording(Language.SPANISH))["notes"]
    assert note["text"] == "solo si, en las palabras del archivo del protocolo: «smoker is yes»"
    (note,) = page_of(CONDITION, Wording(Language.SPANISH, {"smoker is yes": "fuma"}))["notes"]
    assert note["text"] == "solo si fuma"


def visits_text(count: int) -> str:
    """So many visits a week apart."""
    return protocol_text(visits="\n".join(f"D{1 + 7 * number}: {{}}" for number in range(count)))


def test_visits_that_do_not_fit_go_on_in_a_table_of_as_many() -> None:
    record = page_of(visits_text(30))
    assert [part["columns"] for part in record["parts"]] == [10, 10, 10]
    assert [part["title"] for part in record["parts"]] == [
        "visits 1 to 10 of 30",
        "visits 11 to 20 of 30",
        "visits 21 to 30 of 30",
    ]


def test_a_table_that_fits_has_no_title() -> None:
    (part,) = page_of(visits_text(10))["parts"]
    assert (part["title"], part["columns"]) == ("", 10)


def test_tables_are_parted_where_an_epoch_ends() -> None:
    epochs = ["treatment"] * 8 + ["follow-up"] * 10
    visits = "\n".join(f"D{1 + 7 * number}: {{epoch: {epoch}}}" for number, epoch in enumerate(epochs))
    record = page_of(protocol_text(visits=visits))
    assert [part["columns"] for part in record["parts"]] == [8, 10]
    (first,) = record["parts"][0]["heads"][0]["cells"]
    assert (first["text"], first["span"]) == ("treatment", 8)


def test_every_text_without_a_wording_is_told() -> None:
    with pytest.raises(TermUnknownError) as caught:
        page_of(protocol_text(visits="D1: {label: A rare visit}"), Wording(Language.CHINESE))
    assert caught.value.terms == ("A rare visit",)


@pytest.mark.parametrize(("place", "letter"), [(0, "a"), (25, "z"), (26, "aa"), (27, "ab")])
def test_letters_go_on_after_z(place: int, letter: str) -> None:
    assert letter_of(place) == letter
