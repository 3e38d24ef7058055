"""Sorting a recursive grep or find changes the order of its lines and nothing else."""

import shlex
import shutil
import subprocess
from collections import Counter
from itertools import product

import pytest

from curate.tools import run_command
from curate.tools.run_command import RunCommand

TOOL = RunCommand()
PATTERNS = ["class", "def .*self", "^import|^from", "", "Päckchen", r"\bP-[0-9]+", "[a-z"]
FLAGS = [
    *("-r", "-rn", "-rni", "-rno", "-rw", "-rv", "-rx", "-rc", "-rl", "-rL", "-rs", "-rF"),
    *("-rh", "-rnh", "-rhc", "-rH", "-rnH", "-rhH", "-rHh", "-rnE", "-rEoh", "-rlh", "-rLi"),
    *(
        "-rnm2",
        "-rchv",
        "-rvL",
        "-rnw --include=*.py",
        "-r --exclude=*.py",
        "-rE --exclude-dir=odd",
    ),
]
OPERANDS = ["", ".", "src", "src/", "README.md", "src tests", "docs/api.rst odd", "src nope", "odd"]
FINDS = [
    *("", ".", "src tests", "nope", "src/parcelbox -name '*.py'", ". -type d", ". -empty"),
    *(
        "-maxdepth 1",
        ". -mindepth 2 -not -name '*.py'",
        ". -iname 'READ*' -o -size +1",
        "README.md",
    ),
    *(". -path './src/*' -and -name '[a-c]*' -print", ". ! -type f", "./tests/ -name 'test_*'"),
]


@pytest.fixture(autouse=True)
def uncut(monkeypatch):
    monkeypatch.setattr(run_command, "MAX_LINES", 10**9)
    monkeypatch.setattr(run_command, "MAX_CHARS", 10**9)


def really(line, root):
    """What the program itself prints in the same locale."""
    words = shlex.split(line)
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [shutil.which(words[0]), *words[1:]],
        cwd=root,
        env=environment,
        capture_output=True,
        check=False,
    )


def lines_of(output):
    return Counter(output.decode("utf-8", "replace").removesuffix("\n").split("\n"))


@pytest.mark.parametrize("flags", FLAGS)
def test_a_recursive_grep_has_greps_own_lines(corpus, flags):
    for pattern, operands in product(PATTERNS, OPERANDS):
        command = f"grep {flags} {shlex.quote(pattern)} {operands}"
        real, result = really(command, corpus.root), TOOL.call(corpus, {"command": command})
        assert result.exit_status == real.returncode, command
        assert lines_of(result.stdout.encode()) == lines_of(real.stdout), command
        spoken = real.stderr.replace(shutil.which("grep").encode(), b"grep")
        assert lines_of(result.stderr.encode()) == lines_of(spoken), command


def test_a_recursive_grep_goes_by_path_and_then_by_line(corpus):
    result = TOOL.call(corpus, {"command": "grep -rn e ."})
    places = [line.split(":", 2)[:2] for line in result.stdout.split("\n")[:-1]]
    assert len(places) > 300
    assert places == sorted(places, key=lambda place: (place[0], int(place[1])))


def test_a_recursive_grep_without_paths_goes_by_path_all_the_same(corpus):
    with_paths = TOOL.call(corpus, {"command": "grep -r e ."}).stdout.split("\n")[:-1]
    without = TOOL.call(corpus, {"command": "grep -rh e ."}).stdout.split("\n")[:-1]
    assert without == [line.split(":", 1)[1] for line in with_paths]


@pytest.mark.parametrize("arguments", FINDS)
def test_find_has_finds_own_lines_in_order(corpus, arguments):
    command = f"find {arguments}"
    real, result = really(command, corpus.root), TOOL.call(corpus, {"command": command})
    assert result.exit_status == real.returncode
    assert result.stdout.encode() == b"".join(sorted(real.stdout.splitlines(keepends=True)))
    assert lines_of(result.stderr.encode()) == lines_of(
        real.stderr.replace(shutil.which("find").encode(), b"find")
    )
