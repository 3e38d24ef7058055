"""A dataset in tables: the same from one process and from several, numbered over all files."""

import gzip
import json
import weakref
from contextlib import nullcontext
from pathlib import Path

import duckdb
import pytest

from curate.datasets import find_files, loading, read
from curate.datasets.loading import load
from curate.errors import CurateError
from curate.executor import Here
from tests.conftest import REPOSITORY

READ = ["files", "rows", "messages", "calls", "results", "toolsets", "faults"]
TOOLS = [{"name": "read_file", "parameters": {"type": "object", "properties": {"path": {}}}}]


def turns(number: int) -> dict:
    call = {"name": "read_file", "arguments": {"path": f"{number}.py"}}
    return {
        "messages": [
            {"role": "system", "content": "Help."},
            {"role": "user", "content": f"Read {number}.py."},
            {"role": "assistant", "content": f"<tool_call>{json.dumps(call)}</tool_call>"},
            {"role": "tool", "content": f"x = {number}"},
            {"role": "assistant", "content": f"It sets x to {number}."},
        ],
        "tools": TOOLS,
        "category": "reading",
    }


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    lines = [json.dumps(turns(number)) for number in range(40)]
    lines[7] = "{"
    (tmp_path / "train.jsonl").write_text("\n".join(lines))
    (tmp_path / "valid.jsonl").write_text("\n".join(lines[:5]) + "\n")
    return tmp_path


def loaded(folder: Path, jobs: int = 1) -> dict[str, list[tuple]]:
    with duckdb.connect() as connection:
        load(find_files([folder], {}), connection, jobs=jobs, progress=lambda *_: None)
        return {
            name: connection.execute(f"select * from dataset_{name} order by all").fetchall()
            for name in READ
        }


def test_rows_are_numbered_over_all_files(dataset, monkeypatch):
    monkeypatch.setattr(loading, "row_faults", lambda row: ())
    tables = loaded(dataset)
    assert [row[:4] for row in tables["rows"]] == [
        *((n, 0, "train", n + 1 + (n >= 7)) for n in range(39)),
        *((39 + n, 1, "valid", n + 1) for n in range(5)),
    ]
    assert [row[2:] for row in tables["files"]] == [
        ("train", (dataset / "train.jsonl").stat().st_size, 40),
        ("valid", (dataset / "valid.jsonl").stat().st_size, 5),
    ]
    assert [(row[1], row[2], row[4]) for row in tables["faults"]] == [(0, 8, "row_truncated")]
    assert len(tables["toolsets"]) == 1
    assert {row[0] for row in tables["calls"]} == set(range(44))


def test_several_processes_and_small_chunks_fill_the_same_tables(dataset, monkeypatch):
    alone = loaded(dataset)
    monkeypatch.setattr("curate.datasets.chunks.CHUNK_BYTES", 3000)
    monkeypatch.setattr(loading, "AHEAD", 2)
    assert loaded(dataset) == alone
    monkeypatch.setattr(loading, "FEW_BYTES", 0)
    assert loaded(dataset, jobs=2) == alone


def test_what_is_inserted_is_not_held_until_the_end(dataset, monkeypatch):
    monkeypatch.setattr("curate.datasets.chunks.CHUNK_BYTES", 3000)
    opened, held, alive = loading._opened, [], []

    def watched(stream):
        table = opened(stream)
        held.append(weakref.ref(table))
        return table

    monkeypatch.setattr(loading, "_opened", watched)
    with duckdb.connect() as connection:
        load(
            find_files([dataset], {}),
            connection,
            jobs=1,
            progress=lambda *_: alive.append(sum(table() is not None for table in held)),
        )
    assert len(alive) > 5
    assert max(alive) <= 1


def test_a_file_that_cannot_be_unpacked_leaves_nothing_behind(dataset):
    (dataset / "test.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 1000)[:-20])
    with duckdb.connect() as connection:
        with pytest.raises(CurateError, match=r"test.jsonl.gz: cannot be read"):
            load(find_files([dataset], {}), connection, jobs=1, progress=lambda *_: None)
        assert connection.execute("select count(*) from dataset_rows").fetchall() == [(0,)]


def test_the_chunks_of_small_files_are_read_side_by_side(dataset, monkeypatch):
    seen = []

    class Watching(Here):
        def map(self, function, items, crashed=None, ahead=None):
            seen.append([chunk.file_id for chunk in items])
            return iter(())

    monkeypatch.setattr(loading, "executor", lambda jobs: nullcontext(Watching()))
    loaded(dataset)
    assert seen == [[0, 0, 1]]  # the first file has two


def test_a_chunk_whose_process_ends_is_a_fault_with_its_lines(dataset, monkeypatch):
    monkeypatch.setattr(loading, "load_chunk", loading._crashed)
    faults = loaded(dataset)["faults"]
    assert next(row[4:6] for row in faults) == (
        "row_crashed",
        "lines 1 to 39: the process that read them ended",
    )


def test_a_check_that_raises_is_a_fault_of_its_row(dataset, monkeypatch):
    def fail(row):
        raise ValueError("a bug")

    monkeypatch.setattr(loading, "row_faults", fail)
    faults = [row[5] for row in loaded(dataset)["faults"] if row[4] == "row_crashed"]
    assert faults == ["a check: ValueError: a bug"] * 44


def test_a_reader_that_raises_is_a_fault_of_its_row(monkeypatch):
    monkeypatch.setattr("curate.datasets.reading.form_of", lambda value: 1 / 0)
    (fault,) = read(b"{}").faults
    assert (fault.rule, fault.evidence) == (
        "row_crashed",
        "ZeroDivisionError: division by zero",
    )


def test_a_file_that_cannot_be_opened_is_one_clear_error(dataset):
    files = find_files([dataset], {})
    (dataset / "train.jsonl").unlink()
    (dataset / "train.jsonl").mkdir()
    wanted = pytest.raises(CurateError, match=r"train.jsonl: cannot be opened\n.*\n  fix: check")
    with wanted, duckdb.connect() as connection:
        load(files, connection, jobs=1, progress=lambda *_: None)


def test_progress_counts_bytes_and_ends_at_all_of_them(dataset, monkeypatch):
    monkeypatch.setattr(loading, "MEGABYTE", 1)
    told = []
    with duckdb.connect() as connection:
        files = find_files([dataset], {})
        load(files, connection, jobs=1, progress=lambda *now: told.append(now))
    size = sum(path.stat().st_size for path in dataset.iterdir())
    assert told[-1] == (size, size, "MB")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


@pytest.mark.parametrize("name", READ)
def test_a_table_is_what_its_file_says(name):
    text = (REPOSITORY / "sql/dataset" / f"dataset_{name}.sql").read_text()
    first, second, rest = text.split("\n", 2)
    assert first.startswith("-- One row per ")
    assert second.startswith("-- grain: ")
    assert rest.startswith(f"create table dataset_{name} (")


def test_a_checked_row_and_its_columns_agree(dataset):
    row = read(turns(3)).row
    assert row is not None
    (stored,) = [found for found in loaded(dataset)["rows"] if found[0] == 3]
    assert stored[4:9] == ("messages", ["hermes"], "tool", "direct", len(json.dumps(turns(3))))
    assert stored[9:16] == (
        row.row_hash,
        row.system_hash,
        row.first_user_hash,
        row.first_user_folded_hash,
        row.user_turns_hash,
        row.calls_hash,
        row.toolset_id,
    )
    assert stored[16:] == (
        5,
        "assistant",
        "reading",
        "Read 3.py.",
        'Read 3.py.\nread_file {"path":"3.py"}\nIt sets x to 3.',
    )
