"""The languages of pages: a wording for everything, by gettext's catalogues, and nothing left in English unsaid."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dosecal.app.composition.protocols import load_protocol
from dosecal.model.messages import Msg, in_context, named, plural, term, unsaid, written
from dosecal.report.calendars.coordinator_page import coordinator_labels
from dosecal.report.calendars.participant_page import participant_labels
from dosecal.report.messages.language import CatalogueError, Language, Sayer, TermUnknownError, Wording, read_catalogue
from tests.command_line import run
from tests.wordings import SHIPPED, trial_wording

SPANISH, CHINESE = Wording(Language.SPANISH), Wording(Language.CHINESE)
CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgctxt "term"
msgid "Grip strength"
msgstr "Fuerza de prensión"

msgctxt "participant"
msgid "Grip strength"
msgstr "Apretar un aparato con la mano"
"""


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("language", [Language.SPANISH, Language.CHINESE])
def test_every_label_of_the_shipped_protocols_has_a_wording(name: str, language: Language) -> None:
    protocol, wording = load_protocol(name), trial_wording(name, language)
    products, anchors = [one.label for one in protocol.products], [one.label for one in protocol.anchors]
    labels = (*coordinator_labels(protocol), *products, *anchors)
    assert wording.missing_terms(labels) == ()
    assert wording.missing_lay(participant_labels((protocol,), wording)[0]) == ()


def test_words_of_one_trial_are_not_in_the_program() -> None:
    label = "Weaning from mechanical ventilation"
    assert trial_wording("NCT04611256", Language.CHINESE).term(label) == "撤机"
    with pytest.raises(TermUnknownError):
        CHINESE.term(label)


def test_numbers_of_labels_stay() -> None:
    assert SPANISH.term("Cycle 12 day 8") == "Ciclo 12, día 8"
    assert CHINESE.term("Day -5") == "第-5天"


def test_number_chooses_the_form_of_the_language() -> None:
    one, many = (plural("{n} day", "{n} days", count) for count in (1, 3))
    assert (one, many) == ("1 day", "3 days")
    assert (SPANISH.say(one), SPANISH.say(many)) == ("1 día", "3 días")
    assert (CHINESE.say(one), CHINESE.say(many)) == ("1天", "3天")
    assert SPANISH.say(plural("{n} day", "{n} days", -1)) == "-1 día"


def test_parts_are_said_too_and_ids_stay() -> None:
    message = Msg("{amount} per kg", amount=Msg("{n} mg", n="5"))
    assert (message, CHINESE.say(message)) == ("5 mg per kg", "每千克5 mg")
    assert CHINESE.say(Msg("visit {visit}", visit="day")) == "访视 day"


def test_context_tells_two_meanings_apart() -> None:
    assert CHINESE.say(Msg("Participant")) == "参与者"
    assert CHINESE.say(in_context("staff", "Participant")) == "受试者"


def test_dates_have_one_style_a_language() -> None:
    day = date(2026, 3, 2)
    said = [Wording(one).full_date(day) for one in Language]
    assert said == ["Monday 2 March 2026", "lunes 2 de marzo de 2026", "2026年3月2日 周一"]
    assert Msg("{day}", day=day) == said[0]


def test_signs_alone_are_the_same_unless_a_catalogue_has_others() -> None:
    parts = {"first": unsaid("1"), "rest": unsaid("2")}
    assert CHINESE.say(Msg("{first} × {rest}", **parts)) == "1 × 2"
    assert CHINESE.say(Msg("{first}; {rest}", **parts)) == "1；2"


def test_template_without_a_wording_is_told_and_not_said() -> None:
    with pytest.raises(TermUnknownError):
        SPANISH.say(Msg("a sentence that no page has"))
    say = Sayer(SPANISH)
    assert say(Msg("a sentence that no page has")) == "a sentence that no page has"
    assert say(term("Gait")) == "Gait"
    with pytest.raises(TermUnknownError) as error:
        say.require_all()
    assert error.value.terms == ("a sentence that no page has", "Gait")


def test_text_of_the_english_comes_with_its_arguments() -> None:
    said = written("up to 20 kg", Msg("{n} kg", n="20"))
    assert (said, SPANISH.say(said)) == ("up to 20 kg", "20 kg")
    assert SPANISH.say(named("Screening", "Screening")) == "Selección"  # an id that is said since it is known
    assert SPANISH.say(named("V9x", "V9x")) == "V9x"


def test_words_of_the_user_go_before_all_others() -> None:
    wording = Wording(Language.SPANISH, {"Creatine kinase": "CK", "not rounded": "tal cual"})
    assert (wording.term("Creatine kinase"), wording.lay("Creatine kinase")) == ("CK", "CK")
    assert wording.say(Msg("not rounded")) == "tal cual"


@pytest.mark.parametrize("own", ["93.8 lb", "93.9 kg", "93.8 kg ½", "93,800,000 millones de kg", "kg", "٩٣.٨ kg 93.8"])
def test_words_of_the_user_say_no_amount(own: str) -> None:
    with pytest.raises(TermUnknownError):
        Wording(Language.SPANISH, {"93.8 kg": own}).say(Msg("{n} kg", n="93.8"))


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "{n} cells"\nmsgstr "{n}0 células"',
        'msgid "{n} kg"\nmsgstr "{n} mg"',
        'msgctxt "date"\nmsgid "EEEE d MMMM y"\nmsgstr "d/M/yy"',
        'msgctxt "term"\nmsgid "Month {} week {}"\nmsgstr "Mes"',
        'msgctxt "term"\nmsgid "Month {} week {}"\nmsgstr "Semana {1} de {0}"',
        'msgctxt "term"\nmsgid "Month {}"\nmsgstr "{0.__class__}"',
        'msgctxt "term"\nmsgid "Month {}"\nmsgstr "Mes {"',
        'msgctxt "term"\nmsgid "Day 30"\nmsgstr "Día 3"',
    ],
)
def test_catalogue_of_a_trial_changes_no_number_unit_or_date(entry: str) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(f"{CATALOGUE}\n{entry}\n".encode(), is_of_trial=True)


@pytest.mark.parametrize("wording", ["{nope} kg", "{n kg", "{n:>5} kg", "{n.__class__} kg"])
def test_wording_has_the_places_of_its_template(wording: str) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(f'{CATALOGUE}\nmsgid "{{n}} kg"\nmsgstr "{wording}"\n'.encode())


def test_catalogue_beside_the_protocol_goes_before_that_of_the_program() -> None:
    wording = Wording(Language.SPANISH, {}, (read_catalogue(CATALOGUE.encode()),))
    assert wording.term("Grip strength") == "Fuerza de prensión"
    assert wording.lay("Grip strength") == "Apretar un aparato con la mano"
    assert wording.missing_terms(["Grip strength", "Gait"]) == ("Gait",)


@pytest.mark.parametrize("content", [b"msgid 5", b"\xff\xfe", b"Chest CT: TC de t\xf3rax"])
def test_file_that_is_no_catalogue_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError):
        read_catalogue(content)
    protocol = tmp_path / "onc.yaml"
    shipped = Path(__file__).parents[3] / "protocols" / "NCT04611256.yaml"
    protocol.write_bytes(shipped.read_bytes())
    (tmp_path / "onc").mkdir()
    (tmp_path / "onc" / "es-MX.po").write_bytes(content)
    ended = run("print", protocol, "--what", "soa", "--lang", "es-MX", "-o", tmp_path / "a.html")
    assert ended.exit_code == 1
    assert "[C242]" in ended.stderr
    assert "es-MX.po" in ended.stderr
