"""Tokens of every row into dataset_tokens, and what rendering it finds into dataset_faults.

    load(files, connection, jobs=2, progress=progress)
    count_tokens(files, connection, "models/qwen3-coder", jobs=2, progress=progress)

The files are read again, in the same chunks: whoever gives no tokenizer does not pay for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.database import transaction
from curate.datasets.chunks import Chunk, chunks_in, fault_of
from curate.datasets.decoding import crashed
from curate.datasets.lines import lines_of
from curate.datasets.loading import AHEAD, FEW_BYTES, MEGABYTE, Tell
from curate.datasets.reading import read_decoded
from curate.datasets.row import DataFile, Fault, Row
from curate.datasets.tokens.chats import chat_of
from curate.datasets.tokens.encoding import Pieces, begins_with, count_of, plain
from curate.datasets.tokens.opening import Model, open_model
from curate.datasets.tokens.rendering import Rendering, rendered
from curate.executor import executor

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 256  # whose texts are in memory at a time
SCHEMAS = {  # column -> type in Arrow, of what is inserted
    "dataset_tokens": {
        "row_id": "int64",
        "count_tokens": "int64",
        "count_prompt_tokens": "int64",
        "count_keys": "int64",
    },
    "dataset_faults": {
        "row_id": "int64",
        "file_id": "int64",
        "line": "int64",
        "ordinal": "int64",
        "rule": "string",
        "evidence": "string",
    },
}


class Read(NamedTuple):
    """A row as it stands in a line, and as it is read."""

    line: int
    value: Mapping[str, Any]
    row: Row


class Order(NamedTuple):
    """A chunk to count, by the tokenizer of this name."""

    chunk: Chunk
    tokenizer: str


class Counted(NamedTuple):
    """What a process hands back of a chunk, its rows counted from 0.

    tokens: (row, tokens, those of the prompt, keys). faults: (row, line, ordinal, rule, evidence).
    """

    chunk: Chunk
    tokens: list[tuple[int, int | None, int | None, int]]
    faults: list[tuple[int, int, int | None, str, str]]


def count_tokens(
    files: Sequence[DataFile],
    connection: "duckdb.DuckDBPyConnection",
    tokenizer: str,
    *,
    jobs: int,
    progress: Tell,
) -> None:
    """Fill dataset_tokens, dataset_tokenizer and dataset_faults for files that are loaded already.

    Raises CurateError where mlx-lm is not installed, or no tokenizer can be opened.
    """
    model = open_model(tokenizer)
    connection.execute(
        "insert into dataset_tokenizer values (?, ?, ?, ?)",
        [tokenizer, model.parser, list(model.stops), model.wrapper.has_chat_template],
    )
    sizes = [file.path.stat().st_size for file in files if fault_of(file) is None]
    total, done = sum(sizes), 0
    with executor(1 if total < FEW_BYTES else jobs) as workers, transaction(connection):
        orders = (Order(chunk, tokenizer) for chunk in chunks_in(files))
        for counted in workers.map(count_chunk, orders, _crashed, AHEAD):
            _insert(connection, counted)
            done = min(done + counted.chunk.count_bytes, total)
            progress(done // MEGABYTE, total // MEGABYTE, "MB of tokens")


def count_chunk(order: Order) -> Counted:
    """The tokens of a chunk's rows: a pure function of its bytes and the tokenizer."""
    model = open_model(order.tokenizer)
    counted = Counted(order.chunk, [], [])
    rows = _rows(order.chunk)
    while batch := list(islice(rows, BATCH_ROWS)):
        _count_batch(batch, model, counted)
    return counted


def _rows(chunk: Chunk) -> Iterator[Read]:
    for line in lines_of(chunk):
        row = read_decoded(line.decoded).row
        if row is not None:
            yield Read(line.number, line.decoded.value, row)


def _count_batch(batch: Sequence[Read], model: Model, counted: Counted) -> None:
    """Add these rows to what is counted."""
    renderings = [_rendering(read, model) for read in batch]
    wholes = _encoded(model, [None if one.is_plain else one.whole for one in renderings])
    prompts = _encoded(model, [one.prompt for one in renderings])
    texts = [one.whole for one in renderings if one.is_plain and one.whole is not None]
    plains = iter(plain(model.tokenizer, texts, with_special=True))
    for read, one, whole, prompt in zip(batch, renderings, wholes, prompts, strict=True):
        faults, count = [*one.faults], None if whole is None else count_of(whole)
        if one.is_plain:
            tokens = next(plains)
            count = len(tokens) + (tokens[-1:] != [model.tokenizer.eos_token_id])
            if not tokens:
                faults.append(Fault("render_failed", "an empty text"))
        if whole and prompt and one.is_stable and not begins_with(whole, prompt):
            evidence = "the last token before the reply and the first of it are one"
            faults.append(Fault("template_unstable", evidence, len(read.row.messages) - 1))
        row, count_prompt = len(counted.tokens), None if prompt is None else count_of(prompt)
        counted.tokens.append((row, count, count_prompt, len(read.value)))
        counted.faults.extend(
            (row, read.line, fault.ordinal, fault.rule, fault.evidence) for fault in faults
        )


def _rendering(read: Read, model: Model) -> Rendering:
    try:
        return rendered(chat_of(read.value, read.row), model)
    except Exception as error:  # noqa: BLE001  one row must not end the audit of a million
        return Rendering(None, None, (crashed(error, "its tokens: "),))


def _encoded(model: Model, texts: Sequence[str | None]) -> list[Pieces | None]:
    """The tokens of each text that there is."""
    tokens = iter(model.encoder.encode([text for text in texts if text is not None]))
    return [None if text is None else next(tokens) for text in texts]


def _insert(connection: "duckdb.DuckDBPyConnection", counted: Counted) -> None:
    """Insert what a chunk gave, its rows numbered as they are in dataset_rows."""
    chunk = counted.chunk
    lines = (1, 2**62) if chunk.kind == "array" else (chunk.line, chunk.line + chunk.count_lines)
    found = connection.execute(
        "select row_id, line from dataset_rows "
        "where file_id = ? and line >= ? and line < ? order by row_id",
        [chunk.file_id, *lines],
    ).fetchall()
    tokens, faults = counted.tokens, counted.faults
    if len(tokens) != len(found):
        evidence = "the process that counted its tokens ended"
        tokens = [(row, None, None, 0) for row in range(len(found))]
        faults = [(row, line, None, "row_crashed", evidence) for row, (_, line) in enumerate(found)]
    ids = [row_id for row_id, _ in found]
    _append(connection, "dataset_tokens", [(ids[row], *rest) for row, *rest in tokens])
    _append(
        connection, "dataset_faults", [(ids[row], chunk.file_id, *rest) for row, *rest in faults]
    )


def _append(
    connection: "duckdb.DuckDBPyConnection", table: str, rows: Sequence[Sequence[object]]
) -> None:
    import pyarrow as pa

    if not rows:
        return
    schema = SCHEMAS[table]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.values(), strict=True)]
    # found by its name; what is registered in a transaction is held until its end
    incoming = pa.table(arrays, names=list(schema))  # noqa: F841
    connection.execute(f"insert into {table} by name select * from incoming")


def _crashed(order: Order) -> Counted:
    """What is known of a chunk under which a process ended twice."""
    return Counted(order.chunk, [], [])
