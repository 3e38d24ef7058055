"""Paths stay in the workspace, and a call always has a result."""

import os

import pytest

from curate.tools.base import Arguments, Result, Tool, ToolError, Workspace


class EchoArguments(Arguments):
    text: str
    times: int | None = None
    words: list[str] | None = None


class Echo(Tool):
    name = "echo"
    description = "Says it again."
    arguments = EchoArguments
    result = Result

    def version(self, arguments):
        return "echo 1"

    def run(self, workspace, **arguments):
        if arguments["text"] == "fail":
            raise ToolError("it fails")
        return Result(success=True)


@pytest.fixture
def workspace(make, tmp_path):
    """A workspace with links inside and out of it; beside it lies `secret`."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.py").write_text("KEY = 1\n")
    workspace = make({"src/a.py": "x = 1\n", "src/deep/b.py": "y = 2\n", "-n": "odd\n"})
    for name, target in {
        "inner": "src/a.py",
        "folder": "src/deep",
        "here": ".",
        "out": "../secret",
        "out.py": str(tmp_path / "secret" / "key.py"),
        "broken": "nowhere",
        "loop": "loop",
    }.items():
        (workspace.root / name).symlink_to(target)
    os.mkfifo(workspace.root / "pipe")
    return workspace


INSIDE = {
    "a file": ("src/a.py", "src/a.py"),
    "the root": (".", ""),
    "with dots": ("src/../src/./a.py", "src/a.py"),
    "up through what is not there": ("missing/../src", "src"),
    "a link to a file": ("inner", "inner"),
    "through a linked folder": ("folder/b.py", "folder/b.py"),
    "not there": ("src/c.py", "src/c.py"),
    "below a file": ("src/a.py/b", "src/a.py/b"),
    "like an option": ("-n", "-n"),
    "a broken link": ("broken", "broken"),
}


@pytest.mark.parametrize(("path", "lies"), INSIDE.values(), ids=INSIDE)
def test_a_path_is_where_it_says(workspace, path, lies):
    assert workspace.resolve(path) == workspace.root / lies


LEAVING = {
    "empty": ("", "not a path: ''"),
    "NUL": ("a\0b", "not a path: 'a\\x00b'"),
    "absolute": (
        "/etc/passwd",
        "/etc/passwd: absolute paths are not allowed, use one relative to the project",
    ),
    "up": ("../secret/key.py", "../secret/key.py: outside the project"),
    "up in the middle": ("src/../../secret", "src/../../secret: outside the project"),
    "up, and back by name": ("../workspace/src", None),
    "a link to a folder outside": ("out/key.py", "out/key.py: outside the project"),
    "a link to a file outside": ("out.py", "out.py: outside the project"),
    "through a link and up": ("here/../secret", "here/../secret: outside the project"),
    "through a link and back": (
        "folder/../a.py",
        "folder/../a.py: goes through a link and back, name the file itself",
    ),
    "a loop": ("loop", "loop: too many levels of symbolic links"),
    "too long": ("n" * 300, f"{'n' * 300}: file name too long"),
    "a pipe": ("pipe", "pipe: neither a file nor a folder"),
}


@pytest.mark.parametrize(("path", "error"), LEAVING.values(), ids=LEAVING)
def test_a_path_that_leaves_is_refused(workspace, path, error):
    if error is None:
        assert workspace.resolve(path) == workspace.root / "src"
        return
    with pytest.raises(ToolError) as raised:
        workspace.resolve(path)
    assert str(raised.value) == error


def test_a_workspace_may_itself_lie_behind_a_link(workspace, tmp_path):
    (tmp_path / "link").symlink_to(workspace.root)
    assert Workspace("x", tmp_path / "link").resolve("src/a.py") == workspace.root / "src/a.py"


WRONG = {
    "missing": ({}, "text: field required"),
    "unknown": ({"text": "a", "more": 1}, "more: extra inputs are not permitted"),
    "a number for a text": ({"text": 5}, "text: input should be a valid string"),
    "a text for a number": (
        {"text": "a", "times": "3"},
        "times: input should be a valid integer",
    ),
    "a truth for a number": (
        {"text": "a", "times": True},
        "times: input should be a valid integer",
    ),
    "in a list": ({"text": "a", "words": ["b", 3]}, "words.1: input should be a valid string"),
    "half a character": (
        {"text": "\ud800"},
        "arguments: not valid unicode",
    ),
    "no object": (
        ["a"],
        "arguments: input should be a valid dictionary or instance of echoarguments",
    ),
    "raised by the tool": ({"text": "fail"}, "it fails"),
}


@pytest.mark.parametrize(("arguments", "error"), WRONG.values(), ids=WRONG)
def test_a_call_that_cannot_be_carried_out_has_a_result_that_says_why(make, arguments, error):
    assert Echo().call(make({}), arguments) == Result(success=False, error=error)


def test_of_an_error_the_model_reads_only_what_went_wrong(make):
    echo = Echo()
    failed = echo.call(make({}), {"text": "fail"})
    assert echo.content(failed) == '{"success":false,"error":"it fails"}'
    assert echo.content(Result(success=True)) == '{"success":true}'
    assert not echo.is_clean(Result(success=True))
    assert echo.view({}, failed) == {"success": False, "error": "it fails"}


def test_the_schema_is_what_chat_templates_take():
    assert Echo().schema() == {
        "type": "function",
        "function": {
            "name": "echo",
            "description": "Says it again.",
            "parameters": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "times": {"type": "integer"},
                    "words": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["text"],
            },
        },
    }
