"""The edge of the command: a mistake is told without a traceback, and so is being interrupted.

Exit codes: 0 fine; 1 the data is bad; 2 usage, recipe or I/O; 101 a bug of ours; 130 interrupted.
"""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from curate import console
from curate.errors import CurateError

UNWRITTEN = re.compile(
    r"could not (?:write|sync|truncate|open|create|move)|no space left|file too large"
    r"|max_temp_directory_size|failed to offload",
    re.IGNORECASE,
)
RESUMED = ("build",)  # what the same command goes on with


class Commands(click.Group):
    """Runs a verb and turns whatever ends it into a message and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember whether JSON is wanted: an error is told in the form of the result."""
        ctx.meta["as_json"] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        _open_closed()
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()  # a reader that has left, as `head` does, is noticed here
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  nothing gets past the edge
            is_kept = ctx.invoked_subcommand in RESUMED
            ctx.exit(_told(error, as_json=ctx.meta["as_json"], is_kept=is_kept))
        return result


def _open_closed() -> None:
    """Give a closed stdout or stderr somewhere to go: no file that is opened may take its place."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  it stays


def _is_unwritten(error: Exception | KeyboardInterrupt) -> bool:
    """Whether DuckDB could not write its file, the disk of the temporary folder being full."""
    is_duckdb = type(error).__module__ in {"duckdb", "_duckdb"}
    return is_duckdb and UNWRITTEN.search(str(error)) is not None


def _told(error: Exception | KeyboardInterrupt, *, as_json: bool, is_kept: bool) -> int:
    """Tell an error; its exit code."""
    if isinstance(error, KeyboardInterrupt) or "Query interrupted" in str(error):  # DuckDB's Ctrl-C
        kept = "; what was finished is kept, the same command goes on from there"
        console.say(f"stopped{kept if is_kept else ''}")
        return 130
    if _is_unwritten(error):
        error = CurateError(
            tempfile.gettempdir(),
            f"cannot be written: {str(error).splitlines()[0]}",
            "see that its disk has room, or name another folder: TMPDIR=/path curate ...",
        )
    if isinstance(error, OSError):
        error = CurateError(
            str(error.filename or "a file"),
            f"cannot be read or written: {error.strerror or error}",
            "see that the disk has room and that you may write there, then run the same again",
        )
    if isinstance(error, CurateError):
        console.show_error(error, as_json=as_json)
        return error.exit_code
    console.show_bug(error)
    return 101
