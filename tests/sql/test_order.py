"""What an intent selects is the same however the rows lie that it reads."""

import shutil

import duckdb
import pytest

from curate.intents import intents
from curate.store import FILE_NAME, Store
from tests.conftest import Mini


@pytest.fixture
def store(everything: Mini, tmp_path):
    shutil.copy(everything.root / "out" / FILE_NAME, tmp_path)
    with duckdb.connect(str(tmp_path / FILE_NAME)) as connection:
        yield Store(connection, everything.project)


def selected(store: Store) -> dict[str, list[str]]:
    """The rows of every intent as text, sorted."""
    return {name: sorted(map(str, store.query(f"from {name}"))) for name in intents(store.project)}


def test_no_candidate_depends_on_the_order_of_rows(store: Store):
    plain = selected(store)
    assert sum(map(len, plain.values())) > 1_000
    for seed in (0.25, 0.75):
        with store.computed_below("intents"):
            store.connection.execute(f"select setseed({seed})")
            kept = store.query("select table_name from duckdb_tables() where temporary")
            assert ("symbols",) in kept
            for (name,) in kept:
                store.connection.execute(
                    f"create or replace temporary table {name} as from {name} order by random()"
                )
            shuffled = selected(store)
        differing = {name for name in plain if shuffled[name] != plain[name]}
        assert differing == set()


def test_views_that_were_computed_are_views_again_afterwards(store: Store):
    with store.computed_below("intents"):
        pass
    assert store.query("select table_name from duckdb_tables() where temporary") == []
    assert store.query("select count(*) from symbols")[0][0] > 0
