"""What is known of the datasets of February 2026 is read out of them."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from curate.datasets import find_files
from curate.datasets.loading import load


@pytest.fixture(params=["phase27_augmented", "phase26_merged", "mlx_format"])
def tables(request, published: Path, monkeypatch):
    monkeypatch.setattr("curate.datasets.loading.row_faults", lambda row: ())
    with duckdb.connect() as connection:
        files = find_files([published / request.param], {})
        load(files, connection, jobs=1, progress=lambda *_: None)
        yield request.param, connection


KNOWN = {
    "phase27_augmented": {
        "rows": {"train": 1053, "valid": 111},
        "forms": {("messages", "direct", None): 240, ("messages", "tool", "code"): 920},
        "faults": {"result_wrapped_by_role": 60, "call_unparsable": 1},
        "dialects": {"qwen3_coder": 921, "markdown_json": 4, "code": 987},
    },
    "phase26_merged": {
        "rows": {"train": 762, "valid": 95, "test": 96},
        "forms": {("messages", "direct", None): 230, ("messages", "tool", "code"): 715},
        "faults": {"call_unparsable": 2},
        "dialects": {"qwen3_coder": 718, "markdown_json": 8, "code": 759},
    },
    "mlx_format": {
        "rows": {"train": 219, "valid": 25, "test": 7},
        "forms": {("text", "direct", None): 87, ("text", "tool", "direct"): 164},
        "faults": {"call_unparsable": 103, "call_arguments_string": 100},
        "dialects": {"markdown_json": 214},
    },
}


def counted(connection: duckdb.DuckDBPyConnection, query: str) -> Counter:
    return Counter({tuple(row[:-1]): row[-1] for row in connection.execute(query).fetchall()})


def test_rows_forms_dialects_and_faults_are_those_known(tables):
    name, connection = tables
    known = KNOWN[name]
    rows = counted(connection, "select split, count(*) from dataset_rows group by all")
    assert {split: count for (split,), count in rows.items()} == known["rows"]
    forms = counted(
        connection, "select form, kind, surface, count(*) from dataset_rows group by all"
    )
    assert known["forms"].items() <= forms.items()
    assert sum(forms.values()) - sum(known["forms"].values()) <= 8  # tool rows outside code mode
    faults = counted(connection, "select rule, count(*) from dataset_faults group by all")
    assert {rule: count for (rule,), count in faults.items()} == known["faults"]
    dialects = counted(connection, "select dialect, count(*) from dataset_calls group by all")
    assert {dialect: count for (dialect,), count in dialects.items()} == known["dialects"]


def test_four_fifths_of_phase27_call_a_tool(published: Path):
    files = find_files([published / "phase27_augmented"], {})
    with duckdb.connect() as connection:
        load(files, connection, jobs=1, progress=lambda *_: None)
        query = "select avg((kind = 'tool')::int) from dataset_rows"
        ((share,),) = connection.execute(query).fetchall()
    assert round(share, 2) == 0.79
