"""Counts in a chamber, from the command line."""

from __future__ import annotations

import pytest

from tests.command_line import json_of, run, run_well


@pytest.mark.parametrize(
    ("options", "found"),
    [
        # 54 ÷ 5 × 1.5 ÷ 0.0001
        (("--viable", "54", "--squares", "5", "--dilution", "1.5"), {"viable_per_ml": "162000", "total_per_ml": None}),
        (("--viable", "120", "--dead", "30"), {"viability_percent": "80", "dead": "30", "total_per_ml": "1500000"}),
        (("--dead", "30", "--total", "150"), {"viability_percent": "80", "viable_per_ml": "1200000"}),
        (("--total", "57", "--dead-percent", "5.3"), {"dead": "3.021", "viability_percent": "94.7"}),
        (
            ("--viable", "20", "--total", "56"),
            {"viability_percent": "35.714285714285714286", "viability_percent_fraction": "250/7"},
        ),
        (
            ("--viable", "3", "--wanted", "1000000"),
            {"volume_ml": "33.333333333333333333", "volume_ml_fraction": "100/3"},
        ),
        (("--viable", "0", "--total", "0"), {"viability_percent": None, "viable_per_ml": "0"}),
        (("--viable", "0", "--wanted", "5"), {"volume_ml": None}),
        (("--total", "4", "--square-ml", "0.00025"), {"total_per_ml": "16000"}),
    ],
)
def test_count_is_worked_exactly(options: tuple[str, ...], found: dict[str, str | None]) -> None:
    said = json_of(run_well("count", *options, "--json"))
    assert {key: said[key] for key in found} == found


def test_each_step_is_shown() -> None:
    text = run_well("count", "--viable", "54", "--squares", "5", "--dilution", "1.5", "--wanted", "5000").stdout
    assert "54 ÷ 5 squares × 1.5 ÷ 0.0001 mL = 162,000 viable cells" in text
    assert "5,000 viable cells ÷ 162,000 per mL ≈ 0.03086 mL (exactly 5/162 mL)" in text


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--dead", "3"),
        ("--viable", "60", "--total", "50"),
        ("--dead", "60", "--total", "50"),
        ("--viable", "3", "--dead", "3", "--total", "7"),
        ("--viable", "3", "--dead-percent", "5"),
        ("--total", "3", "--dead-percent", "101"),
        ("--viable", "5,4"),
        ("--viable", "nan"),
        ("--viable", "3", "--squares", "0"),
        ("--viable", "3", "--dilution", "0.5"),
        ("--viable", "3", "--wanted", "0"),
    ],
)
def test_count_that_can_not_be_is_refused(options: tuple[str, ...]) -> None:
    result = run("count", *options)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[C130]" in result.stderr
