"""The program that stands between `curate` and code that nobody has read.

python -I -S -c "…main()" ORDER     the program's own output, then a line: NONCE {"status": 0, …}

It is alone in its process, so it may take from itself what a library must not.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from curate.confined import landlock, linux, namespaces
from curate.confined.order import Order, Outcome
from curate.confined.supervise import supervise


def main() -> None:
    """Carry out the order that is the last argument, and say how it ended."""
    order = Order.from_json(sys.argv[-1])
    try:
        outcome = _linux(order) if sys.platform == "linux" else _elsewhere(order)
    except OSError as error:
        outcome = Outcome(broken=error.strerror or str(error))
    line = f"\n{order.nonce} {json.dumps(asdict(outcome))}\n".encode()
    while line:
        line = line[os.write(1, line) :]


def _linux(order: Order) -> Outcome:
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    with suppress(OSError):  # if memory runs out, this one goes first, not the build
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    if order.namespaces:
        namespaces.enter(order)
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    return _supervised(order, _in_namespaces if order.namespaces else _in_the_open)


def _elsewhere(order: Order) -> Outcome:
    return _supervised(order, _in_the_open)


def _supervised(order: Order, work: Callable[[Order], Outcome]) -> Outcome:
    """What a child of this process has to say, which outlives this one if this one is killed."""
    told, say = os.pipe()
    child = os.fork()
    if child == 0:
        outcome = Outcome(broken="the supervisor failed")
        try:
            outcome = work(order)
        except OSError as error:
            outcome = Outcome(broken=str(error))
        finally:
            os.write(say, json.dumps(asdict(outcome)).encode())
            os._exit(0)
    os.close(say)
    with os.fdopen(told, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return Outcome(**json.loads(said)) if said else Outcome(137, ended="killed from outside")


def _in_namespaces(order: Order) -> Outcome:
    """The first process of the namespaces: with it all others end."""
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    namespaces.make_root(order)
    return supervise(order, lambda: _restrict(order), is_first=True)


def _in_the_open(order: Order) -> Outcome:
    """A process that whatever the program leaves behind becomes a child of, on Linux."""
    os.setsid()  # it is not killed with the launcher, so that it can tidy up
    namespaces.copy(order, Path(order.scratch))
    if sys.platform != "linux":
        return supervise(order, lambda: None, is_first=False)
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    _give_up_powers()
    return supervise(order, lambda: _restrict(order), is_first=False)


def _give_up_powers() -> None:
    """Without namespaces root stays root: what it may do as that goes with the next program."""
    with suppress(OSError):  # the numbers end, or this process has no powers to give up
        for power in range(64):
            linux.prctl(linux.PR_CAPBSET_DROP, power)


def _restrict(order: Order) -> None:
    """What only the code itself must lose, not its supervisor."""
    if order.namespaces:
        namespaces.become_inside()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if order.landlock:
        own = "/proc" if order.namespaces else "/proc/self"
        shared = [namespaces.SHARED_MEMORY] if order.namespaces else []
        landlock.restrict(
            order.landlock,
            writable=[order.scratch, *shared],
            readable=[*order.readable, own],
            devices=namespaces.DEVICES,
            network=order.network,
        )
