"""A tiny corpus that every audit accepts, written by hand into the real tables: four tool samples, two direct ones."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from curate.errors import CurateError
from curate.executor import Here
from curate.project import Project
from curate.recipe import Recipe
from curate.rows import messages
from curate.stages.audit import audit
from curate.stages.base import Build
from curate.store import Store
from curate.tools import all_tools
from tests.conftest import Mini

SYSTEM = "You are an assistant."
RECIPE = {
    "corpus": "tiny",
    "description": "Four tool samples and two direct ones",
    "seed": 1,
    "system": SYSTEM,
    "sources": ["lib"],
    "tools": ["read_file", "run_command"],
    "select": {
        "tool": {"min": 0.5, "target": 0.6667, "max": 0.8},
        "tool_shares": {"search": 0.75, "read": 0.25},
        "direct_shares": {"concept": 1.0},
        "tools": {"read_file": {"min": 0.1, "max": 0.3}},
        "traits": {"several_turns": {"min": 0.0, "max": 0.2}},
        "max_source_fraction": 1.0,
        "max_intent_fraction": 0.75,
        "max_median_result_chars": 60,
    },
    "split": {"train": 3, "valid": 3},
}
TREE = "t" * 64
WORKSPACE = "w" * 24


@dataclass(frozen=True)
class Sample:
    """What one sample is made of, with the parts that differ."""

    sample_id: str
    split: str
    prompt: str
    answer: str
    intent: str = "direct_concept"
    stratum: str = "concept"
    tool: str | None = None
    arguments: dict[str, Any] | None = None
    result: str | None = None
    path: str = "corpora/direct/concept.toml"
    symbol: str = ""


SAMPLES = (
    Sample("a1", "train", "where is Alpha?", "`Alpha` is in `src/alpha.py` on line 3.", "find_class", "search",
           "run_command", {"command": 'grep -rn "class Alpha" src'}, "src/alpha.py:3:class Alpha:\n", "src/alpha.py", "Alpha"),
    Sample("a2", "train", "which files import json", "`json` is imported in 2 files: `src/beta.py` and `src/gamma.py`.", "find_imports", "search",
           "run_command", {"command": 'grep -rn "import json" src'}, "src/beta.py:1:import json\nsrc/gamma.py:9:import json\n", "src/beta.py", "json"),
    Sample("a3", "valid", "Show line 1 of src/delta.py please", "It says “x = 1”.", "read_lines", "read",
           "read_file", {"path": "src/delta.py", "start_line": 1, "end_line": 1}, "1\tx = 1\n[lines 1-1 of 4]", "src/delta.py", "lines"),
    Sample("a4", "valid", "find the function epsilon", "Nothing here defines `epsilon`.", "find_function", "search",
           "run_command", {"command": 'grep -rn "def epsilon" .'}, "[exit status 1]", ".", "epsilon"),
    Sample("d1", "train", "What is a closure?", "A function with the variables of the scope it was made in."),
    Sample("d2", "valid", "why do people use locks", "So that two threads never change one value at a time."),
)  # fmt: skip


def put(store: Store, sample: Sample) -> None:
    """Write one sample with its candidate, execution and split into the tables."""
    kind = "direct" if sample.tool is None else "tool"
    calls = [] if sample.tool is None else [{"tool": sample.tool, "arguments": sample.arguments}]
    results = [] if sample.result is None else [sample.result]
    ids = [] if sample.tool is None else [f"x-{sample.sample_id}"]
    source = None if sample.tool is None else "lib@1"
    outcome = {"direct": "direct"}.get(kind, "found")
    turns = json.dumps(messages(SYSTEM, sample.prompt, calls, results, sample.answer))
    tools = [] if sample.tool is None else [sample.tool]
    shared = {"corpus": "tiny", "workspace_id": WORKSPACE if sample.tool else None, "candidate_id": f"c-{sample.sample_id}", "kind": kind, "intent": sample.intent, "category": sample.stratum,
              "outcome": outcome, "source_id": source, "path": sample.path, "symbol": sample.symbol, "calls": json.dumps(calls)}  # fmt: skip
    insert(store, "candidates", {**shared, "slots": "{}", "expected": "{}"})
    if sample.tool is not None:
        insert(
            store,
            "candidate_results",
            {"corpus": "tiny", "candidate_id": shared["candidate_id"], "execution_ids": ids},
        )
        insert(store, "executions", {"execution_id": ids[0], "workspace_id": WORKSPACE, "tool": sample.tool, "arguments": json.dumps(sample.arguments),
                                     "tool_version": "1", "success": True, "result": "{}", "content": sample.result,
                                     "trace": json.dumps([[sample.tool, sample.arguments, "{}"]])})  # fmt: skip
    insert(store, "composed", {**shared, "sample_id": sample.sample_id, "stratum": sample.stratum, "tool": sample.tool, "phrasing": 0,
                               "is_held_out": False, "prompt": sample.prompt, "execution_ids": ids, "results": results, "answer": sample.answer,
                               "messages": turns, "surface": "direct", "tools": tools, "families": ["files"] if tools else [],
                               "count_turns": len(tools), "count_setbacks": int(sample.result == "[exit status 1]")})  # fmt: skip
    key = {"corpus": "tiny", "sample_id": sample.sample_id}
    insert(
        store,
        "sample_clusters",
        {**key, "prompt_cluster": sample.sample_id, "conversation_cluster": sample.sample_id},
    )
    insert(store, "sample_selection", key)
    insert(
        store,
        "sample_splits",
        {**key, "group_id": sample.sample_id, "split": sample.split, "position": 0},
    )


def insert(store: Store, table: str, row: dict[str, Any]) -> None:
    """One row; columns that are not named are null."""
    lists = ("execution_ids", "results", "tools", "families")
    types = dict.fromkeys(lists, pl.List(pl.String))
    store.insert(
        table, pl.DataFrame([row], schema_overrides={k: v for k, v in types.items() if k in row})
    )


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Build]:
    """A build over the tiny corpus, as it stands before audit."""
    monkeypatch.setenv("CURATE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "corpora").mkdir()
    recipe = Recipe.model_validate(RECIPE)
    with Store.open(Project(tmp_path)) as store:
        store.connection.execute(
            "insert into settings values ('tiny', '1', ?)", [recipe.model_dump_json()]
        )
        store.connection.execute(
            "insert into sources values ('lib@1', 'lib', '1', 'path', 'r', ?, 'MIT', 'tools')",
            [TREE],
        )
        insert(
            store,
            "workspaces",
            {"workspace_id": WORKSPACE, "source_id": "lib@1", "spec": "{}", "is_base": True},
        )
        store.connection.execute("insert into corpus_sources values ('tiny', 'lib@1')")
        for name in recipe.tools:
            insert(
                store,
                "offered_tools",
                {"corpus": "tiny", "tool": name, "schema": json.dumps(all_tools()[name].schema())},
            )
        for sample in SAMPLES:
            if sample.tool and sample.path != ".":
                store.connection.execute(
                    "insert into source_files values ('lib@1', ?, 's', 1, 'python', null)",
                    [sample.path],
                )
            put(store, sample)
        for stage, rows in (
            ("propose", 6),
            ("execute", 4),
            ("compose", 6),
            ("dedupe", 6),
            ("select", 6),
            ("split", 6),
        ):
            store.connection.execute(
                "insert into stage_runs values ('tiny', ?, 'f', ?, ?, '{}', 0)", [stage, rows, rows]
            )
        yield Build(Project(tmp_path), recipe, store, Here())


@pytest.fixture
def mini_store(mini_build: Mini) -> Iterator[Store]:
    """The database of the built `mini` project, to read from."""
    with Store.open(mini_build.project, read_only=True) as store:
        yield store


def findings(build: Build) -> dict[str, list[dict[str, Any]]]:
    """Rows of each audit that found some, after the audit stage has run."""
    with suppress(CurateError):  # its text is asserted elsewhere; here the tables are
        audit(build)
    found = {}
    for (name,) in build.store.query(
        "select audit from audit_results where corpus = 'tiny' and count_rows > 0 order by all"
    ):
        cursor = build.store.connection.execute(
            f"select * from {name} where corpus = 'tiny' order by all"
        )
        columns = [column[0] for column in cursor.description]
        found[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return found
