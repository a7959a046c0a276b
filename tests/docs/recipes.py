"""The recipes for engines, taken word for word from the page, with subjects to run them on."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq

from dosecal import plan, table_schema
from tests.docs.console_examples import fenced_blocks

if TYPE_CHECKING:
    import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "use-from-python.md"
HEADER = "subject_id,arm,start,weight_kg,birth_date,site\n"
PARTS = (
    "000,msc,2026-03-02,20,1980-01-01,NA\n",
    "001,msc,2026-03-02,13.7,1980-01-01,007\n",
    "002,control,2026-03-02,,1980-01-01,\n",
)
SECONDS = 300
"""An engine that takes longer hangs."""
DOSES = [Decimal(20_000_000)] * 2 + [Decimal(13_700_000)] * 2
"""1,000,000 cells/kg at D1 and D3 of 20 kg and of 13.7 kg; the control has none."""


def recipe(engine: str) -> str:
    """The one block of Python below the heading of an engine."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {engine}\n")[2].partition("\n## ")[0]
    (block,) = (block for block in fenced_blocks(section) if block.language == "python")
    return "\n".join(block.lines) + "\n"


def run_recipe(engine: str, around: str, folder: Path, name: str) -> None:
    """Run a recipe in a process of its own, in a folder with the subjects in three files.

    Args:
        engine: The heading of the recipe.
        around: The program that runs ``recipe.py``.
        folder: Where it runs.
        name: The names of the files, with a place for their number.
    """
    for number, rows in enumerate(PARTS):
        path = folder / name.format(number)
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEADER + rows, encoding="utf-8")
    (folder / "recipe.py").write_text(recipe(engine), encoding="utf-8")
    (folder / "around.py").write_text(around, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT / "schedule"), "PYSPARK_PYTHON": sys.executable}
    ended = subprocess.run(
        [sys.executable, "around.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def require_planned(folder: Path) -> None:
    """See that the files of a folder hold the doses of all parts, with their types."""
    written: pa.Table = pq.read_table(folder).sort_by([("subject_id", "ascending"), ("dose_number", "ascending")])
    assert written.schema.names == table_schema("doses").names
    assert written.schema.field("ordered_dose").type == table_schema("doses").field("ordered_dose").type
    assert written["ordered_dose"].to_pylist() == DOSES
    assert written["site"].to_pylist() == ["NA", "NA", "007", "007"]
    rows = [dict(zip(HEADER.strip().split(","), part.strip().split(","), strict=True)) for part in PARTS]
    planned = plan("NCT04611256", pd.DataFrame(rows)).doses
    for column in written.schema.names:
        expected = [None if cell is pd.NA else cell for cell in planned[column].tolist()]
        assert written[column].to_pylist() == expected, column
