"""YAML becomes texts with places, and nothing is retyped, repeated or referred to."""

from __future__ import annotations

import pytest

from dosecal.load.protocol.yaml_text import MOST_BYTES, Mapping, Node, Scalar, Sequence, read_yaml
from dosecal.model.problems import ProtocolError, Source


def tree(text: str | bytes) -> Node:
    return read_yaml(text if isinstance(text, bytes) else text.encode(), "a.yaml")


def mapping(text: str) -> dict[str, Node]:
    root = tree(text)
    assert isinstance(root, Mapping)
    return {key.text: value for key, value in root.entries}


def text_of(node: Node) -> str:
    assert isinstance(node, Scalar)
    return node.text


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        tree(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        "010",
        "1:30",
        "no",
        "1e6",
        "0x1F",
        "1_000",
        "~",
        "null",
        "2026-03-09",
        ".5",
        "+1",
        "1.0",
        ".nan",
        "-.inf",
        "=",
        "<<",
    ],
)
def test_value_keeps_the_text_that_was_typed(text: str) -> None:
    assert text_of(mapping(f"a: {text}")["a"]) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ('"007"', "007"),
        ("'it''s'", "it's"),
        ('"a\\tb"', "a\tb"),
        ("±3 days # late", "±3 days"),
        ("|\n  one\n  two", "one\ntwo\n"),
    ],
)
def test_quotes_and_comments_are_taken_away(typed: str, text: str) -> None:
    assert text_of(mapping(f"a: {typed}\n")["a"]) == text


@pytest.mark.parametrize("typed", ["", '""', "''"])
def test_value_that_is_missing_or_empty_is_an_empty_text(typed: str) -> None:
    assert text_of(mapping(f"a: {typed}\nb: c\n")["a"]) == ""


def test_places_are_counted_from_one_in_characters() -> None:
    values = mapping("título: ±3\nb:\n  - x\n  - {c: y}\n")
    assert values["título"].source == Source("a.yaml", 1, 9)
    items = values["b"]
    assert isinstance(items, Sequence)
    assert [item.source for item in items.items] == [Source("a.yaml", 3, 5), Source("a.yaml", 4, 5)]
    inner = items.items[1]
    assert isinstance(inner, Mapping)
    assert inner.entries[0][1].source == Source("a.yaml", 4, 9)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_byte_order_mark_and_line_ends_of_windows_change_nothing(before: bytes, end: bytes) -> None:
    plain = b"a: 1\nb:\n  c: [2, 3]\n"
    assert tree(before + plain.replace(b"\n", end)) == tree(plain)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# a comment\n", b"---\n", b"---\n...\n", b"\xef\xbb\xbf"])
def test_file_without_a_value_is_empty(content: bytes) -> None:
    assert [line.rsplit(" ", 1)[1] for line in problems(content)] == ["[P003]"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_of_unicode_are_refused(encoding: str) -> None:
    assert [line.rsplit(" ", 1)[1] for line in problems("study: x\n".encode(encoding))] == ["[P002]"]


def test_first_byte_that_is_not_utf_8_has_its_place() -> None:
    expected = "a.yaml:2:5: expected text in UTF-8, got the byte 0xb1 (save it as UTF-8) [P002]"
    assert problems(b"a: 1\n\xc3\xa9b: \xb13 days\n") == [expected]


def test_zero_byte_is_no_text() -> None:
    assert problems(b"a: 1\nb: \0\n") == [
        "a.yaml:2:4: expected text in UTF-8, got a zero byte (save it as UTF-8) [P002]"
    ]


@pytest.mark.parametrize(
    ("character", "shown"), [("\x07", "U+0007"), ("\x1b", "U+001B"), ("\u2028", "U+2028"), ("\x85", "U+0085")]
)
def test_character_that_cannot_be_seen_is_refused_at_its_place(character: str, shown: str) -> None:
    expected = f"a.yaml:2:6: expected printable characters, got {shown}, which YAML does not allow [P004]"
    assert problems(f"é: 1\nb: é±{character}x\n") == [expected]


@pytest.mark.parametrize(
    "text", ["a: [1", "a: {b: c", "a: 'b", "a: b: c", "- a\nb: c", "a: *", "%YAML 3.0\n---\na: b", "a: @b", "]"]
)
def test_fault_of_yaml_is_a_problem_with_a_line(text: str) -> None:
    lines = problems(text)
    assert lines[-1].startswith("a.yaml:")
    assert lines[-1].endswith("[P004]")


def test_tab_that_indents_is_refused_with_a_way_out() -> None:
    assert problems("a:\n\tb: c\n")[0].endswith("(indent with spaces, not tabs) [P004]")


def test_key_that_stands_twice_is_refused_and_the_first_is_named() -> None:
    assert problems('a: 1\nb: 2\n"a": 3\n') == [
        'a.yaml:3:1: expected each key once, got "a" again (first in line 1) [P007]'
    ]


def test_keys_that_yaml_reads_alike_are_two_keys() -> None:
    assert list(mapping("no: 1\nfalse: 2\n1: 3\n01: 4\n")) == ["no", "false", "1", "01"]


def test_aliases_are_refused_and_never_followed() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    lines = problems(bomb)
    assert len(lines) == 1 + 8 * 3
    assert {line.rsplit(" ", 1)[1] for line in lines} == {"[P005]"}


@pytest.mark.parametrize("text", ["a: !!float 1", "a: !x b", "!!python/object:os.system {}", "a: !<tag:x> b"])
def test_tags_are_refused(text: str) -> None:
    assert [line.rsplit(" ", 1)[1] for line in problems(text)] == ["[P005]"]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_at_once(opening: str) -> None:
    assert [line.rsplit(" ", 1)[1] for line in problems(opening * 20_000)] == ["[P006]"]


def test_many_values_are_refused() -> None:
    assert problems("- a\n" * 200_001)[-1].endswith("[P006]")


def test_file_of_more_bytes_than_any_protocol_is_refused() -> None:
    assert problems(b"a" * (MOST_BYTES + 1)) == ["a.yaml: expected at most 2,000,000 bytes, got 2,000,001 [P006]"]


def test_second_document_is_refused() -> None:
    assert problems("a: 1\n---\nb: 2\n") == [
        "a.yaml:2:1: expected one protocol in a file, got a second document [P008]"
    ]


def test_problems_before_a_fault_of_yaml_are_kept() -> None:
    lines = problems("a: &x 1\na: 2\nb: [\n")
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["[P005]", "[P007]", "[P004]"]
