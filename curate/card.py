"""The dataset card: README.md of an export, as the Hugging Face hub and `datasets` read it."""

import json
from typing import Any

from curate.phrases import environment
from curate.project import Project
from curate.recipe import Recipe
from curate.store import Store

SPLIT_NAMES = {"train": "train", "valid": "validation", "test": "test"}
HUB_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (10**12, "10M<n<100M"),
)


def card(project: Project, store: Store, recipe: Recipe, manifest: dict[str, Any]) -> str:
    """The text of README.md.

    Its front matter names each split's file, so that `load_dataset` finds them.
    """
    total = sum(entry["rows"] for entry in manifest["files"].values())
    values = {
        "manifest": manifest,
        "corpus": recipe.corpus,
        "description": recipe.description,
        "files": [
            (SPLIT_NAMES[name.removesuffix(".jsonl")], name, entry)
            for name, entry in manifest["files"].items()
        ],
        "size": next(label for limit, label in HUB_SIZES if total < limit),
        "format": recipe.export.format,
        "audits": store.query(
            "select audit, count_rows from audit_results where corpus = ? order by all",
            [recipe.corpus],
        ),
        "example": json.dumps(_example(store, recipe.corpus), indent=2, ensure_ascii=False),
    }
    path = project.files("templates/card", "card.jinja")["card.jinja"]
    return environment().from_string(path.read_text(encoding="utf-8")).render(values).strip() + "\n"


def _example(store: Store, corpus: str) -> dict[str, Any]:
    """The shortest tool conversation, as an example of a row."""
    prompt, calls, results, answer = store.query(
        """
        select prompt, calls, results, answer from samples where corpus = ?
        order by kind desc, length(results::varchar) + length(answer), sample_id limit 1
        """,
        [corpus],
    )[0]
    return {"prompt": prompt, "calls": json.loads(calls), "results": results, "answer": answer}
