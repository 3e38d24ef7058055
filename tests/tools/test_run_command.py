"""Real grep, find, ls, wc and head: whole results and what the model reads of them."""

import os

import pytest

from curate.tools.run_command import MAX_CHARS, RunCommand, RunCommandResult

TOOL = RunCommand()


@pytest.fixture
def workspace(make):
    return make(
        {
            "a.py": "import os\nx = 1\n\n# x: two\nx = 10:30\n",
            "b/c d.py": "x = 3\r\ny = '\x0c\u2028'\r\n",
            "b/-n": "x\n",
            "b/empty.py": "",
            "b/open.txt": "no end",
            "latin.py": b"x = '\xe9'\n",
            "z.bin": b"x\0x\n",
            "numbers.txt": "".join(f"x{n}\n" for n in range(1, 13)),
        }
    )


def output(stdout="", *, exit_status=0, stderr="", line_count=None, truncated=False):
    return RunCommandResult(
        success=exit_status == 0,
        exit_status=exit_status,
        stdout=stdout,
        stderr=stderr,
        line_count=stdout.count("\n") if line_count is None else line_count,
        truncated=truncated,
    )


NUMBERED = "".join(f"{n}:x{n}\n" for n in range(1, 13))
BINARY = "grep: {}: binary file matches\n"
RAN = {
    "lines with numbers": ("grep -n x a.py", output("2:x = 1\n4:# x: two\n5:x = 10:30\n")),
    "only a line feed ends a line": (
        "grep -n '' 'b/c d.py'",
        output("1:x = 3\r\n2:y = '\x0c\u2028'\r\n"),
    ),
    "lines of one file keep their order under -r": ("grep -rn x numbers.txt", output(NUMBERED)),
    "nothing found": ("grep zebra a.py", output(exit_status=1)),
    "a folder by path": (
        "grep -rn x .",
        output(
            "./a.py:2:x = 1\n./a.py:4:# x: two\n./a.py:5:x = 10:30\n./b/-n:1:x\n"
            "./b/c d.py:1:x = 3\r\n" + "".join(f"./numbers.txt:{n}:x{n}\n" for n in range(1, 13)),
            stderr=BINARY.format("./latin.py") + BINARY.format("./z.bin"),
        ),
    ),
    "a folder without paths": (
        "grep -rh --include=*.py x",
        output("x = 1\n# x: two\nx = 10:30\nx = 3\r\n", stderr=BINARY.format("latin.py")),
    ),
    "counts": (
        "grep -rc x b",
        output("b/-n:1\nb/c d.py:1\nb/empty.py:0\nb/open.txt:0\n"),
    ),
    "files with": ("grep -rl x b a.py", output("a.py\nb/-n\nb/c d.py\n")),
    "files without": ("grep -rL x b a.py", output("b/empty.py\nb/open.txt\n")),
    "parts, a few": ("grep -rnom1 '[a-z] =' b a.py", output("a.py:2:x =\nb/c d.py:1:x =\n")),
    "one file with its path": ("grep -rH os a.py", output("a.py:import os\n")),
    "a file like an option": ("grep -c x -- b/-n", output("1\n")),
    "a file that is not there": (
        "grep -n x nope.py",
        output(exit_status=2, stderr="grep: nope.py: No such file or directory\n"),
    ),
    "errors by name": (
        "grep -r x q p",
        output(
            exit_status=2,
            stderr="grep: p: No such file or directory\ngrep: q: No such file or directory\n",
        ),
    ),
    "errors kept silent": ("grep -s x nope.py", output(exit_status=2)),
    "a pattern that is none": (
        "grep -E '(' a.py",
        output(exit_status=2, stderr="grep: Unmatched ( or \\(\n"),
    ),
    "find": (
        "find . -name '*.py' -o -size 0",
        output("./a.py\n./b/c d.py\n./b/empty.py\n./latin.py\n"),
    ),
    "find several, sorted over all": (
        "find b a.py -type f -not -empty",
        output("a.py\nb/-n\nb/c d.py\nb/open.txt\n"),
    ),
    "find nothing": ("find b -name '*.md'", output()),
    "ls": ("ls -1p", output("a.py\nb/\nlatin.py\nnumbers.txt\nz.bin\n")),
    "ls below": ("ls -R b", output("b:\n-n\nc d.py\nempty.py\nopen.txt\n")),
    "a glob": (
        "ls *.py",
        output(exit_status=2, stderr="ls: cannot access '*.py': No such file or directory\n"),
    ),
    "wc": ("wc -l a.py b/open.txt", output(" 5 a.py\n 0 b/open.txt\n 5 total\n")),
    "wc of nothing": ("wc b/empty.py", output("0 0 0 b/empty.py\n")),
    "head": ("head -2 a.py", output("import os\nx = 1\n")),
    "head of two": (
        "head -n 1 a.py b/open.txt",
        output("==> a.py <==\nimport os\n\n==> b/open.txt <==\nno end\n"),
    ),
    "head of bytes": ("head -c 3 a.py", output("imp\n")),
    "head of a folder": (
        "head b",
        output(exit_status=1, stderr="head: error reading 'b': Is a directory\n"),
    ),
}


@pytest.mark.parametrize(("command", "expected"), RAN.values(), ids=RAN)
def test_the_result_is_what_the_program_printed(workspace, command, expected):
    assert TOOL.call(workspace, {"command": command}) == expected


@pytest.mark.parametrize(
    ("operand", "error"),
    [
        ("../x", "../x: outside the project"),
        ("/etc", "/etc: absolute paths are not allowed, use one relative to the project"),
        ("''", "not a path: ''"),
        ("pipe", "pipe: neither a file nor a folder"),
        ("away/passwd", "away/passwd: outside the project"),
    ],
)
@pytest.mark.parametrize("command", ["grep x {}", "find {}", "ls {}", "wc {}", "head {}"])
def test_no_program_is_given_what_is_not_in_the_workspace(workspace, command, operand, error):
    os.mkfifo(workspace.root / "pipe")
    (workspace.root / "away").symlink_to("/etc")
    result = TOOL.call(workspace, {"command": command.format(operand)})
    assert result == RunCommandResult(success=False, error=error)
    assert TOOL.content(result) == f"error: {error}"


def test_a_search_neither_waits_for_pipes_nor_follows_links(workspace):
    os.mkfifo(workspace.root / "b" / "pipe")
    (workspace.root / "b" / "link").symlink_to("/etc/hostname")
    (workspace.root / "b" / "away").symlink_to("/etc")
    assert TOOL.call(workspace, {"command": "grep -rc '' b"}) == output(
        "b/-n:1\nb/c d.py:2\nb/empty.py:0\nb/open.txt:1\n"
    )


CONTENTS = {
    "output": (output("a\nb\n"), "a\nb\n"),
    "no output": (output(), "[exit status 0]"),
    "nothing found": (output(exit_status=1), "[exit status 1]"),
    "an error": (output(exit_status=2, stderr="ls: no\n"), "ls: no\n[exit status 2]"),
    "both": (output("a\n", exit_status=2, stderr="no\n"), "a\nno\n[exit status 2]"),
    "cut": (output("a\n", line_count=3, truncated=True), "a\n[first 1 of 3 lines]\n"),
    "cut to nothing": (output(line_count=1, truncated=True), "[first 0 of 1 lines]\n"),
}


@pytest.mark.parametrize(("result", "content"), CONTENTS.values(), ids=CONTENTS)
def test_the_model_reads_the_output_and_what_a_terminal_would_not_show(result, content):
    assert TOOL.content(result) == content


def test_long_output_is_cut_and_says_so(make):
    workspace = make({"long.txt": "line\n" * 1_000, "wide.txt": "w" * 90 + "\n"})
    result = TOOL.call(workspace, {"command": "grep -n line long.txt"})
    assert (result.line_count, result.truncated) == (1_000, True)
    assert TOOL.content(result).endswith("\n200:line\n[first 200 of 1000 lines]\n")
    make({"wide.txt": f"{'w' * 299}\n" * 100})
    result = TOOL.call(workspace, {"command": "head -100 wide.txt"})
    assert (result.stdout.count("\n"), len(result.stdout)) == (66, 66 * 300)
    make({"wide.txt": "w" * (MAX_CHARS + 1)})
    result = TOOL.call(workspace, {"command": "grep w wide.txt"})
    assert TOOL.content(result) == "[first 0 of 1 lines]\n"


def test_many_errors_are_cut_and_say_so(make):
    names = " ".join(f"n{number:02}" for number in range(30))
    result = TOOL.call(make({}), {"command": f"grep -r x {names}"})
    lines = result.stderr.splitlines()
    assert lines[0] == "grep: n00: No such file or directory"
    assert (len(lines), lines[-1]) == (21, "[first 20 of 30 lines]")


VIEWED = {
    "a folder": (
        "grep -rn x: .",
        {"matches": [{"path": "a.py", "line": 4, "text": "# x: two"}], "files": ["a.py"]},
    ),
    "a file": (
        "grep -n 'x = 10' a.py",
        {"matches": [{"path": "a.py", "line": 5, "text": "x = 10:30"}], "files": ["a.py"]},
    ),
    "a file under -r": (
        "grep -rn 'x = 10' a.py",
        {"matches": [{"path": "a.py", "line": 5, "text": "x = 10:30"}], "files": ["a.py"]},
    ),
    "two files": (
        "grep -n 'x = [13]$' a.py latin.py",
        {"matches": [{"path": "a.py", "line": 2, "text": "x = 1"}], "files": ["a.py"]},
    ),
    "no paths": (
        "grep -rhn import .",
        {"matches": [{"path": "", "line": 1, "text": "import os"}], "files": [""]},
    ),
    "no line numbers": ("grep -r import .", {"matches": [], "files": []}),
    "names": ("grep -rl import .", {"matches": [], "files": ["a.py"]}),
    "found": ("find . -name 'a*'", {"matches": [], "files": ["a.py"]}),
    "a count": ("grep -c x a.py", {"numbers": [3], "matches": [], "files": []}),
    "counts": ("wc -l a.py b/-n", {"numbers": [5, 1, 6], "files": []}),
    "nothing": ("grep -rn zebra .", {"lines": [], "numbers": [], "matches": [], "files": []}),
    "refused": ("cat a.py", {"error": "cat: not allowed, use one of grep, find, ls, wc, head"}),
}


@pytest.mark.parametrize(("command", "expected"), VIEWED.values(), ids=VIEWED)
def test_the_view_reads_no_more_than_the_output_says(workspace, command, expected):
    arguments = {"command": command}
    view = TOOL.view(arguments, TOOL.call(workspace, arguments))
    assert {key: view[key] for key in expected} == expected


def test_a_line_that_begins_with_a_time_is_no_path_and_line(make):
    workspace = make({"log.txt": "10:30: started\n"})
    arguments = {"command": "grep -n started log.txt"}
    view = TOOL.view(arguments, TOOL.call(workspace, arguments))
    assert view["matches"] == [{"path": "log.txt", "line": 1, "text": "10:30: started"}]


def test_the_version_is_that_of_the_program_that_runs():
    versions = TOOL.installed()
    assert versions[0].startswith("run_command 1, grep")
    assert TOOL.version({"command": "'grep' -n x f"}) == versions[0]
    assert len(set(versions)) == 5


@pytest.mark.parametrize("arguments", [{}, {"command": None}, {"command": 3}, {"command": "cat f"}])
def test_a_call_that_runs_nothing_has_the_version_of_our_own_code(arguments):
    assert TOOL.version(arguments) == "run_command 1"


def test_a_program_that_is_missing_is_said(make, monkeypatch):
    from curate.tools import run_command

    run_command._path.cache_clear()
    monkeypatch.setattr(run_command.shutil, "which", lambda *_, **__: None)
    result, versions = TOOL.call(make({}), {"command": "ls"}), TOOL.installed()
    version = TOOL.version({"command": "ls"})
    run_command._path.cache_clear()
    assert result == RunCommandResult(success=False, error="ls: not installed on this machine")
    assert (versions, version) == ([], "run_command 1")


def test_the_schema_is_offered_as_it_stands():
    assert TOOL.schema() == {
        "type": "function",
        "function": {
            "name": "run_command",
            "description": "Run one read-only command in the project's folder: grep, find, ls, "
            "wc, head. There is no shell: no pipes, redirections or globs. Output is sorted by "
            "path and cut after 200 lines or 20,000 characters; the exit status is shown when it "
            "is not 0 or when there is no output.",
            "parameters": {
                "type": "object",
                "properties": {
                    "command": {
                        "type": "string",
                        "description": "One command, run in the project's folder without a shell: "
                        "grep, find, ls, wc, head. No pipes, redirections, globs or variables.",
                    }
                },
                "required": ["command"],
            },
        },
    }
