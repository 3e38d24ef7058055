"""Where a name stands on a line, and how lines and columns are told."""

import pytest

from curate.lsp.documents import MAX_PREVIEW_CHARS, Document
from curate.tools.base import ToolError

FOUND = {
    "the first of several": ("a = a.a", "a", 0),
    "a whole word": ("banana_a a", "a", 9),
    "not within a longer name": ("aé a", "a", 3),
    "the last part of a dotted name": ("a = b.a", "b.a", 6),
    "of a longer dotted name": ("self.b.a", "b.a", 7),
    "not of another prefix": ("ab.a b.a", "b.a", 7),
    "with space around the dot": ("b . a", "b.a", 4),
    "three parts": ("x.y.z", "x.y.z", 4),
    "beyond ASCII": ("größe = Maß", "Maß", 8),
    "in a comment": ("1  # a", "a", 5),
}


@pytest.mark.parametrize(("line", "symbol", "characters"), FOUND.values(), ids=FOUND)
def test_a_name_is_found(line, symbol, characters):
    assert Document(f"\n{line}\n").find("a.py", 2, symbol) == (1, characters)


@pytest.mark.parametrize("symbol", ["a.b", "z.a", "a ", "", ".", "a.", ".a", "a..a", "a\n"])
def test_what_does_not_stand_there_is_not_found(symbol):
    with pytest.raises(ToolError):
        Document("a = b.a\n").find("a.py", 1, symbol)


def test_keywords_are_not_told_as_names_but_may_be_asked_for():
    with pytest.raises(ToolError) as raised:
        Document("class A: pass\n").find("a.py", 1, "B")
    assert str(raised.value) == "a.py: B is not on line 1, there are: A"
    assert Document("class A: pass\n").find("a.py", 1, "class") == (0, 0)


def test_a_byte_order_mark_is_no_column():
    marked, plain = Document("\ufeffa\nb\n"), Document("a\nb\n")
    assert [marked.column(0, n) for n in (0, 1, 2)] == [1, 1, 2]
    assert [plain.column(0, n) for n in (0, 1, 2)] == [1, 2, 3]
    assert marked.column(1, 1) == plain.column(1, 1) == 2
    assert marked.preview(0) == plain.preview(0) == "a"


def test_lines_are_counted_as_an_editor_does():
    counts = {"": 0, "a": 1, "a\n": 1, "a\n\n": 2, "\r\n\r": 2, "a\x0cb\u2028c": 1}
    assert {text: len(Document(text).lines) for text in counts} == counts
    assert Document("a").line(7) == ""


def test_a_preview_is_cut_with_an_ellipsis_only_when_it_is_too_long():
    assert Document(f"  {'x' * MAX_PREVIEW_CHARS} \n").preview(0) == "x" * MAX_PREVIEW_CHARS
    cut = Document(f"\t{'x' * (MAX_PREVIEW_CHARS + 1)}\n").preview(0)
    assert cut == "x" * (MAX_PREVIEW_CHARS - 1) + "…"
