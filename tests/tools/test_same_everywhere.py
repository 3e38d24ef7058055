"""The same call on the same tree says the same: wherever the tree lies, whoever runs it, twice."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.tools import all_tools, alone, run_command
from curate.tools.base import Workspace

from .conftest import CORPUS, fingerprint

COMMANDS = [
    *(
        "grep -rn class .",
        "grep -rh import",
        "grep -rc e . nope",
        "grep -n x nope.py",
        "grep -rL e",
    ),
    *(
        "find .",
        "find src -type f",
        "find nope",
        "ls -RaF",
        "ls nope",
        "wc README.md docs/guide.md",
    ),
    *(
        "wc src",
        "head -5 README.md docs/api.rst",
        "head nope",
        "cat README.md",
        "ls /etc",
        "ls | wc",
    ),
]
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())
CALLS = [
    *(("run_command", {"command": command}) for command in COMMANDS),
    *(("read_file", {"path": path}) for path in [*FILES, "src", "nope", "../x"]),
    *(("ruff_check", {"path": path}) for path in [".", "src", "odd/crlf.py", "nope", "../x"]),
    ("ruff_check", {"path": ".", "select": ["ALL"]}),
    ("ruff_check", {"path": "src/parcelbox", "select": ["INP", "N", "I", "F"]}),
    ("ruff_check", {"path": ".", "select": ["ZZZ1"]}),
    *(("typecheck", {"path": path}) for path in [".", "src", "odd", "tests/conftest.py", "nope"]),
]
HOSTILE = {
    "pyproject.toml": """
        [project]
        name = "x"
        version = "1"
        requires-python = ">=3.9"
        [tool.ruff]
        fix = true
        unsafe-fixes = true
        cache-dir = "cache"
        show-fixes = true
        output-format = "full"
        [tool.ruff.lint]
        select = ["F", "I"]
        [tool.ty.terminal]
        output-format = "full"
        error-on-warning = true
    """.replace("\n        ", "\n"),
    "conftest.py": "open('ran', 'w')\n",
    "a.py": "import os\nimport abc\nopen('ran', 'w')\nx: int = ''\n",
    "sitecustomize.py": "open('ran', 'w')\n",
}


def contents(root: Path) -> dict[str, str]:
    """What the model reads of every call."""
    workspace, tools = Workspace("w", root), all_tools()
    return {
        json.dumps(call): tools[call[0]].content(tools[call[0]].call(workspace, call[1]))
        for call in CALLS
    }


@pytest.fixture(scope="module")
def here() -> dict[str, str]:
    return contents(CORPUS)


def test_a_copy_elsewhere_says_the_same(here, tmp_path, monkeypatch):
    shutil.copytree(CORPUS, tmp_path / "a copy" / "of it")
    (tmp_path / "temporary files").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary files"))
    assert contents(tmp_path / "a copy" / "of it") == here
    assert list((tmp_path / "temporary files").iterdir()) == []


def test_a_link_to_it_says_the_same(here, tmp_path):
    (tmp_path / "link").symlink_to(CORPUS)
    assert contents(tmp_path / "link") == here


def test_another_users_environment_changes_nothing(here, tmp_path, monkeypatch):
    (tmp_path / "ruff.toml").write_text("lint.select = ['D']\n")
    (tmp_path / "bin").mkdir()
    for program in ("grep", "find", "ls", "wc", "head"):
        (tmp_path / "bin" / program).write_text("#!/bin/sh\necho mine\n")
        (tmp_path / "bin" / program).chmod(0o755)
    variables = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "POSIX",
        "LS_COLORS": "di=01;34",
        "QUOTING_STYLE": "shell",
        "POSIXLY_CORRECT": "1",
        "GREP_OPTIONS": "--color=always",
        "FORCE_COLOR": "1",
        "RUFF_CONFIG": str(tmp_path / "ruff.toml"),
        "RUFF_OUTPUT_FORMAT": "full",
        "TY_OUTPUT_FORMAT": "full",
        "TY_CONFIG_FILE": str(tmp_path / "nope.toml"),
        "VIRTUAL_ENV": str(tmp_path),
        "CONDA_PREFIX": sys.prefix,
        "PYTHONPATH": str(CORPUS / "src"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    run_command._path.cache_clear()
    assert contents(CORPUS) == here


def test_nothing_of_this_machine_is_said(here):
    mine = (str(CORPUS), str(CORPUS.parent), sys.prefix, tempfile.gettempdir(), alone.LINK)
    said = "\n".join(here.values())
    assert [path for path in mine if path in said] == []
    assert not [call for call, content in here.items() if not content and "__init__" not in call]


def test_no_tool_writes_into_a_workspace_or_runs_its_code(make):
    workspace = make(HOSTILE)
    shutil.copytree(
        CORPUS, workspace.root, dirs_exist_ok=True, ignore=lambda *_: ["pyproject.toml"]
    )
    before, codes = fingerprint(workspace.root), []
    contents(workspace.root)
    for name in ("ruff_check", "typecheck"):
        result = all_tools()[name].call(workspace, {"path": "a.py"})
        codes += [
            row.code for row in getattr(result, "violations", []) + getattr(result, "errors", [])
        ]
    assert codes == ["I001", "F401", "F401", "invalid-assignment"]
    assert fingerprint(workspace.root) == before


def test_settings_above_the_folder_for_temporary_files_stop_a_build(make, tmp_path, monkeypatch):
    (tmp_path / "temporary" / "deep").mkdir(parents=True)
    (tmp_path / "temporary" / "ruff.toml").write_text("")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary" / "deep"))
    with pytest.raises(CurateError) as raised:
        all_tools()["ruff_check"].call(make({"a.py": ""}), {"path": "a.py"})
    assert str(raised.value) == (
        f"{tmp_path}/temporary/ruff.toml: would change what ruff and ty report of every source\n"
        "  fix: set TMPDIR to a folder with no such file in it or above it"
    )
