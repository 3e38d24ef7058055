"""The report of a job summary, read as GitHub reads it."""

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from curate.reporting import render
from curate.reporting.audited import Audited
from curate.reporting.markdown import code, escaped, table_of
from tests.reporting.conftest import LEAK, NASTY

READER = MarkdownIt("gfm-like", {"linkify": False})


def texts(source: str) -> list[str]:
    """Every text of a Markdown document as it is shown, table cells and code included."""
    found = []
    for token in READER.parse(source):
        if token.type == "inline":
            children = token.children or []
            assert all(child.type in {"text", "code_inline", "softbreak"} for child in children)
            found.append("".join(child.content for child in children))
    return found


def test_a_summary_tells_the_verdict_the_findings_and_the_next_step(unsound: Audited):
    text = render(unsound, "markdown")
    assert text.startswith("## curate audit: not sound\n\n`data`: 1,164 rows (1,053 train, ")
    shown = texts(text)
    assert shown[0] == "curate audit: not sound"
    assert shown[1] == (
        "data: 1,164 rows (1,053 train, 111 valid), 79 % call a tool, 2 files, 1 row of findings "
        "known to the baseline."
    )
    assert shown[2:14] == [
        "", "severity", "rule", "count", "what", "remedy",
        "❌", "error", "leak_row", "2", "Valid rows that stand in train.", "remove them from valid",
    ]  # fmt: skip
    assert "remove | replace it" in shown
    assert shown[-1] == "Next: curate audit data --fix out/clean"


def test_every_row_of_a_table_has_its_cells(unsound: Audited):
    tokens = READER.parse(render(unsound, "markdown"))
    cells = 0
    widths = []
    for token in tokens:
        if token.type == "tr_open":
            cells = 0
        elif token.type in {"td_open", "th_open"}:
            cells += 1
        elif token.type == "tr_close":
            widths.append(cells)
    assert widths == [6] * 4 + [2] * 3


def test_a_sound_dataset_says_so(sound: Audited):
    assert render(sound, "markdown").splitlines()[0] == "## curate audit: sound"
    assert "4 rules found nothing." in render(sound, "markdown")


@pytest.mark.parametrize(
    "text",
    [
        "a|b", "`x`", "<img src=x>", "# no heading", "[a](b)", "**bold** _it_", "$x$", "- item",
        "1. item", "&amp; @name", "a\\|b", "~~s~~", "https://example.org", "![a](b)", "+ x",
    ],
)  # fmt: skip
def test_a_text_is_shown_as_it_is_in_a_table_and_in_a_list(text):
    assert texts(table_of(("what",), [(text,)])) == ["what", text]
    assert texts(f"- x {escaped(text)}") == [f"x {text}"]


@pytest.mark.parametrize("text", ["a", "`", "``a`", "a`b"])
def test_a_place_is_code_whatever_it_holds(text):
    (token,) = [token for token in READER.parse(f"x {code(text)}") if token.type == "inline"]
    assert [(child.type, child.content) for child in token.children] == [
        ("text", "x "), ("code_inline", text),
    ]  # fmt: skip


def test_evidence_is_one_line_without_markup(unsound: Audited):
    rows = (replace(LEAK.rows[0], evidence=NASTY),)
    text = render(replace(unsound, findings=(replace(LEAK, rows=rows, count=1),)), "markdown")
    assert r"50% of a\|b \<b\>\`x\`\</b\> \:\:error\:\:no" in text
    assert texts(text)
