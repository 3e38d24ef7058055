"""A dataset that somebody made as a corpus of the project: to be asked with SQL, and mixed in.

    curate import data/phase27 as old_phase27
    curate sql "select tool, count(*) from imported_calls where corpus = 'old_phase27' group by all"

Its rows are kept as they are, equal and near-equal ones pointing at the first of them. A recipe
with `propose.imports` takes its direct answers as candidates. Its tool rows stay out of a build,
with the reason `not_executed`: no tool returned the results in them.
"""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.project import Project
from curate.stages.base import Build
from curate.store import Store

NAME = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
TABLES = (
    "imported_rows",
    "imported_messages",
    "imported_calls",
    "imported_results",
    "imported_faults",
)
MEMORY_LIMIT = "700MB"  # beside the project's own; chosen by us, 2026-11-21

ROWS = """
insert into imported_rows by name
with answers as (
  select row_id, arg_max(content, ordinal) as answer, arg_max(role, ordinal) as role
  from incoming.dataset_messages group by row_id
),
questions as (
  select row_id, count(*) as count_questions
  from incoming.dataset_messages where role = 'user' and not is_result group by row_id
)
select
  $corpus as corpus, r.row_id, r.split, f.path, r.line, r.form, r.dialects, r.kind, r.surface,
  r.category, r.count_messages, coalesce(count_questions, 0) as count_questions,
  r.first_user as prompt, case when role = 'assistant' then answer end as answer,
  r.conversation, r.row_hash,
  min(r.row_id) over (partition by r.row_hash) as equal_row_id, n.near_row_id
from incoming.dataset_rows r
join incoming.dataset_files f using (file_id)
join near n on n.row_id = r.row_id
left join answers on answers.row_id = r.row_id
left join questions on questions.row_id = r.row_id
order by r.row_id
"""
FAULTS = """
insert into imported_faults by name
select $corpus as corpus, row_id, path, line, ordinal, rule, evidence
from incoming.dataset_faults join incoming.dataset_files using (file_id)
"""
OTHERS = {
    "imported_messages": "*",
    "imported_calls": "* exclude (call_hash)",
    "imported_results": "* exclude (content_hash, shape_hash)",
}
CANDIDATES = """
insert into candidates by name
with faulty as (
  select distinct corpus, row_id from imported_faults where row_id is not null
),
wanted as (
  select r.*, faulty.row_id is not null as is_faulty
  from imported_rows r left join faulty using (corpus, row_id)
  where list_contains($imports, r.corpus)
)
select
  $corpus as corpus,
  left(md5(concat_ws('|', 'import', $corpus, wanted.corpus, row_id, row_hash)), 16) as candidate_id,
  kind, 'import_' || wanted.corpus as intent, 'imported' as category,
  case kind when 'direct' then 'direct' else 'found' end as outcome,
  concat_ws('/', 'imported', wanted.corpus, parse_filename(path)) as path,
  'line ' || line as symbol,
  to_json({'prompt': coalesce(prompt, ''), 'answer': coalesce(trim(answer), ''), 'topic': category})
    as slots,
  '[]' as calls, '{}' as expected,
  case
    when kind = 'tool' then 'not_executed'
    when is_faulty then 'faulty'
    when count_questions <> 1 then 'several_turns'
    when coalesce(trim(prompt), '') = '' or coalesce(trim(answer), '') = '' then 'empty'
    when equal_row_id <> row_id then 'duplicate_row'
  end as drop_reason
from wanted
"""


def import_dataset(
    project: Project,
    paths: list[Path],
    named: Mapping[str, Path],
    name: str,
    *,
    jobs: int,
    progress: Any,
) -> dict[str, Any]:
    """Make a dataset a corpus of the project; what is in it, by count.

    A corpus that was imported under this name before is replaced. Raises CurateError for a name
    that cannot be used, or files that cannot be read.
    """
    from curate.datasets import find_files
    from curate.datasets.database import FILE_NAME, open_database
    from curate.datasets.loading import load

    _refuse(project, name)
    files = find_files(paths, named)
    with Store.open(project) as store, tempfile.TemporaryDirectory() as folder:
        with open_database(Path(folder), MEMORY_LIMIT) as connection:
            load(files, connection, jobs=jobs, progress=progress)
        quoted = str(Path(folder, FILE_NAME)).replace("'", "''")
        store.connection.execute(f"attach '{quoted}' as incoming (read_only)")
        try:
            replaced = _put(store, name)
        finally:
            store.connection.execute("detach incoming")
        return _counts(store, name) | {"replaced": replaced}


def propose_imported(build: Build) -> None:
    """Candidates of the corpora that a recipe imports; those that cannot be used say why.

    Raises CurateError for one that was not imported.
    """
    wanted = build.recipe.propose.imports
    known = [name for (name,) in build.store.query("select distinct corpus from imported_rows")]
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise CurateError(
            f"corpora/{build.corpus}.toml",
            f"propose.imports names unknown ones: {', '.join(unknown)}\n"
            f"imported: {', '.join(sorted(known)) or 'nothing yet'}",
            f"curate import DATA as {unknown[0]}",
        )
    build.store.connection.execute(CANDIDATES, {"corpus": build.corpus, "imports": list(wanted)})


def imported_version(build: Build) -> list[tuple[Any, ...]]:
    """What a build of these imports depends on: their rows, whatever the day they came in."""
    return build.store.query(
        """
        select corpus, count(*), bit_xor(hash(row_id, row_hash))::varchar from imported_rows
        where list_contains(?, corpus) group by all order by all
        """,
        [list(build.recipe.propose.imports)],
    )


def _refuse(project: Project, name: str) -> None:
    if not NAME.fullmatch(name):
        raise CurateError(
            f"import as {name}",
            "is no name for a corpus",
            "use lower-case letters, digits, - and _: curate import DATA as old_phase27",
        )
    if f"{name}.toml" in project.files("corpora", "*.toml"):
        raise CurateError(
            f"import as {name}",
            f"is the corpus of corpora/{name}.toml",
            f"give it another name: curate import DATA as old_{name}",
        )


def _put(store: Store, name: str) -> bool:
    """Insert what the attached dataset holds; whether a corpus of this name made room for it."""
    from curate.near import NearSettings, clusters, near_duplicate_pairs

    texts = store.frame("select row_id, conversation from incoming.dataset_rows order by row_id")
    pairs = near_duplicate_pairs(texts["conversation"].to_arrow(), NearSettings())
    import polars as pl

    firsts = clusters(len(texts), pairs.left, pairs.right)
    near = texts.select("row_id", near_row_id=pl.Series(firsts, dtype=pl.Int64))
    store.connection.register("near", near.to_arrow())
    try:
        with store.transaction():
            known = store.query("select 1 from imported_rows where corpus = ? limit 1", [name])
            for table in TABLES:
                store.connection.execute(f"delete from {table} where corpus = ?", [name])
            store.connection.execute(ROWS, {"corpus": name})
            store.connection.execute(FAULTS, {"corpus": name})
            for table, columns in OTHERS.items():
                source = table.replace("imported_", "incoming.dataset_")
                store.connection.execute(
                    f"insert into {table} by name select ? as corpus, {columns} from {source}",
                    [name],
                )
    finally:
        store.connection.unregister("near")
    return bool(known)


def _counts(store: Store, name: str) -> dict[str, Any]:
    keys = ("rows", "tool", "direct", "equal", "near", "faults")
    (counts,) = store.query(
        """
        select
          count(*), count(*) filter (kind = 'tool'), count(*) filter (kind = 'direct'),
          count(*) filter (equal_row_id <> row_id), count(*) filter (near_row_id <> row_id),
          (select count(*) from imported_faults where corpus = $corpus)
        from imported_rows where corpus = $corpus
        """,
        {"corpus": name},
    )
    return {"corpus": name, **dict(zip(keys, counts, strict=True))}
