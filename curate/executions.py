"""Calls that are run and kept: what ran before in the same workspace is not run again.

executed(build, [call_of(workspace, "read_file", {"path": "a.py"})])  ->  {"5d0c…": Executed(…)}, 1
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from curate.calling import Call, Executed, failed, run_calls
from curate.stages.base import Build
from curate.store import Store

# Calls in one task, and tasks in one commit: a killed build loses at most these. A run of tests
# takes about as long as sixteen other calls.
CHUNK = 64
CHUNKS_IN_COMMIT = 8
WEIGHTS = {"pytest_run": 16}


def executed(build: Build, calls: Iterable[Call]) -> tuple[dict[str, Executed], int]:
    """What came back from calls by their ids, and how many of them were run for it.

    Reads and writes `executions`.
    """
    wanted = {call.execution_id: call for call in calls}
    known = recorded(build.store, wanted)
    missing = sorted(
        (call for key, call in wanted.items() if key not in known),
        key=lambda call: (call.workspace.workspace_id, call.tool, call.arguments),
    )
    known |= {row.execution_id: row for row in _run(build, missing)}
    return known, len(missing)


def recorded(store: Store, ids: Iterable[str]) -> dict[str, Executed]:
    """Calls that ran before, by their ids; those that did not are not there."""
    rows = store.query(
        f"""
        select {", ".join(Executed._fields)} from executions
        where execution_id in (select unnest(?::varchar[]))
        """,
        [sorted(ids)],
    )
    return {row[0]: Executed(*row) for row in rows}


def _run(build: Build, calls: Sequence[Call]) -> Iterator[Executed]:
    """Run calls in chunks of neighbours and keep what is done as it comes."""
    import polars as pl

    chunks = list(_chunks(calls))
    ran = build.executor.map(run_calls, chunks, crashed=lambda chunk: one_by_one(build, chunk))
    done = 0
    for batch in _batches(ran, CHUNKS_IN_COMMIT):
        rows = [row for chunk in batch for row in chunk]
        with build.store.transaction():
            build.store.insert(
                "executions", pl.DataFrame(rows, schema=list(Executed._fields), orient="row")
            )
        done += len(rows)
        build.progress(done, len(calls), "calls")
        yield from rows


def _chunks(calls: Iterable[Call]) -> Iterator[list[Call]]:
    """Neighbours that together weigh about CHUNK."""
    chunk: list[Call] = []
    weight = 0
    for call in calls:
        heavy = next((tool for tool in WEIGHTS if tool == call.tool or tool in call.arguments), "")
        chunk.append(call)
        weight += WEIGHTS.get(heavy, 1)
        if weight >= CHUNK:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


def one_by_one(build: Build, calls: Sequence[Call]) -> list[Executed]:
    """The rows of calls of which one ends its process: that one is an error."""
    singles = [[call] for call in calls]
    lost = "ended the process that it ran in"
    rows = build.executor.map(run_calls, singles, crashed=lambda one: [failed(one[0], lost)])
    return [row for chunk in rows for row in chunk]


def _batches(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(items, size)):
        yield batch
