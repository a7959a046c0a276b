"""Pages of worksheets and schedules of activities are as they were, text by text and box by box."""

from __future__ import annotations

import pytest

from tests.golden.paper.pages import NEAR
from tests.golden.paper_sheets import HERE, PAGES, content_of, layout_of


def parted(page: str) -> tuple[list[str], list[list[int]]]:
    """The texts of a kept page, and their boxes; the line that begins a page is a text without a box."""
    lines = page.splitlines()
    boxed = [not line.startswith("page ") for line in lines]
    texts = [line[19:] if has_box else line for line, has_box in zip(lines, boxed, strict=True)]
    boxes = [line[:19].split() if has_box else [] for line, has_box in zip(lines, boxed, strict=True)]
    return texts, [[int(side) for side in box] for box in boxes]


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_the_kept_ones(name: str) -> None:
    kept, now = parted((HERE / name).read_text(encoding="utf-8")), parted(layout_of(content_of(name)))
    assert now[0] == kept[0]
    far = [
        (text, old, new)
        for text, old, new in zip(kept[0], kept[1], now[1], strict=True)
        if any(abs(a - b) > NEAR for a, b in zip(old, new, strict=True))
    ]
    assert far == []


def test_no_sheet_is_kept_that_nothing_makes() -> None:
    kept = {path.name for kind in ("worksheet", "soa") for path in HERE.glob(f"{kind}-*")}
    assert kept == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_every_sheet_is_one_page(name: str) -> None:
    kept = (HERE / name).read_text(encoding="utf-8")
    pages = [line for line in kept.splitlines() if line.startswith("page ")]
    assert len(pages) == (2 if name.startswith("worksheet") else 1)


BY_HAND = [
    ("worksheet-NCT04611256-en-a4.txt", "93,800,000 cells (93.8 million; 9.38 × 10⁷)"),  # 93.8 kg
    ("worksheet-NCT04611256-es-MX-a4.txt", "93,800,000 células (93.8 millones; 9.38 × 10⁷)"),
    ("worksheet-NCT04611256-zh-CN-a4.txt", "93,800,000 个细胞（9,380 万；9.38 × 10⁷）"),
    ("worksheet-NCT04611256-es-MX-a4.txt", "martes 4 de agosto de 2020"),
    ("worksheet-NCT04252118-zh-CN-a4.txt", "2020 年 1 月 30 日 周四"),
    ("worksheet-NCT04252118-en-a4.txt", "30,000,000 cells (30 million; 3 × 10⁷)"),
    ("soa-NCT04252118-en-a4.txt", "infusion: 30,000,000 cells [a, 2]"),
]


@pytest.mark.parametrize(("name", "said"), BY_HAND)
def test_kept_page_says_what_was_worked_by_hand(name: str, said: str) -> None:
    texts = " ".join(line[21:] for line in (HERE / name).read_text(encoding="utf-8").splitlines())
    assert said.replace(" ", "") in texts.replace(" ", "")
