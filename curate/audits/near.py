"""Near-duplicates of a dataset: dataset_pairs, each counted exactly by `curate.near`.

Equal texts are one here, the first of them: whole rows by row_hash, prompts by first_user_hash.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from curate.near import NearSettings

LEVELS = {"conversation": "row_hash", "prompt": "first_user_hash"}
COLUMNS = {"conversation": "conversation", "prompt": "first_user"}
BATCH_ROWS = 20_000
SEED = 3  # of the permutations; another than the build's


def ensure_pairs(connection: "duckdb.DuckDBPyConnection") -> None:
    """Fill dataset_pairs where that has not been done for the rows that are there."""
    if not connection.execute("select count(*) from dataset_pairs").fetchall()[0][0]:
        find_pairs(connection)


def find_pairs(connection: "duckdb.DuckDBPyConnection") -> None:
    """Reads dataset_rows and dataset_settings; writes dataset_pairs, of both levels."""
    from curate.near import NearSettings

    ((threshold, prompt, conversation),) = connection.execute(
        "select near_jaccard, near_prompt_words, near_conversation_words from dataset_settings"
    ).fetchall()
    connection.execute("delete from dataset_pairs")
    for level, words in (("conversation", conversation), ("prompt", prompt)):
        settings = NearSettings(threshold=threshold, shingle_words=words, seed=SEED)
        _find_level(connection, level, settings)


def _find_level(
    connection: "duckdb.DuckDBPyConnection", level: str, settings: "NearSettings"
) -> None:
    import pyarrow as pa

    from curate.near import near_duplicate_pairs

    rows, texts = _distinct(connection, level)
    pairs = near_duplicate_pairs(texts, settings)
    found = pa.table(
        {"left_row": rows[pairs.left], "right_row": rows[pairs.right], "jaccard": pairs.jaccard}
    )
    connection.register("incoming_pairs", found)
    try:
        connection.execute(
            f"insert into dataset_pairs by name select '{level}' as level, * from incoming_pairs"
        )
    finally:
        connection.unregister("incoming_pairs")


def _distinct(
    connection: "duckdb.DuckDBPyConnection", level: str
) -> tuple[np.ndarray, "pa.ChunkedArray"]:
    """The first row of each distinct text, in order, and these texts.

    Batch by batch, so that the column is not held twice.
    """
    import pyarrow as pa

    key, text = LEVELS[level], COLUMNS[level]
    firsts = connection.execute(
        f"select min(row_id) as row_id from dataset_rows where {key} is not null group by {key} "
        "order by row_id"
    ).fetchnumpy()["row_id"]
    ((count,),) = connection.execute(
        "select coalesce(max(row_id) + 1, 0) from dataset_rows"
    ).fetchall()
    is_first = np.zeros(count, np.bool_)  # row_id is dense, but for rows that --fix left out
    is_first[firsts] = True
    rows, chunks = [np.zeros(0, np.int64)], list[pa.Array]()
    batches = connection.sql(f"select row_id, {text} from dataset_rows").to_arrow_reader(BATCH_ROWS)
    for batch in batches:
        row_ids = batch.column(0).to_numpy()
        kept = is_first[row_ids]
        rows.append(row_ids[kept])
        chunks.append(batch.column(1).filter(pa.array(kept)).cast(pa.large_string()))
    return np.concatenate(rows), pa.chunked_array(chunks, pa.large_string())
