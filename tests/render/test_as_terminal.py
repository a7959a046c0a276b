"""Tables for people to look at: whole cells at every width, legible without colour."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosecal.model.spoken import COUNTED
from dosecal.model.struct import replace
from dosecal.render.as_terminal import Look, UnknownColumnError, table_terminal
from dosecal.render.whole_text import display_width
from dosecal.report.tables.columns import listed
from dosecal.report.tables.table import Column, Kind, Table, Tone

WIDE = 160


def table_of(name: str, *columns: Column) -> Table:
    return Table(name, len(columns[0].cells(0)) if columns[0].codes is None else len(columns[0].codes), columns)


def doses(*rows: tuple[str, str, str, str, str]) -> Table:
    """Doses by subject, date, digits, unit and notes."""
    subject, day, digits, unit, notes = zip(*rows, strict=True)
    return table_of(
        "doses",
        listed("subject_id", subject),
        listed("visit", ["D1"] * len(rows)),
        listed("planned_date", day, Kind.DATE),
        listed("ordered_dose", digits, Kind.DECIMAL),
        listed("unit", unit),
        listed("notes", notes),
    )


TWO = doses(("001", "2026-03-02", "100000000", "viable cells", "weigh again"), ("002", "2026-03-09", "2.055", "mg", ""))


def small() -> Table:
    codes = np.array([0, 1])
    return Table(
        "small",
        2,
        (
            Column("study", Kind.TEXT, ("TEST-1",)),
            Column("subject_id", Kind.TEXT, ("007", "[bold]x[/bold]"), codes),
            Column("ordered_dose", Kind.DECIMAL, ("70250000", ""), codes),
            Column("closed_day", Kind.TEXT, ("",)),
        ),
    )


def test_cells_are_printed_as_they_are() -> None:
    text = table_terminal(small(), None)
    assert "007" in text
    assert "[bold]x[/bold]" in text  # no markup is read from data
    assert "70,250,000" in text
    assert "\x1b" not in text


def test_columns_that_are_empty_everywhere_are_named_below() -> None:
    text = table_terminal(small(), None)
    assert "empty in every row: closed_day" in text.splitlines()[-1]


def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks() -> None:
    for width in (60, 100, None):
        for line in table_terminal(small(), width).splitlines():
            assert len(line) <= (width or WIDE)
            assert line == line.rstrip()


def test_long_id_is_never_cut_nor_broken() -> None:
    table = Table("small", 1, (Column("id", Kind.TEXT, ("x" * 200,)), Column("b", Kind.TEXT, ("y",), np.array([0]))))
    assert "x" * 200 in table_terminal(table, 60).split()


def test_amount_and_unit_are_one_cell_under_heads_that_people_read() -> None:
    assert table_terminal(TWO, 80).splitlines() == [
        "subject  visit  planned date              ordered dose  notes",
        "-------  -----  ------------  ------------------------  -----------",
        "001      D1     2026-03-02    100,000,000 viable cells  weigh again",
        "002      D1     2026-03-09                    2.055 mg",
    ]


def test_what_does_not_fit_stands_in_a_block_under_its_row() -> None:
    assert table_terminal(TWO, 52).splitlines() == [
        "                planned",
        "subject  visit  date                    ordered dose",
        "-------  -----  ----------  ------------------------",
        "001      D1     2026-03-02  100,000,000 viable cells",
        "    notes: weigh again",
        "002      D1     2026-03-09                  2.055 mg",
    ]


def test_row_is_a_block_alone_where_its_date_and_amount_do_not_fit_beside_whose_they_are() -> None:
    assert table_terminal(TWO, 40).splitlines() == [
        "subject: 001  visit: D1",
        "  planned date: 2026-03-02",
        "  ordered dose: 100,000,000 viable cells",
        "  notes: weigh again",
        "subject: 002  visit: D1",
        "  planned date: 2026-03-09",
        "  ordered dose: 2.055 mg",
    ]


def test_same_date_amount_or_subject_in_every_row_stays_in_the_rows() -> None:
    rows = table_terminal(doses(*[("001", "2026-03-02", "5", "mg", "same note")] * 2), 100).splitlines()
    assert rows[2:] == ["001      D1     2026-03-02            5 mg"] * 2 + ["in every row: notes same note"]


def test_column_that_is_another_one_in_every_row_is_said_once() -> None:
    dates = ["2026-03-02", "2026-03-09"]
    columns = (
        listed("subject_id", ["1", "2"]),
        listed("target_date", dates, Kind.DATE),
        listed("planned_date", dates, Kind.DATE),
    )
    text = table_terminal(table_of("visits", *columns), 80)
    assert text.splitlines()[-1] == "in every row: target_date is the planned_date"
    assert text.count("2026-03-02") == 1


def test_unit_in_a_name_stands_beside_the_number() -> None:
    columns = (
        listed("subject_id", ["1", "2"]),
        listed("volume_ml", ["8.45", "12"], Kind.DECIMAL),
        listed("weight_kg", ["70.25", ""], Kind.DECIMAL),
        listed("deviation_percent", ["-0.5", "12.5"], Kind.DECIMAL),
    )
    lines = table_terminal(table_of("doses", *columns), 80).splitlines()
    assert re.split(r" {2,}", lines[0]) == ["subject", "volume", "weight", "off the order by"]
    assert lines[2].split() == ["1", "8.45", "mL", "70.25", "kg", "-0.5", "%"]
    assert lines[3].split() == ["2", "12", "mL", "12.5", "%"]


def test_every_amount_has_the_unit_of_its_row_wherever_its_column_stands() -> None:
    columns = (
        listed("subject_id", ["1", "2"]),
        listed("ordered_dose", ["1000", "2"], Kind.DECIMAL),
        listed("unit", ["cells", "mg"]),
        listed("target_auc", ["5", "6"], Kind.DECIMAL),
        listed("allowed_from", ["900", "1.5"], Kind.DECIMAL),
    )
    lines = table_terminal(table_of("doses", *columns), 80).splitlines()
    assert lines[2].split() == ["1", "1,000", "cells", "5", "900", "cells"]
    assert lines[3].split() == ["2", "2", "mg", "6", "1.5", "mg"]


def test_amount_of_a_deviation_has_its_separators() -> None:
    columns = (
        listed("subject_id", ["1", "2"]),
        listed("visit", ["D1", "D8"]),
        listed("planned", ["93800000 cells", "2026-03-02"]),
        listed("actual", ["46900000.5 cells", "2026-03-05"]),
    )
    lines = table_terminal(table_of("deviations", *columns), 80).splitlines()
    assert re.split(r" {2,}", lines[2])[2:] == ["93,800,000 cells", "≈ 46,900,001 cells"]
    assert "2026-03-02" in lines[3]


NOTE = "measured to 0.1 mL; " * 30


def test_row_leaves_out_sentences_alone_and_says_which_and_how_they_are_shown() -> None:
    rows = [("001", "2026-03-02", "100000000", "cells", NOTE), ("002", "2026-03-09", "2.055", "mg", "short")]
    lines = table_terminal(doses(*rows), 60).splitlines()
    assert lines[2:6] == [
        "001      D1     2026-03-02    100,000,000 cells",
        "    left out: notes",
        "002      D1     2026-03-09             2.055 mg",
        "    notes: short",
    ]
    assert " ".join(" ".join(lines[-2:]).split()) == (
        "left out of rows of more than 6 lines: notes (1 row); the option --columns subject_id,notes shows it"
    )


def test_nothing_is_left_out_of_a_file_nor_of_columns_that_are_asked_for() -> None:
    rows = [("001", "2026-03-02", "100000000", "cells", NOTE), ("002", "2026-03-09", "2.055", "mg", "short")]
    in_file = table_terminal(doses(*rows), None)
    asked = table_terminal(doses(*rows), 40, Look(("notes", "subject_id")))
    for text in (in_file, asked):
        assert "left out" not in text
        assert text.count("0.1 mL") == 30


def test_columns_that_are_asked_for_stand_in_their_order_with_the_unit() -> None:
    lines = table_terminal(TWO, 80, Look(("ordered_dose", "subject_id"))).splitlines()
    assert lines[2:] == ["100,000,000 viable cells  001", "                2.055 mg  002"]


def test_unknown_column_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownColumnError) as refusal:
        table_terminal(TWO, 80, Look(("subject_id", "subjct")))
    assert refusal.value.name == "subjct"
    assert refusal.value.known == ("subject_id", "visit", "planned_date", "ordered_dose", "unit", "notes")


def test_table_without_rows_says_so() -> None:
    empty = np.zeros(0, dtype=np.int64)
    assert table_terminal(Table("doses", 0, (Column("subject_id", Kind.TEXT, ("",), empty),)), 80) == "no rows\n"


def test_wide_letters_and_combining_signs_keep_the_columns_straight() -> None:
    columns = (listed("subject_id", ["患者甲", "Zoe\u0301", "x"]), listed("arm", ["a", "b", "c"]))
    lines = table_terminal(table_of("small", *columns), 40).splitlines()
    assert [display_width(line[: line.index(end)]) for line, end in zip(lines[2:], "abc", strict=True)] == [9, 9, 9]


def test_control_characters_of_a_cell_are_written_out() -> None:
    text = table_terminal(table_of("small", listed("site", ["\x1b[2J", "a\nordered dose 999 mg"])), 80)
    assert "\x1b" not in text
    assert "\\u001b[2J" in text
    assert "a\\nordered dose 999 mg" in text


def test_weight_and_colour_say_nothing_that_words_do_not() -> None:
    columns = (
        listed("subject_id", ["1", "2"]),
        listed("visit", ["D1", "D8"]),
        replace(listed("status", ["overdue", "not yet due"]), tones=(("overdue", Tone.WRONG),)),
    )
    table = table_of("visits", *columns)
    coloured = table_terminal(table, 80, Look(is_coloured=True))
    assert "\x1b[1;31moverdue\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == table_terminal(table, 80)
    assert "\x1b[1m100,000,000 viable cells\x1b[0m" in table_terminal(TWO, 40, Look(is_coloured=True))


def test_thousand_rows_with_a_note_each_take_less_than_two_seconds() -> None:
    rows = [
        (f"{row:04}", "2026-03-02", str(row * 10**6 + 1), "cells", f"delivers {row:,} cells; " * 8)
        for row in range(1000)
    ]
    started = time.process_time()
    text = table_terminal(doses(*rows), 40)
    assert time.process_time() - started < 2
    assert all(f"{row * 10**6 + 1:,} cells" in text for row in range(1000))


DIGITS = st.from_regex(r"[1-9][0-9]{0,19}(\.[0-9]{0,5}[1-9])?", fullmatch=True)
IN_IDS = "ABC019-_.患者é"
IDS = st.text(st.sampled_from(IN_IDS), min_size=1, max_size=45)
UNITS = st.sampled_from(("cells", "viable cells", "mg", "mcg", "viral particles", "mL"))
TEXTS = st.lists(st.text("abcdefgh;,", min_size=1, max_size=14), max_size=20).map(" ".join)
ROWS = st.lists(st.tuples(IDS, st.dates().map(str), DIGITS, UNITS, TEXTS), min_size=1, max_size=6)


def grouped(digits: str, unit: str) -> str:
    """Digits with separators; what is counted is whole."""
    whole, _, rest = digits.partition(".")
    if rest and unit in COUNTED:
        return f"≈ {int(whole) + (rest[0] >= '5'):,} {unit}"
    return f"{int(whole):,}{'.' if rest else ''}{rest} {unit}"


@settings(max_examples=200)
@given(rows=ROWS, width=st.integers(40, 200), name=st.sampled_from(("doses", "not declared")))
def test_every_number_of_a_drawn_table_stands_whole_beside_its_unit_date_and_subject(
    rows: list[tuple[str, str, str, str, str]], width: int, name: str
) -> None:
    table = doses(*rows)
    lines = table_terminal(Table(name, table.rows, table.columns), width).splitlines()
    is_upright = any(line.startswith(("subject: ", "subject:\n")) or line == "subject:" for line in lines)
    starts = [place for place, line in enumerate(lines) if line.startswith("subject:" if is_upright else tuple(IN_IDS))]
    parts = iter("\n".join(lines[a:b]) for a, b in zip(starts, [*starts[1:], len(lines)], strict=True))
    for subject, day, digits, unit, _ in rows:
        amount = grouped(digits, unit)
        assert any(subject in part and day in part and amount in part for part in parts)


@given(rows=ROWS, width=st.integers(40, 200))
def test_line_wider_than_the_terminal_is_one_id_or_amount(
    rows: list[tuple[str, str, str, str, str]], width: int
) -> None:
    whole = {text for subject, _, digits, unit, _ in rows for text in (subject, grouped(digits, unit))}
    for line in table_terminal(doses(*rows), width).splitlines():
        assert display_width(line) <= width or line.strip() in whole
