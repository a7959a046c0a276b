"""A history holds, or says where it does not."""

from __future__ import annotations

import json

import pytest

from dosecal.app.study.history import (
    EXPLAINED,
    FIRST,
    HISTORY,
    WITHDRAWN,
    Entry,
    changes_from_outside,
    digest_of,
    not_carried_out,
    read_history,
)
from dosecal.model.struct import names_of

AT = "2026-03-09T08:12:00+01:00"


def chained(*entries: Entry) -> bytes:
    content, prev = b"", FIRST
    for entry in entries:
        sealed = entry.sealed(prev)
        content, prev = content + sealed.line, sealed.digest
    return content


def made(number: int, kind: str = "visit", /, **files: tuple[str, str]) -> Entry:
    after = {"visit": "D8"} if kind == "visit" else None
    named = {f"{name}.csv": pair for name, pair in files.items()}
    return Entry(n=number, at=AT, by="MG", role="coordinator", kind=kind, after=after, files=named)


THREE = chained(made(1, actuals=("", "a")), made(2, actuals=("a", "b")), made(3, actuals=("b", "c")))


def test_chain_holds() -> None:
    history = read_history(THREE)
    assert [entry.n for entry in history.entries] == [1, 2, 3]
    assert (history.faults, history.torn, history.size, history.next_number) == ((), b"", len(THREE), 4)
    assert history.entries[1].prev == history.entries[0].digest


def test_line_is_canonical_json_with_the_fields_in_order() -> None:
    line = read_history(THREE).entries[0].line
    values = json.loads(line)
    assert tuple(values) == names_of(Entry)
    assert json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" == line


def test_empty_history_has_not_begun() -> None:
    history = read_history(b"")
    assert (history.entries, history.head, history.next_number) == ((), FIRST, 1)


def test_every_changed_byte_breaks_the_chain() -> None:
    lines = THREE.split(b"\n")
    second = lines[1]
    for at in range(len(second)):
        other = second[:at] + bytes([second[at] ^ 1]) + second[at + 1 :]
        assert read_history(b"\n".join([lines[0], other, *lines[2:]])).faults, at


@pytest.mark.parametrize("order", [(0, 2), (1, 2), (0, 2, 1), (0, 0, 1, 2)])
def test_entry_that_is_taken_out_moved_or_repeated_breaks_the_chain(order: tuple[int, ...]) -> None:
    lines = THREE.splitlines(keepends=True)
    assert read_history(b"".join(lines[place] for place in order)).faults


def test_line_that_is_no_entry_is_a_fault_with_its_line() -> None:
    history = read_history(THREE + b"{}\n")
    assert [(fault.line, fault.n) for fault in history.faults] == [(4, 0)]
    assert [str(problem) for problem in history.problems] == [
        "history.jsonl:4: expected the chain to hold, got a line that is no entry [O056]"
    ]


@pytest.mark.parametrize(
    "values",
    ["[]", "1", '{"n":1}', json.dumps({**json.loads(THREE.splitlines()[0]), "files": {"a": "b"}}), "[" * 100_000],
)
def test_json_of_another_shape_is_no_entry(values: str) -> None:
    assert read_history(values.encode() + b"\n").entries == ()


def test_beginning_of_an_entry_is_torn_and_no_fault() -> None:
    history = read_history(THREE + b'{"n":4,"at":')
    assert (history.torn, history.size, history.faults) == (b'{"n":4,"at":', len(THREE), ())


def test_fault_is_explained_by_an_entry_over_the_bytes_before_it() -> None:
    broken = THREE.replace(b"coordinator", b"pharmacist!", 1)
    head = read_history(broken).head
    entry = Entry(
        n=4, at=AT, by="MG", role="monitor", kind=EXPLAINED, reason="edited", files={HISTORY: ("", digest_of(broken))}
    )
    explained = read_history(broken + entry.sealed(head).line)
    assert [fault.explained_by for fault in explained.faults] == [4]
    assert explained.problems == ()
    again = read_history(broken.replace(b"MG", b"XX", 1) + entry.sealed(head).line)
    assert again.problems != ()


def test_change_from_outside_is_found_between_entries_and_now() -> None:
    history = read_history(chained(made(1, actuals=("", "a")), made(2, actuals=("x", "b"))))
    gaps = changes_from_outside(history, {"actuals.csv": "y", "lots.csv": "z"})
    assert [(gap.was, gap.found, gap.after, gap.before) for gap in gaps] == [("a", "x", 1, 2), ("b", "y", 2, 0)]
    assert changes_from_outside(history, {"actuals.csv": "b"}) == gaps[:1]


def test_file_that_is_gone_is_changed() -> None:
    gaps = changes_from_outside(read_history(THREE), {"actuals.csv": ""})
    assert [(gap.was, gap.found) for gap in gaps] == [("c", "")]


@pytest.mark.parametrize("later", [(), (made(3, actuals=("y", "z")),)])
def test_change_is_explained_at_once_or_later(later: tuple[Entry, ...]) -> None:
    first = (made(1, actuals=("", "a")),)
    at_once = (*first, made(2, EXPLAINED, actuals=("a", "y")), *later)
    gaps = changes_from_outside(read_history(chained(*at_once)), {"actuals.csv": "z" if later else "y"})
    assert [(gap.was, gap.found, gap.explained_by) for gap in gaps] == [("a", "y", 2)]


def test_older_change_is_explained_afterwards() -> None:
    entries = (made(1, actuals=("", "a")), made(2, actuals=("x", "b")), made(3, EXPLAINED, actuals=("a", "x")))
    gaps = changes_from_outside(read_history(chained(*entries)), {"actuals.csv": "b"})
    assert [(gap.was, gap.found, gap.explained_by) for gap in gaps] == [("a", "x", 3)]


@pytest.mark.parametrize(("digest", "is_open"), [("b", True), ("c", False), ("x", False)])
def test_entry_whose_table_is_as_before_was_not_carried_out(digest: str, *, is_open: bool) -> None:
    entry = not_carried_out(read_history(THREE), {"actuals.csv": digest})
    assert (entry is not None) is is_open


def test_withdrawn_entry_leaves_the_table_as_it_was() -> None:
    history = read_history(THREE + made(4, WITHDRAWN, actuals=("c", "b")).sealed(read_history(THREE).head).line)
    assert changes_from_outside(history, {"actuals.csv": "b"}) == ()
    assert not_carried_out(history, {"actuals.csv": "b"}) is None
