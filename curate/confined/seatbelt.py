"""What macOS' sandbox-exec is told: a profile that allows little more than to compute.

sandbox_exec(["/…/python", "-c", "…"], "/private/tmp/s", ["/usr", "/…/environment"])
"""

import json
from collections.abc import Iterable, Sequence

PROGRAM = "/usr/bin/sandbox-exec"
_ALWAYS = """(version 1)
(deny default)
(allow process-exec process-fork)
(allow process-info* (target same-sandbox))
(allow signal (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem ipc-posix-shm)
(allow file-read-metadata)
(allow file-read* (literal "/"))
(allow file-read* file-write* file-ioctl
  (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random") (literal "/dev/urandom"))
"""
# What dyld and the C library read of a Mac before a program's first line, and where the libraries
# of a Python lie that Homebrew, python.org or Xcode brought.
_SYSTEM = (
    "/System",
    "/usr/lib",
    "/usr/share",
    "/Library/Apple",
    "/private/var/db/dyld",
    "/private/var/db/timezone",
    "/Library/Frameworks",
    "/Library/Developer",
    "/opt/homebrew/Cellar",
    "/opt/homebrew/opt",
    "/opt/homebrew/lib",
    "/usr/local",
)


def sandbox_exec(
    argv: Sequence[str], scratch: str, readable: Iterable[str], *, network: bool = False
) -> list[str]:
    """The command that runs `argv` so that it writes to `scratch` only and reads little else."""
    lines = [
        _ALWAYS.rstrip(),
        f"(allow file-read* file-map-executable {_below([*_SYSTEM, *readable, scratch])})",
        f"(allow file-write* {_below([scratch])})",
        *(["(allow network* system-socket)"] if network else []),
    ]
    return [PROGRAM, "-p", "\n".join(lines), *argv]


def _below(paths: Iterable[str]) -> str:
    # A JSON string is one of the profile's language, whose escapes are those of C.
    return " ".join(f"(subpath {json.dumps(path, ensure_ascii=False)})" for path in paths)
