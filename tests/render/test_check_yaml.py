"""A check sheet as a file to be filled in."""

from __future__ import annotations

from dosecal.load.protocol.yaml_text import Mapping, Scalar, Sequence, read_yaml
from dosecal.model.messages import unsaid
from dosecal.model.struct import replace
from dosecal.render.check_yaml import check_sheets_yaml
from dosecal.report.sheets.sheet import Blank, Fact, Note, Section, Sheet
from tests.render.sheets import MARKS

SHEET = Sheet(
    unsaid("check sheet"),
    MARKS,
    (
        Section(
            "rule", unsaid("Rule"), (Fact("quote", unsaid("source"), unsaid('a "quote"\nof two lines: # no comment')),)
        ),
        Section(
            "results",
            unsaid("Results"),
            (
                Note(unsaid("How.")),
                Blank("ordered_dose", unsaid("ordered dose"), unsaid("mg"), unsaid("rounded")),
                Blank("volume", unsaid("volume"), unsaid("mL")),
            ),
        ),
    ),
    unsaid("For the second person."),
)
EXPECTED = """\
# Check sheet, made by dosecal 9.9.9, as of 2026-11-25
# For the second person.
# Write each value after its colon, with its unit, such as: 12.5 mg
study: "ONC-101"
protocol_version: "1.0"
protocol_sha256: "0123456789ab"
subject_id: "007"
checked_by:
doses:
  - visit: "D1"
    regimen: "infusion"
    dose_number: 1
    # Rule
    #   source: a "quote" of two lines: # no comment
    entries:
      # How.
      ordered_dose:  # ordered dose, in mg: rounded
      volume:        # volume, in mL
"""


def test_inputs_are_comments_and_places_are_keys() -> None:
    assert check_sheets_yaml([SHEET]) == EXPECTED


def test_every_dose_is_an_item_and_ids_stay_as_they_are() -> None:
    marks = replace(MARKS, subject='0"7: #\\', visit="D8", dose_number=2)
    root = read_yaml(check_sheets_yaml([replace(SHEET, marks=marks), SHEET]).encode(), "check.yaml")
    assert isinstance(root, Mapping)
    values = {key.text: value for key, value in root.entries}
    assert isinstance(values["subject_id"], Scalar)
    assert values["subject_id"].text == '0"7: #\\'
    assert isinstance(values["doses"], Sequence)
    assert len(values["doses"].items) == 2
