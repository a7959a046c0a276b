"""Published dates of the CDC: a day and a length of time, planned through the command line.

The cases stand in ``cases/date_facts.json`` with their source. A length of several units can't be said in a protocol
file yet; those cases are listed as waiting, so that none drops out unseen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dosecal.model.days import MonthEnd
from dosecal.model.problems import ProtocolError
from tests.command_line import csv_rows_of, run_well
from tests.example_protocols import DAY_0, protocol_of, protocol_text

if TYPE_CHECKING:
    from collections.abc import Iterable

Fact = dict[str, str]

FACTS: dict[str, list[Fact]] = json.loads((Path(__file__).parent / "cases/date_facts.json").read_text(encoding="utf-8"))
PLAIN = [(one["base"], one["add"], one["date"]) for one in FACTS["plain"]]


def planned(folder: Path, facts: Iterable[tuple[str, str, str]], month_end: MonthEnd) -> dict[tuple[str, str], str]:
    """The target by base and length, of one protocol with a visit for each length and a subject for each base."""
    lengths = dict.fromkeys(add for _, add, _ in facts)
    visits = "\n".join(f"{_name(add)}: {{{add.split()[1].rstrip('s')}s: {add.split()[0]}}}" for add in lengths)
    text = protocol_text(visits=visits, numbering=DAY_0, more=f"month_end: {month_end.value}\n")
    (folder / "p.yaml").write_text(text, encoding="utf-8")
    bases = dict.fromkeys(base for base, _, _ in facts)
    subjects = "".join(f"{base},control,{base}\n" for base in bases)
    (folder / "s.csv").write_text(f"subject_id,arm,start\n{subjects}", encoding="utf-8")
    rows = csv_rows_of(run_well("visits", folder / "p.yaml", folder / "s.csv").stdout)
    targets = {(row["subject_id"], row["visit"]): row["target_date"] for row in rows}
    return {(base, add): targets[base, _name(add)] for base, add, _ in facts}


def _name(add: str) -> str:
    return f"after_{add.replace(' ', '_')}"


def test_every_published_date_is_the_one_planned_by_the_rule_that_its_source_has(tmp_path: Path) -> None:
    assert len(PLAIN) == 314
    found = planned(tmp_path, PLAIN, MonthEnd.NEXT_MONTH)
    assert found == {(base, add): day for base, add, day in PLAIN}


def test_other_rule_gives_the_last_day_where_a_month_has_no_such_day(tmp_path: Path) -> None:
    found = planned(tmp_path, PLAIN, MonthEnd.LAST_DAY)
    assert {(base, add): found[base, add] for base, add, day in PLAIN if found[base, add] != day} == {
        ("2025-05-31", "6 months"): "2025-11-30",
        ("2025-08-29", "6 months"): "2026-02-28",
        ("2025-10-31", "6 months"): "2026-04-30",
    }


@pytest.mark.parametrize("add", ["18 weeks - 4 days", "5 months + 4 weeks", "6 years + 4 weeks", "13 months + 4 weeks"])
def test_length_of_several_units_waits_and_is_refused_until_then(add: str) -> None:
    assert add in {one["add"] for one in FACTS["compound"]}
    assert len(FACTS["compound"]) == 4
    text = protocol_text(visits=f"later: {{{add.split()[1]}: {add}}}", more="month_end: first day of the next month\n")
    with pytest.raises(ProtocolError, match="P104"):
        protocol_of(text)
