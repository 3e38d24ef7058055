"""What a build does again, and what it leaves: `mini`, changed in one place and built once more."""

import json

import pytest

from curate.errors import CurateError
from curate.executor import Here
from curate.pipeline import STAGES, run
from curate.recipes import load
from curate.stages import audit as audit_module
from curate.stages.base import Build, Contract, StageReport
from curate.store import Store
from tests.conftest import Mini

NAMES = [stage.__name__ for stage in STAGES]
WRITTEN = ("candidates", "candidate_results", "composed", "sample_clusters", "sample_selection",
           "sample_splits", "audit_results")  # fmt: skip


def done_again(summary):
    """The stages that a build did not find done."""
    return [stage["name"] for stage in summary["stages"] if not stage["is_fresh"]]


def read(mini, query, *parameters):
    with Store.open(mini.project, read_only=True) as store:
        return store.query(query, parameters)


def holders(mini, corpus="mini"):
    """The tables that hold rows of the corpus."""
    return [
        table
        for table in WRITTEN
        if read(mini, f"select count(*) from {table} where corpus = ?", corpus) != [(0,)]
    ]


def test_the_stages_stand_in_the_order_of_the_design():
    assert " ".join(NAMES) == (
        "fetch scan plant propose execute compose dedupe select split audit export"
    )


def test_a_second_build_does_no_stage_and_says_so(mini_copy: Mini, capsys):
    before = mini_copy.exported()
    summary = mini_copy.build(is_quiet=False)
    assert done_again(summary) == []
    assert capsys.readouterr().err == (
        "mini is up to date: nothing has changed since it was built, no stage was run\n"
    )
    assert mini_copy.exported() == before


def test_a_second_build_reports_the_rows_of_the_first(mini_copy: Mini):
    again = mini_copy.build()["stages"]
    first = read(mini_copy, "select stage, rows_in, rows_out, dropped from stage_runs")
    assert sorted((s["name"], s["rows_in"], s["rows_out"], s["dropped"]) for s in again) == sorted(
        (name, rows_in, rows_out, json.loads(dropped)) for name, rows_in, rows_out, dropped in first
    )


CHANGES = {
    "an answer": ("templates/intents/find_class/found.jinja", "the only", "the one", "compose"),
    "a phrasing": ("templates/intents/find_class/prompts.jinja", "grep for", "grep", "compose"),
    "an intent's SQL": ("sql/intents/find_class.sql", "count(*) <= 6", "count(*) <= 5", "propose"),
    "a direct answer": ("corpora/direct/concept.toml", "?", " ?", "propose"),
    "a layout only": ("corpora/mini.toml", "count = 0.10", "count = 0.100", None),
    "a ratio": ("corpora/mini.toml", "0.10\nquality = 0.04", "0.11\nquality = 0.03", "select"),
    "a pattern": ("corpora/mini.toml", "TODO|", "", "scan"),
    "the system prompt": ("corpora/mini.toml", "You are a", "You are our", "compose"),
    "the format": (
        "corpora/mini.toml",
        "[split]",
        '[export]\nformat = "chatml"\n[split]',
        "export",
    ),
    "the batch size": (
        "corpora/mini.toml",
        "[split]",
        "[export]\nbatch_size = 8\n[split]",
        "split",
    ),
    "the description": ("corpora/mini.toml", "one small project", "parcelbox", "export"),
    "an audit": ("sql/audits/roles.sql", "-- ", "-- Still: ", "audit"),
    "a licence": ("corpora/sources.toml", '"MIT"', '"Apache-2.0"', "fetch"),
}


@pytest.mark.parametrize(("name", "old", "new", "first"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_followed_from_the_first_stage_that_depends_on_it(
    mini_copy: Mini, name, old, new, first
):
    mini_copy.edit(name, old, new)
    if first is None:
        assert done_again(mini_copy.build()) == []
        return
    assert done_again(mini_copy.build(last=first)) == [first], "nothing before it"
    kept = {stage for (stage,) in read(mini_copy, "select stage from stage_runs")}
    assert kept == set(NAMES[: NAMES.index(first) + 1]), "everything after it"


def test_a_change_taken_back_gives_the_first_bytes_again(mini_copy: Mini):
    before = mini_copy.exported()
    mini_copy.edit("corpora/mini.toml", "seed = 5", "seed = 6")
    assert done_again(mini_copy.build()) == NAMES[2:]
    assert mini_copy.exported()["train.jsonl"] != before["train.jsonl"]
    mini_copy.edit("corpora/mini.toml", "seed = 6", "seed = 5")
    mini_copy.build()
    assert mini_copy.exported() == before


def test_only_a_changed_source_file_is_extracted_again(mini_copy: Mini, capsys):
    path = mini_copy.root / "parcelbox/src/parcelbox/billing.py"
    path.write_text(path.read_text() + "\n\ndef refund() -> None:\n    return None\n")
    mini_copy.build(last="scan", is_quiet=False)
    fetch_line, scan_line = capsys.readouterr().err.splitlines()
    assert fetch_line.split()[:4] == ["fetch", "1", "->", "1"]
    (scan_run,) = read(mini_copy, "select rows_in, dropped from stage_runs where stage = 'scan'")
    assert scan_line.startswith(f"scan              {scan_run[0]} -> ")
    found = read(mini_copy, "select path, line, end_line from symbols where name = 'refund'")
    assert found == [("src/parcelbox/billing.py", 29, 30)]
    contents = read(mini_copy, "select count(*) from file_facts")
    mini_copy.edit("parcelbox/src/parcelbox/billing.py", "refund", "repay")
    mini_copy.build(last="scan")
    assert read(mini_copy, "select count(*) from file_facts") == [(contents[0][0] + 1,)]
    assert read(mini_copy, "select name from symbols where name in ('refund', 'repay')") == [
        ("repay",)
    ]


def test_calls_on_an_unchanged_tree_are_not_run_again(mini_copy: Mini):
    before = read(mini_copy, "select * from executions order by execution_id")
    mini_copy.edit("corpora/mini.toml", "seed = 5", "seed = 7")
    mini_copy.build(last="execute")
    after = read(mini_copy, "select * from executions order by execution_id")
    assert set(before) <= set(after)
    assert len(after) < 2 * len(before)


def test_a_call_on_a_changed_tree_is_run_again(mini_copy: Mini):
    path = mini_copy.root / "parcelbox/src/parcelbox/billing.py"
    path.write_text("\n\n" + path.read_text())
    mini_copy.build(last="execute")
    trees = read(mini_copy, "select distinct workspace_id from executions")
    assert len(trees) > 1
    used = read(
        mini_copy,
        """
        select distinct spec ->> '$.tree_sha256' = tree_sha256
        from (select corpus, unnest(execution_ids) as execution_id from candidate_results)
        join executions using (execution_id)
        join workspaces using (workspace_id)
        cross join sources
        """,
    )
    assert used == [(True,)]


def test_again_runs_every_stage_and_gives_the_same_bytes(mini_copy: Mini):
    before = mini_copy.exported()
    executions = read(mini_copy, "select count(*) from executions")
    assert done_again(mini_copy.build(again=True)) == NAMES
    assert mini_copy.exported() == before
    assert read(mini_copy, "select count(*) from executions") == executions


def test_a_missing_or_edited_export_is_written_again(mini_copy: Mini):
    before = mini_copy.exported()
    (mini_copy.out / "valid.jsonl").unlink()
    assert done_again(mini_copy.build()) == ["export"]
    (mini_copy.out / "README.md").write_text("mine")
    assert done_again(mini_copy.build()) == ["export"]
    assert mini_copy.exported() == before


def test_until_stops_after_the_stage_and_removes_what_later_ones_made_of_older_rows(
    mini_copy: Mini,
):
    assert [s["name"] for s in mini_copy.build(last="compose")["stages"]] == NAMES[:6]
    assert holders(mini_copy) == list(WRITTEN), "nothing changed, so all stays"
    summary = mini_copy.build(last="compose", again=True)
    assert (done_again(summary), summary["out"]) == (NAMES[:6], None)
    assert holders(mini_copy) == ["candidates", "candidate_results", "composed"]
    assert done_again(mini_copy.build()) == NAMES[6:]


def test_until_an_unknown_stage_names_the_stages(fixture_project: Mini):
    with pytest.raises(CurateError) as caught:
        fixture_project.build(last="NONSENSE")
    assert str(caught.value) == (
        "--until NONSENSE: is not a stage\n"
        "  stages: fetch, scan, plant, propose, execute, compose, dedupe, select, split, "
        "audit, export\n"
        "  fix: name one of them"
    )
    assert not (fixture_project.root / "out").exists()


def test_when_a_stage_fails_the_rows_of_later_stages_are_gone(mini_copy: Mini):
    mini_copy.edit("corpora/mini.toml", "recovered = 0.08", "recovered = 0.01\nscreenshots = 0.07")
    with pytest.raises(CurateError) as caught:
        mini_copy.build()
    assert str(caught.value).startswith(
        "corpora/mini.toml: quotas cannot be met\n  tool screenshots: 4 wanted, 0 there\n"
    )
    assert caught.value.exit_code == 1
    assert holders(mini_copy) == ["candidates", "candidate_results", "composed", "sample_clusters"]
    assert read(mini_copy, "select count(*) from samples") == [(0,)]
    stages = read(mini_copy, "select stage from stage_runs order by stage")
    assert {stage for (stage,) in stages} == set(NAMES[:7])


def test_an_audit_that_finds_rows_stops_the_build_before_export(mini_copy: Mini, capsys):
    before = mini_copy.exported()
    mini_copy.edit("sql/audits/roles.sql", "select ", "select ")  # now a file of this project
    (mini_copy.root / "sql/audits/roles.sql").write_text(
        "-- Samples there are.\n-- grain: corpus, sample_id\n"
        "select corpus, sample_id from samples where position = 0\n"
    )
    with pytest.raises(CurateError) as caught:
        mini_copy.build()
    train, valid = sorted(read(mini_copy, "select sample_id from samples where position = 0"))
    assert str(caught.value) == (
        "corpus mini: 1 audit found bad rows\n"
        "  roles: 2 rows: Samples there are.\n"
        f"    sample_id={train[0]}\n"
        f"    sample_id={valid[0]}\n"
        '  fix: curate sql "select * from roles"'
    )
    assert caught.value.exit_code == 1
    assert mini_copy.exported() == before, "the last good dataset stays whole"
    assert "out/mini is still what an earlier build wrote" in capsys.readouterr().err


def test_two_corpora_of_one_database_do_not_disturb_each_other(mini_copy: Mini):
    (mini_copy.root / "corpora/other.toml").write_text(
        'extends = "mini"\nseed = 6\n\n[split]\ntrain = 52\nvalid = 8\n'
    )
    first = mini_copy.exported()
    rows = read(mini_copy, "from composed where corpus = 'mini' order by sample_id")
    assert done_again(mini_copy.build("other")) == NAMES
    assert done_again(mini_copy.build()) == []
    assert done_again(mini_copy.build("other")) == []
    assert mini_copy.exported() == first
    assert read(mini_copy, "from composed where corpus = 'mini' order by sample_id") == rows
    assert read(mini_copy, "select corpus, count(*) from samples group by all order by all") == [
        ("mini", 68),
        ("other", 60),
    ]
    mini_copy.edit("corpora/other.toml", "seed = 6", "seed = 5")
    assert done_again(mini_copy.build("other")) == NAMES[2:]
    assert done_again(mini_copy.build()) == []


def test_a_caller_may_run_other_stages(mini_copy: Mini):
    def count(build: Build) -> StageReport:
        rows = build.store.query("select count(*) from samples where corpus = ?", [build.corpus])
        return StageReport("count", rows[0][0], rows[0][0])

    count.__module__ = audit_module.__name__
    told = []
    with Store.open(mini_copy.project) as store:
        build = Build(mini_copy.project, load(mini_copy.project, "mini"), store, Here())
        (done,) = run(build, (count,), told.append)
    assert told == [done]
    assert (done.report, done.is_fresh) == (StageReport("count", 68, 68), False)


def test_a_stage_that_depends_on_no_key_of_a_recipe_is_refused(mini_copy: Mini, monkeypatch):
    monkeypatch.setattr(audit_module, "CONTRACT", Contract(code=(), keys=("seed", "select.ratio")))
    with pytest.raises(CurateError) as caught:
        mini_copy.build()
    assert str(caught.value) == (
        "stage audit: depends on select.ratio, which no recipe has\n  fix: mend its CONTRACT"
    )
