"""Snippets of templates/code: each form of each, over calls that find, find nothing and fail."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from ruff import find_ruff_bin

from curate.phrases import read_answers
from curate.project import Project
from curate.tools import all_tools
from curate.tools.base import Result
from curate.tools.execute_code import ExecuteCode
from tests.conftest import REPOSITORY

FILES = Project(REPOSITORY).files("templates/code", "*.jinja")
FORMS = {
    name.removesuffix(".jinja"): read_answers(path, name) for name, path in sorted(FILES.items())
}
CUT = re.compile(r"listed|only the first|in all|shown|more|older|\[.*lines|lines \d+ to \d+ of")
BILLING, REPORTS, TRACKING = (
    f"src/parcelbox/{name}.py" for name in ("billing", "reports", "tracking")
)
# Calls of each tool and the workspace that they are made in.
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "document_symbols": [
        ("bare", {"path": TRACKING}),
        ("changed", {"path": "tests/test_many.py"}),
        ("bare", {"path": "odd/empty.py"}),
        ("bare", {"path": "nope.py"}),
    ],
    "find_references": [
        ("changed", {"path": "uses.py", "line": 1, "symbol": "name"}),
        ("bare", {"path": TRACKING, "line": 76, "symbol": "Tracker"}),
        ("bare", {"path": TRACKING, "line": 76, "symbol": "nope"}),
        ("bare", {"path": "nope.py", "line": 1, "symbol": "nope"}),
    ],
    "git_diff": [
        ("changed", {}),
        ("changed", {"staged": True}),
        ("changed", {"staged": True, "path": "odd"}),
        ("changed", {"path": "src/parcelbox/models.py"}),
        ("committed", {}),
        ("committed", {"path": "nope"}),
        ("bare", {}),
    ],
    "git_log": [
        ("committed", {}),
        ("committed", {"limit": 1}),
        ("committed", {"path": "README.md"}),
        ("changed", {"path": "new.py"}),
        ("committed", {"path": "nope"}),
        ("bare", {}),
    ],
    "git_status": [("changed", {}), ("committed", {}), ("bare", {})],
    "goto_definition": [
        ("bare", {"path": TRACKING, "line": 76, "symbol": "Tracker"}),
        ("bare", {"path": TRACKING, "line": 76, "symbol": "nope"}),
        ("bare", {"path": "nope.py", "line": 1, "symbol": "nope"}),
    ],
    "hover": [
        ("bare", {"path": TRACKING, "line": 76, "symbol": "Tracker"}),
        ("bare", {"path": TRACKING, "line": 96, "symbol": "find_parcel"}),
        ("bare", {"path": TRACKING, "line": 76, "symbol": "class"}),
        ("bare", {"path": "nope.py", "line": 1, "symbol": "nope"}),
    ],
    "pytest_run": [
        ("committed", {"path": "tests/test_tracking.py"}),
        ("committed", {"path": "tests/test_tracking.py", "keyword": "nothing_is_called_so"}),
        ("changed", {"path": "tests/test_outcomes.py"}),
        ("changed", {"path": "tests/test_many.py"}),
        ("changed", {"path": "nope.py"}),
    ],
    "read_file": [
        ("bare", {"path": BILLING}),
        ("bare", {"path": BILLING, "start_line": 3, "end_line": 9}),
        ("bare", {"path": "odd/empty.py"}),
        ("bare", {"path": "nope.py"}),
        ("bare", {"path": "../x"}),
    ],
    "ruff_check": [
        ("bare", {"path": REPORTS, "select": ["UP"]}),
        ("bare", {"path": ".", "select": ["F", "E", "D"]}),
        ("bare", {"path": BILLING, "select": ["F401"]}),
        ("bare", {"path": "nope.py"}),
        ("bare", {"path": ".", "select": ["ZZZ1"]}),
    ],
    "run_command": [
        ("bare", {"command": 'grep -rn "class .*Error" --include="*.py" src'}),
        ("bare", {"command": "grep -rn 'no such text' src"}),
        ("bare", {"command": "grep -rn e ."}),
        ("bare", {"command": "find src docs -type f"}),
        ("bare", {"command": "wc -l README.md nope.md"}),
        ("bare", {"command": "cat README.md"}),
        ("bare", {"command": "head -n 3 odd/empty.py"}),
    ],
    "typecheck": [
        ("bare", {"path": BILLING}),
        ("bare", {"path": "."}),
        ("bare", {"path": "src/parcelbox/errors.py"}),
        ("bare", {"path": "nope.py"}),
    ],
    "workspace_symbols": [
        ("bare", {"query": "Tracker"}),
        ("bare", {"query": "total_cents"}),
        ("changed", {"query": "test_"}),
        ("bare", {"query": "no_such_symbol"}),
    ],
    "write_file": [
        ("bare", {"path": "odd/new.py", "content": "import os\n"}),
        ("bare", {"path": "README.md", "content": '# Mine\n\nAll of """it""".\n'}),
        ("bare", {"path": "src", "content": ""}),
    ],
}
CASES = [
    pytest.param(
        (tool, index, workspace, given),
        id=f"{tool}-{index}-{workspace}-{number}",
        marks=[pytest.mark.slow] if tool == "pytest_run" else [],
    )
    for tool, forms in FORMS.items()
    if tool in all_tools()  # that each is, a test of its own says
    for index in range(len(forms.forms))
    for number, (workspace, given) in enumerate(CALLS.get(tool, []))
]


def rendered(tool: str, index: int, given: dict[str, Any]) -> str:
    return FORMS[tool].render(index, {"args": given}) + "\n"


def test_every_tool_has_snippets_in_four_forms_or_more_and_calls_to_try_them_on():
    tools = set(all_tools()) - {"execute_code"}
    assert set(FORMS) == tools
    assert set(CALLS) == tools
    assert {tool: len(forms.forms) for tool, forms in FORMS.items() if len(forms.forms) < 4} == {}


@pytest.mark.parametrize("tool", [tool for tool in FORMS if tool in all_tools()])
def test_the_forms_of_a_tool_differ_and_take_nothing_but_its_arguments(tool):
    assert FORMS[tool].variables == {"args"}
    _, given = CALLS[tool][0]
    texts = [rendered(tool, index, given) for index in range(len(FORMS[tool].forms))]
    assert len(set(texts)) == len(texts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every snippet as a file."""
    folder = tmp_path_factory.mktemp("snippets")
    for case in CASES:
        ((tool, index, _, given),) = case.values
        (folder / f"{case.id}.py").write_text(rendered(tool, index, given), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def direct_results(workspaces):
    """The tool's own result of a call, made once."""
    results: dict[str, Result] = {}

    def result(tool: str, workspace: str, given: dict[str, Any]) -> Result:
        key = f"{tool} {workspace} {given}"
        if key not in results:
            results[key] = all_tools()[tool].call(workspaces[workspace], given)
        return results[key]

    return result


def ruff(folder, *words: str) -> str:
    done = subprocess.run(
        [find_ruff_bin(), *words, "--isolated", "--quiet", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_every_snippet_is_formatted_as_ruff_does(folder):
    assert ruff(folder, "format", "--diff") == ""


def test_no_snippet_has_an_unused_or_unknown_name(folder):
    builtins = f"builtins = {[*FORMS]}"
    assert ruff(folder, "check", "--select", "F,E7,B,SIM,RET,C4,PIE", "--config", builtins) == ""


@pytest.mark.parametrize("case", CASES)
def test_a_snippet_makes_its_call_and_prints_what_the_result_says(workspaces, direct_results, case):
    tool, index, workspace, given = case
    direct = direct_results(tool, workspace, given)
    code = rendered(tool, index, given)
    result, calls = ExecuteCode().run_traced(workspaces[workspace], code)
    assert result.error is None
    assert [(call.tool, call.arguments, call.result) for call in calls] == [(tool, given, direct)]
    assert result.output.strip()
    assert [fact for fact in facts(direct) if fact not in result.output] == []
    if is_cut(direct):
        assert CUT.search(result.output)


def facts(result: Result) -> Iterator[str]:
    """What an answer may say of a result: the error, or each name, text, place and count.

    That is each line of each text and each number, but for what only says that it is cut.
    """
    if result.error is not None:
        yield result.error
        return
    yield from _leaves(result.model_dump(exclude=SILENT))
    if "line_count" in type(result).model_fields and is_cut(result):
        yield str(getattr(result, "line_count", None))


def is_cut(result: Result) -> bool:
    """Whether a tool left something out, which code has to tell."""
    given = result.model_dump()
    return given.get("truncated") or 0 < given.get("end_line", 0) < given["line_count"]


# What is told otherwise, or nothing of its own: whether a call worked, what it was asked.
SILENT = {"success", "error", "truncated", "exit_status", "start_line", "end_line", "line_count"}


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in {"old_lines", "new_lines"} or value.get("hunks"):
                yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, str):
        yield from (line.strip() for line in value.splitlines())
    elif isinstance(value, int) and not isinstance(value, bool) and value:  # 0 is said in words
        yield str(value)
