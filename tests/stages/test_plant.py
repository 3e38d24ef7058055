"""The stage plant: workspaces, their commits and defects, from the facts of a small project."""

import json
from collections import Counter

import pytest

from curate.executor import executor
from curate.pipeline import run
from curate.recipes import load
from curate.sources import Cache
from curate.stages.base import Build, StageReport
from curate.stages.fetch import fetch
from curate.stages.plant import plant
from curate.stages.scan import scan
from curate.store import Store
from curate.tools import all_tools
from curate.workspaces import WorkspaceSpec
from curate.workspaces.make import make
from tests.conftest import Mini, write_mini

TABLES = ("workspaces", "workspace_commits", "workspace_defects")


def planted(mini: Mini, jobs: int = 1) -> StageReport:
    """Build as far as this stage goes, and report it."""
    recipe = load(mini.project, "mini")
    with Store.open(mini.project) as store, executor(jobs) as workers:
        build = Build(mini.project, recipe, store, workers)
        return run(build, (fetch, scan, plant), lambda _done: None)[-1].report


def read(mini: Mini, query: str, *parameters):
    with Store.open(mini.project, read_only=True) as store:
        return store.query(query, parameters)


@pytest.fixture(scope="module")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """`mini`, as far as workspaces with defects."""
    folder = tmp_path_factory.mktemp("planted")
    mini = Mini(folder / "project", folder / "cache")
    write_mini(mini.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATE_CACHE", str(mini.cache))
        planted(mini)
    return mini


@pytest.fixture
def mini(planted_once: Mini, monkeypatch: pytest.MonkeyPatch) -> Mini:
    """The module's planted `mini`, to read from."""
    monkeypatch.setenv("CURATE_CACHE", str(planted_once.cache))
    return planted_once


@pytest.fixture
def made(mini: Mini):
    """workspace_id -> the workspace on disk, of every planted one."""
    tree = next(iter(read(mini, "select tree_sha256 from sources")))[0]
    cache = Cache.open()
    trees = {tree: mini.root / "parcelbox"}
    specs = read(mini, "select workspace_id, spec from workspaces where not is_base")
    return {
        key: make(WorkspaceSpec.model_validate_json(spec), trees, cache.root) for key, spec in specs
    }


def rows(mini: Mini):
    """The planted defects as dictionaries."""
    with Store.open(mini.project, read_only=True) as store:
        return store.frame("select * from defects order by workspace_id, ordinal").to_dicts()


def test_a_source_has_its_own_workspace_and_twelve_with_defects(mini: Mini):
    counts = read(mini, "select is_base, count(*) from workspaces group by all order by all")
    assert counts == [(False, 12), (True, 1)]
    of_defects = "select count(distinct workspace_id), count(distinct defect) from defects"
    assert read(mini, of_defects) == [(12, 14)]


def test_the_report_adds_up_and_is_what_the_table_says(fixture_project: Mini):
    report = planted(fixture_project)
    of_table = "select count(*), count(*) filter (drop_reason is null) from workspace_defects"
    assert read(fixture_project, of_table) == [(report.rows_in, report.rows_out)]
    assert report.rows_in == report.rows_out + sum(report.dropped.values())
    assert (report.name, report.note) == ("plant", "13 workspaces")


def test_a_workspace_on_disk_holds_what_its_defects_say(mini: Mini, made):
    for row in rows(mini):
        root = made[row["workspace_id"]].root
        lines = (root / row["path"]).read_bytes().decode().split("\n")
        source = (mini.root / "parcelbox" / row["path"]).read_bytes().decode().split("\n")
        if row["planted"]:
            assert lines[row["changed_line"] - 1].strip() == row["planted"]
        if row["original"]:
            assert source[row["before_line"] - 1].strip() == row["original"]


def test_git_tells_the_state_of_every_defect(mini: Mini, made):
    status = {
        key: {
            (file.file, file.staged) for file in all_tools()["git_status"].call(workspace, {}).files
        }
        for key, workspace in made.items()
    }
    wanted = {key: set() for key in made}
    for row in rows(mini):
        if row["state"] != "committed":
            wanted[row["workspace_id"]].add((row["path"], row["is_staged"]))
        assert row["is_staged"] == (row["state"] != "unstaged") or row["state"] == "both"
    assert status == wanted


def test_a_commit_of_a_defect_stands_in_the_facts_and_in_git_with_its_message(mini: Mini, made):
    commits = Counter()
    for row in rows(mini):
        if row["state"] != "committed":
            continue
        log = all_tools()["git_log"].call(made[row["workspace_id"]], {"path": row["path"]})
        assert log.commits[0].message == row["message"]
        (found,) = read(
            mini,
            """
            select hash, author, files from commits
            where workspace_id = ? and message = ? and not is_base
            """,
            row["workspace_id"],
            row["message"],
        )
        assert found[:2] == (log.commits[0].hash, "parcelbox maintainers")
        assert [file["path"] for file in found[2]] == [row["path"]]
        commits[row["workspace_id"]] += 1
    assert commits
    counts = dict(
        read(mini, "select workspace_id, count(*) from commits where not is_base group by all")
    )
    assert counts == {key: commits[key] + 1 for key in made}
    ordinals = read(
        mini, "select list(ordinal order by ordinal) from commits group by workspace_id"
    )
    assert all(found == list(range(1, len(found) + 1)) for (found,) in ordinals)


def test_the_first_tool_is_one_of_those_that_report_it(mini: Mini):
    for row in rows(mini):
        first = row["reports"][0] if row["reports"] else {"tool": None, "codes": []}
        assert (row["tool"], row["codes"]) == (first["tool"], first["codes"])
        tools = [report["tool"] for report in row["reports"]]
        assert bool(row["tests"]) == ("pytest_run" in tools)


def test_a_fault_that_tests_notice_names_the_tests_where_they_are_run(mini: Mini):
    tests = {row["path"]: row["tests"] for row in rows(mini) if row["tests"]}
    assert "src/parcelbox/carriers.py" in tests
    assert tests["src/parcelbox/carriers.py"][0] == "tests/test_carriers.py"
    assert set().union(*tests.values()) <= {
        path.relative_to(mini.root / "parcelbox").as_posix()
        for path in (mini.root / "parcelbox/tests").glob("test_*.py")
    }


def test_the_same_comes_of_another_number_of_processes(mini: Mini, fixture_project: Mini):
    planted(fixture_project, jobs=2)
    for table in TABLES:
        query = f"select * from {table} order by all"
        assert read(fixture_project, query) == read(mini, query)


def test_a_second_build_plants_nothing_and_another_seed_leaves_nothing_behind(
    fixture_project: Mini,
):
    planted(fixture_project)
    before = read(fixture_project, "select * from stage_runs order by all")
    first = read(fixture_project, "select workspace_id from workspaces order by all")
    planted(fixture_project)
    assert read(fixture_project, "select * from stage_runs order by all") == before
    fixture_project.edit("corpora/mini.toml", "seed = 5", "seed = 6")
    planted(fixture_project)
    second = read(fixture_project, "select workspace_id from workspaces order by all")
    assert len(first) == len(second) == 13
    assert len({*first} & {*second}) == 1  # the source as it is
    of_commits = "select distinct workspace_id from workspace_commits order by all"
    assert read(fixture_project, of_commits) == second


def test_workspaces_of_another_corpus_stay(fixture_project: Mini):
    planted(fixture_project)
    other = fixture_project.root / "corpora/other.toml"
    text = (fixture_project.root / "corpora/mini.toml").read_text(encoding="utf-8")
    other.write_text(text.replace("seed = 5", "seed = 8"), encoding="utf-8")
    recipe = load(fixture_project.project, "other")
    with Store.open(fixture_project.project) as store, executor(1) as workers:
        build = Build(fixture_project.project, recipe, store, workers)
        run(build, (fetch, scan, plant), lambda _done: None)
        assert store.query("select count(*) from workspaces") == [(25,)]
        assert store.query("select count(distinct workspace_id) from commits") == [(13,)]


def test_a_recipe_says_how_many_workspaces_and_defects_there_are(fixture_project: Mini):
    fixture_project.edit(
        "corpora/mini.toml",
        "[select]",
        "[plant]\nworkspaces_per_source = 2\ndefects_per_workspace = 1\n\n[select]",
    )
    planted(fixture_project)
    specs = read(fixture_project, "select spec from workspaces where not is_base")
    assert [len(json.loads(spec)["changes"]) for (spec,) in specs] == [1, 1]


def test_a_source_without_code_is_a_workspace_as_it_is(fixture_project: Mini):
    root = fixture_project.root / "parcelbox"
    for path in root.rglob("*.py"):
        path.unlink()
    report = planted(fixture_project)
    assert (report.rows_out, report.dropped) == (0, {"no_site": 14})
    assert read(fixture_project, "select is_base from workspaces") == [(True,)]
