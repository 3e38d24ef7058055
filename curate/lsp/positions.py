r"""Positions as servers count them, and edits at such positions.

A server counts a line's UTF-8 bytes, its UTF-16 code units or its code points, as agreed; we count
code points.

to_units("'😀'; a", 5, "utf-16")       -> 6
to_characters("'😀'; a", 6, "utf-16")  -> 5

A line ends with `\n`, `\r\n` or `\r`; a form feed and the other breaks of `str.splitlines` end
none.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Literal, get_args

Encoding = Literal["utf-8", "utf-16", "utf-32"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_UNIT_BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def split_lines(text: str) -> list[str]:
    """The lines of a text, each with its end; the last one, perhaps empty, has none."""
    lines = _LINE.findall(text)
    return lines[:-1] if len(lines) > 1 and lines[-2][-1:] not in ("\r", "\n") else lines


def to_units(line: str, characters: int, encoding: Encoding) -> int:
    """How many units the first `characters` code points of a line take."""
    before = line[:characters]
    if before.isascii():
        return len(before)
    codec = encoding if encoding == "utf-8" else f"{encoding}-le"
    return len(before.encode(codec, "surrogatepass")) // _UNIT_BYTES[encoding]


def to_characters(line: str, units: int, encoding: Encoding) -> int:
    """How many code points of a line end within its first `units`.

    A position within a code point is the one before it; one past the end is the end.
    """
    if encoding == "utf-32" or line[:units].isascii():
        return min(units, len(line))
    widths = (to_units(character, 1, encoding) for character in line)
    return sum(end <= units for end in accumulate(widths))


def apply_edits(text: str, edits: Sequence[Mapping[str, Any]], encoding: Encoding) -> str:
    """A text after the `TextEdit`s of one answer, whose positions are all of the text before.

    Insertions at one position stay in their order. Raises ValueError when edits overlap.
    """
    lines = split_lines(text)
    starts = [0, *accumulate(map(len, lines))]

    def offset(position: Mapping[str, int]) -> int:
        if position["line"] >= len(lines):
            return len(text)
        line = lines[position["line"]].rstrip("\r\n")
        return starts[position["line"]] + to_characters(line, position["character"], encoding)

    spans = [
        (offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"])
        for edit in edits
    ]
    parts, done = [], 0
    for start, end, new in sorted(spans, key=lambda span: span[:2]):
        if not done <= start <= end:
            raise ValueError(f"edits overlap at offset {start}")
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])
