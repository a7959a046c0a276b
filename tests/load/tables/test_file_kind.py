"""A file that is something else than its name says is named, with what to do; none of them is ever read as text."""

from __future__ import annotations

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dosecal.load.tables.cohort_file import read_table
from dosecal.model.problems import CohortError
from tests.load.workbooks import archive, text_cell, workbook

CSV = b"subject_id,arm,start\n007,active,2026-03-09\n"
BOOK = workbook((text_cell("subject_id"),), (text_cell("007"),))
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def compound(stream: str) -> bytes:
    """The beginning of a file in the container of Microsoft's formats before 2007, with a stream of this name."""
    return COMPOUND + stream.encode("utf-16-le")


def parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"subject_id": ["007"]}), content)
    return content.getvalue()


OLD = "a workbook of an old Excel (.xls)"
ODS = archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"})
KINDS = [
    (compound("Workbook"), OLD),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", OLD),
    (compound("EncryptedPackage"), "a workbook that is protected by a password"),
    (compound("WordDocument"), "a document of Word"),
    (ODS, "an OpenDocument spreadsheet (.ods)"),
    (archive({"xl/workbook.bin": "x"}), "a binary workbook (.xlsb)"),
    (archive({"Index/Document.iwa": "x"}), "a spreadsheet of Numbers"),
    (archive({"Index.zip": "x"}), "a spreadsheet of Numbers"),
    (archive({"word/document.xml": "x"}), "a document of Word"),
    (archive({"subjects.csv": CSV}), 'a zip archive with "subjects.csv" in it'),
    (archive({}), "a zip archive with nothing in it"),
    (BOOK[:-40], "a zip archive or a workbook, in part or damaged"),
    (b"<html><body><table>", "a web page (HTML)"),
    (b"\xef\xbb\xbf\n <!DOCTYPE HTML>", "a web page (HTML)"),
    (b"<TABLE border=1><tr>", "a web page (HTML)"),
    (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "a web page in one file (MHTML)"),
    (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "an XML spreadsheet of 2003",
    ),
    (b'<?xml version="1.0"?><x/>', "XML"),
    (b"%PDF-1.7\n", "a PDF"),
    (gzip.compress(CSV, mtime=0), "a compressed file"),
    (b"{\\rtf1 a}", "a text in RTF"),
    (b"ARROW1\0\0", "an Arrow or Feather file"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"HEADER RECORD*******LIBRARY", "a SAS transport file"),
]


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(CohortError) as refused:
        list(read_table(io.BytesIO(content), name).chunks)
    (problem,) = refused.value.problems
    return str(problem)


@pytest.mark.parametrize(("content", "words"), KINDS, ids=[words for _, words in KINDS])
@pytest.mark.parametrize("name", ["s.csv", "s.xlsx", "s.xls", "s.xlsm", "<stdin>", "s.ods"])
def test_file_of_another_kind_says_what_it_is_and_what_to_do(content: bytes, words: str, name: str) -> None:
    problem = refusal(content, name)
    assert f"got {words}" in problem
    assert problem.endswith(") [C001]")  # a way out stands in brackets before the code


@pytest.mark.parametrize("name", ["s.xlsx", "s.xlsm", "s.xls", "s.ods", "s.XLSX"])
def test_plain_text_under_the_name_of_a_workbook_is_named(name: str) -> None:
    problem = refusal(CSV, name)
    assert "plain text" in problem
    assert "give it a name that ends in .csv" in problem


def test_workbook_and_parquet_under_another_name_are_named() -> None:
    for name in ("s.csv", "s.xls", "s.txt", "<stdin>"):
        assert "got an XLSX workbook (give it a name that ends in .xlsx)" in refusal(BOOK, name)
    assert "got a Parquet file (give it a name that ends in .parquet)" in refusal(parquet(), "s.csv")
    assert refusal(parquet(), "s.xlsx").endswith("[C001]")


@pytest.mark.parametrize("name", ["s.csv", "s.tsv", "s.txt", "s.dat", "s", "<stdin>", "a.xlsx/s", "s.csv.bak"])
def test_any_other_name_is_of_csv(name: str) -> None:
    assert read_table(io.BytesIO(CSV), name).header == ("subject_id", "arm", "start")


@pytest.mark.parametrize(
    "start", [b"PAR1,arm", b"PK,arm", b"SAS,arm", b"BZh,arm", b"ARROW1,arm", b"Rar!,arm", b"PDF,arm"]
)
def test_header_that_begins_like_another_file_is_still_a_header(start: bytes) -> None:
    assert read_table(io.BytesIO(start + b"\n1,2\n"), "s.csv").header[1] == "arm"


def test_empty_file_under_the_name_of_a_workbook_is_named() -> None:
    assert "got an empty file" in refusal(b"", "s.xlsx")
