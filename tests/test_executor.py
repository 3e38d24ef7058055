"""Work in this process and in others: the same results, in the order of the items."""

import os
import time
from itertools import chain
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.executor import Here, executor


def double(number: int) -> int:
    time.sleep(0.02 * (number % 3))  # so that later items end first
    return 2 * number


def refuse(number: int) -> int:
    if number == 3:
        raise LookupError(f"no {number}")
    return number


def whose(_number: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def vanish(_number: int) -> None:
    os._exit(1)


def vanish_at_three(number: int) -> int:
    if number == 3:
        os._exit(1)
    return number


def mark(path: Path) -> None:
    path.touch()
    time.sleep(0.01)


@pytest.fixture(params=[1, 2], ids=["here", "processes"])
def workers(request):
    with executor(request.param) as found:
        yield found


def test_results_come_in_the_order_of_the_items(workers):
    assert list(workers.map(double, range(12))) == [2 * number for number in range(12)]


def test_no_items_give_no_results(workers):
    assert list(workers.map(double, [])) == []


def test_an_exception_of_the_function_is_raised_where_its_result_would_come(workers):
    results = workers.map(refuse, range(6))
    assert [next(results), next(results), next(results)] == [0, 1, 2]
    with pytest.raises(LookupError, match="no 3"):
        next(results)


def test_one_job_is_this_process_and_more_are_others():
    with executor(1) as workers:
        assert isinstance(workers, Here)
        assert set(workers.map(whose, range(3))) == {os.getpid()}
    with executor(2) as workers:
        assert os.getpid() not in set(workers.map(whose, range(8)))


def test_a_killed_worker_is_an_error_that_says_how_to_go_on():
    with executor(2) as workers, pytest.raises(CurateError) as caught:
        list(workers.map(vanish, range(4)))
    assert str(caught.value) == (
        "a worker process: was ended from outside, perhaps for want of memory\n"
        "  fix: run again: finished work is kept; --jobs 1 needs least memory"
    )


@pytest.mark.parametrize("ahead", [None, 1, 3])
def test_an_item_that_ends_its_worker_is_found_and_the_others_are_done(ahead):
    with executor(2) as workers:
        results = list(workers.map(vanish_at_three, range(8), lambda number: -number, ahead))
        assert results == [0, 1, 2, -3, 4, 5, 6, 7]
        assert list(workers.map(double, range(3))) == [0, 2, 4]


@pytest.mark.parametrize(("jobs", "waiting"), [(1, 1), (2, 4)])
def test_the_next_item_is_begun_when_a_result_is_asked_for(jobs, waiting):
    drawn = []
    with executor(jobs) as workers:
        items = (drawn.append(number) or number for number in range(12))
        for number, outcome in enumerate(workers.map(double, items, ahead=2)):
            assert outcome == 2 * number
            assert len(drawn) == min(number + waiting, 12)


def test_what_nobody_asks_for_any_more_is_not_begun(tmp_path):
    with executor(2) as workers:
        results = workers.map(mark, [tmp_path / str(number) for number in range(40)])
        next(results)
        results.close()
        assert list(workers.map(double, range(3))) == [0, 2, 4]
    assert len(list(tmp_path.iterdir())) < 40


def test_when_the_caller_fails_the_workers_end():
    pids: set[int] = set()
    with pytest.raises(LookupError), executor(2) as workers:
        pids.update(chain(workers.map(whose, range(8)), workers.map(refuse, [3])))
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
