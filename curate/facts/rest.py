r"""The titles of a reStructuredText document.

`rest_headings("Set-up\n======\n")` is `[Heading(1, 1, 'Set-up')]`.

Follows docutils' rules for titles and reads nothing else: a title starts at the left margin after
a blank line, so that directives, comments, literal blocks and tables hold none. Not docutils
itself: it runs directives and stops at the ones of Sphinx.
"""

import re
import unicodedata
from typing import NamedTuple

_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1* *$")
_SHORT = 4
"""A line of punctuation under this length underlines only what is no longer (docutils)."""
_INLINE = re.compile(
    r"""
    ``(.+?)``
    | (?: :[\w.+:-]+: )? `([^`<]+?)\s*<[^`>]*>`_{0,2}
    | :[\w.+:-]+: `(?: ~[^`]*?(?=[^.`]+`) | ! )? ([^`]+)`
    | (?<![\w`]) `([^`]+)`_{0,2}
    | \*\* (\S(?:.*?\S)??) \*\*
    | (?<![\w*]) \* (\S(?:.*?\S)??) \* (?![\w*])
    | \\(.)
    """,
    re.VERBOSE,
)
"""Literal, link, role, name, strong, emphasis, escape: the text of each is its only group."""


class Heading(NamedTuple):
    """Where a section starts."""

    line: int
    level: int
    title: str


def rest_headings(text: str) -> list[Heading]:
    """The titles of a text, levels by the order in which their styles appear."""
    lines = [line.rstrip().expandtabs(8) for line in text.split("\n")]
    lines += ["", ""]
    levels: dict[tuple[str, bool], int] = {}
    headings: list[Heading] = []
    i, may_start = 0, True
    while i < len(lines) - 2:
        style = _overlined(lines, i) if may_start else None
        style = style or (_underlined(lines, i) if may_start else None)
        if style is None:
            may_start = _ends_a_block(lines[i])
            i += 1
            continue
        level = levels.setdefault(style, len(levels) + 1)
        has_overline = style[1]
        headings.append(Heading(i + 1, level, _plain(lines[i + has_overline].strip())))
        i += 2 + has_overline
    return headings


def _overlined(lines: list[str], i: int) -> tuple[str, bool] | None:
    """The style of a title whose overline is line i."""
    over, title, under = lines[i : i + 3]
    if not _ADORNMENT.match(over) or over != under or not title:
        return None
    if _width(title) > len(over) and len(over) < _SHORT:
        return None
    return over[0], True


def _underlined(lines: list[str], i: int) -> tuple[str, bool] | None:
    """The style of a title on line i with an underline and no overline."""
    title, under = lines[i : i + 2]
    if not title or title[0] == " " or not _ADORNMENT.match(under) or _is_markup(title):
        return None
    if _ADORNMENT.match(title) and len(title) >= _SHORT:
        return None
    if _width(title) > len(under) and len(under) < _SHORT:
        return None
    return under[0], False


def _is_markup(line: str) -> bool:
    """Whether a line starts a comment, directive, field or doctest, and so is no title."""
    return bool(re.match(r"\.\.( |$)|>>>( |$)|:[^:`]+:( |$)|\+[-=]|__ ", line))


def _ends_a_block(line: str) -> bool:
    """Whether a title may follow: after a blank or indented line, or a line of explicit markup."""
    return not line or line[0] == " " or line.startswith(".. ") or line == ".."


def _width(text: str) -> int:
    """Columns that a text takes: two for a wide East Asian character, none for a combining one."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _plain(title: str) -> str:
    """A title without inline markup."""
    return _INLINE.sub(lambda match: match[match.lastindex or 0], title)
