"""Text files of a workspace, as every tool takes them: UTF-8, and not too large."""

import os
from pathlib import Path

from curate.tools.base import ToolError

MAX_FILE_BYTES = 1_000_000


def read_text(target: Path, path: str) -> str:
    """The text of a file that the user calls `path`. Raises ToolError for what is none."""
    if target.is_dir():
        raise ToolError(f"{path}: is a folder")
    raw = read_head(target, path)
    if len(raw) > MAX_FILE_BYTES:
        raise ToolError(f"{path}: larger than {MAX_FILE_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ToolError(f"{path}: not a UTF-8 text file") from None
    if "\0" in text:
        raise ToolError(f"{path}: not a text file")
    return text


def read_head(target: Path, path: str) -> bytes:
    """The first bytes of a file, one more than it may have. Raises ToolError."""
    try:
        with target.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise ToolError(f"{path}: no such file") from None
    except OSError as error:
        raise ToolError(f"{path}: {os.strerror(error.errno or 0).lower()}") from None
