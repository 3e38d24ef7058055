"""The dataset card: README.md of an export, as the Hugging Face hub and `datasets` read it."""

import json
from typing import Any

from curate.phrases import environment
from curate.stages.base import Build

SPLIT_NAMES = {"train": "train", "valid": "validation", "test": "test"}
HUB_LICENSES = {"MIT": "mit", "BSD-3-Clause": "bsd-3-clause", "Apache-2.0": "apache-2.0"}
HUB_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (10**12, "100K<n<1M"),
)


def card(build: Build, manifest: dict[str, Any]) -> str:
    """The text of README.md.

    Its front matter names each split's file, so that `load_dataset` finds them.
    """
    total = sum(entry["rows"] for entry in manifest["files"].values())
    values = {
        "manifest": manifest,
        "corpus": build.corpus,
        "description": build.recipe.description,
        "files": [
            (SPLIT_NAMES[name.removesuffix(".jsonl")], name, entry)
            for name, entry in manifest["files"].items()
        ],
        "total": total,
        "size": next(label for limit, label in HUB_SIZES if total < limit),
        "format": build.recipe.export.format,
        "audits": build.store.query(
            "select audit, count_rows from audit_results where corpus = ? order by all",
            [build.corpus],
        ),
        "example": json.dumps(_example(build), indent=2, ensure_ascii=False),
    }
    path = build.project.files("templates/card", "card.jinja")["card.jinja"]
    return environment().from_string(path.read_text(encoding="utf-8")).render(values).strip() + "\n"


def _example(build: Build) -> dict[str, Any]:
    """The shortest tool conversation, as an example of a row."""
    prompt, calls, results, answer = build.store.query(
        """
        select prompt, calls, results, answer from samples where corpus = ?
        order by kind desc, length(results::varchar) + length(answer), sample_id limit 1
        """,
        [build.corpus],
    )[0]
    return {"prompt": prompt, "calls": json.loads(calls), "results": results, "answer": answer}
