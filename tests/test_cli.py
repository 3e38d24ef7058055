"""The command as a user meets it: its start, help and examples, results and narration."""

import json
import re
import resource
import shlex
import shutil
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner, Result

from curate import building
from curate.cli import main
from curate.sources import read_registry
from curate.store import Store
from tests.conftest import REPOSITORY, Mini
from tests.pages import is_of_models, parsed
from tests.test_resume import CURATE, NAMES

HEAVY = (
    "duckdb", "polars", "libcst", "datasketch", "numpy", "scipy", "pyarrow", "pydantic", "jinja2",
    "rich", "requests", "pypi_simple", "mlx", "curate.pipeline", "curate.store",
)  # fmt: skip
ESCAPE = "\x1b"


def curate(*args: str) -> Result:
    """The command in this process, in the working folder: exit code, stdout, stderr."""
    return CliRunner().invoke(main, args)


def curate_json(*args: str):
    result = curate(*args, "--json")
    assert (result.exit_code, result.stderr) == (0, ""), result.output
    return json.loads(result.stdout)


def run(*args: str, **options) -> subprocess.CompletedProcess:
    """The command in a process of its own."""
    options = {"capture_output": True, "text": True, "timeout": 120, **options}
    return subprocess.run([*CURATE, *args], check=False, **options)


def commands(group=main, path=()):
    """Every command with its words: build, sources, sources pin, ..."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = {" ".join(words): command for words, command in commands()}


# What a command line costs before it does anything


def test_help_starts_without_heavy_modules():
    code = "import sys; import curate.cli; print('\\n'.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert sorted(set(loaded.stdout.split()) & set(HEAVY)) == []


def test_help_is_there_within_300_ms_of_a_core():
    """What a machine that does nothing else takes; others make it wait."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert run("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.3


# Help


def test_the_commands_are_those_of_the_readme():
    assert set(COMMANDS) >= {
        "build", "sql", "show", "explain", "intents", "sources", "sources pin", "clean",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_ends_with_an_example_of_the_command(name):
    result = curate(*name.split(), "--help")
    assert (result.exit_code, result.stderr) == (0, "")
    example = result.stdout.partition("Example")[2]
    assert f"curate {name}".strip() in example
    assert COMMANDS.get(name, main).help.rstrip().splitlines()[-1].strip().startswith("curate ")


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"model"}))  # which only holds commands
def test_every_command_takes_json(name):
    assert "--json" in curate(*name.split(), "--help").stdout


def examples():
    for name, command in COMMANDS.items():
        for line in map(str.strip, command.help.splitlines()):
            if line.startswith("curate "):
                yield pytest.param(line, id=f"{name}: {line[:40]}")


@pytest.mark.parametrize("line", list(examples()))
def test_every_example_of_the_help_runs(mini_copy: Mini, monkeypatch, line):
    """Over `mini` instead of phase27, and without asking the package index or a model."""
    if is_of_models(line):
        parsed(shlex.split(line)[1:])
        return
    asked = []
    monkeypatch.setattr(
        building,
        "pin_source",
        lambda _project, requirement, *_, with_tests: asked.append(requirement) or PINNED,
    )
    monkeypatch.chdir(mini_copy.root)
    (mini_copy.root / "snippet.py").write_text("print(git_status().clean)\n")
    shutil.copytree(mini_copy.out, mini_copy.root / "data")
    with Store.open(mini_copy.project, read_only=True) as store:
        (workspace_id,) = store.query("select workspace_id from workspaces order by 1 limit 1")[0]
    for shown, here in (
        ("phase27-direct", "mini"),
        ("phase27", "mini"),
        ("--source svcs path=src/svcs/_core.py", "--source parcelbox path=src/parcelbox/cli.py"),
        ("path=src/svcs/flask.py line=20 symbol=Container", "path=README.md line=1 symbol=x"),
        ("svcs", "parcelbox"),
        ("5b1f0c", workspace_id[:12]),
        ("a.jsonl", "data/train.jsonl"),
        ("b.jsonl", "data/valid.jsonl"),
    ):
        line = line.replace(shown, here)
    if "$(" in line:
        inner = line.partition("$(")[2].partition(" | ")[0]
        found = curate(*shlex.split(inner)[1:]).stdout.splitlines()[-1]
        line = f"curate explain {found}"
    result = curate(*shlex.split(line)[1:])
    assert result.exit_code == 0, result.output
    pinned = [word for word in line.split()[3:] if not word.startswith("--")]
    assert asked == (pinned if "sources pin" in line else [])


PINNED = {"name": "httpx", "version": "0.28.1", "license_spdx": "BSD-3-Clause", "sha256": "0" * 64}

# Results


def test_build_tells_a_line_a_stage_on_stderr_and_the_files_on_stdout(mini_copy: Mini, monkeypatch):
    monkeypatch.chdir(mini_copy.root)
    result = curate("build", "mini", "--again", "--jobs", "1")
    assert result.stdout == "out/mini/train.jsonl\nout/mini/valid.jsonl\n"
    lines = result.stderr.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    for line in lines:
        assert re.fullmatch(r"[a-z]+ +[\d,]+ -> [\d,]+ .* +\d+\.\d s", line)
        assert len(line) <= 120
    assert ESCAPE not in result.output


def test_build_json_is_one_document_without_narration(mini_copy: Mini, monkeypatch):
    monkeypatch.chdir(mini_copy.root)
    found = curate_json("build", "mini")
    assert list(found) == ["corpus", "stages", "out"]
    assert (found["corpus"], found["out"], len(found["stages"])) == ("mini", "out/mini", 11)
    for stage in found["stages"]:
        assert list(stage) == ["name", "rows_in", "rows_out", "dropped", "seconds", "is_fresh"]
        assert stage["rows_in"] == stage["rows_out"] + sum(stage["dropped"].values())
        assert (stage["seconds"], stage["is_fresh"]) == (0, True)


@pytest.mark.parametrize(
    ("options", "key"), [(["--format", "chatml"], "text"), (["--format", "embedded"], "messages")]
)
def test_another_format_runs_export_alone(mini_copy: Mini, monkeypatch, options, key):
    monkeypatch.chdir(mini_copy.root)
    for dialect in ("hermes", "qwen3_coder"):
        found = curate_json("build", "mini", *options, "--dialect", dialect)
        again = [stage["name"] for stage in found["stages"] if not stage["is_fresh"]]
        assert again == ["export"]
        first = json.loads((mini_copy.out / "train.jsonl").read_text().splitlines()[0])
        assert list(first) == [key]


def test_sql_answers_in_tabs_and_in_json(in_mini: Mini):
    query = "select split, count(*) as n, null as nothing from samples group by all order by 1"
    result = curate("sql", query)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0, "split\tn\tnothing\ntrain\t60\t\nvalid\t8\t\n", "",
    )  # fmt: skip
    assert curate_json("sql", query) == [
        {"split": "train", "n": 60, "nothing": None},
        {"split": "valid", "n": 8, "nothing": None},
    ]


def test_sql_says_when_there_are_more_rows(in_mini: Mini):
    result = curate("sql", "select sample_id from samples", "--limit", "3")
    assert len(result.stdout.splitlines()) == 4
    assert result.stderr == "first 3 rows; more with --limit\n"


def test_a_line_of_sql_output_is_a_row_whatever_stands_in_it(in_mini: Mini):
    result = curate("sql", "select 'a' || chr(9) || 'b' || chr(10) || 'c' as x, 1 as y")
    assert result.stdout == "x\ty\na b c\t1\n"


def test_show_prints_the_conversation_with_its_lineage(in_mini: Mini):
    (found,) = curate_json(
        "sql", "select sample_id, prompt, answer, path, split, position, candidate_id "
        "from samples where tool = 'read_file' order by sample_id limit 1",
    )  # fmt: skip
    text = curate("show", found["sample_id"][:12]).stdout
    assert text.startswith(
        f"{found['sample_id']}  mini {found['split']} row {found['position'] + 1}"
    )
    assert f"\nuser: {found['prompt']}\n" in text
    assert "\ncall: read_file(path=" in text
    assert f"\nassistant: {found['answer']}\n" in text
    assert f"\nfrom: parcelbox@local {found['path']}" in text
    assert "\n      MIT, revision " in text
    assert text.endswith(f"\ncandidate: {found['candidate_id']}\n")


def test_show_json_holds_calls_with_results_and_licence(in_mini: Mini):
    found = curate_json("show", "random")
    assert {"sample_id", "corpus", "split", "prompt", "answer", "calls", "license_spdx", "revision",
            "source_id", "path", "candidate_id"} <= set(found)  # fmt: skip
    for call in found["calls"]:
        assert list(call) == [
            "tool", "arguments", "content", "tool_version", "workspace_id", "execution_id",
        ]  # fmt: skip
    (tool_sample,) = curate_json(
        "sql", "select min(sample_id) as id from samples where kind = 'tool'"
    )
    assert curate_json("show", tool_sample["id"])["license_spdx"] == "MIT"


@pytest.mark.parametrize("reason", ["is null", "is not null"])
def test_explain_tells_a_candidates_fate(in_mini: Mini, reason):
    query = f"from fates where kind = 'tool' and drop_reason {reason} order by candidate_id limit 1"
    (fate,) = curate_json("sql", query)
    text = curate("explain", fate["candidate_id"]).stdout
    became = (
        f"dropped by {fate['stage']}: {fate['drop_reason']}"
        if fate["drop_reason"]
        else f"became sample {fate['sample_id']} in {fate['split']}"
    )
    first = f"{fate['candidate_id']}  mini {fate['intent']} ({fate['outcome']})  {became}"
    assert text.splitlines()[0] == first
    found = curate_json("explain", fate["candidate_id"])
    assert {"slots", "calls", "expected", "made", "clusters", "drop_reason"} <= set(found)
    assert found["drop_reason"] == fate["drop_reason"]


def test_an_id_that_is_not_there_or_not_one_is_refused(in_mini: Mini):
    result = curate("show", "zzz")
    assert result.exit_code == 2
    assert result.stderr == (
        "sample_id zzz: there is none\n"
        '  fix: find one: curate sql "select sample_id from samples limit 5"\n'
    )
    result = curate("explain", "")
    assert result.exit_code == 2
    assert result.stderr == (
        "candidate_id : several begin like this\n"
        '  fix: find one: curate sql "select candidate_id from candidates limit 5"\n'
    )


def test_intents_and_sources_are_listed(in_mini: Mini):
    intents = curate_json("intents")
    assert len(intents) >= 16
    assert all(
        list(row) == ["intent", "category", "phrasings", "held_out", "candidate"] for row in intents
    )
    lines = curate("intents").stdout.splitlines()
    assert lines[0] == "intent\tcategory\tphrasings\theld_out\tcandidate"
    assert [line.split("\t")[0] for line in lines[1:]] == [row["intent"] for row in intents]
    *shipped, own = curate_json("sources")
    assert own == {
        "source": "parcelbox", "kind": "path", "version": "local", "license_spdx": "MIT",
        "category": "tools", "revision": None,
    }  # fmt: skip
    assert [row["source"] for row in shipped] == list(
        read_registry(REPOSITORY / "corpora/sources.toml").sources
    )


def test_pin_prints_what_it_pinned(in_mini: Mini, monkeypatch):
    monkeypatch.setattr(building, "pin_source", lambda *_, **__: PINNED)
    assert curate("sources", "pin", "httpx").stdout == (
        f"httpx 0.28.1 BSD-3-Clause sha256 {'0' * 64}\n"
    )
    assert curate_json("sources", "pin", "httpx") == PINNED


def test_clean_removes_what_builds_wrote_and_the_cache_when_asked(mini_copy: Mini, monkeypatch):
    monkeypatch.chdir(mini_copy.root)
    result = curate("clean")
    assert re.fullmatch(r"removed out  [\d,]+ bytes\n", result.stdout)
    assert not (mini_copy.root / "out").exists()
    assert mini_copy.cache.exists()
    assert curate("clean").stdout == "nothing to remove\n"
    removed = curate_json("clean", "--cache")
    assert list(removed) == ["cache"]
    assert removed["cache"] > 10_000
    assert not mini_copy.cache.exists()


def test_clean_removes_a_corrupt_database(mini_copy: Mini, monkeypatch):
    monkeypatch.chdir(mini_copy.root)
    (mini_copy.root / "out/curate.duckdb").write_bytes(b"nonsense")
    assert curate("sql", "select 1").exit_code == 2
    assert curate("clean").exit_code == 0
    assert not (mini_copy.root / "out").exists()
