r"""The sections of a Markdown or reStructuredText document.

`doc_sections("docs/setup.md", b"# Set-up\n")` is `[Section(1, 1, 1, 'Set-up')]`.

Only headings of the document itself: not those in a quote, a list or a directive, and nothing in a
code block or comment. Markdown is read by markdown-it (CommonMark), reST by `rest.py`.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from curate.facts.rest import Heading, rest_headings
from curate.facts.rows import Drop

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

SIZE_LIMIT_BYTES = 1_000_000
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")


class Section(NamedTuple):
    """One heading and what belongs to it."""

    line: int
    """Where the title's text starts, from 1; the line above it in a title with an overline."""
    end_line: int
    """The line before the next heading of the same or a higher level, or the last of the file."""
    level: int
    title: str
    """Plain text: no markup, no anchor."""


def doc_sections(path: str, content: bytes) -> list[Section] | Drop:
    """The sections of a document, in order; the suffix of `path` says which format it has."""
    headings_of = _FORMATS[path.rpartition(".")[2].lower()]
    if len(content) > SIZE_LIMIT_BYTES:
        return Drop("too_large", f"{len(content):,} bytes, limit {SIZE_LIMIT_BYTES:,}")
    if b"\0" in content:
        return Drop("nul_bytes", "")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Drop("not_decodable", "utf-8")
    if not text.strip():
        return Drop("empty", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _with_ends(headings_of(text), text.count("\n") + (not text.endswith("\n")))


def is_document(path: str) -> bool:
    """Whether `doc_sections` reads files of this name."""
    return path.rpartition(".")[2].lower() in _FORMATS


def _with_ends(headings: Iterable[Heading], count_lines: int) -> list[Section]:
    """The headings with the line on which each section ends."""
    sections: list[Section] = []
    open_sections: list[int] = []
    for heading in headings:
        while open_sections and sections[open_sections[-1]].level >= heading.level:
            i = open_sections.pop()
            sections[i] = sections[i]._replace(end_line=heading.line - 1)
        open_sections.append(len(sections))
        sections.append(Section(heading.line, count_lines, heading.level, heading.title))
    return sections


def _markdown_headings(text: str) -> list[Heading]:
    """ATX and setext headings at the top level of a Markdown text."""
    blocks = _markdown()
    environment: dict[str, object] = {}
    headings = []
    tokens = blocks.parse(_without_front_matter(text), environment)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.level == 0 and opening.map is not None:
            children: list[Token] = []
            blocks.inline.parse(inline.content, blocks, environment, children)
            title = _ATTRIBUTES.sub("", "".join(map(_plain, children)))
            headings.append(Heading(opening.map[0] + 1, int(opening.tag[1]), title.strip()))
    return headings


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable("inline")  # headings alone are read further


def _plain(token: "Token") -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    if token.type == "image":
        return "".join(map(_plain, token.children or ()))
    return token.content if token.type in {"text", "text_special", "code_inline"} else ""


def _without_front_matter(text: str) -> str:
    """The text with YAML front matter made blank, so that its end is no heading's underline."""
    return _FRONT_MATTER.sub(lambda match: "\n" * match.group().count("\n"), text)


_FORMATS: dict[str, Callable[[str], list[Heading]]] = {
    "md": _markdown_headings,
    "markdown": _markdown_headings,
    "rst": rest_headings,
    "rest": rest_headings,
}
