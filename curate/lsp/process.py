"""A language server's process, which ends with the process that asks it, however that ends.

A shell starts the server and then waits for the end of a pipe that only the asking process holds.
When that closes, because of `end` or because the asking process was killed, the shell kills the
server, hung or not, and what that started. After a killed process it also removes the folder that
the server ran in.
"""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fcntl import F_DUPFD_CLOEXEC, fcntl
from pathlib import Path

from curate.tools.programs import ENVIRONMENT

MEMORY_BYTES = 1 << 32  # as for `ty check`; ty takes 0.3 GB for pydantic (2026-11-21)
END_SECONDS = 5.0
LEAST_LIFELINE = 10  # below are the numbers that the shell itself uses
# What runs in the background has no input but through another number. After the second `exec` the
# shell holds no end of the server's pipes, so that a server's end is seen.
KEEPER = """
ulimit -d "$1" 2>/dev/null
folder=$2; lifeline=$3; shift 3
exec 3<&0
"$@" <&3 3<&- &
exec <"/dev/fd/$lifeline" >/dev/null 3<&-
read -r word
kill -9 $!
test "$word" = keep || rm -rf -- "$folder"
kill -9 0
"""


class ServerProcess:
    """A running server: `inbox` is the pipe that it reads, `outbox` the one that it writes."""

    def __init__(
        self, argv: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Starts it in `folder`, which is its own."""
        lifeline, self._lifeline = os.pipe()
        kept = fcntl(lifeline, F_DUPFD_CLOEXEC, LEAST_LIFELINE)
        os.close(lifeline)
        try:
            self._keeper = subprocess.Popen(  # noqa: S603  the arguments are ours
                _keeper_argv(argv, folder, kept),
                cwd=folder,
                env={**ENVIRONMENT, **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a pipe that nobody reads would stop it when full
                pass_fds=[kept],
                start_new_session=True,
                bufsize=0,
            )
        except BaseException:
            os.close(self._lifeline)
            raise
        finally:
            os.close(kept)
        if self._keeper.stdin is None or self._keeper.stdout is None:
            raise AssertionError
        self.inbox, self.outbox = self._keeper.stdin.fileno(), self._keeper.stdout.fileno()
        for pipe in (self.inbox, self.outbox):
            os.set_blocking(pipe, False)

    def end(self) -> None:
        """Kill the server and wait for it; its folder stays. A second time does nothing."""
        if self._lifeline < 0:
            return
        with suppress(BrokenPipeError):  # the shell was killed
            os.write(self._lifeline, b"keep\n")
        os.close(self._lifeline)
        self._lifeline = -1
        with suppress(subprocess.TimeoutExpired):
            self._keeper.wait(END_SECONDS)
        with suppress(ProcessLookupError, PermissionError):  # nothing of it is left
            os.killpg(self._keeper.pid, signal.SIGKILL)
        for pipe in (self._keeper.stdin, self._keeper.stdout):
            if pipe is not None:
                pipe.close()
        self._keeper.wait()


def _keeper_argv(argv: Sequence[str], folder: Path, lifeline: int) -> list[str]:
    given = (str(MEMORY_BYTES >> 10), str(folder), str(lifeline), *argv)
    return ["/bin/sh", "-c", KEEPER, "sh", *given]
