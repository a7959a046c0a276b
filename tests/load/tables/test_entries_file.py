"""The filled-in file of a check sheet: read strictly, refused with its place, never with a result."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dosecal.load.tables.entries_file import read_check_entries, read_value
from dosecal.model.check_entries import AskedDose, AskedSheet, AskedValue, WrittenSheet, WrittenValue
from dosecal.model.problems import CohortError, RefusedError

ASKED = AskedSheet(
    "ONC-101",
    "1.0",
    "0123456789ab",
    "007",
    (
        AskedDose(
            "D1",
            "infusion",
            1,
            (
                AskedValue("body_surface", "m²", is_exact=False),
                AskedValue("ordered_dose", "mg", is_exact=True),
                AskedValue("volume", "mL", is_exact=True),
                AskedValue("containers", "vials", is_exact=True),
            ),
        ),
    ),
)
HEAD = """\
study: ONC-101
protocol_version: "1.0"
protocol_sha256: 0123456789ab
subject_id: "007"
checked_by: AB
doses:
  - visit: D1
    regimen: infusion
    dose_number: 1
    entries:
"""


def read(text: str) -> WrittenSheet:
    return read_check_entries(text.encode(), "check.yaml", ASKED)


def problems_of(text: str) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(text)
    return [str(problem).removeprefix("check.yaml:") for problem in caught.value.problems]


def test_entries_are_read_by_name_with_the_step_of_their_last_digit() -> None:
    sheet = read(HEAD + "      body_surface: 1.817 m²\n      ordered_dose: 135 mg\n      volume: 12.5 mL\n")
    assert sheet.checked_by == "AB"
    assert sheet.values == (
        {
            "body_surface": WrittenValue(Fraction("1.817"), Fraction("0.001")),
            "ordered_dose": WrittenValue(Fraction(135), Fraction(1)),
            "volume": WrittenValue(Fraction("12.5"), Fraction("0.1")),
        },
    )


def test_entry_that_is_left_empty_is_not_there() -> None:
    assert read(HEAD + "      ordered_dose:  # in mg\n      volume: ''\n").values == ({},)


def test_nobody_named_is_empty() -> None:
    assert read(HEAD.replace("AB", "") + "      volume:\n").checked_by == ""


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("70.25 million cells", "cells", "70250000"),
        ("70,250,000 cells", "cells", "70250000"),
        ("7.025 × 10⁷ viable cells", "viable cells", "70250000"),
        ("4665771.2603736 cells", "cells", "4665771.2603736"),
        ("4,665,771.26 viable cells", "viable cells", "4665771.26"),
        ("0.5 mg", "mg", "0.5"),
        ("1 vial", "vials", "1"),
        ("3 vials", "vials", "3"),
        ("100 mL/h", "mL/h", "100"),
        ("150 mL per min", "mL per min", "150"),
        ("150 mL/min", "mL per min", "150"),
        ("1,234.5 mL", "mL", "1234.5"),
        ("70.566 kg", "kg", "70.566"),
    ],
)
def test_value_is_read_in_the_unit_that_is_asked_for(text: str, unit: str, value: str) -> None:
    assert read_value(text, unit) == Fraction(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("70.25", "cells"),
        ("70.25 million", "cells"),
        ("70250000 cells", "viable cells"),
        ("1X106 cells", "cells"),
        ("12.5 cells", "cells"),
        ("665.771 cells", "cells"),
        ("4.665.771 cells", "cells"),
        ("4665771.26 cells", "viable cells"),
        ("0.14 g", "mg"),
        ("140 mcg", "mg"),
        (".5 mg", "mg"),
        ("1,5 mg", "mg"),
        ("12.5", "mL"),
        ("12.5 cc", "mL"),
        ("12.5 ml", "mL"),
        ("12.5mL", "mL"),
        ("1,234 mL", "mL"),
        ("1e2 mL", "mL"),
        ("nan mL", "mL"),
        ("-3 vials", "vials"),
        ("three vials", "vials"),
        ("3 bags", "vials"),
        ("100 mL/min", "mL/h"),
        ("100 mL/24 h", "mL/h"),
    ],
)
def test_value_in_another_unit_or_with_two_readings_is_refused(text: str, unit: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read_value(text, unit)
    number = "70.25 million" if "cells" in unit else "12.5"
    assert caught.value.expected == f'a number with its unit such as "{number} {unit}"'


def test_step_of_a_number_in_words_is_that_of_the_words() -> None:
    asked = AskedSheet("S", "1", "0", "a", (AskedDose("D1", "r", 1, (AskedValue("x", "cells", is_exact=True),)),))
    text = (
        'study: S\nprotocol_version: "1"\nprotocol_sha256: "0"\nsubject_id: a\nchecked_by: AB\n'
        "doses:\n  - {visit: D1, regimen: r, dose_number: 1, entries: {x: 70.25 million cells}}\n"
    )
    (values,) = read_check_entries(text.encode(), "c.yaml", asked).values
    assert values["x"] == WrittenValue(Fraction(70_250_000), Fraction(10_000))


INITIALS = '5:13: checked_by: expected initials or a name such as "AB"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            HEAD + "      ordered_dose: 0.14 g\n",
            (
                '11:21: doses.1.entries.ordered_dose: expected a number with its unit such as "12.5 mg", got "0.14 g" '
                "(the unit is mg) [C143]"
            ),
        ),
        (
            HEAD + "      body_surface: 1.8 m²\n",
            (
                '11:21: doses.1.entries.body_surface: expected at least 4 digits, got "1.8 m²" '
                "(fewer can't be compared) [C144]"
            ),
        ),
        (
            HEAD + "      height: 180 cm\n",
            (
                "11:7: doses.1.entries.height: expected one of body_surface, ordered_dose, volume, containers, "
                'got "height" [C142]'
            ),
        ),
        (
            HEAD.replace('"007"', '"008"') + "      volume:\n",
            (
                '4:13: subject_id: expected "007", as on the sheet that is verified, got "008" '
                "(make the check sheet anew) [C141]"
            ),
        ),
        (
            HEAD.replace("0123456789ab", "ffffffffffff") + "      volume:\n",
            (
                '3:18: protocol_sha256: expected "0123456789ab", as on the sheet that is verified, got "ffffffffffff" '
                "(make the check sheet anew) [C141]"
            ),
        ),
        (
            HEAD.replace("dose_number: 1", "dose_number: 2") + "      volume:\n",
            (
                "7:5: doses.1: expected visit, regimen and dose_number of a dose of the sheet (D1, infusion, 1), "
                'got "D1, infusion, 2" [C141]'
            ),
        ),
        (
            HEAD.replace("checked_by: AB", 'checked_by: "A\\e[2J"') + "      volume:\n",
            f"{INITIALS} (the control character U+001B stands in it) [C140]",
        ),
        (
            HEAD.replace("checked_by: AB", "checked_by: [AB]") + "      volume:\n",
            '5:13: checked_by: expected initials or a name such as "AB" [C140]',
        ),
        (
            HEAD + "      volume: [1 mL]\n",
            (
                '11:15: doses.1.entries.volume: expected a number with its unit such as "12.5 mL", '
                "got something else [C143]"
            ),
        ),
        ("study: ONC-101\n", None),
        ("- 1\n", None),
        (
            "",
            (
                '1:1: expected a check sheet as "dosecal worksheet --check-sheet --format yaml" writes it, '
                "got an empty file [C140]"
            ),
        ),
        (HEAD.replace("doses:", "dose:") + "      volume:\n", None),
        (HEAD.replace("    entries:\n", ""), None),
        (HEAD.rstrip() + " none\n", None),
    ],
)
def test_bad_file_is_refused_with_its_place(text: str, expected: str | None) -> None:
    found = problems_of(text)
    if expected is None:
        assert found
        assert all(line.endswith("[C140]") for line in found)
    else:
        assert found == [expected]


def test_dose_that_stands_twice_is_refused() -> None:
    again = "  - {visit: D1, regimen: infusion, dose_number: 1, entries: {volume: 1 mL}}\n"
    assert problems_of(HEAD + "      volume: 2 mL\n" + again) == [
        "12:5: doses.2: expected each dose once, got one again [C141]"
    ]


def test_fault_of_yaml_is_said_as_one() -> None:
    assert problems_of("study: [\n")[0].endswith("[P004]")
