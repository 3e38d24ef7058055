"""Executions: every planned call of every candidate, for real, and whether the facts agree with it.

A call that ran before on the same tree with the same tool version is not run again.
"""

import hashlib
import inspect
import json
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from curate.project import code_digest
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import all_tools
from curate.tools.base import Workspace
from curate.verdict import verdict
from curate.workspaces import trees_of

CONTRACT = Contract(
    writes=("candidate_results",),
    code=("tools", "verdict.py"),
    keys=("tools", "execute"),
    versions=lambda _build: [tool.installed() for tool in all_tools().values()],
)
CHUNK = 64  # calls in one task, and tasks in one commit: a killed build loses at most these
CHUNKS_IN_COMMIT = 8


class Call(NamedTuple):
    """One call to run: `execution_id` is a hash of workspace, tool, arguments and tool version."""

    execution_id: str
    workspace_id: str
    root: str
    tool: str
    arguments: str  # canonical JSON
    tool_version: str


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


def execute(build: Build) -> StageReport:
    """Reads candidates; writes executions and candidate_results.

    What is not true gets a drop_reason.
    """
    calls = _calls(build)
    distinct = {call.execution_id: call for call in calls.values()}
    known = {row[0] for row in build.store.query("select execution_id from executions")}
    missing = sorted(call for key, call in distinct.items() if key not in known)
    _run(build, missing)
    results = _judged(build, calls)
    with build.store.transaction():
        build.store.replace("candidate_results", results, {"corpus": build.corpus})
    dropped = dropped_counts(build, "candidate_results")
    note = f"{len(missing):,} of {len(distinct):,} calls were new"
    return StageReport(
        "execute", results.height, results.height - sum(dropped.values()), dropped, note
    )


def _calls(build: Build) -> dict[tuple[str, int], Call]:
    """The planned calls by candidate and position."""
    trees = trees_of(build.store, build.corpus)
    rows = build.store.query(
        """
        select candidate_id, source_id, calls from candidates
        where corpus = ? and kind = 'tool' and drop_reason is null order by candidate_id
        """,
        [build.corpus],
    )
    return {
        (candidate, position): call_of(*trees[source], planned["tool"], planned["arguments"])
        for candidate, source, calls in rows
        for position, planned in enumerate(json.loads(calls))
    }


def call_of(workspace_id: str, root: Path, tool: str, arguments: dict[str, Any]) -> Call:
    """A call with its id. Arguments that are null are not given."""
    given = {key: value for key, value in arguments.items() if value is not None}
    canonical = json.dumps(given, sort_keys=True, ensure_ascii=False)
    version = all_tools()[tool].version(given)
    key = "\0".join((workspace_id, tool, canonical, version, code_of(tool)))
    return Call(
        hashlib.sha256(key.encode()).hexdigest()[:24],
        workspace_id,
        str(root),
        tool,
        canonical,
        version,
    )


@cache
def code_of(tool: str) -> str:
    """sha256 over the code that makes this tool's results.

    That is all of curate's tools, and the module of a tool from elsewhere.
    """
    module = Path(inspect.getfile(type(all_tools()[tool])))
    return hashlib.sha256(code_digest(("tools",)).encode() + module.read_bytes()).hexdigest()


def run_calls(calls: Sequence[Call]) -> list[Executed]:
    """Each call's row, whatever happens in it: an error is a result, too."""
    return [_run_call(call) for call in calls]


def _run_call(call: Call) -> Executed:
    tool = all_tools()[call.tool]
    result = tool.call(Workspace(call.workspace_id, Path(call.root)), json.loads(call.arguments))
    content = tool.content(result)
    return Executed(
        call.execution_id,
        call.workspace_id,
        call.tool,
        call.arguments,
        call.tool_version,
        result.success,
        result.model_dump_json(),
        content,
    )


def _run(build: Build, calls: Sequence[Call]) -> None:
    """Run calls in chunks of neighbours and keep what is done as it comes."""
    import polars as pl

    chunks = [calls[start : start + CHUNK] for start in range(0, len(calls), CHUNK)]
    done = 0
    for batch in _batches(build.executor.map(run_calls, chunks), CHUNKS_IN_COMMIT):
        rows = [row for chunk in batch for row in chunk]
        with build.store.transaction():
            build.store.insert(
                "executions", pl.DataFrame(rows, schema=list(Executed._fields), orient="row")
            )
        done += len(rows)
        build.progress(done, len(calls), "calls")


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(items, size)):
        yield batch


def _judged(build: Build, calls: dict[tuple[str, int], Call]) -> Any:
    """Each candidate's executions and the verdict over them."""
    import polars as pl

    executions = {
        row[0]: row[1:]
        for row in build.store.query(
            """
            select execution_id, tool, arguments, result, content from executions
            where execution_id in (select unnest(?::varchar[]))
            """,
            [sorted({call.execution_id for call in calls.values()})],
        )
    }
    rows = []
    for candidate, outcome, expected, planned in build.store.query(
        """
        select candidate_id, outcome, expected, json_array_length(calls) from candidates
        where corpus = ? and kind = 'tool' and drop_reason is null order by candidate_id
        """,
        [build.corpus],
    ):
        ids = [calls[candidate, position].execution_id for position in range(planned)]
        ran = [executions[execution] for execution in ids]
        reason = verdict(outcome, json.loads(expected), ran, build.recipe.execute.max_result_chars)
        rows.append((build.corpus, candidate, ids, reason))
    columns = {
        "corpus": pl.String,
        "candidate_id": pl.String,
        "execution_ids": pl.List(pl.String),
        "drop_reason": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")
