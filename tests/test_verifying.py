"""`curate verify` makes recorded calls again and sees what is different; `curate run` makes one."""

import json

import pytest
from click.testing import CliRunner, Result

from curate.cli import main
from curate.errors import CurateError
from curate.running import parsed
from curate.store import Store
from curate.tools import all_tools
from curate.verifying import verify
from tests.conftest import Mini

BILLING = "src/parcelbox/billing.py"


def curate(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def test_no_recorded_call_comes_out_differently_whatever_the_number_of_jobs(in_mini: Mini):
    once = verify(in_mini.project, "mini", None, 1)
    assert once["differences"] == []
    assert once["samples"] > 40
    assert once["calls"] >= once["samples"]
    assert verify(in_mini.project, "mini", None, 3) == once


def test_verify_makes_nothing_in_the_cache_or_the_project(in_mini: Mini):
    def seen():
        folders = (in_mini.cache / "workspaces", in_mini.root / "out")
        return sorted(path.name for folder in folders for path in folder.iterdir())

    before = seen()
    verify(in_mini.project, "mini", None, 1)
    assert seen() == before


@pytest.mark.parametrize("column", ["content", "result", "trace"])
def test_a_recorded_call_that_was_altered_is_told_with_both_results(
    mini_copy: Mini, monkeypatch, column
):
    monkeypatch.chdir(mini_copy.root)
    with Store.open(mini_copy.project) as store:
        altered, sample = store.query(
            """
            select execution_id, sample_id from conversations
            where tool = 'read_file' order by all limit 1
            """
        )[0]
        store.connection.execute(
            f"update executions set {column} = replace({column}::varchar, 'a', 'o') "
            "where execution_id = ?",
            [altered],
        )
    result = curate("verify", "mini", "--json")
    assert result.exit_code == 1
    (first, *_) = json.loads(result.stdout)["differences"]
    assert first.keys() == {"sample_id", "turn", "tool", "arguments", "recorded", "now"}
    assert sample in {row["sample_id"] for row in json.loads(result.stdout)["differences"]}
    if column == "content":
        assert first["recorded"]["content"] == first["now"]["content"].replace("a", "o")
    text = curate("verify", "mini")
    assert text.exit_code == 1
    assert f"sample {first['sample_id']}, turn {first['turn']}: read_file" in text.stdout
    assert "\nrecorded (read_file 1):\n" in text.stdout
    assert "\nnow (read_file 1):\n" in text.stdout


def test_some_samples_are_drawn_by_the_seed(in_mini: Mini):
    some = verify(in_mini.project, "mini", 5, 1)
    assert some["samples"] == 5
    assert verify(in_mini.project, None, 5, 1) == some
    said = curate("verify", "mini", "--sample", "5")
    assert said.exit_code == 0
    assert said.stdout == (f"mini: {some['calls']} calls of 5 samples made again, 0 differ\n")


def test_a_corpus_that_is_not_built_has_nothing_to_verify(fixture_project: Mini, monkeypatch):
    fixture_project.build(last="propose")
    with pytest.raises(CurateError) as raised:
        verify(fixture_project.project, "mini", None, 1)
    assert str(raised.value) == (
        "corpus mini: has no samples with calls here\n  fix: run: curate build mini"
    )


def test_run_shows_what_a_model_would_be_shown(in_mini: Mini):
    done = curate("run", "read_file", "--source", "parcelbox", f"path={BILLING}", "end_line=1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith('1\t"""')
    typed = curate("run", "typecheck", "--source", "parcelbox", f"path={BILLING}", "--json")
    assert json.loads(typed.stdout)["error_count"] == 6


def test_run_takes_lists_as_json_and_text_from_a_file(in_mini: Mini, tmp_path):
    code = tmp_path / "code.py"
    code.write_text(f'print(ruff_check("{BILLING}", select=["D"]).violation_count >= 0)\n')
    done = curate("run", "execute_code", "--source", "parcelbox", f"code=@{code}")
    assert done.stdout.strip() == "True"
    assert parsed(all_tools()["ruff_check"], ["path=a.py", 'select=["F401"]']) == {
        "path": "a.py", "select": ["F401"],
    }  # fmt: skip


def test_run_in_a_workspace_of_the_corpus_sees_what_is_planted_there(in_mini: Mini):
    with Store.open(in_mini.project, read_only=True) as store:
        (workspace_id, path) = store.query(
            "select workspace_id, path from defects where state = 'unstaged' order by all limit 1"
        )[0]
    done = curate("run", "git_status", "--workspace", workspace_id[:10], "--json")
    changed = {row["file"]: row for row in json.loads(done.stdout)["files"]}
    assert (changed[path]["status"], changed[path]["staged"]) == ("modified", False)


# ruff: noqa: E501, ISC004  whole messages, as they are told
@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ("walk", "--source", "parcelbox"),
            f"tool walk: is not known\n  tools: {', '.join(all_tools())}\n  fix: name one of them\n",
        ),
        (
            ("git_status",),
            "curate run git_status: needs a place: a source, or a workspace of a built corpus\n"
            "  fix: give --source NAME (curate sources) or --workspace ID "
            '(curate sql "select workspace_id, source_id from workspaces")\n',
        ),
        (
            ("read_file", "--source", "parcelbox", "file=a.py"),
            "curate run read_file: 'file=a.py' names no argument\n"
            "  arguments: path, start_line, end_line\n  fix: write NAME=VALUE\n",
        ),
        (
            ("read_file", "--source", "parcelbox", "path=a.py", "end_line=one"),
            "end_line=one: is not JSON\n"
            "  fix: write it as JSON, as end_line=3 or end_line='[\"F401\"]'\n",
        ),
        (
            ("execute_code", "--source", "parcelbox", "code=@nowhere.py"),
            "@nowhere.py: no such file or directory\n  fix: name a text file that is there\n",
        ),
        (
            ("git_status", "--workspace", "zz"),
            "workspace zz: is not known here\n"
            '  fix: find one: curate sql "select workspace_id, source_id from workspaces"\n',
        ),
    ],
    ids=["tool", "place", "argument", "value", "file", "workspace"],
)
def test_a_wrong_call_by_hand_is_told(in_mini: Mini, args, said):
    result = curate("run", *args)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", said)
