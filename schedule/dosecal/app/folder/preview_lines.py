"""What a recording writes and changes, in lines for people."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dosecal.app.study.consequences import LookKind
from dosecal.model.counts import counted
from dosecal.model.problems import RefusedError
from dosecal.model.quantity import SUBSTANCES, Unit, read_number
from dosecal.model.spoken import amount_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dosecal.app.study.recording import Preview
    from dosecal.model.messages import Msg


def preview_lines(preview: Preview) -> list[str]:
    """What a recording writes and changes, for people."""
    what, change, found = preview.what, preview.change, preview.consequences
    whose = " ".join(part for part in (what.subject, what.visit) if part)
    row = "a new row" if change.before is None else "a correction" if change.is_correction else "the row goes on"
    lines = [f"{what.kind.value} {whose}: {change.file}, {row}".replace(" :", ":")]
    before = change.before or {}
    for name, text in change.after.items():
        was = before.get(name, "")
        if text != was:
            lines.append(f"  {name}: {text or 'nothing'}" + (f" (was {was})" if was else ""))
    lines += [f"  {name} read as: {said}" for name, said in _amounts(change.after)]
    lines += [
        f"  moves: {one.visit} of {one.subject} from {one.was or 'no day'} to {one.becomes or 'no day'}: {one.why}"
        for one in found.moved
    ]
    lines.append(f"  {counted(found.stays, 'visit')} {'stays' if found.stays == 1 else 'stay'}")
    lines += [f"  look: {one.kind.value}: {one.subject} {one.visit}: {one.text}" for one in found.looks]
    is_broken = any(one.kind is LookKind.BROKEN for one in found.looks)
    lines += [] if is_broken else ["  broken: nothing"]
    lines += [f"  a reason is needed, since {why}" for why in preview.needs_reason]
    return lines


def _amounts(cells: Mapping[str, str]) -> Iterator[tuple[str, Msg]]:
    """The amounts of a row with all that makes a count of zeros sure; a table with another decimal mark has none."""
    unit = cells.get("unit", "")
    for name in ("dose", "content", "left") if unit in SUBSTANCES else ():
        with suppress(RefusedError):
            yield name, amount_words(read_number(cells.get(name, "")), Unit(unit))
