"""What came of comparing the second person's entries, as text and as JSON: which agree, differ or are missing."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from dosecal.model.visible import one_line
from dosecal.render.sheet_json import marks_json
from dosecal.render.whole_text import fitted

if TYPE_CHECKING:
    from dosecal.report.sheets.check_sheet import Compared, Verified


def verified_text(verified: Verified, width: int | None = None) -> str:
    """The outcome of each entry as text, a block a dose; no value is said.

    Args:
        verified: The outcomes.
        width: The terminal's width in columns; None for no terminal.
    """
    marks = verified.marks
    lines = [
        *([marks.heading] if marks.heading else []),
        f"{marks.study}  version {marks.protocol_version}  file {marks.protocol_sha256}",
        marks.made_by,
        f"subject {marks.subject}",
        f"checked by {verified.checked_by or 'nobody named: missing'}",
    ]
    longest = max(len(one.name) for one in verified.entries)
    for dose, entries in groupby(verified.entries, key=_dose_words):
        lines += ["", dose, *(f"  {one.name:<{longest}}  {one.outcome.value}" for one in entries)]
    return fitted("\n".join(map(one_line, lines)) + "\n", width)


def _dose_words(one: Compared) -> str:
    return f"{one.visit}, dose {one.number} of {one.regimen}"


def verified_json(verified: Verified) -> str:
    """The same as JSON."""
    whole = {
        **marks_json(verified.marks),
        "unblinded": verified.marks.is_unblinding,
        "subject_id": verified.marks.subject,
        "checked_by": verified.checked_by,
        "agrees": verified.agrees,
        "entries": [
            {
                "visit": one.visit,
                "regimen": one.regimen,
                "dose_number": one.number,
                "id": one.id,
                "outcome": one.outcome.value,
            }
            for one in verified.entries
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
