"""Saves that are killed at each of their steps and at random moments, and what is found after each; a script.

``kill_saves.py FOLDER COUNT SEED`` prints a JSON object with what was seen, or ends with a traceback. It forks, so that
it is a process of its own.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dosecal.app.study.history import HISTORY, Entry, changes_from_outside, digest_of
from dosecal.app.study.lock import LOCK, locked
from dosecal.app.study.saving import (
    carry_out,
    digests_now,
    drop_torn,
    edited,
    history_of,
    open_entry,
    read_whole,
    require_settled,
    save,
    withdrawal,
)
from dosecal.load.tables.table_reading import STRICT
from dosecal.model.struct import replace
from dosecal.render.scratch import sweep

if TYPE_CHECKING:
    from collections.abc import Callable

AT = "2026-03-09T08:12:00+01:00"
TABLE = "weights.csv"
MOST_STEPS = 1000
COLUMNS = ("subject_id", "date", "weight_kg", "method")


def save_one(folder: Path) -> None:
    """Record one weight, as a save does: under the lock, entry and row; each third one changes a row."""
    with locked(folder, AT):
        history = history_of(folder)
        require_settled(folder, history)
        content, number = read_whole(folder / TABLE), history.next_number
        done = [one for one in history.entries if one.changes_a_table and one.before is None]
        is_change = number % 3 == 0 and content is not None and content.count(b"\n") > 1
        cells = dict(zip(COLUMNS, (f"{number:03}", "2026-03-09", "70.5", "measured"), strict=True))
        before = None
        if is_change and done:
            before = last_row(content or b"")
            cells = {**before, "weight_kg": f"7{number}.5"}
        entry = Entry(n=number, at=AT, by="MG", role="coordinator", kind="weight", files={})
        entry = replace(entry, file=TABLE, before=before, after=cells)
        new = edited(content, entry, COLUMNS)
        save(folder, history, replace(entry, files={TABLE: (digest_of(content), digest_of(new))}), {TABLE: new})


def last_row(content: bytes) -> dict[str, str]:
    """The cells of the last row."""
    return dict(zip(COLUMNS, content.decode().splitlines()[-1].split(","), strict=True))


def replayed(folder: Path, *, pending: Entry | None) -> bytes | None:
    """The table as the entries make it, without those that were withdrawn or not carried out."""
    history = history_of(folder)
    undone = {one.corrects for one in history.entries if one.kind == "withdrawn"} | {pending.n if pending else None}
    content: bytes | None = None
    for entry in history.entries:
        if entry.changes_a_table and entry.n not in undone:
            content = edited(content, entry, COLUMNS)
    return content


def found_after_a_kill(folder: Path, chance: random.Random) -> str:
    """What a kill left, which must be one of three things; it is settled as a person would."""
    history = history_of(folder)
    assert history.faults == ()
    pending = open_entry(folder, history)
    assert read_whole(folder / TABLE) == replayed(folder, pending=pending), "a row without its entry, or a torn file"
    assert [gap for gap in changes_from_outside(history, digests_now(folder, (TABLE,))) if pending is None] == []
    with locked(folder, AT):
        sweep(folder / LOCK)
        if history.torn:
            drop_torn(folder, history)
            return "torn entry"
        if pending is None:
            return "nothing"
        if chance.random() < 0.5:
            carry_out(folder, pending, COLUMNS, STRICT)
            return "carried out"
        save(folder, history, withdrawal(pending, history.next_number, AT, "MG", "coordinator"), {})
        return "withdrawn"


def in_child(work: Callable[[], None], *, until: float | None = None) -> int:
    """Work in a process of its own, killed after some seconds; its status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a child that raised must not go on as its parent
            sys.stderr.write(f"{error!r}\n")
            sys.stderr.flush()
            os._exit(3)
        os._exit(0)
    if until is not None:
        time.sleep(until)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def killed_at_step(step: int, folder: Path) -> Callable[[], None]:
    """A save that kills itself at so many calls of the system's functions."""

    def work() -> None:
        count = 0

        def look(_: object, event: str, called: object) -> None:
            nonlocal count
            if event in {"c_call", "c_return"} and getattr(called, "__module__", "") in {"posix", "fcntl", "_io"}:
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(look)
        save_one(folder)
        sys.setprofile(None)

    return work


def on_and_on(folder: Path) -> Callable[[], None]:
    """Saves, one after the other."""

    def work() -> None:
        while True:
            save_one(folder)

    return work


def main() -> None:
    """Kill, look, settle, and go on; with ``--save``, save so many times."""
    if sys.argv[2] == "--save":
        for _ in range(int(sys.argv[3])):
            save_one(Path(sys.argv[1]))
        return
    folder, count, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))  # noqa: S311
    seen: dict[str, int] = {}
    step, status = 1, -1
    while status != 0:
        assert step < MOST_STEPS
        status = in_child(killed_at_step(step, folder))
        assert status in {0, signal.SIGKILL}, status
        seen_now = found_after_a_kill(folder, chance)
        seen[seen_now] = seen.get(seen_now, 0) + 1
        step += 1
    for _ in range(count):
        assert in_child(on_and_on(folder), until=chance.uniform(0.0, 0.05)) == signal.SIGKILL
        seen_now = found_after_a_kill(folder, chance)
        seen[seen_now] = seen.get(seen_now, 0) + 1
    save_one(folder)
    left = sorted(path.name for path in folder.iterdir())
    assert left == [HISTORY, TABLE], left
    assert not (folder / LOCK).exists()
    report: dict[str, Any] = {"steps": step, "entries": history_of(folder).next_number - 1, "seen": seen}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main()
