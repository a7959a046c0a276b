"""What can't be cut has its line in our words, how much is not read is said, and one bad row is lost alone."""

from __future__ import annotations

import io
import random
import time
import tracemalloc

import pytest

from dosecal.load.tables.subjects import SubjectReader
from dosecal.load.tables.text_table import csv_table
from dosecal.load.tables.weights_file import read_weights
from dosecal.model.problems import CohortError
from tests.example_protocols import protocol_of, protocol_text

PROTOCOL = protocol_of(protocol_text(regimen="dose: 1 mg/kg"))
HEAD = b"subject_id,arm,start\n"
ROWS = [f"{number:03},active,2026-03-09\n".encode() for number in range(1, 101)]


def read(content: bytes) -> tuple[list[str], list[str]]:
    """The ids of the subjects that can be read, and the problems."""
    ids: list[str] = []
    problems: list[str] = []
    try:
        for cohort, bad in SubjectReader(PROTOCOL).read(csv_table(io.BytesIO(content), "s.csv")):
            ids += cohort.ids
            problems += map(str, bad)
    except CohortError as error:
        problems += map(str, error.problems)
    return ids, problems


def with_row(at: int, row: bytes) -> bytes:
    """A hundred subjects of whom one has another row; the row of place 0 stands in line 2."""
    return HEAD + b"".join([*ROWS[:at], row, *ROWS[at + 1 :]])


@pytest.mark.parametrize("block", [50, 1 << 22])
@pytest.mark.parametrize("quote", [b"", b'"'])
@pytest.mark.parametrize("byte", [b"\xf1", b"\xbb\xbc", b"\x00", b"\xed\xa0\x80", b"\xc0\x80", b"\xff"])
def test_row_with_a_byte_that_is_no_text_is_lost_alone(
    byte: bytes, quote: bytes, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dosecal.load.tables.text_blocks.BLOCK_BYTES", block)
    ids, (problem,) = read(with_row(9, quote + b"0" + byte + b"0" + quote + b",active,2026-03-09\n"))
    assert ids == [f"{number:03}" for number in range(1, 101) if number != 10]
    assert problem.startswith(f"s.csv:11:{2 + len(quote)}: expected text in UTF-8, got ")
    assert problem.endswith("[C002]")


def test_byte_that_is_no_text_in_the_header_refuses_the_table() -> None:
    ids, (problem,) = read(HEAD.replace(b"arm", b"\xe1rm") + b"".join(ROWS))
    assert (ids, problem[:12], problem[-6:]) == ([], "s.csv:1:12: ", "[C002]")


def test_each_row_with_a_byte_that_is_no_text_is_named() -> None:
    rows = [row.replace(b"0", b"\xf1", 1) if at % 10 == 0 else row for at, row in enumerate(ROWS)]
    ids, problems = read(HEAD + b"".join(rows))
    assert len(ids) == 90
    assert [problem.split(": ")[0] for problem in problems] == [f"s.csv:{at + 2}:1" for at in range(0, 100, 10)]


@pytest.mark.parametrize("block", [50, 1 << 22])
def test_quote_that_is_not_closed_is_named_where_it_opens(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dosecal.load.tables.text_blocks.BLOCK_BYTES", block)
    ids, (problem,) = read(with_row(9, b'010,"active,2026-03-09\n'))
    assert ids == [f"{number:03}" for number in range(1, 10)]
    assert problem == (
        "s.csv:11:5: expected a quote that closes the one here, got none; lines 11 to 101 are not read (a quote inside "
        "quotes is written twice) [C007]"
    )


def test_quote_that_a_later_one_closes_is_named_where_it_opens() -> None:
    content = with_row(9, b'010,"active,2026-03-09\n').replace(b"050,active", b'050,"active"')
    ids, (problem,) = read(content)
    assert ids == [f"{number:03}" for number in range(1, 10)]
    assert problem.startswith('s.csv:11:5: expected "," or the end of the line after quotes, got "a"; lines 11 to 101 ')


def test_rows_inside_quotes_are_named_by_their_lines() -> None:
    content = with_row(9, b'"010,active,2026-03-09\n').replace(b"012,active,2026-03-09", b'012,active,2026-03-09"')
    ids, (problem,) = read(content)
    assert ids == [f"{number:03}" for number in range(1, 101) if number not in {10, 11, 12}]
    assert problem == "s.csv:11:1: expected 3 cells as in the header, got 1 in lines 11 to 13 [C006]"


@pytest.mark.parametrize(
    ("row", "place", "found"),
    [
        (b'"010"x,active,2026-03-09\n', "11:6", 'expected "," or the end of the line after quotes, got "x"'),
        (b'"0"10",active,2026-03-09\n', "11:4", 'expected "," or the end of the line after quotes, got "1"'),
        (
            b"010,active\r,2026-03-09\n",
            "11:11",
            "expected lines that end with a line feed, got a carriage return alone",
        ),
        (b"010,a,2026-03-09\r011,a,2026-03-09\n", "11:17", "expected lines that end with a line feed"),
        (b"0" * 140_000 + b",a,2026-03-09\n", "11:1", "expected cells of at most 131,072 characters, got a longer one"),
    ],
)
def test_what_cannot_be_cut_has_its_place_in_our_words(row: bytes, place: str, found: str) -> None:
    ids, (problem,) = read(with_row(9, row))
    assert ids == [f"{number:03}" for number in range(1, 10)]
    assert problem.startswith(f"s.csv:{place}: {found}")
    assert "; lines 11 to 101 are not read" in problem


def test_lines_that_end_with_a_carriage_return_are_named() -> None:
    ids, (problem,) = read((HEAD + b"".join(ROWS)).replace(b"\n", b"\r"))
    assert ids == []
    assert problem == (
        "s.csv:1:21: expected lines that end with a line feed, got a carriage return alone; line 1 is not read (as old "
        'Macintosh files have it: save it as "CSV UTF-8") [C007]'
    )


def test_quote_of_the_header_that_is_not_closed_is_named() -> None:
    ids, (problem,) = read(b'subject_id,"arm,start\n' + b"".join(ROWS))
    assert ids == []
    assert problem.startswith(
        "s.csv:1:12: expected a quote that closes the one here, got none; lines 1 to 101 are not read"
    )


@pytest.mark.parametrize("row", [b'010,"active,2026-03-09\n', b"010,\xf1,2026-03-09\n", b"0\r10,active,2026-03-09\n"])
def test_no_word_of_a_module_stands_in_a_problem(row: bytes) -> None:
    for problem in read(with_row(9, row))[1]:
        assert not any(word in problem for word in ("newline", "codec", "delimiter", "line contains", "field", "EOF"))


def weights(count: int, quote: str = "") -> bytes:
    """Weights of 16 characters, all of them different, as conversions from pounds are."""
    draw = random.Random(1)  # noqa: S311 - any digits will do
    numbers = (40 + draw.random() * 50 for _ in range(count))
    rows = (
        f"{at // 10:05},2026-03-{1 + at % 10:02},{kg:.13f},{quote}measured{quote}\n" for at, kg in enumerate(numbers)
    )
    return ("subject_id,date,weight_kg,method\n" + "".join(rows)).encode()


@pytest.mark.parametrize("quote", ["", '"'])
def test_long_different_weights_take_memory_by_their_number(quote: str) -> None:
    content = weights(10_000, quote)
    tracemalloc.start()
    read_weights(csv_table(io.BytesIO(content), "w.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000 * 1_500


def test_one_long_text_widens_no_other() -> None:
    content = HEAD + b"".join(b"%x,a,b\n" % number for number in range(60_000)) + b"x" * 60 + b",a,b\n"
    tracemalloc.start()
    (chunk,) = csv_table(io.BytesIO(content), "s.csv").chunks
    assert len(chunk.texts(0)) == 60_001
    assert len(chunk.distinct(0)[0]) == 60_001
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000 * 350


def test_pairs_of_many_halves_are_told_apart() -> None:
    """Texts of up to 16 bytes are two numbers of 8: where each half has many values, not every pair has room."""
    texts = [f"{first:08}{second:08}" for first in range(3_000) for second in (first, first * 7 % 3_000, 1)]
    content = "a,b\n" + "".join(f"{text},x\n" for text in texts)
    (chunk,) = csv_table(io.BytesIO(content.encode()), "s.csv").chunks
    distinct, codes = chunk.distinct(0)
    assert sorted(distinct) == sorted(set(texts))
    assert [distinct[code] for code in codes.tolist()] == texts


def test_time_is_in_proportion_to_quoted_rows() -> None:
    def taken(count: int) -> float:
        content = weights(count, '"')
        start = time.process_time()
        read_weights(csv_table(io.BytesIO(content), "w.csv"))
        return time.process_time() - start

    taken(1_000)
    assert taken(16_000) < 40 * taken(2_000)
