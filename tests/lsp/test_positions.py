"""Positions in three encodings, and edits at them."""

import pytest

from curate.lsp.positions import ENCODINGS, apply_edits, split_lines, to_characters, to_units

LINE = "'😀e\u0301ß'; a"
UNITS = {  # where each character begins, and the end
    "utf-8": [0, 1, 5, 6, 8, 10, 11, 12, 13, 14],
    "utf-16": [0, 1, 3, 4, 5, 6, 7, 8, 9, 10],
    "utf-32": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_units_and_characters_are_each_others_opposite(encoding):
    units = [to_units(LINE, characters, encoding) for characters in range(len(LINE) + 1)]
    assert units == UNITS[encoding]
    back = [to_characters(LINE, count, encoding) for count in units]
    assert back == [*range(len(LINE) + 1)]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_past_the_end_is_the_end(encoding):
    assert to_characters(LINE, 99, encoding) == len(LINE)
    assert to_characters("", 1, encoding) == 0
    assert to_units("ab", 99, encoding) == 2


def test_a_position_within_a_character_is_the_one_before_it():
    assert [to_characters("a😀b", units, "utf-8") for units in range(7)] == [0, 1, 1, 1, 1, 2, 3]
    assert [to_characters("a😀b", units, "utf-16") for units in range(5)] == [0, 1, 1, 2, 3]


SPLIT = {
    "": [""],
    "a": ["a"],
    "a\n": ["a\n", ""],
    "a\r\nb\rc\nd": ["a\r\n", "b\r", "c\n", "d"],
    "\n\r": ["\n", "\r", ""],
    "a\x0cb\u2028c\x85d\x1ce\n": ["a\x0cb\u2028c\x85d\x1ce\n", ""],
}


@pytest.mark.parametrize(("text", "lines"), SPLIT.items(), ids=map(repr, SPLIT))
def test_lines_end_as_the_protocol_says(text, lines):
    assert split_lines(text) == lines


def edit(line, start, end_line, end, new):
    begin, stop = ({"line": n, "character": c} for n, c in ((line, start), (end_line, end)))
    return {"range": {"start": begin, "end": stop}, "newText": new}


def test_edits_are_all_of_the_text_before_whatever_their_order():
    text = "😀 a\r\na😀\rlast"
    edits = [edit(1, 0, 1, 1, "beta"), edit(0, 3, 0, 4, "beta"), edit(2, 4, 2, 4, "\n")]
    assert apply_edits(text, edits, "utf-16") == "😀 beta\r\nbeta😀\rlast\n"
    assert apply_edits(text, edits[::-1], "utf-16") == "😀 beta\r\nbeta😀\rlast\n"


def test_insertions_at_one_place_keep_their_order():
    edits = [edit(0, 1, 0, 1, "x"), edit(0, 1, 0, 1, "y")]
    assert apply_edits("ab", edits, "utf-8") == "axyb"


def test_an_edit_may_reach_over_lines_and_past_the_end():
    assert apply_edits("ab\r\ncd\n", [edit(0, 1, 1, 1, "-")], "utf-8") == "a-d\n"
    assert apply_edits("ab\ncd", [edit(0, 99, 0, 99, "!"), edit(7, 0, 7, 0, "?")], "utf-8") == (
        "ab!\ncd?"
    )
    assert apply_edits("", [edit(0, 0, 0, 0, "new")], "utf-16") == "new"


@pytest.mark.parametrize(
    ("edits", "offset"),
    [([edit(0, 0, 0, 2, ""), edit(0, 1, 0, 3, "")], 1), ([edit(0, 2, 0, 1, "")], 2)],
    ids=["overlap", "backwards"],
)
def test_edits_that_overlap_or_run_backwards_are_refused(edits, offset):
    with pytest.raises(ValueError, match=f"^edits overlap at offset {offset}$"):
        apply_edits("abc", edits, "utf-8")
