"""`curate verify`: every recorded call of a corpus, made again in workspaces made anew.

verify(project, "phase27", count=None, jobs=2)
  ->  {"corpus": "phase27", "samples": 920, "calls": 1310, "differences": []}
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from curate import console
from curate.calling import Executed, after, call_of, run_call
from curate.errors import CurateError
from curate.executions import recorded
from curate.executor import executor
from curate.project import Project
from curate.recipes import load
from curate.stages.base import Build
from curate.store import Store
from curate.tools.base import Workspace

SAMPLES = """
select sample_id, workspace_id, execution_ids from samples
where corpus = ? and kind = 'tool' order by sample_id
"""


class Recorded(NamedTuple):
    """What a sample recorded, and the workspace to try it in."""

    sample_id: str
    workspace: Workspace
    calls: tuple[Executed, ...]


def verify(project: Project, corpus: str | None, count: int | None, jobs: int) -> dict[str, Any]:
    """Make the calls of all samples again, or of `count` that are drawn, and compare.

    Of the corpus built last when none is named.

    Returns `corpus`, `samples`, `calls` and `differences`: each with sample_id, turn, tool,
    arguments, what was recorded and what came back now. Raises CurateError for a corpus that is
    not built.
    """
    with (
        tempfile.TemporaryDirectory(prefix="curate-verify-") as folder,
        Store.open(project, read_only=True) as store,
        executor(jobs) as workers,
    ):
        corpus = corpus or store.built_last()
        recipe = load(project, corpus)
        build = Build(project, recipe, store, workers, console.Progress(is_quiet=False))
        samples = _recorded(build, count, Path(folder))
        differences: list[dict[str, Any]] = []
        for done, found in enumerate(workers.map(compared, samples), start=1):
            differences += found
            build.progress(done, len(samples), "samples")
    return {
        "corpus": corpus,
        "samples": len(samples),
        "calls": sum(len(sample.calls) for sample in samples),
        "differences": differences,
    }


def _recorded(build: Build, count: int | None, folder: Path) -> list[Recorded]:
    from curate.workspaces.placed import workspaces_of

    rows = build.store.query(SAMPLES, [build.corpus])
    if not rows:
        raise CurateError(
            f"corpus {build.corpus}",
            "has no samples with calls here",
            f"run: curate build {build.corpus}",
        )
    seed = build.recipe.seed
    drawn = sorted(rows, key=lambda row: _draw(row[0], seed))[: count or len(rows)]
    executions = recorded(build.store, {key for row in drawn for key in row[2]})
    places = workspaces_of(build, {row[1] for row in drawn}, cache_root=folder)
    found = [
        Recorded(sample_id, places[workspace_id], tuple(executions[key] for key in keys))
        for sample_id, workspace_id, keys in drawn
    ]
    return sorted(found, key=lambda row: (row.workspace.workspace_id, row.sample_id))


def _draw(sample_id: str, seed: int) -> str:
    return hashlib.md5(f"verify|{sample_id}|{seed}".encode(), usedforsecurity=False).hexdigest()


def compared(sample: Recorded) -> list[dict[str, Any]]:
    """The turns of a sample that came out differently now."""
    workspace, differences = sample.workspace, []
    for turn, was in enumerate(sample.calls, start=1):
        arguments = json.loads(was.arguments)
        now = run_call(call_of(workspace, was.tool, arguments))
        if (now.content, now.result, now.trace) != (was.content, was.result, was.trace):
            differences.append(
                {
                    "sample_id": sample.sample_id,
                    "turn": turn,
                    "tool": was.tool,
                    "arguments": arguments,
                    "recorded": {"version": was.tool_version, "content": was.content},
                    "now": {"version": now.tool_version, "content": now.content},
                }
            )
        workspace = after(workspace, now.traced)
    return differences


def verify_text(found: Mapping[str, Any]) -> str:
    """What `verify` found, to read."""
    head = (
        f"{found['corpus']}: {found['calls']:,} calls of {found['samples']:,} samples made again, "
        f"{len(found['differences']):,} differ"
    )
    return "\n".join([head, *map(_difference_text, found["differences"])])


def _difference_text(row: Mapping[str, Any]) -> str:
    was, now = row["recorded"], row["now"]
    return (
        f"\nsample {row['sample_id']}, turn {row['turn']}: {row['tool']} "
        f"{json.dumps(row['arguments'], ensure_ascii=False)}\n"
        f"recorded ({was['version']}):\n{was['content']}\nnow ({now['version']}):\n{now['content']}"
    )
