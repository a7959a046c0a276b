"""A cohort in memory, and what is planned for it, as plain values."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from dosecal.load.tables.cohort_file import read_table
from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.struct import replace
from dosecal.planning.resolve import plan_schedule
from tests.example_protocols import protocol_of

if TYPE_CHECKING:
    from dosecal.model.cohort import Cohort
    from dosecal.model.protocol import Protocol
    from dosecal.model.schedule import Schedule

NO_WEIGHTS = "subject_id,date,weight_kg\n"


def cohort_of(protocol: Protocol, subjects: str, weights: str = NO_WEIGHTS) -> Cohort:
    """The subjects of two CSV texts, every row of which is good."""
    further = read_weights(read_table(io.BytesIO(weights.encode()), "weights.csv"))
    reader = SubjectReader(protocol, further)
    table = replace(read_table(io.BytesIO(subjects.encode()), "subjects.csv"), is_whole=False)  # it may have nobody
    ((cohort, problems),) = reader.read(table)
    assert problems == []
    return cohort


def schedule_of(protocol_text: str, subjects: str, weights: str = NO_WEIGHTS) -> Schedule:
    """The schedule of a protocol's text and two CSV texts."""
    protocol = protocol_of(protocol_text)
    return plan_schedule(protocol, cohort_of(protocol, subjects, weights))
