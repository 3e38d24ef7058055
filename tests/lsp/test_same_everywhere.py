"""The five tools say the same whatever was asked before, wherever the tree lies, whoever asks."""

import json
import random
import re
import shutil
import sys
import tempfile

import pytest

from curate.lsp import opened
from curate.lsp.opened import MAX_OPEN, close_all, language_server
from curate.tools import alone
from curate.tools.base import Workspace
from curate.tools.document_symbols import DocumentSymbols
from curate.tools.find_references import FindReferences
from curate.tools.goto_definition import GotoDefinition
from curate.tools.hover import Hover
from curate.tools.workspace_symbols import WorkspaceSymbols
from tests.tools.conftest import CORPUS, fingerprint

AT_A_NAME = [GotoDefinition(), FindReferences(), Hover()]
OUTLINE, SEARCH = DocumentSymbols(), WorkspaceSymbols()
COUNT_CALLS = 700


@pytest.fixture(autouse=True)
def _fresh():
    close_all()
    yield
    close_all()


def calls_over(root):
    """A call of each tool for every name of every line of every file."""
    calls = [(SEARCH, {"query": query}) for query in ("carrier", "Parcel", "__init__", "x", "zz")]
    for file in sorted(root.rglob("*.py*")):
        path = file.relative_to(root).as_posix()
        calls.append((OUTLINE, {"path": path}))
        for number, line in enumerate(file.read_text("utf-8", "replace").split("\n"), 1):
            for name in sorted(set(re.findall(r"[^\W\d]\w*", line))):
                given = {"path": path, "line": number, "symbol": name}
                calls += [(tool, given) for tool in AT_A_NAME]
    return calls


def said(workspace, calls):
    """What the model reads of calls, by call."""
    return {
        f"{tool.name} {json.dumps(arguments)}": tool.content(tool.call(workspace, arguments))
        for tool, arguments in calls
    }


@pytest.fixture(scope="module")
def answers():
    """Some calls over the fixture corpus, and what they say in this order."""
    close_all()
    calls = random.Random(1).sample(calls_over(CORPUS), COUNT_CALLS)
    return calls, said(Workspace("corpus", CORPUS), calls)


@pytest.mark.parametrize("seed", [2, 3])
def test_no_answer_hangs_on_what_was_asked_before(answers, seed):
    calls, before = answers
    shuffled = random.Random(seed).sample(calls, len(calls))
    assert said(Workspace("corpus", CORPUS), shuffled) == before


def test_each_call_alone_says_the_same(answers):
    calls, before = answers
    for call in calls[:25]:
        close_all()
        assert said(Workspace("corpus", CORPUS), [call]).items() <= before.items()


def test_a_copy_elsewhere_says_the_same_and_leaves_nothing(answers, tmp_path, monkeypatch):
    calls, before = answers
    shutil.copytree(CORPUS, tmp_path / "a copy" / "of it")
    (tmp_path / "link").symlink_to(tmp_path / "a copy" / "of it")
    (tmp_path / "temporary files").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary files"))
    assert said(Workspace("copy", tmp_path / "link"), calls) == before
    close_all()
    assert list((tmp_path / "temporary files").iterdir()) == []


def test_another_users_environment_changes_nothing(answers, tmp_path, monkeypatch):
    calls, before = answers
    (tmp_path / "ty").mkdir()
    (tmp_path / "ty" / "ty.toml").write_text("[environment]\npython-version = '3.8'\n")
    variables = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
        "VIRTUAL_ENV": sys.prefix,
        "CONDA_PREFIX": sys.prefix,
        "PYTHONPATH": str(CORPUS / "src"),
        "TY_CONFIG_FILE": str(tmp_path / "ty" / "ty.toml"),
        "TY_LOG": "trace",
        "LC_ALL": "POSIX",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert said(Workspace("corpus", CORPUS), calls) == before
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["ty", "ty.toml"]


def test_nothing_of_this_machine_is_said(answers):
    text = "\n".join(answers[1].values())
    mine = (str(CORPUS), sys.prefix, tempfile.gettempdir(), alone.LINK, "typeshed", "file://")
    assert [part for part in mine if part in text] == []
    assert text.count("<stdlib>/") > COUNT_CALLS // 100


def test_no_call_writes_into_the_workspace(tmp_path):
    shutil.copytree(CORPUS, tmp_path / "corpus")
    before = fingerprint(tmp_path)
    said(Workspace("copy", tmp_path / "corpus"), calls_over(tmp_path / "corpus" / "odd"))
    said(Workspace("copy", tmp_path / "corpus"), [(SEARCH, {"query": "x"})])
    assert fingerprint(tmp_path) == before


def test_few_servers_are_open_at_once_and_an_ended_one_is_opened_again(tmp_path):
    call, workspaces = {"path": "a.py", "line": 1, "symbol": "A"}, []
    numbers = [str(number) for number in range(MAX_OPEN + 2)]
    for number in numbers:
        (tmp_path / number).mkdir()
        (tmp_path / number / "a.py").write_text(f"class A:\n    '{number}'\n")
        workspaces.append(Workspace(f"w{number}", tmp_path / number))
    for _ in range(2):
        told = [Hover().call(workspace, call).documentation for workspace in workspaces]
        assert told == numbers
        assert len(opened._opened) == MAX_OPEN


def test_a_server_is_kept_open_for_the_next_call():
    workspace = Workspace("corpus", CORPUS)
    assert language_server(workspace) is language_server(workspace)
