"""Tables that are wider than a terminal: a block a row, so that nothing in them is cut.

    train-tiny-1
      verb train   corpus tiny   model out/models/tiny
      result valid loss 4.4804   state stopped

In a pipe, and where they fit, they are the tables of `curate.console`.
"""

import shutil
import sys
from collections.abc import Sequence
from typing import Any

from curate import console

FRAME = 3  # columns of a terminal beside each cell
BETWEEN, INDENT = "   ", "  "


def show_wide(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows under their names where that fits; else each row below its first cell."""
    width = shutil.get_terminal_size().columns
    widest = [max(len(_text(one)) for one in cells) for cells in zip(columns, *rows, strict=True)]
    if not sys.stdout.isatty() or sum(widest) + FRAME * len(widest) < width:
        console.show_table(columns, rows)
        return
    for row in rows:
        console.show(block(columns, [_text(cell) for cell in row], width))


def block(columns: Sequence[str], cells: Sequence[str], width: int) -> str:
    """A row as its first cell and lines of `name value` below it, each pair whole."""
    lines, line = [cells[0]], ""
    for name, cell in zip(columns[1:], cells[1:], strict=True):
        if not cell:
            continue
        pair = f"{name} {cell}"
        if line and len(INDENT + line + BETWEEN + pair) > width:
            lines.append(INDENT + line)
            line = ""
        line = f"{line}{BETWEEN}{pair}" if line else pair
    return "\n".join([*lines, INDENT + line] if line else lines)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).replace("\t", " ").replace("\n", " ")
