"""What every SQL file of the project promises: a header, a grain that holds, its layer, and views that bind."""

import re
from pathlib import Path

import pytest

from curate.intents import intents
from curate.project import Project
from curate.store import LAYERS, Store, view_files, view_order

ROOT = Path(__file__).parents[2]
PROJECT = Project(ROOT)
VIEWS = view_files(PROJECT)
SCHEMA = PROJECT.files("sql/schema", "*.sql")
GRAIN = re.compile(r"^-- grain: (.+)$", re.MULTILINE)
# A view reads its own layer or a lower one. Intents read facts, audits read samples: neither reads the other.
BELOW = {
    "staging": {"staging"},
    "intermediate": {"staging", "intermediate", "marts"},
    "marts": {"staging", "intermediate", "marts"},
    "intents": {"marts", "intermediate"},
    "audits": {"marts", "intermediate"},
}


@pytest.mark.parametrize(
    "path", [*VIEWS.values(), *SCHEMA.values()], ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_a_file_says_what_one_row_is_and_its_grain(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"-- [A-Z][^\n]+\n", text)
    assert GRAIN.search(text)
    assert len(text.splitlines()) <= 80


@pytest.mark.parametrize("path", VIEWS.values(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_view_is_one_bare_lower_case_select(path: Path):
    body = re.sub(r"--[^\n]*|'[^']*'", "", path.read_text(encoding="utf-8")).strip()
    assert ";" not in body
    assert re.match(r"(with|select) ?", body)
    assert not re.search(r"\b(SELECT|FROM|WHERE|JOIN|WITH|AND|AS)\b", body)


@pytest.mark.parametrize("path", VIEWS.values(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_view_reads_its_own_layer_or_a_lower_one(path: Path):
    code = re.sub(r"--[^\n]*|'[^']*'", " ", path.read_text(encoding="utf-8"))
    read = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)", code)) - set(
        re.findall(r"\b([a-z_]+) as \(", code)
    )
    layers = {VIEWS[name].parent.name for name in read & VIEWS.keys()}
    assert layers <= BELOW[path.parent.name]


def test_the_layers_are_the_folders():
    assert {path.name for path in (ROOT / "sql").iterdir()} == {
        *LAYERS, "schema", "dataset", "rules", "measures", "runs", "compare",
    }  # fmt: skip


def test_every_view_binds_on_an_empty_database(tmp_path: Path):
    (tmp_path / "corpora").mkdir()
    with Store.open(Project(tmp_path)) as store:
        assert {
            name
            for (name,) in store.query("select view_name from duckdb_views() where not internal")
        } == VIEWS.keys()
        assert all(store.query(f"select * from {name}") == [] for name in VIEWS)


def test_views_stand_after_those_they_read():
    bodies = {name: path.read_text(encoding="utf-8") for name, path in VIEWS.items()}
    order = view_order(bodies)
    assert (
        order.index("stg_files")
        < order.index("files")
        < order.index("symbols")
        < order.index("find_class")
    )


def test_there_are_intents_enough_in_each_category():
    found = intents(PROJECT).values()
    assert len(found) >= 45
    assert {intent.category for intent in found} == {
        "search", "read", "count", "quality", "language", "git", "tests", "edit", "chain",
        "workflow",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_the_grain_is_unique_on_the_fixture_corpus(mini_store: Store, name: str):
    (grain,) = GRAIN.findall(VIEWS[name].read_text(encoding="utf-8"))
    columns = ", ".join(f'"{column.strip()}"' for column in grain.split(","))
    assert (
        mini_store.query(
            f"select {columns}, count(*) from {name} group by all having count(*) > 1 limit 3"
        )
        == []
    )
