"""Clusters of near-duplicates: over prompts, and over whole conversations; the first of each stays.

The content is compared, never the rendered ChatML with its system prompt and schemas, which all
rows share.
"""

from typing import TYPE_CHECKING

from curate.stages.base import Build, Contract, StageReport, dropped_counts, near_settings

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

CONTRACT = Contract(
    writes=("sample_clusters",), code=("near",), files=("sql/intermediate",), keys=("seed", "near")
)

TEXTS = """
select sample_id, kind, prompt, conversation
from int_conversations
where corpus = ? and drop_reason is null
order by md5(sample_id || ?), sample_id
"""


def dedupe(build: Build) -> StageReport:
    """Reads int_conversations over composed; writes sample_clusters.

    Which sample of a cluster stays depends on ids and seed only, never on the order of arrival.
    """
    import polars as pl

    texts = build.store.frame(TEXTS, [build.corpus, str(build.recipe.seed)])
    near = build.recipe.near
    prompts = clusters_of(build, texts["prompt"], near.prompt_shingle_words)
    conversations = clusters_of(build, texts["conversation"], near.conversation_shingle_words)
    ids = texts["sample_id"]
    frame = texts.select(
        pl.lit(build.corpus).alias("corpus"),
        "sample_id",
        prompt_cluster=ids.gather(prompts) if len(ids) else ids,
        conversation_cluster=ids.gather(conversations) if len(ids) else ids,
    ).with_columns(
        drop_reason=pl.when(pl.col("prompt_cluster") != pl.col("sample_id"))
        .then(pl.lit("near_duplicate_prompt"))
        .when(pl.col("conversation_cluster") != pl.col("sample_id"))
        .then(pl.lit("near_duplicate_conversation"))
    )
    with build.store.transaction():
        build.store.replace("sample_clusters", frame, {"corpus": build.corpus})
    dropped = dropped_counts(build, "sample_clusters")
    return StageReport("dedupe", frame.height, frame.height - sum(dropped.values()), dropped)


def clusters_of(build: Build, texts: "pl.Series", shingle_words: int) -> "np.ndarray":
    """For each text the index of the first text of its cluster: int64, shape (len(texts),)."""
    from curate.near import clusters, near_duplicate_pairs

    pairs = near_duplicate_pairs(texts.to_arrow(), near_settings(build, shingle_words, seed=1))
    return clusters(len(texts), pairs.left, pairs.right)
