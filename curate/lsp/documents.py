r"""Files as a server sees them: their lines, and where on a line a name stands.

Document("class A: ...\nx = A()\n").find("src/a.py", 2, "A")  ->  (1, 4)
"""

import re
from keyword import iskeyword
from pathlib import Path

from curate.lsp.positions import split_lines
from curate.tools.base import ToolError, Workspace
from curate.tools.text_file import read_head, read_text

SUFFIXES = (".py", ".pyi")
MAX_PREVIEW_CHARS = 160
MAX_NAMES = 8
MARK = "\ufeff"  # a byte order mark: servers count it as a character, editors and ruff do not
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
NAME = re.compile(r"[^\W\d]\w*")


class Document:
    """The text of a file in lines, without their ends; both count from 0 here."""

    def __init__(self, text: str) -> None:
        """Splits a decoded file."""
        self.text = text
        lines = [line.rstrip("\r\n") for line in split_lines(text)]
        self.lines = lines[:-1] if lines[-1] == "" else lines

    def line(self, number: int) -> str:
        """A line; an empty one past the end."""
        return self.lines[number] if number < len(self.lines) else ""

    def column(self, line: int, characters: int) -> int:
        """The column, from 1, of the character after so many of a line."""
        is_marked = line == 0 and self.text.startswith(MARK)
        return max(characters - is_marked, 0) + 1

    def preview(self, line: int) -> str:
        """A line without the space around it, cut with an ellipsis."""
        text = self.line(line).lstrip(MARK).strip()
        return text if len(text) <= MAX_PREVIEW_CHARS else f"{text[: MAX_PREVIEW_CHARS - 1]}…"

    def find(self, path: str, line: int, symbol: str) -> tuple[int, int]:
        """Line, from 0, and characters before a name that stands on a line, counted from 1.

        Of a dotted name that is the last part. Raises ToolError when it does not stand there.
        """
        if not 1 <= line <= len(self.lines):
            raise ToolError(f"{path}: has no line {line}, the file has {len(self.lines)} lines")
        if not DOTTED.fullmatch(symbol):
            raise ToolError(f"symbol: {symbol!r} is not a name")
        text = self.lines[line - 1]
        parts = r"\s*\.\s*".join(re.escape(part) for part in symbol.split("."))
        found = re.search(rf"(?<!\w){parts}(?!\w)", text)
        if found:
            return line - 1, found.end() - len(symbol.rpartition(".")[2])
        names = [name for name in dict.fromkeys(NAME.findall(text)) if not iskeyword(name)]
        listed = ", ".join([*names[:MAX_NAMES], *(["…"] if len(names) > MAX_NAMES else [])])
        there = f"there are: {listed}" if names else "there is no name on it"
        raise ToolError(f"{path}: {symbol} is not on line {line}, {there}")


def read_document(workspace: Workspace, path: str) -> tuple[Path, Document]:
    """A Python file of the workspace and where it lies. Raises ToolError for anything else."""
    target = workspace.resolve(path)
    if target.is_file() and target.suffix not in SUFFIXES:
        raise ToolError(f"{path}: not a Python file")
    return target, Document(read_text(target, path))


def read_told(path: Path) -> Document:
    """A file that a server told of, whatever is in it; an empty one when it is not there."""
    try:
        return Document(read_head(path, path.name).decode("utf-8", "replace"))
    except ToolError:
        return Document("")
