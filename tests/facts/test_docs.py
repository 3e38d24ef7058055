"""Sections of Markdown and reST documents."""

import pytest

from curate.facts.docs import Section, doc_sections, is_document
from curate.facts.rows import Drop


def markdown(text: str) -> list[tuple[int, int, int, str]]:
    return [tuple(row) for row in doc_sections("a.md", text.encode())]


def rest(text: str) -> list[tuple[int, int, int, str]]:
    return [tuple(row) for row in doc_sections("docs/a.rst", text.encode())]


def test_a_section_ends_before_the_next_of_its_level_or_a_higher_one():
    text = "# A\n\ntext\n\n## B\n\n### C\ntext\n\n## D\n\n# E\n\n### F\n"
    assert doc_sections("README.MD", text.encode()) == [
        Section(1, 11, 1, "A"),
        Section(5, 9, 2, "B"),
        Section(7, 9, 3, "C"),
        Section(10, 11, 2, "D"),
        Section(12, 14, 1, "E"),
        Section(14, 14, 3, "F"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A\n=\n\nB\n---\n", [(1, 5, 1, "A"), (4, 5, 2, "B")], id="setext"),
        pytest.param("A\nB\n===", [(1, 3, 1, "A B")], id="setext, two lines"),
        pytest.param("# A ##\n#B\n####### C", [(1, 3, 1, "A")], id="closed; no space; seven"),
        pytest.param("```sh\n# A\n```\n~~~\n# B\n~~~\n\n    # C\n", [], id="code"),
        pytest.param("<!--\n# A\n\n# B\n-->\n<pre>\n# C\n</pre>\n", [], id="HTML"),
        pytest.param("> # A\n\n- # B\n", [], id="quote and list"),
        pytest.param("---\ntitle: A\n# c\n---\n# B\n", [(5, 5, 1, "B")], id="front matter"),
        pytest.param("text\n\n---\n\n# B\n", [(5, 5, 1, "B")], id="rule"),
        pytest.param(
            "# `a` *b* **c** [d](e) ![f](g) \\* &amp;", [(1, 1, 1, "a b c d f * &")], id="markup"
        ),
        pytest.param("# [a][b]\n\n[b]: http://c", [(1, 3, 1, "a")], id="reference"),
        pytest.param("# A <a name='x'></a>", [(1, 1, 1, "A")], id="inline HTML"),
        pytest.param(
            "# A { #a-b }\n## B {: #b .c }\n## {x}",
            [(1, 3, 1, "A"), (2, 2, 2, "B"), (3, 3, 2, "{x}")],
            id="anchor",
        ),
        pytest.param("# Ä\r\n\r\n## ß\r\n", [(1, 3, 1, "Ä"), (3, 3, 2, "ß")], id="CRLF"),
        pytest.param("\ufeff# A\n", [(1, 1, 1, "A")], id="BOM"),
        pytest.param("#\n", [(1, 1, 1, "")], id="empty title"),
        pytest.param("text\n", [], id="none"),
    ],
)  # fmt: skip
def test_markdown_headings(text, expected):
    assert markdown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "===\n A\n===\n\nB\n---\n\nC\n~~~\n\nD\n---\n\n===\nE\n===\n",
            [(1, 13, 1, "A"), (5, 10, 2, "B"), (8, 10, 3, "C"), (11, 13, 2, "D"), (14, 16, 1, "E")],
            id="levels by appearance",
        ),
        pytest.param("A\n===\nB\n===\n", [(1, 2, 1, "A"), (3, 4, 1, "B")], id="no blank between"),
        pytest.param(".. _a:\n\nA\n=\n", [(3, 4, 1, "A")], id="after a target"),
        pytest.param(".. _a:\nA\n=\n", [(2, 3, 1, "A")], id="right after a target"),
        pytest.param("A\n=\n\n.. note::\n\n   B\n   -\n", [(1, 7, 1, "A")], id="directive"),
        pytest.param("A::\n\n    B\n    ====\n", [], id="literal block"),
        pytest.param("..\n   B\n   ====\n\ntext\n", [], id="comment"),
        pytest.param("text\nmore\n====\n", [], id="second line of a paragraph"),
        pytest.param("text\n\n----\n\ntext\n", [], id="transition"),
        pytest.param("Long\n==\n", [], id="short underline"),
        pytest.param("Longer\n====\n", [(1, 2, 1, "Longer")], id="underline of four"),
        pytest.param("===  ===\nA    B\n===  ===\n1    2\n===  ===\n", [], id="table"),
        pytest.param("+---+\n| A |\n+---+\n", [], id="grid table"),
        pytest.param(">>> a\nb\n---\n", [], id="doctest"),
        pytest.param("===\nA\n---\n", [], id="other underline"),
        pytest.param("名前\n====\n", [(1, 2, 1, "名前")], id="wide"),
        pytest.param("e\u0301\n=\n", [(1, 2, 1, "e\u0301")], id="combining"),
        pytest.param(
            "``a`` *b* **c** :py:func:`~d.e` :ref:`f <g>` `h <i>`_ `j`_ :k:`!l` \\*\n" + "=" * 80,
            [(1, 2, 1, "a b c e f h j l *")],
            id="markup",
        ),
        pytest.param("``*/**`` a ``\\*``\n==============", [(1, 2, 1, "*/** a \\*")], id="literal"),
        pytest.param("A_b and c*d\n===========\n", [(1, 2, 1, "A_b and c*d")], id="no markup"),
        pytest.param("A\r\n=\r\n", [(1, 2, 1, "A")], id="CRLF"),
    ],
)
def test_rest_titles(text, expected):
    assert rest(text) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b" \n", Drop("empty", ""), id="empty"),
        pytest.param(b"# \xe9", Drop("not_decodable", "utf-8"), id="latin-1"),
        pytest.param(b"# a\0", Drop("nul_bytes", ""), id="NUL"),
        pytest.param(
            b"a" * 1_000_001, Drop("too_large", "1,000,001 bytes, limit 1,000,000"), id="large"
        ),
    ],
)  # fmt: skip
def test_a_document_without_sections_says_why(content, expected):
    assert doc_sections("a.md", content) == expected


def test_only_formats_with_headings_are_documents():
    names = ["a.md", "A.MD", "b.rst", "c.txt", "e", "d.markdown"]
    assert [name for name in names if is_document(name)] == ["a.md", "A.MD", "b.rst", "d.markdown"]
