"""Starts one program and ends it, with all it has started, at its end or at a limit.

supervise(order, confine)  ->  Outcome(status=137, ended="stopped after 20 seconds")
"""

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from curate.confined.order import Order, Outcome

# How often processes and memory are counted. Chosen by us, 2026-11-21: one look costs 1 ms where
# a whole machine is seen, and less inside a namespace.
LOOK_SECONDS = 0.05
_KILLED = 128 + signal.SIGKILL


def supervise(order: Order, confine: Callable[[], None], *, is_first: bool) -> Outcome:
    """How the program of `order` ended; `confine` is called in its process just before it begins.

    `is_first`: this is the first process of a namespace, with which all others end. Otherwise they
    are hunted down here.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    begun, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(order, confine, told)
    os.close(told)
    with os.fdopen(begun, "rb") as pipe:
        refused = pipe.read()
    if refused:
        os.waitpid(pid, 0)
        return Outcome(broken=refused.decode("utf-8", "replace"))
    try:
        return _watched(order, pid)
    finally:
        if not is_first:
            _end_all(pid)


def _become(order: Order, confine: Callable[[], None], told: int) -> None:
    """Turn this process into the program; what prevents it is written to `told`."""
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.umask(0o022)
        confine()
        os.chdir(order.cwd)
        _limit(order)
        os.execve(order.argv[0], order.argv, order.environment)  # noqa: S606  no shell is meant
    except BaseException as error:  # noqa: BLE001  it is told to the supervisor, which reports it
        os.write(told, (str(error) or type(error).__name__).encode())
    finally:
        os._exit(127)


def _limit(order: Order) -> None:
    seconds = int(order.seconds) + 2
    for name, value in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_CPU", seconds),
        ("RLIMIT_FSIZE", order.file_bytes),
        ("RLIMIT_DATA", order.memory_bytes),
        ("RLIMIT_NOFILE", 512),
        *([("RLIMIT_NPROC", order.processes)] if _counts_by_namespace(order) else []),
    ):
        _, hard = resource.getrlimit(getattr(resource, name))
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
            resource.setrlimit(getattr(resource, name), (allowed, allowed))


def _counts_by_namespace(order: Order) -> bool:
    """Whether the kernel counts processes per namespace (5.14), not all that this user has."""
    release = [int(part) for part in os.uname().release.split("-")[0].split(".")[:2]]
    return order.namespaces and release >= [5, 14]


def _watched(order: Order, pid: int) -> Outcome:
    """How the program ended by itself, or what it took too much of."""
    launcher, deadline = os.getppid(), time.monotonic() + order.seconds
    look = time.monotonic() + LOOK_SECONDS
    while True:
        ended, status = os.waitpid(-1, os.WNOHANG)
        if ended == pid:
            return _outcome(os.waitstatus_to_exitcode(status))
        if ended:
            continue
        now = time.monotonic()
        if os.getppid() != launcher:  # killed, since too much was printed
            return Outcome(_KILLED, ended="killed from outside")
        if now >= deadline:
            return Outcome(_KILLED, ended=f"stopped after {order.seconds:g} seconds")
        if now >= look:
            look = now + LOOK_SECONDS
            if excess := _excess(order):
                return Outcome(_KILLED, ended=excess)
        _pause(min(look, deadline) - now)


def _pause(seconds: float) -> None:
    """Wait until a child ends, or for so long."""
    if hasattr(signal, "sigtimedwait"):
        signal.sigtimedwait({signal.SIGCHLD}, max(0.0, seconds))
    else:
        time.sleep(0.01)


def _outcome(code: int) -> Outcome:
    if code >= 0:
        return Outcome(code)
    try:
        name = f" ({signal.Signals(-code).name})"
    except ValueError:
        name = ""
    return Outcome(128 - code, ended=f"killed by signal {-code}{name}")


def _excess(order: Order) -> str | None:
    """What all processes together have more of than they may, where that can be seen."""
    pids = list(_descendants(os.getpid()))
    if len(pids) > order.processes:
        return f"stopped with more than {order.processes} processes"
    if sum(map(_memory_bytes, pids)) > order.memory_bytes:
        return f"stopped with more than {order.memory_bytes:,} bytes of memory"
    return None


def _descendants(pid: int) -> Iterator[int]:
    """Every process below one, as /proc has it; none where there is no /proc."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc") if Path("/proc").is_dir() else ():  # noqa: PTH208  names only
        if entry.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                after = Path("/proc", entry, "stat").read_bytes().rpartition(b")")[2].split()
                children.setdefault(int(after[1]), []).append(int(entry))
    waiting = list(children.get(pid, ()))
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children.get(one, ())


def _memory_bytes(pid: int) -> int:
    """What a process holds for itself alone; 0 when it has just ended."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_bytes().split()
        return (int(fields[1]) - int(fields[2])) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _end_all(pid: int) -> None:
    """Kill the program's session, then whatever has left it and become a child of this process.

    All are stopped before any is killed, or a bomb would fork faster than it is killed.
    """
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    until = time.monotonic() + 2
    while sys.platform == "linux" and time.monotonic() < until:
        pids = list(_descendants(os.getpid()))
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for one in pids:
                with contextlib.suppress(OSError):
                    os.kill(one, number)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.005)
