"""Facts: what every file of every source holds, found once for each content.

src/flask/app.py  ->  62 symbols, 61 imports, 412 calls, 3 bases, 30 decorators
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from curate.facts.file import LANGUAGES, ROWS, FileTask, facts_of
from curate.facts.grep import grep_hits
from curate.project import code_digest
from curate.sources.tree import walk
from curate.stages.base import Build, Contract, StageReport
from curate.workspaces import trees_of

if TYPE_CHECKING:
    import polars as pl

CONTRACT = Contract(code=("facts", "workspaces/trees.py"), keys=("sources", "scan"))
FILES_IN_TASK = 16
SEARCHED = ("*.py", "*.toml")  # what the recipe's patterns are looked for in
TASKS_IN_COMMIT = 16


def scan(build: Build) -> StageReport:
    """Reads the trees of corpus_sources; writes source_files, file_facts, file_* and grep_hits.

    A content that was read before by the same extractor is not read again.
    """
    trees = trees_of(build.store, build.corpus)
    files = _files(build, trees)
    tasks = _new_tasks(build, files, trees)
    _extract(build, tasks)
    _grep(build, trees)
    rows = build.store.query(
        """
        select drop_reason, count(*) from int_file_fates
        where corpus = ? group by all order by all
        """,
        [build.corpus],
    )
    dropped = {reason: count for reason, count in rows if reason is not None}
    note = f"{len(tasks):,} of {files['file_sha256'].n_unique():,} contents were new"
    return StageReport("scan", files.height, files.height - sum(dropped.values()), dropped, note)


def _files(build: Build, trees: Mapping[str, tuple[str, Path]]) -> "pl.DataFrame":
    """The files of all sources, in source_files."""
    import polars as pl

    limit = build.recipe.scan.max_file_bytes
    rows = []
    for source_id, (_, root) in trees.items():
        for path, entry in walk(root):
            if entry.is_symlink():
                continue
            content = Path(entry).read_bytes()
            language = LANGUAGES.get(Path(path).suffix.lower(), "other")
            name = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            reason = None
            if name != path:
                reason = "path_not_decodable"
            elif language == "other":
                reason = "other_language"
            elif len(content) > limit:
                reason = "too_large"
            sha256 = hashlib.sha256(content).hexdigest()
            rows.append((source_id, name, sha256, len(content), language, reason))
    schema = {
        "source_id": pl.String,
        "path": pl.String,
        "file_sha256": pl.String,
        "size_bytes": pl.Int64,
        "language": pl.String,
        "drop_reason": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    with build.store.transaction():
        for source_id in trees:
            build.store.connection.execute(
                "delete from source_files where source_id = ?", [source_id]
            )
        build.store.insert("source_files", frame)
    return frame


def _new_tasks(
    build: Build, files: "pl.DataFrame", trees: Mapping[str, tuple[str, Path]]
) -> list[FileTask]:
    """One task per content that no extractor of this version has read, the largest first."""
    import polars as pl

    extractor = code_digest(("facts",))[:16]
    if build.store.query("select 1 from file_facts where extractor <> ? limit 1", [extractor]):
        with build.store.transaction():
            for table in ("file_facts", *ROWS):
                build.store.connection.execute(f"delete from {table}")
    known = build.store.frame("select file_sha256, language from file_facts")
    wanted = (
        files.filter(pl.col("drop_reason").is_null())
        .sort("source_id", "path")
        .unique(["file_sha256", "language"], keep="first", maintain_order=True)
        .join(known, on=["file_sha256", "language"], how="anti")
        .sort("size_bytes", "file_sha256", descending=[True, False])
    )
    return [
        FileTask(sha256, extractor, language, str(trees[source_id][1] / path))
        for source_id, path, sha256, language in wanted.select(
            "source_id", "path", "file_sha256", "language"
        ).iter_rows()
    ]


def _extract(build: Build, tasks: list[FileTask]) -> None:
    import polars as pl

    chunks = [tasks[start : start + FILES_IN_TASK] for start in range(0, len(tasks), FILES_IN_TASK)]
    done, waiting = 0, []
    for chunk, frames in zip(chunks, build.executor.map(facts_of, chunks), strict=True):
        waiting.append(frames)
        done += len(chunk)
        if len(waiting) == TASKS_IN_COMMIT or done == len(tasks):
            with build.store.transaction():
                for table in waiting[0]:
                    build.store.insert(table, pl.concat([frames[table] for frames in waiting]))
            waiting = []
        build.progress(done, len(tasks), "files")


def _grep(build: Build, trees: Mapping[str, tuple[str, Path]]) -> None:
    """Real grep for each pattern over each tree where it has not been looked for before."""
    import polars as pl

    known = set(
        build.store.query("select tree_sha256, pattern_sha256, pattern_name from grep_runs")
    )
    for tree_sha256, root in trees.values():
        for name, expression in build.recipe.scan.patterns.items():
            key = (tree_sha256, hashlib.sha256(expression.encode()).hexdigest(), name)
            if key in known:
                continue
            hits = grep_hits(root, {name: expression}, SEARCHED)
            rows = [(*key, hit.path, hit.line, hit.text) for hit in hits]
            columns = ["tree_sha256", "pattern_sha256", "pattern_name", "path", "line", "text"]
            types = {column: pl.Int64 if column == "line" else pl.String for column in columns}
            with build.store.transaction():
                build.store.insert(
                    "grep_runs", pl.DataFrame([key], schema=columns[:3], orient="row")
                )
                build.store.insert("grep_hits", pl.DataFrame(rows, schema=types, orient="row"))
