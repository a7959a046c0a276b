"""Every kind of page of every example, in each language and on each paper, measured on the PDF."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest

from tests.command_line import run_well

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).resolve().parents[3] / "protocols" / "examples"
NAMES = sorted(path.name.removesuffix("-subjects.csv") for path in EXAMPLES.glob("*-subjects.csv"))
WITHOUT_DOSES = {"es-sclc-chemotherapy", "genepredict-ps", "lzzt", "topaz-1"}
ENDLESS = {"topaz-1"}
"""Examples whose cycles need a horizon."""
KINDS = ("participant", "coordinator", "worksheet", "soa")
PHONE = "+52 55 0000 0000"
NEAREST = 12
"""Points that stay free at the edge of the paper, which printers don't reach: 4.2 mm."""

PAPERS = {"en": "a4", "es-MX": "letter", "zh-CN": "a4"}
"""Spanish, whose words are the longest, on the shorter paper."""

PAGES = [
    (name, kind, language)
    for at, name in enumerate(NAMES)
    for kind in KINDS
    if kind != "worksheet" or name not in WITHOUT_DOSES
    for place, language in enumerate(PAPERS)
    if kind in {"participant", "coordinator"} or at % len(PAPERS) == place
]
"""Calendars in every language, and of what lies in tables of its own one language an example."""


SPLIT = re.compile(
    r"[0-9]\s*\n\s*(?:cells|células|mg|mcg|mL|kg|million|millones)\b|×\n ?10|\n×"
    r"|[0-9]年\n|[0-9]月\n[0-9]|[0-9]\n[年月日]|(?:星期|周)\n[一二三四五六日]"
)
"""A line that ends between a number and its unit, within a power of ten, or within a date in Chinese."""


def measured(name: str, kind: str, language: str) -> list[dict[str, Any]]:
    """The pages of the first subject: size, text and characters."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.pdf"
        cohort = EXAMPLES / f"{name}-subjects.csv"
        subjects: tuple[str | Path, ...] = () if kind == "soa" else (cohort, "--subject", "001")
        options = [
            *(("--horizon", "12 cycles") if name in ENDLESS else ()),
            *(("--unblinded",) if kind == "worksheet" else ()),
            *(("--contact", f"Study office, {PHONE}") if kind == "participant" else ()),
        ]
        options += ["--lang", language, "--paper", PAPERS[language]]
        protocol = name if name.startswith("NCT") else f"examples/{name}"
        run_well("print", protocol, *subjects, "--what", kind, *options,
                 "--as-of", "2026-03-01", "-o", file)  # fmt: skip
        with pdfplumber.open(file) as document:
            return [
                {
                    "width": page.width,
                    "height": page.height,
                    "text": page.extract_text().replace("\N{NO-BREAK SPACE}", " "),
                    "chars": [one for one in page.chars if one["text"].strip()],
                }
                for page in document.pages
            ]


def overlaps(chars: list[dict[str, Any]]) -> Iterator[str]:
    """Characters that lie on one another by more than the room that signs between words leave."""
    chars = sorted((one for one in chars if one["text"] not in "，。、；：（）“”.'"), key=lambda one: one["top"])
    for place, first in enumerate(chars):
        for second in chars[place + 1 :]:
            if second["top"] >= first["bottom"] - 1:
                break
            wide = min(first["x1"], second["x1"]) - max(first["x0"], second["x0"])
            high = first["bottom"] - second["top"]
            if wide > 0.3 * min(first["width"], second["width"]) and high > 0.45 * first["height"]:
                yield f"{first['text']} on {second['text']} at {first['x0']:.0f}, {first['top']:.0f}"


def foot_of(kind: str, language: str, number: str, count: str) -> str:
    """How the first line of a foot begins and ends: whose the page is, and which of how many."""
    subject = {"en": "subject", "es-MX": "participante", "zh-CN": "受试者"}[language]
    participant = {
        "en": "participant",
        "es-MX": "participante",
        "zh-CN": "参与者" if kind == "participant" else "受试者",
    }[language]
    pages = {"en": f"page {number} of {count}", "es-MX": f"página {number} de {count}"}
    whose = {"soa": "", "worksheet": f"{subject} 001 · "}.get(kind, f"{participant} 001")
    return f"{re.escape(whose)}.*{pages.get(language, f'第{number}页，共{count}页')}"


@pytest.mark.parametrize("page_of", PAGES, ids="-".join)
def test_page_is_whole(page_of: tuple[str, str, str]) -> None:
    name, kind, language = page_of
    pages = measured(name, kind, language)
    for place, page in enumerate(pages):
        assert min(one["x0"] for one in page["chars"]) >= NEAREST
        assert max(one["x1"] for one in page["chars"]) <= page["width"] - NEAREST
        assert min(one["top"] for one in page["chars"]) >= NEAREST
        assert max(one["bottom"] for one in page["chars"]) <= page["height"] - NEAREST
        assert list(overlaps(page["chars"])) == []
        assert SPLIT.search(page["text"]) is None, SPLIT.search(page["text"])
        count = r"\d+" if kind == "worksheet" else str(len(pages))  # each sheet counts its own
        number = r"\d+" if kind == "worksheet" else str(place + 1)
        foot = page["text"].splitlines()[-1 if kind == "soa" else -2]
        assert re.fullmatch(foot_of(kind, language, number, count), foot) is not None, foot
        assert "dosecal" in page["text"].splitlines()[-1]
    if kind == "participant":
        assert PHONE in pages[0]["text"]


def test_long_ids_are_whole_on_the_page_and_at_its_foot(tmp_path: Path) -> None:
    subject, site = "US-1042-0017-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789", "SITE-WITH-A-LONG-NAME-0123456789-ABCDEF"
    cohort, page = tmp_path / "s.csv", tmp_path / "page.pdf"
    cohort.write_text(f"subject_id,arm,start,site\n{subject},sterol_first,2026-03-02,{site}\n", encoding="utf-8")
    for kind in ("participant", "coordinator"):
        run_well("print", "examples/genepredict-ps", cohort, "--what", kind, "--force", "-o", page)
        with pdfplumber.open(page) as document:
            text = document.pages[0].extract_text()
            assert max(one["x1"] for one in document.pages[0].chars) <= document.pages[0].width - NEAREST
        assert text.count(subject) == 2
        assert site in text
