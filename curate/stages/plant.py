"""Workspaces: each source as it is, and with defects in some files, staged or not, or committed.

svcs@26.2.0  ->  itself, and 12 workspaces of 1 to 3 changed files, such as
                 none_comparison in src/svcs/_core.py:214, staged; ruff_check E711 reports it
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.baseline import passing
from curate.defects import codes_of_defects
from curate.defects.planning import (
    PlannedChange,
    plan,
)
from curate.defects.plantable import source_files
from curate.defects.rows import defect_rows, with_tests
from curate.stages.base import Build, Contract, StageReport
from curate.workspaces import Change, WorkspaceSpec
from curate.workspaces.placed import Wanted, make_workspace

if TYPE_CHECKING:
    from curate.workspaces.commits import CommitRow

CONTRACT = Contract(
    writes=("workspace_defects",),
    code=(
        *("defects", "facts", "workspaces", "environments", "confined", "tools"),
        *("baseline.py", "calling.py", "drawing.py", "executions.py"),
    ),
    files=("sql/staging", "sql/intermediate", "sql/marts"),
    keys=("sources", "seed", "plant"),
    versions=lambda _build: codes_of_defects(),
)
STALE = """
workspace_id in (
  select workspace_id from workspaces
  where list_contains($sources, source_id) and not list_contains($ids, workspace_id)
    and (is_base or workspace_id not in (select workspace_id from workspace_defects))
)
"""  # what an earlier plan made, and no corpus has any more
COLUMNS = {
    "workspaces": ("workspace_id", "source_id", "spec", "is_base"),
    "workspace_commits": (
        *("workspace_id", "ordinal", "hash", "message", "author", "date", "files"),
    ),
    "workspace_defects": (
        *("corpus", "workspace_id", "ordinal", "source_id", "defect", "path", "state", "is_staged"),
        *("line", "changed_line", "before_line", "symbol", "name", "original", "planted"),
        *("message", "tool", "codes", "reports", "tests", "drop_reason"),
    ),
}


def plant(build: Build) -> StageReport:
    """Reads facts and the sources' trees; writes workspaces, workspace_commits, workspace_defects.

    A defect that fits into no file of a source, or that no tool would report, gets a drop_reason.
    """
    from curate.workspaces.specs import base_specs, trees_by_hash

    bases = base_specs(build)
    trees = trees_by_hash(build)
    sources = source_files(build, {key: trees[spec.tree_sha256] for key, spec in bases.items()})
    settings = build.recipe.plant
    planned = plan(
        sources,
        workspaces=settings.workspaces_per_source,
        most=settings.defects_per_workspace,
        seed=build.recipe.seed,
    )
    specs = [with_changes(bases[one.source_id], one.changes) for one in planned]
    by_id = {source.source_id: source for source in sources}
    rows: list[dict[str, Any]] = [
        {"corpus": build.corpus, "workspace_id": spec.workspace_id, "ordinal": ordinal, **row}
        for spec, one in zip(specs, planned, strict=True)
        for ordinal, row in enumerate(defect_rows(by_id[one.source_id], one), start=1)
    ]
    tested = {(row["source_id"], test) for row in rows for test in row["tests"]}
    sound = passing(build, bases, trees, tested)
    rows = [with_tests(row, sound) for row in rows]
    changed = [spec for spec in specs if spec.changes]
    commits = _commits(build, bases, changed, trees)
    _write(build, [*bases.values(), *changed], commits, rows)
    dropped = Counter(reason for one in planned for _, reason in one.missing)
    note = f"{len(bases) + len(changed):,} workspaces"
    return StageReport("plant", len(rows), len(rows) - dropped.total(), dict(dropped), note)


def with_changes(base: WorkspaceSpec, changes: Sequence[PlannedChange]) -> WorkspaceSpec:
    """The spec of a source with these files changed."""
    return base.model_copy(
        update={
            "changes": tuple(
                Change(
                    path=change.path,
                    content=change.content,
                    state=change.state,  # ty: ignore[invalid-argument-type]  checked by pydantic
                    staged=change.staged,
                    message=change.defects[0].planting.message
                    if change.state == "committed"
                    else None,
                )
                for change in changes
            )
        }
    )


def _write(
    build: Build,
    specs: Sequence[WorkspaceSpec],
    commits: "Sequence[CommitRow]",
    defects: Sequence[dict[str, Any]],
) -> None:
    """Workspaces stay for the corpora that share them; defects are this corpus's own."""
    import polars as pl

    ids = [spec.workspace_id for spec in specs]
    frames = {
        "workspaces": [
            {
                "workspace_id": spec.workspace_id,
                "source_id": spec.source_id,
                "spec": spec.model_dump_json(),
                "is_base": not spec.changes,
            }
            for spec in specs
        ],
        "workspace_commits": [
            {**row._asdict(), "files": [file._asdict() for file in row.files]} for row in commits
        ],
    }
    with build.store.transaction():
        for table, rows in frames.items():
            build.store.connection.execute(
                f"delete from {table} where workspace_id in (select unnest(?::varchar[]))", [ids]
            )
            build.store.insert(table, pl.DataFrame(rows, schema=_columns(table)))
        frame = pl.DataFrame(list(defects), schema=_columns("workspace_defects"))
        build.store.replace("workspace_defects", frame, {"corpus": build.corpus})
        sources = [spec.source_id for spec in specs if not spec.changes]
        for table in reversed(frames):
            build.store.connection.execute(
                f"delete from {table} where {STALE}", {"sources": sources, "ids": ids}
            )


def _columns(table: str) -> dict[str, Any]:
    import polars as pl

    report = pl.Struct({"tool": pl.String, "codes": pl.List(pl.String)})
    file = pl.Struct({"path": pl.String, "additions": pl.Int64, "deletions": pl.Int64})
    others = {
        "is_base": pl.Boolean,
        "is_staged": pl.Boolean,
        "codes": pl.List(pl.String),
        "tests": pl.List(pl.String),
        "reports": pl.List(report),
        "files": pl.List(file),
        **dict.fromkeys(("ordinal", "line", "changed_line", "before_line"), pl.Int64),
    }
    return {word: others.get(word, pl.String) for word in COLUMNS[table]}


class _Log(NamedTuple):
    """A workspace to make, and how many of its newest commits are wanted."""

    wanted: Wanted
    limit: int


def commits_in(log: _Log) -> "list[CommitRow]":
    """The newest commits of a workspace, which is made where it is not there yet."""
    from curate.workspaces.commits import commits_of

    return commits_of(make_workspace(log.wanted), log.limit)


def _commits(
    build: Build,
    bases: Mapping[str, WorkspaceSpec],
    specs: Sequence[WorkspaceSpec],
    trees: Mapping[str, Path],
) -> "list[CommitRow]":
    """The commits of every workspace: git is asked for those on top of its source's only."""
    from curate.sources import Cache
    from curate.workspaces.commits import NEWEST_COMMITS

    root = Cache.open().root

    def asked(some: Sequence[tuple[WorkspaceSpec, int]]) -> "Iterator[list[CommitRow]]":
        logs = [_Log(Wanted(spec.model_dump_json(), trees, root), limit) for spec, limit in some]
        for done, commits in enumerate(build.executor.map(commits_in, logs), start=1):
            yield commits
            build.progress(done, len(logs), "workspaces")

    below = dict(zip(bases, asked([(s, NEWEST_COMMITS) for s in bases.values()]), strict=True))
    counts = [sum(change.state == "committed" for change in spec.changes) for spec in specs]
    some = [(spec, count) for spec, count in zip(specs, counts, strict=True) if count]
    on_top = {spec.workspace_id: rows for (spec, _), rows in zip(some, asked(some), strict=True)}
    found = [row for rows in below.values() for row in rows]
    for spec in specs:
        base = below[spec.source_id]
        own = [row for row in on_top.get(spec.workspace_id, ()) if row.hash != base[0].hash]
        kept = [row._replace(workspace_id=spec.workspace_id) for row in (*own, *base)]
        found += [row._replace(ordinal=number) for number, row in enumerate(kept, start=1)]
    return found
