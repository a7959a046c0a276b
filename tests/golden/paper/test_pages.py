"""Printed calendars are as they were, word by word and point by point, and nothing on them runs into anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from tests.golden.paper.pages import NAMES, NEAR, path_of, printed, words_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", NAMES, ids="-".join)
def test_page_is_the_kept_one(name: tuple[str, str, str], tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    printed(*name, file)
    kept, now = json.loads(path_of(*name).read_text(encoding="utf-8")), words_of(file)
    assert [page["size"] for page in now] == [page["size"] for page in kept]
    for old, new in zip(kept, now, strict=True):
        assert [word[2] for word in new["words"]] == [word[2] for word in old["words"]]
        far = [
            (a, b)
            for a, b in zip(old["words"], new["words"], strict=True)
            if max(abs(a[0] - b[0]), abs(a[1] - b[1])) > NEAR
        ]
        assert far == []
    with pdfplumber.open(file) as document:
        for page in document.pages:
            words = page.extract_words()
            # inside the margins of 16 mm at the sides, 14 mm above; the foot lies in the 20 mm below
            assert min(word["x0"] for word in words) >= 45
            assert max(word["x1"] for word in words) <= page.width - 44
            assert min(word["top"] for word in words) >= 36
            assert max(word["bottom"] for word in words) <= page.height - 14


@pytest.mark.parametrize("name", NAMES, ids="-".join)
def test_first_treated_subject_starts_and_ends_on_the_days_of_a_calendar(name: tuple[str, str, str]) -> None:
    kind, study, language = name
    # 4 August 2020 is a Tuesday and 24 days later 28 August a Friday; 27 January 2020 is a Monday, and 180 days later
    # are 4 of January, 29, 31, 30, 31, 30 and 25 of July, a Saturday
    full = {
        ("NCT04611256", "en"): ("Tuesday 4 August 2020", "Friday 28 August 2020"),
        ("NCT04611256", "es-MX"): ("martes 4 de agosto de 2020", "viernes 28 de agosto de 2020"),
        ("NCT04611256", "zh-CN"): ("2020年8月4日 周二", "2020年8月28日 周五"),
        ("NCT04252118", "en"): ("Monday 27 January 2020", "Saturday 25 July 2020"),
        ("NCT04252118", "es-MX"): ("lunes 27 de enero de 2020", "sábado 25 de julio de 2020"),
        ("NCT04252118", "zh-CN"): ("2020年1月27日 周一", "2020年7月25日 周六"),
    }
    short = {
        ("NCT04611256", "en"): ("Tue 4 Aug 2020", "Fri 28 Aug 2020"),
        ("NCT04611256", "es-MX"): ("mar 4 ago 2020", "vie 28 ago 2020"),
        ("NCT04611256", "zh-CN"): ("2020年8月4日 周二", "2020年8月28日 周五"),
        ("NCT04252118", "en"): ("Mon 27 Jan 2020", "Sat 25 Jul 2020"),
        ("NCT04252118", "es-MX"): ("lun 27 ene 2020", "sáb 25 jul 2020"),
        ("NCT04252118", "zh-CN"): ("2020年1月27日 周一", "2020年7月25日 周六"),
    }
    texts = [word[2] for page in json.loads(path_of(*name).read_text(encoding="utf-8")) for word in page["words"]]
    said = "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")
    for day in (full if kind == "participant" else short)[study, language]:
        assert "".join(day.split()) in "".join(said.split())


def test_nothing_else_is_kept() -> None:
    folder = path_of("", "", "").parent
    assert {file.name for file in folder.glob("*.json")} == {path_of(*name).name for name in NAMES}
