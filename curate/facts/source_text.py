r"""The text of a Python file, its positions and the slices that facts quote.

`SourceText("x = 1\n").position(4)` is `(1, 5)`.

Line ends are `\n` here, whatever the file's: CPython reads a file that way, and a fact says the
same for a file with `\r\n`. A form feed and the other line breaks of `str.splitlines` end no line.
"""

import ast
import inspect
import re
from bisect import bisect_right
from itertools import accumulate

HEADER_TAIL = re.compile(r"(?:[^:#]|#[^\n]*)*:")
"""What follows the last expression of a definition's header, through its `:`; a comment may stand
between."""


class SourceText:
    """One file's text; converts between offsets, lines and the parsers' columns."""

    def __init__(self, text: str) -> None:
        """Finds the lines of a decoded file."""
        self.text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
        self.is_ascii = text.isascii()
        lines = self.text.split("\n")
        self.starts = [0, *accumulate(len(line) + 1 for line in lines)]
        self.line_count = len(lines) - (not lines[-1])

    def offset(self, line: int, byte_column: int) -> int:
        """Offset of a position as `ast` states it: line from 1, column in UTF-8 bytes from 0."""
        start = self.starts[line - 1]
        if self.is_ascii:
            return start + byte_column
        text = self.text[start : self.starts[line]]
        if text.isascii():
            return start + byte_column
        return start + len(text.encode()[:byte_column].decode())

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def line(self, offset: int) -> int:
        """The line of an offset, from 1."""
        return bisect_right(self.starts, offset)

    def header_end_line(self, offset: int) -> int:
        """The line of the `:` that ends a definition's header whose last expression ends here."""
        match = HEADER_TAIL.match(self.text, offset)
        if match is None:
            msg = f"no `:` ends the header at offset {offset}"
            raise ValueError(msg)
        return self.line(match.end() - 1)

    def decorator_line(self, line: int) -> int:
        """The line of the `@` of a decorator whose expression starts on `line`."""
        while not self.text[self.starts[line - 1] : self.starts[line]].lstrip().startswith("@"):
            line -= 1
        return line


def clean_docstring(value: str) -> str:
    """A docstring's value without its indentation, and safe to store as UTF-8."""
    return inspect.cleandoc(value).encode("utf-8", "replace").decode("utf-8")


def literal(text: str) -> object:
    """The value of an expression made of literals only; None for any other."""
    try:
        return ast.literal_eval(f"({text}\n)")
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def literal_names(text: str) -> list[str] | None:
    """The strings of a literal list or tuple; None for any other expression."""
    value = literal(text)
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return [item.encode("utf-8", "replace").decode("utf-8") for item in value]
    return None
