"""A tool that misbehaves ends in an error of its own call, and harms nothing else."""

import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from curate import calling
from curate.calling import call_of, run_call
from curate.executions import one_by_one
from curate.executor import executor
from curate.tools.base import Arguments, Result, Tool, Workspace

CORPUS = Path(__file__).parent / "corpus"
WHERE = Workspace("corpus", CORPUS)


class Said(Result):
    text: str = ""


class Wild(Tool):
    """What somebody's tool may do."""

    name = "wild"
    description = "Does what it must not."
    arguments = type("Deed", (Arguments,), {"__annotations__": {"deed": str}})
    result = Said

    def version(self, arguments):
        return "wild 1"

    def run(self, workspace, **arguments):
        match arguments["deed"]:
            case "hang":
                time.sleep(60)
            case "spin":
                while True:
                    pass
            case "raise":
                raise RuntimeError("no such luck")
            case "print":
                for _ in range(1_000):
                    print("x" * 1_000_000)  # noqa: T201
                    print("x", file=sys.stderr)  # noqa: T201
            case "return":
                return Said(success=True, text="x" * 30_000_000)
            case "exit":
                os._exit(3)
            case "quit":
                sys.exit(3)
        return Said(success=True, text="done")


@pytest.fixture(autouse=True)
def wild(monkeypatch):
    """The tool, installed; each call may take a second."""
    known = {**calling.all_tools(), "wild": Wild()}
    monkeypatch.setattr(calling, "all_tools", lambda: known)
    monkeypatch.setattr(calling, "MAX_SECONDS", 1)


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        ("hang", "wild: stopped after 1 seconds"),
        ("spin", "wild: stopped after 1 seconds"),
        ("raise", "wild: crashed: RuntimeError: no such luck"),
        ("return", "wild: returned more than 20,000,000 characters"),
        ("quit", "wild: crashed: SystemExit: 3"),
        ("nothing", None),
    ],
)
def test_what_a_tool_does_is_the_result_of_its_call(deed, error):
    row = run_call(call_of(WHERE, "wild", {"deed": deed}))
    assert json.loads(row.result)["error"] == error
    assert [call.tool for call in row.traced] == ["wild"]
    after = run_call(call_of(WHERE, "read_file", {"path": "README.md"}))
    assert after.success


def test_what_a_tool_prints_goes_nowhere(capfd):
    row = run_call(call_of(WHERE, "wild", {"deed": "print"}))
    assert json.loads(row.result)["text"] == "done"
    assert capfd.readouterr() == ("", "")


def test_a_tool_that_ends_its_process_loses_its_own_call_alone():
    """The worker has no such tool: the call is one of an unknown tool there, so the row is ours."""
    calls = [call_of(WHERE, "read_file", {"path": "README.md", "end_line": n}) for n in (1, 2, 3)]
    with executor(2) as workers:
        build = SimpleNamespace(executor=Ending(workers, calls[1].execution_id))
        rows = one_by_one(build, calls)
    assert [row.success for row in rows] == [True, False, True]
    assert json.loads(rows[1].result)["error"] == ("read_file: ended the process that it ran in")


class Ending:
    """An executor whose worker ends at one call."""

    def __init__(self, workers, execution_id):
        self.workers, self.execution_id = workers, execution_id

    def map(self, function, items, crashed=None):
        wrapped = [(function, item, self.execution_id) for item in items]
        return self.workers.map(end_or_run, wrapped, lambda work: crashed(work[1]))


def end_or_run(work):
    function, calls, execution_id = work
    if any(call.execution_id == execution_id for call in calls):
        os._exit(1)
    return function(calls)
