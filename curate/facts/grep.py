"""Lines of files that grep finds: real `grep -rnE`, typed.

`GrepHit('todo', 'src/parcelbox/cli.py', 31, '    # TODO: colour')`.

grep itself decides what is text: a file with a byte that is no UTF-8 counts as binary and is left
out, like one with a NUL. Does not look into `.git`.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from curate.errors import CurateError

_FOUND, _NOTHING_FOUND = 0, 1


class GrepHit(NamedTuple):
    """One line that matches one pattern."""

    pattern_name: str
    path: str
    """Relative to the searched folder, with `/`."""
    line: int
    text: str
    """The whole line without its `\\n`; a byte that is no UTF-8 is written as U+FFFD."""


def grep_hits(
    root: Path,
    patterns: Mapping[str, str],
    includes: Sequence[str],
    time_limit_seconds: float = 60.0,
) -> list[GrepHit]:
    """The lines under `root` that match, by path, line and name of the pattern.

    `patterns` maps names to POSIX extended regular expressions, `includes` are file name patterns
    such as `*.py`; none means every file. Raises CurateError where grep fails or takes too long.
    """
    hits = [
        hit
        for name, pattern in patterns.items()
        for hit in _parse(name, _run(root, name, pattern, includes, time_limit_seconds))
    ]
    return sorted(hits, key=lambda hit: (hit.path, hit.line, hit.pattern_name))


def _run(
    root: Path, name: str, pattern: str, includes: Sequence[str], time_limit_seconds: float
) -> bytes:
    command = ["grep", "-rnE", "--null", "-I", "--exclude-dir=.git"]
    command += [f"--include={include}" for include in includes]
    command += ["-e", pattern, "."]
    where = f"grep pattern {name}"
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell; the pattern follows -e
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=time_limit_seconds,
            check=False,
        )
    except FileNotFoundError as error:
        if error.filename == "grep":
            what, fix = "there is no grep on the PATH", "install GNU or BSD grep"
        else:
            what, fix = f"there is no folder {root}", "name the folder of an unpacked source"
        raise CurateError(where, what, fix) from error
    except subprocess.TimeoutExpired as error:
        what = f"grep took more than {time_limit_seconds:g} s\nthe pattern is {pattern!r}"
        fix = "simplify the pattern or narrow the includes"
        raise CurateError(where, what, fix) from error
    if done.returncode not in {_FOUND, _NOTHING_FOUND}:
        said = done.stderr.decode(errors="replace").strip()
        what = f"grep ended with exit status {done.returncode}\n{said}"
        fix = f"correct the extended regular expression {pattern!r}"
        raise CurateError(where, what, fix)
    return done.stdout


def _parse(name: str, output: bytes) -> Iterator[GrepHit]:
    r"""The records `path NUL line : text \n`; a path may hold any byte but NUL."""
    at = 0
    while at < len(output):
        path_end = output.index(b"\0", at)
        line_end = output.index(b":", path_end)
        text_end = output.index(b"\n", line_end)
        path = output[at:path_end].removeprefix(b"./").decode(errors="replace")
        text = output[line_end + 1 : text_end].decode(errors="replace")
        yield GrepHit(name, path, int(output[path_end + 1 : line_end]), text)
        at = text_end + 1
