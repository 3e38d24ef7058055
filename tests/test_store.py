"""The database of a project: its tables, its views in their order, and what reading may not do."""

import subprocess
import sys
from contextlib import contextmanager

import duckdb
import polars as pl
import pytest

from curate.asking import ask
from curate.errors import CurateError
from curate.pipeline import STAGES
from curate.project import Project
from curate.store import FILE_NAME, LAYERS, Store, view_files, view_order
from tests.conftest import REPOSITORY, Mini


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "corpora").mkdir()
    return Project(tmp_path)


def write_view(project: Project, layer: str, name: str, body: str) -> None:
    folder = project.root / "sql" / layer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.sql").write_text(body, encoding="utf-8")


def message(project: Project) -> str:
    with pytest.raises(CurateError) as caught, Store.open(project):
        pass
    return str(caught.value)


def test_views_come_after_what_they_read_whatever_their_names():
    bodies = {
        "a": "select * from b join c using (x) -- not from z",
        "b": "with d as (select 1 as x) select x, 'from a' from d",
        "c": "select x from b",
        "d": "select x from a",
    }
    order = view_order(bodies)
    assert order.index("b") < order.index("c") < order.index("a") < order.index("d")


def test_the_order_of_views_is_the_same_for_any_order_of_files():
    views = view_files(Project(REPOSITORY))
    bodies = {name: path.read_text(encoding="utf-8") for name, path in views.items()}
    assert view_order(dict(reversed(bodies.items()))) == view_order(bodies)


def test_every_view_that_curate_ships_is_made(project):
    with Store.open(project) as store:
        made = store.query("select view_name from duckdb_views() where not internal")
    assert {name for (name,) in made} == set(view_files(Project(REPOSITORY)))
    assert LAYERS == ("staging", "intermediate", "marts", "intents", "audits")


def test_a_circle_of_views_is_shown(project):
    write_view(project, "marts", "moon", "select * from sun")
    write_view(project, "marts", "sun", "select * from moon")
    assert message(project) == (
        "sql: views read each other in a circle: moon -> sun -> moon\n  fix: break the circle"
    )


def test_a_name_used_by_two_views_is_refused(project):
    write_view(project, "marts", "find_class", "select 1 as one")
    assert message(project) == (
        "sql/intents/find_class.sql: there is another view find_class\n"
        "  fix: give one of them another name"
    )


def test_a_broken_view_shows_its_file_with_duckdbs_line_and_caret(project):
    write_view(project, "marts", "broken", "-- One row.\nselect\n  1 as one,\n  nonsense\n")
    lines = message(project).split("\n")
    assert lines[0] == "sql/marts/broken.sql: is not a view"
    assert 'Referenced column "nonsense"' in lines[1]
    assert [line.strip() for line in lines[-3:]] == [
        "LINE 4:   nonsense",
        "^^^^^^^^",
        "fix: mend the select and run again",
    ]
    caret, at = lines[-2].index("^"), lines[-3].index("nonsense")
    assert caret == at, "the caret stands under the name"


def test_a_view_of_the_project_replaces_the_shipped_one(project):
    write_view(project, "audits", "roles", "select 1 as mine")
    with Store.open(project) as store:
        assert store.query("select * from roles") == [(1,)]


def test_a_changed_view_is_made_anew_at_the_next_opening(project):
    write_view(project, "marts", "mine", "select 1 as one")
    with Store.open(project) as store:
        assert store.query("select * from mine") == [(1,)]
    write_view(project, "marts", "mine", "select 2 as two")
    with Store.open(project) as store:
        assert store.query("select two from mine") == [(2,)]


def test_a_view_whose_file_has_gone_goes_too(project):
    write_view(project, "marts", "mine", "select 1 as one")
    with Store.open(project):
        (project.root / "sql/marts/mine.sql").unlink()
    with Store.open(project) as store:
        assert store.query("select 1 from duckdb_views() where view_name = 'mine'") == []


def test_a_changed_schema_empties_all_tables_and_an_unchanged_one_keeps_them(project):
    write_view(project, "schema", "mine", "create table mine (one bigint not null);\n")
    with Store.open(project) as store:
        store.connection.execute("insert into mine values (1)")
        store.connection.execute("insert into settings values ('c', '1', '{}')")
    with Store.open(project) as store:
        assert store.query("select one from mine") == [(1,)]
    write_view(project, "schema", "mine", "create table mine (one bigint, two bigint);\n")
    with Store.open(project) as store:
        assert store.query("select one, two from mine") == []
        assert store.query("select * from settings") == []


def test_a_changed_schema_builds_everything_again_to_the_same_bytes(mini_copy: Mini):
    before = mini_copy.exported()
    mini_copy.edit("sql/schema/settings.sql", "-- One row", "-- Just one row")
    again = [stage["is_fresh"] for stage in mini_copy.build()["stages"]]
    assert again == [False] * len(STAGES)
    assert mini_copy.exported() == before


def test_reading_before_anything_was_built_says_what_to_run(project):
    with pytest.raises(CurateError) as caught, Store.open(project, read_only=True):
        pass
    assert str(caught.value) == (
        "curate.duckdb: nothing has been built here yet\n  fix: run: curate build phase27"
    )


@contextmanager
def another_curate(project: Project):
    """Another process that holds the database, as a running build does."""
    script = (
        "import duckdb, sys; connection = duckdb.connect(sys.argv[1]); "
        "print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script, str(project.out / FILE_NAME)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout.readline() == "held\n"
        yield
    finally:
        other.communicate("")


@pytest.mark.parametrize("read_only", [False, True], ids=["build", "sql"])
def test_a_database_that_another_curate_uses_is_not_waited_for(project, read_only):
    with Store.open(project):
        pass
    with (
        another_curate(project),
        pytest.raises(CurateError) as caught,
        Store.open(project, read_only=read_only),
    ):
        pass
    assert str(caught.value) == (
        "curate.duckdb: another curate is using it\n  fix: wait for it to finish, or end it"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"not a database at all", b"\0" * 20_000, None],
    ids=["empty", "text", "zeros", "overwritten"],
)
@pytest.mark.parametrize("read_only", [False, True], ids=["build", "sql"])
def test_a_corrupt_database_is_an_error_that_says_how_to_mend_it(project, content, read_only):
    with Store.open(project):
        pass
    path = project.out / FILE_NAME
    if content is None:
        whole = path.read_bytes()
        content = whole[:4096] + bytes(255 - byte for byte in whole[4096:])
    path.write_bytes(content)
    with pytest.raises(CurateError) as caught, Store.open(project, read_only=read_only) as store:
        store.query("select * from settings")
    assert caught.value.where == "curate.duckdb"
    assert caught.value.what.startswith("cannot be opened\n")
    assert caught.value.fix == "remove it (it is rebuilt from cached sources): curate clean"


def test_a_transaction_keeps_all_or_nothing(project):
    with Store.open(project) as store:
        with pytest.raises(duckdb.ConversionException), store.transaction():
            store.query("insert into settings values ('c', '1', '{}'); select 'x'::int")
        assert store.query("select count(*) from settings") == [(0,)]
        with store.transaction():
            store.connection.execute("insert into settings values ('c', '1', '{}')")
        assert store.query("select corpus from settings where seed = ?", ["1"]) == [("c",)]


def test_frames_go_in_and_come_out_by_column_name(project):
    frame = pl.DataFrame({"rows_in": [3], "stage": ["s"], "fingerprint": ["f"], "corpus": ["c"]})
    rest = {"rows_out": pl.lit(2), "dropped": pl.lit('{"x": 1}'), "seconds": pl.lit(0.5)}
    with Store.open(project) as store:
        store.insert("stage_runs", frame.with_columns(**rest))
        assert store.query("from stage_runs") == [("c", "s", "f", 3, 2, '{"x": 1}', 0.5)]
        again = frame.with_columns(**rest, rows_in=pl.lit(9))
        store.replace("stage_runs", again, {"corpus": "c", "stage": "s"})
        store.replace("stage_runs", again, {"corpus": "c", "stage": "other"})
        out = store.frame("select rows_in from stage_runs where corpus = ?", ["c"])
        assert out.equals(pl.DataFrame({"rows_in": [9, 9]}))


FORBIDDEN = {
    "read a file": "select * from read_csv('/etc/passwd')",
    "read a text": "select * from read_text('/etc/passwd')",
    "read a file by its name": "select * from '/etc/passwd.csv'",
    "list a folder": "select * from glob('/etc/*')",
    "write a file": "copy (select 1) to 'stolen.csv'",
    "export": "export database 'stolen'",
    "attach a file": "attach 'stolen.duckdb' as stolen",
    "install": "install httpfs",
    "load": "load httpfs",
    "take leave of safety": "set enable_external_access = true",
    "change settings": "set memory_limit = '64GB'",
    "insert": "insert into settings values ('c', '1', '{}')",
    "delete": "delete from samples",
    "drop": "drop table candidates",
    "create": "create table mine as select 1",
    "two statements": "select 1; drop table candidates",
}


@pytest.mark.parametrize("query", FORBIDDEN.values(), ids=FORBIDDEN)
def test_curate_sql_cannot_write_or_leave_the_database(in_mini: Mini, query):
    before = (in_mini.root / "out" / FILE_NAME).read_bytes()
    with pytest.raises(CurateError) as caught:
        ask(in_mini.project, query, 10)
    assert caught.value.where == "sql"
    assert caught.value.what.startswith("cannot be answered\n")
    assert caught.value.exit_code == 2
    assert (in_mini.root / "out" / FILE_NAME).read_bytes() == before
    assert not list(in_mini.root.glob("stolen*"))


def test_a_wrong_query_shows_duckdbs_caret(mini_build: Mini):
    with pytest.raises(CurateError) as caught:
        ask(mini_build.project, "select tol from samples", 10)
    lines = str(caught.value).split("\n")
    assert lines[0] == "sql: cannot be answered"
    assert 'Referenced column "tol" not found' in lines[1]
    assert "LINE 1: select tol from samples" in lines[-3]
    assert lines[-2].index("^") == lines[-3].index("tol")
    assert lines[-1] == '  fix: look at: curate sql "show tables"'


def test_the_memory_that_duckdb_takes_is_limited(project):
    with Store.open(project) as store:
        assert store.query("select current_setting('memory_limit')") == [("667.5 MiB",)]
    assert duckdb.__version__ >= "2"
