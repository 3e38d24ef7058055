"""Text files with line numbers: whole results, and what the model reads of them."""

import os

import pytest

from curate.tools.read_file import MAX_LINES, ReadFile, ReadFileResult
from curate.tools.text_file import MAX_FILE_BYTES

TOOL = ReadFile()


@pytest.fixture
def workspace(make):
    return make(
        {
            "a.py": "import os\n\n\tx = 1\n",
            "ten.txt": "".join(f"line {n}\n" for n in range(1, 11)),
            "crlf.txt": "one\r\ntwo\rthree\n\r\n",
            "odd ends.txt": "a\x0cb\x1cc\u2028d\x85e\n",
            "open.txt": "no end",
            "bom.py": "\ufeffx = 1\n",
            "empty.py": "",
            "newline.txt": "\n",
            "latin.py": b"x = '\xe9'\n",
            "z.bin": b"x\0x\n",
            "-n": "odd\n",
            "large.txt": "x" * (MAX_FILE_BYTES + 1),
            "wide.txt": "x" * MAX_FILE_BYTES,
        }
    )


def read(text, start, end, count):
    return ReadFileResult(success=True, text=text, start_line=start, end_line=end, line_count=count)


READ = {
    "whole": (
        {"path": "a.py"},
        read("1\timport os\n2\t\n3\t\tx = 1\n", 1, 3, 3),
        "1\timport os\n2\t\n3\t\tx = 1\n",
    ),
    "a range": (
        {"path": "ten.txt", "start_line": 9, "end_line": 10},
        read(" 9\tline 9\n10\tline 10\n", 9, 10, 10),
        " 9\tline 9\n10\tline 10\n[lines 9-10 of 10]",
    ),
    "from a line": (
        {"path": "ten.txt", "start_line": 10},
        read("10\tline 10\n", 10, 10, 10),
        "10\tline 10\n[lines 10-10 of 10]",
    ),
    "to a line": (
        {"path": "ten.txt", "end_line": 1},
        read("1\tline 1\n", 1, 1, 10),
        "1\tline 1\n[lines 1-1 of 10]",
    ),
    "past the end": (
        {"path": "a.py", "start_line": 3, "end_line": 99},
        read("3\t\tx = 1\n", 3, 3, 3),
        "3\t\tx = 1\n[lines 3-3 of 3]",
    ),
    "any line end of Python's": (
        {"path": "crlf.txt"},
        read("1\tone\n2\ttwo\n3\tthree\n4\t\n", 1, 4, 4),
        "1\tone\n2\ttwo\n3\tthree\n4\t\n",
    ),
    "no other line end": (
        {"path": "odd ends.txt"},
        read("1\ta\x0cb\x1cc\u2028d\x85e\n", 1, 1, 1),
        "1\ta\x0cb\x1cc\u2028d\x85e\n",
    ),
    "an open last line": ({"path": "open.txt"}, read("1\tno end\n", 1, 1, 1), "1\tno end\n"),
    "a byte order mark": (
        {"path": "bom.py"},
        read("1\t\ufeffx = 1\n", 1, 1, 1),
        "1\t\ufeffx = 1\n",
    ),
    "empty": ({"path": "empty.py"}, read("", 1, 0, 0), "[empty file]"),
    "empty, from line 1": (
        {"path": "empty.py", "start_line": 1},
        read("", 1, 0, 0),
        "[empty file]",
    ),
    "empty, to line 5": ({"path": "empty.py", "end_line": 5}, read("", 1, 0, 0), "[empty file]"),
    "one empty line": ({"path": "newline.txt"}, read("1\t\n", 1, 1, 1), "1\t\n"),
    "like an option": ({"path": "-n"}, read("1\todd\n", 1, 1, 1), "1\todd\n"),
}


@pytest.mark.parametrize(("arguments", "result", "content"), READ.values(), ids=READ)
def test_the_numbered_lines_come_back(workspace, arguments, result, content):
    assert TOOL.call(workspace, arguments) == result
    assert TOOL.content(result) == content


FAILED = {
    "a folder": ({"path": "."}, ".: is a folder"),
    "not there": ({"path": "b.py"}, "b.py: no such file"),
    "below a file": ({"path": "a.py/b"}, "a.py/b: not a directory"),
    "a broken link": ({"path": "broken"}, "broken: no such file"),
    "a pipe": ({"path": "pipe"}, "pipe: neither a file nor a folder"),
    "outside": ({"path": "../a.py"}, "../a.py: outside the project"),
    "another encoding": ({"path": "latin.py"}, "latin.py: not a UTF-8 text file"),
    "binary": ({"path": "z.bin"}, "z.bin: not a text file"),
    "too large": ({"path": "large.txt"}, "large.txt: larger than 1,000,000 bytes"),
    "past the end": (
        {"path": "a.py", "start_line": 4},
        "a.py: start_line 4 is past the end, the file has 3 lines",
    ),
    "past the end of nothing": (
        {"path": "empty.py", "start_line": 2},
        "empty.py: start_line 2 is past the end, the file has 0 lines",
    ),
    "backwards": (
        {"path": "a.py", "start_line": 3, "end_line": 2},
        "a.py: end_line 2 is before start_line 3",
    ),
    "line 0": (
        {"path": "a.py", "start_line": 0},
        "start_line: input should be greater than or equal to 1",
    ),
    "no path": ({}, "path: field required"),
    "half a line": (
        {"path": "a.py", "end_line": 1.5},
        "end_line: input should be a valid integer",
    ),
}


@pytest.mark.parametrize(("arguments", "error"), FAILED.values(), ids=FAILED)
def test_what_cannot_be_read_is_said(workspace, arguments, error):
    os.mkfifo(workspace.root / "pipe")
    (workspace.root / "broken").symlink_to("nowhere")
    result = TOOL.call(workspace, arguments)
    assert result == ReadFileResult(success=False, error=error)
    assert TOOL.content(result) == f"error: {error}"


def test_a_file_that_this_user_may_not_read_is_said(workspace, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    error = "a.py: permission denied"
    assert TOOL.call(workspace, {"path": "a.py"}) == ReadFileResult(success=False, error=error)


def test_at_most_so_many_lines_are_shown_and_the_cut_is_said(make):
    workspace = make({"long.txt": "line\n" * (MAX_LINES + 5)})
    result = TOOL.call(workspace, {"path": "long.txt", "start_line": 2})
    assert (result.start_line, result.end_line, result.line_count) == (2, 401, 405)
    assert TOOL.content(result).endswith("\n401\tline\n[lines 2-401 of 405]")


def test_one_line_may_be_as_long_as_a_file(workspace):
    result = TOOL.call(workspace, {"path": "wide.txt"})
    assert result == read(f"1\t{'x' * MAX_FILE_BYTES}\n", 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "code", "fence"),
    [
        ("x\n\ty\n", ["x", "\ty"], "```"),
        ("a\x0cb\x1cc\u2028d\n", ["a\x0cb\x1cc\u2028d"], "```"),
        ("`x`\n", ["`x`"], "```"),
        ("```\n", ["```"], "````"),
        ("a `````\n", ["a `````"], "``````"),
        ("", [], "```"),
    ],
)
def test_the_view_gives_the_code_and_a_fence_that_it_cannot_end(make, text, code, fence):
    view = TOOL.view({}, TOOL.call(make({"a.md": text}), {"path": "a.md"}))
    assert (view["code"], view["fence"]) == (code, fence)


def test_the_schema_is_offered_as_it_stands():
    assert TOOL.version({}) == "read_file 1"
    assert TOOL.schema()["function"] == {
        "name": "read_file",
        "description": "Read a text file of the project, with line numbers. Reads the whole file "
        "or the lines from start_line to end_line; at most 400 lines are shown, of files of at "
        "most 1 MB.",
        "parameters": {
            "type": "object",
            "properties": {
                "path": {"type": "string", "description": "File to read, relative to the project."},
                "start_line": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "First line to show, counted from 1.",
                },
                "end_line": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "Last line to show, inclusive.",
                },
            },
            "required": ["path"],
        },
    }
