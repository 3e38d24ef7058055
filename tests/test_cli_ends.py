"""How the command ends: exit codes, pipes, terminals, and Ctrl-C."""

import json
import os
import pty
import re
import signal
import subprocess

import pytest

from curate import asking
from tests.conftest import Mini
from tests.test_cli import curate, run
from tests.test_resume import CURATE, NAMES, assert_no_process_is_left, start

ESCAPE = "\x1b"


def test_a_users_mistake_exits_2_with_where_what_and_fix(in_mini: Mini):
    result = curate("build", "nobody")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "corpora/nobody.toml: there is no such recipe\n"
        "  recipes: mini, phase27-direct, phase27, tiny\n"
        "  fix: name one of them, or write this file\n"
    )
    result = curate("build", "nobody", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert json.loads(result.stderr) == {
        "error": {
            "where": "corpora/nobody.toml",
            "what": "there is no such recipe\nrecipes: mini, phase27-direct, phase27, tiny",
            "fix": "name one of them, or write this file",
        }
    }


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["bild"], "No such command 'bild'"),
        (["show"], "Missing argument 'SAMPLE_ID'"),
        (["build", "mini", "--jobs", "0"], "Invalid value for '--jobs'"),
        (["build", "mini", "--format", "csv"], "Invalid value for '--format'"),
        (["build", "mini", "--until", "NONSENSE"], "--until NONSENSE: is not a stage"),
        (["build", "mini", "--dialect", "klingon"], "dialect klingon: there is no such dialect"),
        (["sql", "select tol from samples"], "sql: cannot be answered"),
        (["sql", "--limit", "0", "select 1"], "Invalid value for '--limit'"),
    ],
)
def test_wrong_usage_exits_2(in_mini: Mini, args, said):
    result = curate(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_bad_data_exits_1(mini_copy: Mini, monkeypatch):
    mini_copy.edit("corpora/mini.toml", "recovered = 0.08", "recovered = 0.01\nscreenshots = 0.07")
    monkeypatch.chdir(mini_copy.root)
    result = curate("build", "mini", "--jobs", "1")
    assert result.exit_code == 1
    assert "corpora/mini.toml: quotas cannot be met\n" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_one_recipe_of_a_project_is_built_without_its_name(in_mini: Mini):
    assert curate("build", "--until", "scan").exit_code == 0


def test_a_bug_exits_101_with_its_traceback_and_asks_for_a_report(in_mini: Mini, monkeypatch):
    def ask(*_):
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(asking, "ask", ask)
    result = curate("sql", "select 1")
    assert (result.exit_code, result.stdout) == (101, "")
    assert result.stderr.startswith("Traceback (most recent call last):\n")
    assert result.stderr.endswith(
        "ZeroDivisionError: planted\n\n"
        "this is a bug in curate, not a mistake of yours: ZeroDivisionError\n"
        "please report it with the lines above, the command and `curate --version`\n"
    )


def test_the_version_is_that_of_the_distribution():
    result = curate("--version")
    assert re.fullmatch(r"curate, version \d+\.\d+\.\d+\n", result.stdout)


def test_a_reader_that_leaves_is_no_error(in_mini: Mini):
    query = "select repeat('x', 1000) as x from range(2000)"
    build = subprocess.Popen(
        [*CURATE, "sql", query, "--limit", "2000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert build.stdout.readline() == "x\n"
    build.stdout.close()
    assert build.stderr.read() == ""
    build.stderr.close()
    assert build.wait() == 0


def on_a_terminal(*args: str, **variables: str) -> str:
    """What the command writes when stdout and stderr are a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **variables}
    with subprocess.Popen([*CURATE, *args], stdout=theirs, stderr=theirs, env=environment) as child:
        os.close(theirs)
        written = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not chunk:
                break
            written += chunk
    os.close(ours)
    assert child.returncode == 0
    return written.decode()


QUERY = "select split, count(*) as n from samples group by all order by 1"


def test_a_terminal_gets_a_table_and_a_pipe_gets_none(in_mini: Mini):
    assert "─" in on_a_terminal("sql", QUERY)
    piped = run("sql", QUERY)
    assert piped.stdout == "split\tn\ntrain\t60\nvalid\t8\n"
    assert ESCAPE not in piped.stdout + piped.stderr


def test_no_color_is_honoured(in_mini: Mini):
    colours = re.compile(r"\x1b\[[\d;]*m")
    plain = on_a_terminal("sql", QUERY, NO_COLOR="1")
    assert not re.search(r"\x1b\[(?:\d+;)*[34]\d", plain)
    assert colours.sub("", plain).split()[-4:] == ["train", "60", "valid", "8"]


def test_progress_is_shown_on_a_terminal_and_cleared_before_each_line(mini_copy: Mini, monkeypatch):
    monkeypatch.chdir(mini_copy.root)
    written = on_a_terminal("build", "mini", "--again", "--jobs", "1")
    lines = [line.rpartition("\r\x1b[K")[2] for line in written.replace("\r\n", "\n").split("\n")]
    stages = [line.split()[0] for line in lines if " -> " in line]
    assert stages == NAMES


def test_ctrl_c_ends_a_build_quietly_and_the_same_command_goes_on(fixture_project: Mini):
    build = start(fixture_project.root)
    for line in build.stderr:
        if line.startswith("propose"):
            break
    os.killpg(build.pid, signal.SIGINT)
    rest = build.stderr.read()
    build.stderr.close()
    assert build.wait() == 130
    assert rest.splitlines()[-1] == (
        "stopped; what was finished is kept, the same command goes on from there"
    )
    assert "Traceback" not in rest
    assert_no_process_is_left(build.pid)
