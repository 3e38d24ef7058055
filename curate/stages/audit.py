"""Audits: each a query for bad rows, and none may be there.

grounded  2 rows
  sample_id=0c1d... claim=src/flask/ap.py
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.phrases import plural
from curate.project import Project
from curate.stages.base import Build, Contract, StageReport, near_settings
from curate.tools import all_tools

CONTRACT = Contract(
    writes=("near_pairs", "call_faults", "audit_results"),
    code=("near", "tools"),
    files=("sql/intermediate", "sql/marts", "sql/audits"),
    keys=("near", "select", "split", "tools", "execute", "system"),
)
SHOWN = 5


def audits(project: Project) -> dict[str, str]:
    """What each audit looks for, by name: the first comment of its file."""
    return {
        path.stem: path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
        for path in project.files("sql/audits", "*.sql").values()
    }


def audit(build: Build) -> StageReport:
    """Reads everything before it; writes near_pairs, call_faults and audit_results.

    Raises CurateError, exit code 1, that names each audit that found rows, how many, and the first
    five.
    """
    names = list(audits(build.project))
    found = []
    with build.store.transaction():
        _find_near_pairs(build)
        _find_call_faults(build)
        _name_machine(build)
        build.store.connection.execute("delete from audit_results where corpus = ?", [build.corpus])
        for done, name in enumerate(names):
            build.progress(done, len(names), name)
            count = build.store.query(
                f"select count(*) from {name} where corpus = ?", [build.corpus]
            )[0][0]
            build.store.connection.execute(
                "insert into audit_results values (?, ?, ?)", [build.corpus, name, count]
            )
            found += [(name, count)] if count else []
    if found:
        raise _failure(build, found)
    rows = build.store.query("select count(*) from samples where corpus = ?", [build.corpus])[0][0]
    return StageReport("audit", rows, rows, {}, f"{len(names)} audits")


def _find_near_pairs(build: Build) -> None:
    """Near-duplicates among the split samples, looked for anew.

    What dedupe kept is not taken on trust.
    """
    import polars as pl

    from curate.near import near_duplicate_pairs

    near = build.recipe.near
    texts = build.store.frame(
        """
        select sample_id, prompt, conversation
        from int_conversations join sample_splits using (corpus, sample_id)
        where corpus = ? order by sample_id
        """,
        [build.corpus],
    )
    build.store.connection.execute("delete from near_pairs where corpus = ?", [build.corpus])
    for field, words in (
        ("prompt", near.prompt_shingle_words),
        ("conversation", near.conversation_shingle_words),
    ):
        settings = near_settings(build, words, seed=2)
        pairs = near_duplicate_pairs(texts[field].to_arrow(), settings)
        ids = texts["sample_id"]
        frame = pl.DataFrame(
            {
                "left_id": ids.gather(pairs.left),
                "right_id": ids.gather(pairs.right),
                "jaccard": pairs.jaccard,
            }
        )
        build.store.insert(
            "near_pairs", frame.with_columns(corpus=pl.lit(build.corpus), field=pl.lit(field))
        )


def _find_call_faults(build: Build) -> None:
    """Calls whose arguments do not fit the JSON schema that is offered with them."""
    import polars as pl
    from jsonschema import Draft202012Validator

    validators = {
        name: Draft202012Validator(
            tool.schema()["function"]["parameters"] | {"additionalProperties": False}
        )
        for name, tool in all_tools().items()
    }
    rows: list[tuple[Any, ...]] = []
    calls = build.store.query(
        """
        select sample_id, ordinal, tool, arguments from conversations
        where corpus = ? order by all
        """,
        [build.corpus],
    )
    for sample_id, ordinal, tool, arguments in calls:
        if tool in validators:
            rows += [
                (build.corpus, sample_id, ordinal, fault.message)
                for fault in validators[tool].iter_errors(json.loads(arguments))
            ]
    build.store.connection.execute("delete from call_faults where corpus = ?", [build.corpus])
    schema = {"corpus": pl.String, "sample_id": pl.String, "ordinal": pl.Int64, "fault": pl.String}
    build.store.insert("call_faults", pl.DataFrame(rows, schema=schema, orient="row"))


def _name_machine(build: Build) -> None:
    """The folders that a result could give away: where curate, its cache and the project lie."""
    from curate.sources import Cache

    temporary = str(Path(tempfile.gettempdir(), tempfile.gettempprefix()))
    paths = {str(build.project.root), str(Cache.open().root), sys.prefix, temporary}
    build.store.connection.execute("delete from machine_paths")
    for path in sorted(paths):
        build.store.connection.execute("insert into machine_paths values (?)", [path])


def _failure(build: Build, found: list[tuple[str, int]]) -> CurateError:
    """Each audit that found rows, with the first five of them."""
    lines = []
    for name, count in found:
        lines.append(
            f"{name}: {count:,} row{'s' if count > 1 else ''}: {audits(build.project)[name]}"
        )
        rows = build.store.rows(
            f"select * exclude (corpus) from {name} where corpus = ? order by all limit {SHOWN}",
            [build.corpus],
        )
        lines += [
            "  " + " ".join(f"{column}={value}" for column, value in row.items()) for row in rows
        ]
    return CurateError(
        f"corpus {build.corpus}",
        "\n".join([f"{plural(len(found), 'audit', 'audits')} found bad rows", *lines]),
        f'curate sql "select * from {found[0][0]}"',
        exit_code=1,
    )
