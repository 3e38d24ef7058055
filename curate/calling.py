"""One tool call in one workspace: its key, and what came back.

    call_of(workspace, "read_file", {"path": "a.py"})  ->  Call("5d0c…", workspace, "read_file", …)

A pure function of workspace, tool, arguments and versions: `execute` and `verify` share it.
"""

import hashlib
import inspect
import json
import os
import signal
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.project import code_digest
from curate.tools import ROOMS, all_tools
from curate.tools.base import Result, Workspace

CODE = "execute_code"
# A tool of ours stops by itself long before; these are for tools that others bring.
MAX_SECONDS = 300
MAX_CHARS = 20_000_000


class Call(NamedTuple):
    """One call to run: `execution_id` is a hash of workspace, tool, arguments and versions."""

    execution_id: str
    workspace: Workspace
    tool: str
    arguments: str  # canonical JSON
    tool_version: str


class Traced(NamedTuple):
    """A call of a tool, made directly or inside code; `result` is typed, as JSON."""

    tool: str
    arguments: dict[str, Any]
    result: str


class Executed(NamedTuple):
    """A row of `executions`."""

    execution_id: str
    workspace_id: str
    tool: str
    arguments: str
    tool_version: str
    success: bool
    result: str
    content: str
    trace: str  # JSON: the calls that it made, itself where it is no code

    @property
    def traced(self) -> list[Traced]:
        """The calls that it made, in order."""
        return [Traced(*row) for row in json.loads(self.trace)]


def call_of(workspace: Workspace, tool: str, arguments: Mapping[str, Any]) -> Call:
    """A call with its id. Arguments that are null are not given."""
    given = {key: value for key, value in arguments.items() if value is not None}
    canonical = json.dumps(given, sort_keys=True, ensure_ascii=False)
    version = all_tools()[tool].version(given)
    environment = workspace.environment.name if workspace.environment else ""
    key = "\0".join(
        (workspace.workspace_id, environment, tool, canonical, version, code_of(tool))
        + (_all_versions() if tool == CODE else ())
    )
    execution_id = hashlib.sha256(key.encode()).hexdigest()[:24]
    return Call(execution_id, workspace, tool, canonical, version)


@cache
def code_of(tool: str) -> str:
    """sha256 over the code that makes this tool's results.

    That is all of curate's tools and the rooms they use, and the module of a tool from elsewhere.
    """
    module = Path(inspect.getfile(type(all_tools()[tool])))
    return hashlib.sha256(code_digest(ROOMS).encode() + module.read_bytes()).hexdigest()


@cache
def _all_versions() -> tuple[str, ...]:
    return tuple(version for tool in all_tools().values() for version in tool.installed())


def run_calls(calls: Sequence[Call]) -> list[Executed]:
    """Each call's row, whatever happens in it: an error is a result, too."""
    return [run_call(call) for call in calls]


def run_call(call: Call) -> Executed:
    """What came back from one call.

    Of a tool that raises, hangs, prints or returns without end, that is an error.
    """
    tool, arguments = all_tools()[call.tool], json.loads(call.arguments)
    try:
        with silence(), at_most(MAX_SECONDS):
            result, trace = tool.traced(call.workspace, arguments)
        executed = _row(call, result, trace)
    except CurateError:  # of this machine, not of the tool
        raise
    except TimeoutError:
        return failed(call, f"stopped after {MAX_SECONDS} seconds")
    except (Exception, SystemExit) as error:  # noqa: BLE001  a tool may be anybody's
        return failed(call, f"crashed: {type(error).__name__}: {error}")
    if len(executed.result) + len(executed.content) + len(executed.trace) > MAX_CHARS:
        return failed(call, f"returned more than {MAX_CHARS:,} characters")
    return executed


def failed(call: Call, what: str) -> Executed:
    """The row of a call whose tool came to no result of its own."""
    tool = all_tools()[call.tool]
    result = tool.result(success=False, error=f"{call.tool}: {what}")
    return _row(call, result, [(call.tool, json.loads(call.arguments), result)])


@contextmanager
def silence() -> Generator[None]:
    """Nothing that a tool prints reaches this process's own output."""
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


@contextmanager
def at_most(seconds: int) -> Generator[None]:
    """Raise TimeoutError in the block after so long; no limit outside of the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _row(
    call: Call, result: Result, trace: Sequence[tuple[str, Mapping[str, Any], Result]]
) -> Executed:
    tool = all_tools()[call.tool]
    return Executed(
        call.execution_id,
        call.workspace.workspace_id,
        call.tool,
        call.arguments,
        call.tool_version,
        result.success,
        result.model_dump_json(),
        tool.content(result),
        json.dumps([(t, given, r.model_dump_json()) for t, given, r in trace], ensure_ascii=False),
    )


def after(workspace: Workspace, trace: Sequence[Traced]) -> Workspace:
    """The workspace that the next call of a conversation sees."""
    for tool, arguments, result in trace:
        runner = all_tools()[tool]
        workspace = runner.after(workspace, arguments, runner.result.model_validate_json(result))
    return workspace
