"""The dataset: JSONL a split, a card, and the manifest, written last."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from curate import dialects
from curate.card import card
from curate.dialects.fidelity import misread
from curate.errors import CurateError
from curate.rows import row, turn_by_turn
from curate.stages.base import Build, Contract, StageReport

SPLITS = ("train", "valid", "test")


def written(build: Build) -> bool:
    """Whether the files that the manifest names lie there as it says."""
    folder = build.project.out / build.corpus
    try:
        files = json.loads((folder / "manifest.json").read_bytes())["files"]
        return bool(files) and all(
            _sha256(folder / name) == entry["sha256"] for name, entry in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


CONTRACT = Contract(
    code=("rows.py", "dialects", "card.py"),
    files=("templates/dialects", "templates/card"),
    keys=(
        "corpus",
        "description",
        "seed",
        "system",
        "sources",
        "tools",
        "select",
        "split",
        "export",
    ),
    versions=written,
)


def export(build: Build) -> StageReport:
    """Reads samples and offered_tools; writes out/<corpus>/: files, README.md and manifest.json.

    All is written beside and renamed; the folder is never half old and half new.
    """
    target = build.project.out / build.corpus
    beside = build.project.out / f".{build.corpus}.{os.getpid()}"
    for stale in build.project.out.glob(f".{build.corpus}.*"):
        shutil.rmtree(stale)
    beside.mkdir(parents=True)
    splits = {name: _conversations(build, name) for name in SPLITS}
    counts = {
        name: _write_split(build, turns, beside / f"{name}.jsonl") for name, turns in splits.items()
    }
    files = {
        path.name: {
            "rows": counts[path.stem],
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
        }
        for path in (beside / f"{name}.jsonl" for name in SPLITS if counts[name])
    }
    manifest = _manifest(build, files)
    readme = card(build.project, build.store, build.recipe, manifest)
    (beside / "README.md").write_text(readme, encoding="utf-8")
    manifest["files"]["README.md"] = {
        "bytes": len(readme.encode()),
        "sha256": hashlib.sha256(readme.encode()).hexdigest(),
    }
    _put(beside, target, manifest)
    rows = sum(map(len, splits.values()))
    return StageReport("export", rows, rows)


def _conversations(build: Build, split: str) -> list[list[dict[str, Any]]]:
    """The messages of a split's samples, in its order.

    Raises CurateError, exit code 1, for a conversation that the recipe's dialect cannot write.
    """
    dialect = dialects.load(build.project, build.recipe.export.dialect)
    tools = _tools(build)
    conversations = []
    for candidate_id, messages in build.store.query(
        """
        select candidate_id, messages from samples
        where corpus = ? and split = ? order by position
        """,
        [build.corpus, split],
    ):
        turns = json.loads(messages)
        if reason := misread(dialect, turns, tools):
            raise CurateError(
                f"candidate {candidate_id}",
                f"cannot be written in the dialect {dialect.name}\n{reason}",
                f"name another --dialect, or mend what shows: curate explain {candidate_id}",
                exit_code=1,
            )
        conversations.append(turns)
    return conversations


def _write_split(build: Build, conversations: list[list[dict[str, Any]]], path: Path) -> int:
    """The number of rows written; no file for a split without any."""
    if not conversations:
        return 0
    export = build.recipe.export
    dialect = dialects.load(build.project, export.dialect)
    tools = _tools(build) if export.tools else []
    by_turn = export.rows == "turn"
    rows = list(turn_by_turn(conversations, export.batch_size)) if by_turn else conversations
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for turns in rows:
            content = row(export.format, turns, tools, dialect)
            file.write(json.dumps(content, ensure_ascii=False) + "\n")
    return len(rows)


def _tools(build: Build) -> list[dict[str, Any]]:
    """The offered tools, as a chat template takes them."""
    rows = build.store.query(
        "select schema from offered_tools where corpus = ? order by tool", [build.corpus]
    )
    return [json.loads(schema) for (schema,) in rows]


def _manifest(build: Build, files: dict[str, Any]) -> dict[str, Any]:
    """What the dataset was made from, and what is in it.

    Holds no time, and no path of this machine.
    """
    store, corpus = build.store, build.corpus
    sources = store.query(
        """
        select name, version, kind, revision, tree_sha256, license_spdx
        from sources join corpus_sources using (source_id)
        where corpus = ? order by all
        """,
        [corpus],
    )
    keys = ("name", "version", "kind", "revision", "tree_sha256", "license_spdx")
    versions = store.query(
        """
        select distinct tool, tool_version
        from conversations join executions using (execution_id, tool)
        where corpus = ? order by all
        """,
        [corpus],
    )
    return {
        "corpus": corpus,
        "recipe": build.recipe.model_dump(mode="json"),
        "sources": [dict(zip(keys, source, strict=True)) for source in sources],
        "tool_versions": [{"tool": tool, "version": version} for tool, version in versions],
        "counts": {
            name: _counts(build, expression)
            for name, expression in {
                **{name: name for name in ("split", "kind", "surface", "category", "stratum")},
                "tool": "unnest(tools)",
                "family": "unnest(families)",
                "turns": "case when kind = 'tool' then count_turns::varchar end",
                **{name: name for name in ("intent", "source_id")},
            }.items()
        },
        "files": files,
    }


def _counts(build: Build, expression: str) -> dict[str, int]:
    """Samples by the values of an expression; a sample counts under each tool that it calls."""
    rows = build.store.query(
        f"""
        select value, count(*) from (select {expression} as value from samples where corpus = ?)
        where value is not null group by all order by all
        """,
        [build.corpus],
    )
    return dict(rows)


def _put(beside: Path, target: Path, manifest: dict[str, Any]) -> None:
    """The old manifest goes first and the new one comes last: a folder with a manifest is whole."""
    try:
        target.mkdir(exist_ok=True)
        (target / "manifest.json").unlink(missing_ok=True)
        for old in (path for path in target.glob("*.jsonl") if not (beside / path.name).exists()):
            old.unlink()
        for path in beside.iterdir():
            path.replace(target / path.name)
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        (beside / "manifest.json").write_text(text, encoding="utf-8")
        (beside / "manifest.json").replace(target / "manifest.json")
        beside.rmdir()
    except OSError as error:
        raise CurateError(
            f"out/{target.name}",
            f"cannot be written: {error.strerror}",
            "free the folder and run again",
        ) from None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
