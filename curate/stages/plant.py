"""Workspaces: each source as it is, and with defects in some files, staged or not, or committed.

svcs@26.2.0  ->  itself, and 12 workspaces of 1 to 3 changed files, such as
                 none_comparison in src/svcs/_core.py:214, staged; ruff_check E711 reports it
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curate.defects.plantable import source_files
from curate.defects.planning import (
    PlannedChange,
    PlannedWorkspace,
    SourceFiles,
    plan,
    reports_of,
    tests_of,
)
from curate.stages.base import Build, Contract, StageReport
from curate.workspaces import Change, WorkspaceSpec
from curate.workspaces.placed import Wanted, make_workspace

if TYPE_CHECKING:
    from curate.workspaces.commits import CommitRow

CONTRACT = Contract(
    writes=("workspace_defects",),
    code=("defects", "facts", "workspaces", "sources"),
    files=("sql/staging", "sql/intermediate", "sql/marts"),
    keys=("sources", "seed", "plant"),
)
TESTS_A_DEFECT = 5


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
    rows = [
        {"corpus": build.corpus, "workspace_id": spec.workspace_id, "ordinal": ordinal, **row}
        for spec, one in zip(specs, planned, strict=True)
        for ordinal, row in enumerate(defect_rows(by_id[one.source_id], one), start=1)
    ]
    _write(build, [*bases.values(), *specs], rows)
    count_new = _commits(build, [*bases.values(), *specs], trees)
    dropped = Counter(row["drop_reason"] for row in rows if row["drop_reason"])
    note = f"{count_new:,} of {len({*_ids(bases.values()), *_ids(specs)}):,} workspaces were new"
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


def defect_rows(source: SourceFiles, planned: PlannedWorkspace) -> Iterator[dict[str, Any]]:
    """The rows of `workspace_defects` of one workspace, without its key."""
    for change in planned.changes:
        for one in change.defects:
            planting = one.planting
            reports = reports_of(source, change.path, planting)
            tests = tests_of(source, change.path, planting) if "pytest_run" in reports else []
            tool = next(iter(reports), None)
            yield {
                "source_id": source.source_id,
                "defect": planting.defect,
                "path": change.path,
                "state": change.state,
                "is_staged": one.is_staged,
                "line": one.line,
                "changed_line": one.changed_line,
                "before_line": planting.before_line,
                "symbol": planting.symbol,
                "name": planting.name,
                "original": planting.original,
                "planted": planting.planted,
                "message": planting.message,
                "tool": tool,
                "codes": list(reports[tool]) if tool else [],
                "reports": [{"tool": k, "codes": list(v)} for k, v in reports.items()],
                "tests": tests[:TESTS_A_DEFECT],
                "drop_reason": None,
            }
    for defect, reason in planned.missing:
        yield {"source_id": source.source_id, "defect": defect, "drop_reason": reason}


def _ids(specs: Any) -> list[str]:
    return [spec.workspace_id for spec in specs]


def _write(build: Build, specs: Sequence[WorkspaceSpec], rows: Sequence[dict[str, Any]]) -> None:
    """Workspaces stay for the corpora that share them; defects are this corpus's own."""
    import polars as pl

    made = {
        spec.workspace_id: (
            spec.workspace_id,
            spec.source_id,
            spec.model_dump_json(),
            not spec.changes,
        )
        for spec in specs
    }
    workspaces = {
        "workspace_id": pl.String,
        "source_id": pl.String,
        "spec": pl.String,
        "is_base": pl.Boolean,
    }
    frame = pl.DataFrame(list(made.values()), schema=workspaces, orient="row")
    with build.store.transaction():
        build.store.connection.execute(
            "delete from workspaces where workspace_id in (select unnest(?::varchar[]))",
            [list(made)],
        )
        build.store.insert("workspaces", frame)
        build.store.replace(
            "workspace_defects",
            pl.DataFrame(list(rows), schema=_columns()),
            {"corpus": build.corpus},
        )


def _columns() -> dict[str, Any]:
    import polars as pl

    words = (
        *("corpus", "workspace_id", "ordinal", "source_id", "defect", "path", "state", "is_staged"),
        *("line", "changed_line", "before_line", "symbol", "name", "original", "planted"),
        *("message", "tool", "codes", "reports", "tests", "drop_reason"),
    )
    report = pl.Struct({"tool": pl.String, "codes": pl.List(pl.String)})
    others = {
        "is_staged": pl.Boolean,
        "codes": pl.List(pl.String),
        "tests": pl.List(pl.String),
        "reports": pl.List(report),
        **dict.fromkeys(("ordinal", "line", "changed_line", "before_line"), pl.Int64),
    }
    return {word: others.get(word, pl.String) for word in words}


def commits_in(wanted: Wanted) -> "list[CommitRow]":
    """The commits of a workspace, which is made where it is not there yet."""
    from curate.workspaces.commits import commits_of

    return commits_of(make_workspace(wanted))


def _commits(build: Build, specs: Sequence[WorkspaceSpec], trees: dict[str, Path]) -> int:
    """The commits of workspaces whose commits are not known yet; how many those are."""
    import polars as pl

    from curate.sources import Cache

    known = {row[0] for row in build.store.query("select workspace_id from workspace_commits")}
    new = {spec.workspace_id: spec for spec in specs if spec.workspace_id not in known}
    root = Cache.open().root
    bases = [spec for spec in new.values() if not spec.changes]  # the others stand on them
    rows = []
    for some in (bases, [spec for spec in new.values() if spec.changes]):
        items = [Wanted(spec.model_dump_json(), trees, root) for spec in some]
        for done, commits in enumerate(build.executor.map(commits_in, items), start=1):
            rows += commits
            build.progress(done, len(items), "workspaces")
    file = pl.Struct({"path": pl.String, "additions": pl.Int64, "deletions": pl.Int64})
    words = ("workspace_id", "ordinal", "hash", "message", "author", "date", "files")
    types = {"ordinal": pl.Int64, "files": pl.List(file)}
    frame = pl.DataFrame(
        [{**row._asdict(), "files": [one._asdict() for one in row.files]} for row in rows],
        schema={word: types.get(word, pl.String) for word in words},
    )
    with build.store.transaction():
        build.store.insert("workspace_commits", frame)
    return len(new)
