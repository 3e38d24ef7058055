"""Files that end other readers: each is faults at file and line, or one clear error."""

import gzip
import json
import math
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from curate.datasets import chunks, find_files, lines, loading, rows_of
from curate.datasets.loading import load
from curate.errors import CurateError

ROW = {"messages": [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Yes."}]}
GOOD = json.dumps(ROW).encode()


@pytest.fixture(autouse=True)
def _reading_alone(monkeypatch):
    """The faults of reading, without what the checks of a row's content find."""
    monkeypatch.setattr(loading, "row_faults", lambda row: ())


def asked(path: Path, *queries: str) -> list[list[tuple]]:
    """What each query says of the dataset there."""
    with duckdb.connect() as connection:
        load(find_files([path], {}), connection, jobs=1, progress=lambda *_: None)
        return [connection.execute(query).fetchall() for query in queries]


def rows_and_faults(path: Path) -> tuple[int, list[tuple]]:
    ((count,),), faults = asked(
        path,
        "select count(*) from dataset_rows",
        "select line, rule from dataset_faults order by line, rule",
    )
    return count, faults


NASTY = {
    "empty": (b"", 0, [(None, "file_empty")]),
    "no row": (b"\n", 0, [(1, "row_blank")]),
    "blank lines": (b"\n" + GOOD + b"\n\n" + GOOD + b"\n \n", 2, [1, 3, 5]),
    "no newline at the end": (GOOD + b"\n" + GOOD, 2, []),
    "crlf": (GOOD + b"\r\n" + GOOD + b"\r\n", 2, []),
    "bom": (b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD, 2, [(1, "row_bom")]),
    "utf-16": (GOOD.decode().encode("utf-16"), 0, [(None, "file_not_utf8")]),
    "utf-32": (GOOD.decode().encode("utf-32"), 0, [(None, "file_not_utf8")]),
    "latin-1": (b'{"text": "gr\xfcn"}\n' + GOOD, 1, [(1, "row_not_utf8")]),
    "truncated": (GOOD + b"\n" + GOOD[:40], 1, [(2, "row_truncated")]),
    "null bytes": (GOOD + b"\n\0\0\0\n", 1, [(2, "row_unreadable")]),
    "nan": (GOOD[:-1] + b', "score": NaN}\n', 1, [(1, "row_nan")]),
    "surrogate": (b'{"text": "\\ud800"}\n', 1, [(1, "row_surrogate"), (1, "text_without_turns")]),
    "deep": (
        b'{"messages": ' + b"[" * 5000 + b"]" * 5000 + b"}\n" + GOOD,
        1,
        [(1, "row_too_deep")],
    ),
    "number as content": (
        b'{"messages": [{"role": "user", "content": 5}, {"role": "assistant", "content": "x"}]}',
        1,
        [(1, "content_not_text")],
    ),
    "csv": (b"prompt,completion\na,b\n", 0, [(1, "row_unreadable"), (2, "row_unreadable")]),
    "array": (b"[" + GOOD + b",\n" + GOOD + b"]", 2, []),
    "array with a bom": (b"\xef\xbb\xbf[" + GOOD + b"]", 1, [(1, "row_bom")]),
    "broken array": (b"[" + GOOD + b",\n" + GOOD, 0, [(1, "row_truncated")]),
    "array of anything": (b"[1, null, " + GOOD + b"]", 1, [(1, "row_unreadable")] * 2),
    "rows that are lists": (b"[1]\n" + GOOD, 1, [(1, "row_unreadable")]),
    "empty array": (b"[]", 0, [(None, "file_empty")]),
    "line separators": (GOOD[:-1] + ', "x": "\u2028\x85"}\n'.encode() + GOOD, 2, []),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_file_is_rows_and_faults(name, tmp_path):
    content, count, faults = NASTY[name]
    faults = [(fault, "row_blank") if isinstance(fault, int) else fault for fault in faults]
    (tmp_path / "train.jsonl").write_bytes(content)
    assert rows_and_faults(tmp_path) == (count, faults)


def test_a_line_of_fifty_megabytes_is_one_fault(tmp_path):
    path = tmp_path / "train.jsonl"
    with path.open("wb") as stream:
        stream.write(GOOD + b'\n{"text": "')
        for _ in range(50):
            stream.write(b"x" * 1024 * 1024)
        stream.write(b'"}\n' + GOOD + b"\n")
    assert rows_and_faults(tmp_path) == (2, [(2, "row_too_long")])
    assert [(line, value) for line, _, value in rows_of(find_files([path], {})[0])] == [
        (1, ROW),
        (2, None),
        (3, ROW),
    ]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("chunk_bytes", [7, 64, 300])
def test_chunks_of_any_size_hold_the_same(name, chunk_bytes, tmp_path, monkeypatch):
    content, _, _ = NASTY[name]
    (tmp_path / "train.jsonl").write_bytes(content * 3)
    whole = rows_and_faults(tmp_path)
    monkeypatch.setattr(chunks, "CHUNK_BYTES", chunk_bytes)
    assert rows_and_faults(tmp_path) == whole


@pytest.mark.parametrize("limit", [100, 150])
def test_long_lines_are_left_out_of_memory(limit, tmp_path, monkeypatch):
    for module in (lines, chunks):
        monkeypatch.setattr(module, "MAX_ROW_BYTES", limit)
    monkeypatch.setattr("curate.datasets.decoding.MAX_ROW_BYTES", limit)
    monkeypatch.setattr(lines, "READ_WHOLE_BYTES", 1)
    long = b'{"text": "' + b"x" * 400 + b'"}'
    (tmp_path / "train.jsonl").write_bytes(b"\n".join([GOOD, long, GOOD, long]))
    assert rows_and_faults(tmp_path) == (2, [(2, "row_too_long"), (4, "row_too_long")])
    (evidence,) = asked(tmp_path, "select distinct evidence from dataset_faults order by all")
    lengths = sorted({len(long), len(long) + 1})  # the last one has no newline
    assert evidence == [(f"{length} bytes in one line",) for length in lengths]


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_a_compressed_file_reads_as_the_plain_one(compression, tmp_path, monkeypatch):
    content = b"\n".join([GOOD, b"", GOOD[:30], GOOD])
    path = tmp_path / f"train.jsonl.{compression}"
    if compression == "gz":
        path.write_bytes(gzip.compress(content))
    else:
        path.write_bytes(pa.compress(content, codec="zstd", asbytes=True))
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 50)
    assert rows_and_faults(tmp_path) == (2, [(2, "row_blank"), (3, "row_truncated")])


def test_a_compressed_file_that_is_cut_is_one_clear_error(tmp_path):
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(GOOD * 100)[:-10])
    with pytest.raises(CurateError, match=r"train.jsonl.gz: cannot be read\n"):
        asked(tmp_path)


def test_parquet_of_any_form_is_read(tmp_path):
    texts = ["<|im_start|>user\nHi.<|im_end|>", None]
    pq.write_table(pa.table({"text": texts}), tmp_path / "train.parquet")
    rows = [ROW, {"messages": [{"role": "user", "content": "x", "name": "y"}]}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "valid.parquet", row_group_size=1)
    found, faults = asked(
        tmp_path,
        "select split, line, form from dataset_rows order by row_id",
        "select line, rule from dataset_faults",
    )
    assert found == [
        ("train", 1, "text"),
        ("valid", 1, "messages"),
        ("valid", 2, "messages"),
    ]
    assert (2, "row_form_unknown") in faults


def test_parquet_of_odd_types_is_read(tmp_path):
    values = {
        "messages": [[{"role": "user", "content": math.nan}]],
        "when": [pa.scalar(0, pa.timestamp("us"))],
        "raw": [b"\xff"],
        "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
    }
    pq.write_table(pa.table(values), tmp_path / "train.parquet")
    assert rows_and_faults(tmp_path)[0] == 1


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all"])
def test_what_is_no_parquet_is_said_so(content, tmp_path):
    path = tmp_path / "train.parquet"
    path.write_bytes(content)
    if not content:
        assert rows_and_faults(tmp_path) == (0, [(None, "file_empty")])
        return
    with pytest.raises(CurateError, match=r"train.parquet: cannot be read\n"):
        asked(tmp_path)


def test_a_huge_array_is_one_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "MAX_ARRAY_BYTES", 10)
    path = tmp_path / "train.json"
    path.write_bytes(b"[" + GOOD + b"]")
    with pytest.raises(CurateError) as raised:
        asked(path)
    size = len(GOOD) + 2
    assert str(raised.value) == (
        f"{path}: is one JSON array of {size} bytes\n"
        f"  fix: write a row a line: jq -c '.[]' {path} > train.jsonl"
    )


def test_parquet_is_read_in_chunks_however_large_its_groups_are(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 100_000)
    messages = [[{"role": "user", "content": f"{i} " * 100}] for i in range(3_000)]
    kinds = pa.array([f"kind {i % 3}" for i in range(3_000)]).dictionary_encode()
    table = pa.table({"messages": messages, "category": kinds})
    path = tmp_path / "train.parquet"
    pq.write_table(table, path, row_group_size=1_000_000)
    (file,) = find_files([path], {})
    made = list(chunks.chunks_of(file, 0))
    assert len(made) > 5
    assert max(chunk.count_bytes for chunk in made) < 400_000
    assert [chunk.line for chunk in made[:2]] == [1, 1 + made[0].count_lines]
    assert sum(chunk.count_lines for chunk in made) == 3_000
    rows = list(rows_of(file))
    assert [line for line, _, _ in rows] == list(range(1, 3_001))
    assert rows[2_999][2] == {
        "messages": [{"role": "user", "content": "2999 " * 100}],
        "category": "kind 2",
    }


def test_a_damaged_page_of_parquet_is_told_with_the_name_of_its_file(tmp_path):
    path = tmp_path / "train.parquet"
    contents = [f"{i * 7919} " * 50 for i in range(2_000)]
    pq.write_table(pa.table({"text": contents}), path, compression="zstd")
    damaged = bytearray(path.read_bytes())
    damaged[1_000:9_000] = b"\xff" * 8_000
    path.write_bytes(bytes(damaged))
    with pytest.raises(CurateError) as caught:
        rows_and_faults(path)
    assert caught.value.where == str(path)
    assert caught.value.what.startswith("cannot be read\n")
