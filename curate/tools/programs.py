r"""Real programs without a shell or this user's environment, bounded in time, output and memory.

run_program(["/usr/bin/grep", "-n", "class", "a.py"], root)  ->  Ran(0, "3:class A:\n", "")

This module runs what it is given: which programs and options are harmless is decided by the tools.
"""

import errno
import os
import resource
import selectors
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from curate.tools.base import ToolError

ENVIRONMENT = {
    "PATH": os.defpath,
    "LC_ALL": "C.UTF-8",
    "HOME": "/nonexistent",
    "NO_COLOR": "1",
}
READ_BYTES = 1 << 16


@dataclass(frozen=True)
class Limits:
    """What one run may take. `memory_bytes` holds for each process and on Linux only."""

    timeout_seconds: float = 30.0
    output_bytes: int = 1 << 24
    memory_bytes: int = 1 << 30


@dataclass(frozen=True)
class Ran:
    """What a process left: its exit status and its output, decoded with replacement."""

    exit_status: int
    stdout: str
    stderr: str


DEFAULT_LIMITS = Limits()


def run_program(
    argv: Sequence[str],
    cwd: Path,
    limits: Limits = DEFAULT_LIMITS,
    *,
    name: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Ran:
    """What a program printed; `argv[0]` is its path, and its name is all that it sees of it.

    With a `name`, messages call it so, and it sees its path: a Python finds its home by that.
    Its environment is ENVIRONMENT and over it `variables`.
    Raises ToolError when it takes more than `limits` allow, dies of a signal, or is given more
    arguments than this machine passes on.
    """
    seen = argv[0] if name else Path(argv[0]).name
    name = name or seen
    try:
        process = subprocess.Popen(  # noqa: S603  argv comes from an allow-list, never from a shell
            [seen, *argv[1:]],
            executable=argv[0],
            cwd=cwd,
            env={**ENVIRONMENT, **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        if error.errno != errno.E2BIG:
            raise
        raise ToolError(f"{name}: too many arguments") from None
    with process:
        try:
            _limit_memory(process.pid, limits.memory_bytes)
            outputs = _outputs(process, name, limits)
        except BaseException:
            with suppress(ProcessLookupError, PermissionError):  # it has just ended by itself
                os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode < 0:
        raise ToolError(f"{name}: killed by signal {-process.returncode}")
    stdout, stderr = (output.decode("utf-8", "replace") for output in outputs)
    return Ran(process.returncode, stdout, stderr)


def _outputs(process: subprocess.Popen[bytes], name: str, limits: Limits) -> list[bytes]:
    """Standard output and error, read as they come so that neither can fill the memory."""
    kept = [(stream, bytearray()) for stream in (process.stdout, process.stderr) if stream]
    deadline = monotonic() + limits.timeout_seconds
    late = ToolError(f"{name}: stopped after {limits.timeout_seconds:g} seconds")
    with selectors.DefaultSelector() as selector:
        for stream, output in kept:
            selector.register(stream, selectors.EVENT_READ, output)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - monotonic()))
            if not ready or monotonic() > deadline:
                raise late
            for key, _ in ready:
                chunk = os.read(key.fd, READ_BYTES)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            if sum(len(output) for _, output in kept) > limits.output_bytes:
                raise ToolError(f"{name}: stopped after {limits.output_bytes:,} bytes of output")
    try:
        process.wait(max(0.0, deadline - monotonic()))
    except subprocess.TimeoutExpired:
        raise late from None
    return [bytes(output) for _, output in kept]


def _limit_memory(pid: int, memory_bytes: int) -> None:
    """Lower a running process's limit for data; addresses that are only reserved do not count."""
    if not hasattr(resource, "prlimit"):
        return
    with suppress(ProcessLookupError, PermissionError):  # it has ended, or this machine forbids it
        _, hard = resource.prlimit(pid, resource.RLIMIT_DATA)
        allowed = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.prlimit(pid, resource.RLIMIT_DATA, (allowed, hard))
