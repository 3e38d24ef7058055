"""What a user sees: results on stdout, narration on stderr, colour only on a terminal."""

import json
import os
import re
import shutil
import sys
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from curate.errors import CurateError

REPORT_COLOURS = {"error": 31, "not sound": 31, "warning": 33, "note": 36, "sound": 32}
REPORT_HEAD = re.compile(f"^({'|'.join(REPORT_COLOURS)})\\b", re.MULTILINE)
SHOWN_REASONS = 3
FRAME = 2  # columns of a terminal beside each cell of a table
SECONDS_BETWEEN = 0.1


def say(line: str) -> None:
    """A line of narration."""
    _clear()
    print(line, file=sys.stderr, flush=True)


def show(text: str) -> None:
    """A line of the result."""
    _clear()
    print(text)


def show_json(value: Any) -> None:
    """The result as JSON, one document."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_error(error: CurateError, *, as_json: bool) -> None:
    """A user's mistake, on stderr; with --json as an object with where, what and fix."""
    _clear()
    if as_json:
        print(
            json.dumps(
                {"error": {"where": error.where, "what": error.what, "fix": error.fix}},
                ensure_ascii=False,
            ),
            file=sys.stderr,
        )
    else:
        print(error, file=sys.stderr)


def show_bug(error: Exception) -> None:
    """A bug of curate, on stderr: its traceback, and a request to report it."""
    _clear()
    print("".join(traceback.format_exception(error)), file=sys.stderr)
    print(
        f"this is a bug in curate, not a mistake of yours: {type(error).__name__}\n"
        "please report it with the lines above, the command and `curate --version`",
        file=sys.stderr,
    )


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under their names: a table on a terminal, tab-separated in a pipe.

    Where a word of a table would be cut, each row is a block below its first cell.
    """
    if not sys.stdout.isatty():
        for cells in (columns, *(map(_text, row) for row in rows)):
            print("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in cells))
        return
    from curate.reporting.shown import visible

    shown = [[visible(_text(cell)) for cell in row] for row in rows]
    width = shutil.get_terminal_size().columns
    if _least_width(columns, shown) > width:
        print("\n".join(_block(columns, cells, width) for cells in shown))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column)
    for cells in shown:
        table.add_row(*map(Text, cells))
    Console(width=width).print(table)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _least_width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """The columns of a terminal that a table takes whose cells are broken between words."""
    return sum(
        FRAME + max((len(word) for cell in cells for word in cell.split()), default=0)
        for cells in zip(columns, *rows, strict=True)
    )


def _block(columns: Sequence[str], cells: Sequence[str], width: int) -> str:
    """A row as its first cell and lines of `name value` below it, each pair whole."""
    lines, line = [cells[0]], ""
    for name, cell in zip(columns[1:], cells[1:], strict=True):
        pair = f"{name} {cell}" if cell else ""
        if line and len(f"  {line}   {pair}") > width:
            lines.append(line)
            line = ""
        line = f"{line}   {pair}" if line and pair else line or pair
    return "\n  ".join([*lines, line] if line else lines)


def stage_line(
    name: str,
    rows_in: int,
    rows_out: int,
    dropped: Mapping[str, int],
    *,
    seconds: float,
    note: str,
) -> str:
    """`dedupe     12,410 -> 9,832   2,578 near_duplicate            4.1 s`."""
    most = sorted(dropped.items(), key=lambda item: -item[1])
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in most[:SHOWN_REASONS])
    if len(most) > SHOWN_REASONS:
        reasons += f", {len(most) - SHOWN_REASONS} more reasons"
    flow = f"{rows_in:,} -> {rows_out:,}"
    return f"{name:<9}{flow:>17}   {reasons or note:<62}{seconds:>6.1f} s"


def show_report(text: str) -> None:
    """A report; on a terminal with the words that its lines begin with in colour."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        text = REPORT_HEAD.sub(
            lambda found: f"\x1b[{REPORT_COLOURS[found[1]]};1m{found[1]}\x1b[0m", text
        )
    show(text)


class Progress:
    """One line of progress on a terminal, at most ten times a second; nothing in a pipe."""

    def __init__(self, *, is_quiet: bool) -> None:
        self._is_on = sys.stderr.isatty() and not is_quiet
        self._last = 0.0

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show that `done` of `total` are through."""
        now = time.monotonic()
        if self._is_on and now - self._last > SECONDS_BETWEEN:
            self._last = now
            share = f" {100 * done / total:3.0f} %" if total else ""
            print(
                f"\r\x1b[K  {done:,} of {total:,} {what}{share}",
                end="",
                file=sys.stderr,
                flush=True,
            )


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
