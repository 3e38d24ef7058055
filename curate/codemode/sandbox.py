r"""Runs code in pydantic-monty, bounded, without clock, randomness or anything of this machine.

    run_code("print(double(21))", {"double": lambda n: 2 * n})  ->  Ran("42\n", 3, None)

Code runs in a worker process of its own, a fresh session each time. One pool a process is opened
with the first run; it is closed at exit, and its worker ends when this process is killed. Which
functions there are, and what they take, is for the caller.
"""

import atexit
import re
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, cast

from pydantic_monty import (
    Monty,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    OSPolicy,
)

from curate.errors import CurateError

if TYPE_CHECKING:
    from types import ModuleType

# No clock (nobody answers for the host), no waiting, and the same random numbers in each run.
POLICY: OSPolicy = {"datetime": "call_host", "sleep": "zero", "random_start": {"seed": 0}}
LINE_CHARS, HEAD_LINES, TAIL_LINES = 300, 15, 15  # what is shown of an error
OUT_OF_TIME = re.compile(r"TimeoutError: feed time limit exceeded: .*")
OUT_OF_MEMORY = re.compile(
    r"^MemoryError: (memory limit exceeded: \d+ bytes > \d+ bytes"
    r"|the worker exceeded its memory limit and was terminated)\Z",
    re.MULTILINE,
)
OUT_OF_CALLS = re.compile(r"^RuntimeError: suspension limit \d+ exceeded\Z", re.MULTILINE)

Function = Callable[..., object]


@dataclass(frozen=True)
class SandboxLimits:
    """What one run may take. Seconds are of the code: time inside functions is not counted.

    The first `kept_chars` that are printed are kept; after `printed_chars` the run is stopped, as
    it is after `calls`, of which looking up a name that does not exist is one.
    """

    seconds: float = 5.0
    memory_bytes: int = 1 << 26
    depth: int = 200
    calls: int = 100
    kept_chars: int = 20_000
    printed_chars: int = 1_000_000


@dataclass(frozen=True)
class Ran:
    """What was printed, cut, how many characters that were, and the error that ended it, if any."""

    printed: str
    char_count: int
    error: str | None
    timed_out: bool = False


class CallError(Exception):
    """What a function raises for wrong arguments; the code sees a TypeError."""


class CrashedError(Exception):
    """The worker died of something else than a limit; the next run has a new one."""


DEFAULT_LIMITS = SandboxLimits()


def run_code(
    code: str, functions: Mapping[str, Function], limits: SandboxLimits = DEFAULT_LIMITS
) -> Ran:
    """What the code printed, and how it ended.

    How far code came in its time depends on the machine, so of a run that is stopped for its time
    nothing is told but that. Raises CrashedError, and whatever a function raised but CallError.
    """
    host, error = _Host(functions, limits), None
    with _session(limits) as session:
        try:
            session.feed_run(code, external_lookup=host.lookup(), print_callback=host.print)
        except MontyCrashedError as crash:
            if not crash.timed_out and not host.failures:
                raise CrashedError(str(crash)) from None
            error = "TimeoutError: feed time limit exceeded: killed"
        except (MontyRuntimeError, MontySyntaxError) as raised:
            error = raised.display()
        except MontyError as refused:
            error = str(refused)
    if host.failures:
        raise host.failures[0]
    if host.printed_too_much:
        said = f"RuntimeError: the code printed more than {limits.printed_chars:,} characters"
        return Ran(host.text, limits.printed_chars, said)
    if error is not None and OUT_OF_TIME.fullmatch(error):
        said = f"TimeoutError: the code ran longer than {limits.seconds:g} seconds"
        return Ran("", 0, said, timed_out=True)
    return Ran(host.text, host.char_count, error and _told(error, limits))


@dataclass
class _Host:
    """Our side of a run: what was printed, and the functions.

    What else than a CallError comes out of here is kept, so that no code can swallow it.
    """

    functions: Mapping[str, Function]
    limits: SandboxLimits
    text: str = ""
    char_count: int = 0
    failures: list[BaseException] = field(default_factory=list)

    @property
    def printed_too_much(self) -> bool:
        return self.char_count > self.limits.printed_chars

    def print(self, _stream: str, text: str) -> None:
        """Keep what there is room for. Raises when more is printed than a run may."""
        self.text += text[: self.limits.kept_chars - len(self.text)]
        self.char_count += len(text)
        if self.printed_too_much:
            raise MemoryError

    def lookup(self) -> dict[str, Function]:
        """The functions as the sandbox calls them."""
        return {name: self._watched(function) for name, function in self.functions.items()}

    def _watched(self, function: Function) -> Function:
        def call(*positional: object, **named: object) -> object:
            if self.failures:
                raise RuntimeError
            try:
                return function(*positional, **named)
            except CallError as error:
                raise TypeError(str(error)) from None
            except BaseException as failure:  # noqa: BLE001  run_code raises it
                self.failures.append(failure)
                raise RuntimeError from None

        return call


def _told(error: str, limits: SandboxLimits) -> str:
    """An error as monty tells it, without figures that depend on the machine, and bounded."""
    memory = f"MemoryError: the code used more than {limits.memory_bytes >> 20} MiB of memory"
    calls = f"RuntimeError: the code made more than {limits.calls} calls"
    error = OUT_OF_CALLS.sub(calls, OUT_OF_MEMORY.sub(memory, error))
    lines = [
        line if len(line) <= LINE_CHARS else f"{line[:LINE_CHARS]} [cut]"
        for line in error.split("\n")
    ]
    left_out = len(lines) - HEAD_LINES - TAIL_LINES
    if left_out > 1:
        lines[HEAD_LINES:-TAIL_LINES] = [f"[{left_out} lines left out]"]
    return "\n".join(lines)


@contextmanager
def _session(limits: SandboxLimits) -> Generator[MontySession]:
    """A fresh session. Raises CurateError when no worker can be started."""
    with ExitStack() as stack:
        for _ in range(2):  # an idle worker may have been ended from outside, as with Ctrl-C
            session = _pool().checkout(
                limits={
                    "max_feed_duration_secs": limits.seconds,
                    "max_memory": limits.memory_bytes,
                    "max_recursion_depth": limits.depth,
                    "max_suspensions": limits.calls,
                },
                os_policy=POLICY,
            )
            try:
                stack.enter_context(session)
            except MontyCrashedError as crash:
                failure = crash
            else:
                yield session
                return
        raise _no_worker(failure)


@cache
def _pool() -> Monty:
    """One worker for this process. Raises CurateError when no worker can be started."""
    # monty asks for opentelemetry at every call and print. Where it is not installed Python looks
    # through all folders each time, and with this it does not: 960 instead of 300 runs of ten calls
    # a second (2026-11-21).
    if find_spec("opentelemetry") is None:
        sys.modules["opentelemetry"] = cast("ModuleType", None)
    pool = Monty(min_processes=1, max_processes=1)
    try:
        pool.__enter__()
    except (OSError, RuntimeError, MontyError) as error:
        raise _no_worker(error) from None
    atexit.register(pool.__exit__, None, None, None)
    return pool


def _no_worker(error: Exception) -> CurateError:
    return CurateError(
        "pydantic-monty",
        f"no worker can be started: {error}",
        "install it again: pip install --force-reinstall pydantic-monty",
    )
