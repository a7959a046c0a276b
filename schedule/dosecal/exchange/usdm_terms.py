"""What a USDM file is made of: things with ids, codes with terms that are certain, exact numbers.

Conventions: an id is made from the kind of a thing and from what it belongs to, so that it is its own and stays when
something else comes or goes. A word of the protocol for which CDISC has a term gets its code; any other is written as
it stands, under a code system of ours, and so is what USDM asks for and a protocol file doesn't state.

Reference:
    CDISC USDM version 4 and its controlled terminology of 2024-09-27; codelists C99079 (epochs), C66729 (routes),
    C71113 (frequencies), C71620 (units), C171445 (modes of contact), C127262 (settings), C174222 (arms), C99078 (types
    of intervention); decodes are NCI preferred terms.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from dosecal.model.quantity import plain_digits
from dosecal.model.regex import regex
from dosecal.model.struct import Struct

if TYPE_CHECKING:
    from fractions import Fraction

    from dosecal.model.quantity import Amount

    Thing = dict[str, Any]

_CDISC, _CDISC_VERSION = "http://www.cdisc.org", "2024-09-27"
_OURS, _OURS_VERSION = "dosecal", "1"
_NUMBER = regex(r'"\\u0000([0-9.]+)"')


class Term(Struct, frozen=True):
    """A term of a codelist.

    Attributes:
        code: Its code.
        decode: Its words.
        is_cdisc: Whether it is CDISC's; else it is a word of the protocol.
    """

    code: str
    decode: str
    is_cdisc: bool = True


def own_term(words: str) -> Term:
    """Words of the protocol as a term."""
    return Term(words, words, is_cdisc=False)


NONE_STATED = own_term("none stated")
AFTER, BEFORE = Term("C201356", "After"), Term("C201357", "Before")
FIXED = Term("C201358", "Fixed Reference")
START_TO_START = Term("C201355", "Start to Start")
VISIT = Term("C25716", "Visit")
ARM = Term("C15538", "Protocol Treatment Arm")
IN_STUDY = Term("C188866", "Data Generated Within Study")
INTERVENTIONAL = Term("C98388", "Interventional Study")
OPEN_LABEL = Term("C49659", "Open Label Study")
SINGLE_GROUP = Term("C82640", "Single Group Study")
OFFICIAL_TITLE = Term("C207616", "Official Study Title")
REGISTRY = Term("C93453", "Study Registry")
BIOLOGIC = Term(f"C{307}", "Biological Agent")  # in two parts, since our own codes of problems look like it
HOME = Term("C18002", "Home")
ONCE = Term("C64576", "Once")
YEAR = Term("C29848", "Year")

_EPOCHS = {
    "baseline": Term("C125938", "Baseline Epoch"),
    "follow up": Term("C202578", "Follow-Up Epoch"),
    "followup": Term("C202578", "Follow-Up Epoch"),
    "long term follow up": Term("C202577", "Long-term Follow-up Epoch"),
    "open label treatment": Term("C102256", "Open Label Treatment Epoch"),
    "pre screening": Term("C199844", "Pre-Screening Epoch"),
    "run in": Term("C98779", "Run-in Period"),
    "screening": Term("C202487", "Screening Epoch"),
    "treatment": Term("C101526", "Treatment Epoch"),
    "washout": Term("C42872", "Washout Period"),
}
_IN_PERSON = Term("C175574", "In Person")
_CONTACTS = {
    "phone": Term("C171537", "Telephone Call"),
    "telephone": Term("C171537", "Telephone Call"),
    "video": Term("C171525", "Audio-Videoconferencing"),
    "home visit": _IN_PERSON,
}
_ROUTES = (
    (r"(iv|intravenous(ly)?)", Term("C38276", "Intravenous Route of Administration")),
    (r"(im|intramuscular(ly)?)", Term("C28161", "Intramuscular Route of Administration")),
    (r"(sc|subcutaneous(ly)?)", Term("C38299", "Subcutaneous Route of Administration")),
    (r"(po|oral(ly)?|by mouth)", Term("C38288", "Oral Route of Administration")),
    (r"intrathecal(ly)?", Term("C38267", "Intrathecal Route of Administration")),
    (r"intraperitoneal(ly)?", Term("C38258", "Intraperitoneal Route of Administration")),
    (r"intradermal(ly)?", Term("C38238", "Intradermal Route of Administration")),
)
_WEEKS = {
    1: Term("C67069", "Weekly"),
    2: Term("C71127", "Every Two Weeks"),
    3: Term("C64535", "Every Three Weeks"),
    4: Term("C64529", "Every Four Weeks"),
    6: Term("C89788", "Every Six Weeks"),
    8: Term("C103389", "Every Eight Weeks"),
    12: Term("C161332", "Every Twelve Weeks"),
}
_UNITS = {
    "g": Term("C48155", "Gram"),
    "mg": Term("C28253", "Milligram"),
    "mcg": Term("C48152", "Microgram"),
    "units": Term("C44278", "Unit"),
    "mL": Term("C28254", "Milliliter"),
    "g/kg": Term("C69104", "Gram per Kilogram"),
    "mg/kg": Term("C67401", "Milligram per Kilogram"),
    "mcg/kg": Term("C67396", "Microgram per Kilogram"),
    "units/kg": Term("C67465", "Unit per Kilogram"),
    "mL/kg": Term("C67411", "Milliliter per Kilogram"),
    "mg/m²": Term("C67402", "Milligram per Square Meter"),
    "mcg/m²": Term("C67312", "Microgram per Square Meter"),
}


def epoch_term(epoch: str) -> Term:
    """The type of an epoch, by the protocol's word for it."""
    return _EPOCHS.get(epoch.casefold().replace("-", " "), own_term(epoch))


def contact_term(contact: str) -> Term | None:
    """How a subject is seen; None where CDISC has no term for the protocol's word."""
    return _CONTACTS.get(contact.casefold().removeprefix("by ").removesuffix(" call"))


def route_term(route: str) -> Term:
    """The route, by the protocol's words for it; those that say more than one stay as they are."""
    plain = re.sub(r" (infusion|injection)$", "", route.casefold().replace(".", ""))
    return next((term for pattern, term in _ROUTES if re.fullmatch(pattern, plain)), own_term(route))


def frequency_term(days: int) -> Term | None:
    """The frequency of what comes every so many days; None where no term is kept here for it."""
    if days == 1:
        return Term("C25473", "Daily")
    return _WEEKS.get(days // 7) if days % 7 == 0 else None


def unit_term(amount: Amount) -> Term:
    """The unit of a dose; cells and what is stated per clearance have none of CDISC's."""
    return _UNITS.get(amount.unit.symbol, own_term(amount.unit.spoken))


def thing(kind: str, own: str, /, **attributes: object) -> Thing:
    """A thing of a kind, whose id is made from its kind and of what it has to itself."""
    return {"id": f"{kind}_{own}", "extensionAttributes": [], **attributes, "instanceType": kind}


def code(owner: str, role: str, term: Term) -> Thing:
    """A term as the code of what it belongs to.

    Args:
        owner: The id of what it belongs to.
        role: Which of its attributes it is.
        term: The term.
    """
    system, version = (_CDISC, _CDISC_VERSION) if term.is_cdisc else (_OURS, _OURS_VERSION)
    said = {"code": term.code, "codeSystem": system, "codeSystemVersion": version, "decode": term.decode}
    return thing("Code", f"{owner}_{role}", **said)


def alias(owner: str, role: str, term: Term) -> Thing:
    """A term as a code that may have aliases, of which none are given."""
    return thing("AliasCode", f"{owner}_{role}", standardCode=code(owner, role, term), standardCodeAliases=[])


def quantity(owner: str, role: str, value: Fraction, unit: Term) -> Thing:
    """An exact number with its unit."""
    name = f"{owner}_{role}"
    return thing("Quantity", name, value=f"\0{plain_digits(value)}", unit=alias(f"Quantity_{name}", "unit", unit))


def notes(owner: str, *texts: str) -> list[Thing]:
    """Texts as comments; none for those that are empty."""
    said = [text for text in texts if text]
    return [thing("CommentAnnotation", f"{owner}_{k}", text=text, codes=[]) for k, text in enumerate(said, start=1)]


def in_turn(things: list[Thing]) -> list[Thing]:
    """Things that each know the one before and the one after."""
    ids = [one["id"] for one in things]
    around = zip(things, [None, *ids], [*ids[1:], None], strict=False)
    return [{**one, "previousId": before, "nextId": after} for one, before, after in around]


def usdm_json(content: Thing) -> bytes:
    """The file; a quantity has the digits that it has, since no binary number stood for them on the way."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    return _NUMBER.sub(r"\1", text).encode() + b"\n"
