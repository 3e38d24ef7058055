"""Where per-file and per-call work runs: here, or in processes. No stage knows which.

An executor has one method: `map(function, items)` yields the results in the order of the items.
The function is a pure one of a module, so that it can run in any process on any machine.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from typing import Protocol, TypeVar

from curate.errors import CurateError

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Executor(Protocol):
    """Maps a pure function over items; the results come in the order of the items."""

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        crashed: Callable[[Item], Outcome] | None = None,
        ahead: int | None = None,
    ) -> Iterator[Outcome]:
        """Results in the order of the items. An exception of the function is raised here.

        `crashed` gives the result of an item whose worker ends under it, also when it is alone.
        `ahead`: no more items a worker are begun than that, the one whose result is awaited
        included, so that memory is bounded; the next is begun when a result is asked for.
        """
        ...


class Here:
    """Runs in this process, one after the other."""

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        crashed: Callable[[Item], Outcome] | None = None,  # noqa: ARG002  what ends here ends all
        ahead: int | None = None,  # noqa: ARG002  one at a time
    ) -> Iterator[Outcome]:
        """As `Executor.map`."""
        return map(function, items)


class Processes:
    """Runs in a pool of processes, which starts with the first item."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = _pool(jobs)

    def map(
        self,
        function: Callable[[Item], Outcome],
        items: Iterable[Item],
        crashed: Callable[[Item], Outcome] | None = None,
        ahead: int | None = None,
    ) -> Iterator[Outcome]:
        """As `Executor.map`; a worker that was killed is a CurateError without `crashed`."""
        left, most = iter(items), None if ahead is None else ahead * self._jobs
        waiting: deque[Item] = deque()
        begun: deque[Future[Outcome]] = deque()  # of the first of those that wait
        try:
            while True:
                waiting.extend(islice(left, None if most is None else most - len(waiting)))
                if not waiting:
                    return
                try:
                    begun.extend(
                        self._pool.submit(function, item)
                        for item in islice(waiting, len(begun), None)
                    )
                    outcome = begun[0].result()
                    begun.popleft()
                except BrokenProcessPool:
                    begun.clear()  # those after the first are begun again
                    self._pool = _pool(self._jobs)
                    if crashed is None:
                        raise _ended() from None
                    outcome = self._alone(function, waiting[0], crashed)
                waiting.popleft()
                yield outcome
        finally:
            for future in begun:
                future.cancel()

    def _alone(
        self,
        function: Callable[[Item], Outcome],
        item: Item,
        crashed: Callable[[Item], Outcome],
    ) -> Outcome:
        """The result of an item in a process of its own, or what `crashed` gives for it."""
        with _pool(1) as pool:
            try:
                return pool.submit(function, item).result()
            except BrokenProcessPool:
                return crashed(item)

    def close(self) -> None:
        """End the workers; work not yet begun is dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _ended() -> CurateError:
    return CurateError(
        "a worker process",
        "was ended from outside, perhaps for want of memory",
        "run again: finished work is kept; --jobs 1 needs least memory",
    )


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_with_parent)


@contextmanager
def executor(jobs: int) -> Generator[Executor]:
    """An executor of this many processes; 1 is this one."""
    if jobs == 1:
        yield Here()
        return
    pool = Processes(jobs)
    try:
        yield pool
    finally:
        pool.close()


def _end_with_parent() -> None:
    """A worker ends when the build is killed, since nobody is left to read its results.

    Ctrl-C reaches every process of a terminal; what it means is for the build to say.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()
