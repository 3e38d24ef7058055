"""A plan is carried out turn by turn, and a later turn takes what an earlier one gave."""

import json
from pathlib import Path

import pytest

from curate.calling import run_call
from curate.errors import CurateError
from curate.phrases import read_answers, read_turns
from curate.plans import Plan, Snippets, UnresolvedError, plan_of, resolved
from curate.tools.base import Workspace

CORPUS = Path(__file__).parent / "corpus"
BILLING = "src/parcelbox/billing.py"
RESULTS = [{"locations": [{"file": "a.py", "line": 3}], "count": 1}, {"files": []}]


def plan(steps, *, is_code=False, intent="find", slots=None) -> Plan:
    row = {
        "candidate_id": "c1",
        "intent": intent,
        "slots": json.dumps(slots or {}),
        "calls": json.dumps(steps),
    }
    return plan_of(row, Workspace("corpus", CORPUS), 1, is_code=is_code)


def carried_out(plan: Plan, snippets: Snippets) -> list[tuple[str, str]]:
    """Tool and arguments of each turn."""
    made = []
    while call := plan.next_call(snippets):
        made.append((call.tool, call.arguments))
        plan.done(run_call(call))
    return made


def snippets(tmp_path, *, tools=None, intents=None) -> Snippets:
    """Snippets by tool and by intent, from texts without their header."""
    found = {"tools": {}, "intents": {}}
    for kind, read in (("tools", read_answers), ("intents", read_turns)):
        for name, text in ((tools if kind == "tools" else intents) or {}).items():
            path = tmp_path / f"{name}.jinja"
            path.write_text("{#- What it does. vars: args -#}\n" + text)
            found[kind][name] = read(path, name)
    return Snippets(**found)


@pytest.mark.parametrize(
    ("place", "value"),
    [("0.locations.0.file", "a.py"), ("0.locations.0.line", 3), ("0.count", 1), ("1.files", [])],
)
def test_an_argument_is_taken_from_an_earlier_result(place, value):
    assert resolved({"path": {"from": place}, "n": 1}, RESULTS) == {"path": value, "n": 1}


@pytest.mark.parametrize(
    "place",
    ["1.files.0", "0.locations.1.file", "0.place", "2.files", "0.count.0", "x", "0.locations.file"],
)  # fmt: skip
def test_a_value_that_no_earlier_result_has_is_unresolved(place):
    with pytest.raises(UnresolvedError, match=place):
        resolved({"path": {"from": place}}, RESULTS)


def test_each_step_is_a_call_on_the_direct_surface(tmp_path):
    going = plan([
        {"tool": "typecheck", "arguments": {"path": "odd/syntax_error.py"}},
        {"tool": "read_file", "arguments": {
            "path": {"from": "0.errors.0.file"}, "start_line": {"from": "0.errors.0.line"},
            "end_line": None}},
    ])  # fmt: skip
    (first, second) = carried_out(going, snippets(tmp_path))
    assert first == ("typecheck", '{"path": "odd/syntax_error.py"}')
    line = json.loads(going.ran[0].result)["errors"][0]["line"]
    assert second == ("read_file", f'{{"path": "odd/syntax_error.py", "start_line": {line}}}')
    assert [call.tool for call in going.trace] == ["typecheck", "read_file"]


def test_a_plan_that_has_nothing_to_go_on_with_ends_there(tmp_path):
    going = plan([
        {"tool": "typecheck", "arguments": {"path": BILLING}},
        {"tool": "read_file", "arguments": {"path": {"from": "0.errors.9.file"}}},
    ])  # fmt: skip
    assert len(carried_out(going, snippets(tmp_path))) == 1
    assert going.drop_reason == "nothing_to_go_on_with"


def test_each_step_is_a_snippet_of_its_tool_on_the_surface_code(tmp_path):
    going = plan([
        {"tool": "run_command", "arguments": {"command": "find . -name 'billing.py'"}},
        {"tool": "read_file", "arguments": {"path": BILLING, "end_line": 1}},
    ], is_code=True)  # fmt: skip
    tools = {
        "run_command": 'print({{ args | call("run_command") }}.stdout)',
        "read_file": 'print({{ args | call("read_file") }}.text)',
    }
    first, second = carried_out(going, snippets(tmp_path, tools=tools))
    assert first == (
        "execute_code",
        json.dumps({"code": "print(run_command(\"find . -name 'billing.py'\").stdout)"}),
    )
    assert second[0] == "execute_code"
    assert [(call.tool, call.arguments) for call in going.trace] == [
        ("run_command", {"command": "find . -name 'billing.py'"}),
        ("read_file", {"path": BILLING, "end_line": 1}),
    ]
    assert going.ran[0].content == f"./{BILLING}"


def test_an_intent_with_snippets_of_its_own_takes_its_turns_from_them(tmp_path):
    own = (
        'print(run_command("find . -name {{ name }}").stdout)\n'
        "{#- then -#}\n"
        'print(read_file("{{ steps[0].files[0] }}", 1, 1).text)\n'
    )
    going = plan(
        [{"tool": "run_command", "arguments": {}}],
        is_code=True,
        slots={"name": "billing.py"},
    )
    made = carried_out(going, snippets(tmp_path, intents={"find": own}))
    assert [json.loads(arguments)["code"] for _, arguments in made] == [
        'print(run_command("find . -name billing.py").stdout)',
        f'print(read_file("{BILLING}", 1, 1).text)',
    ]
    assert [call.tool for call in going.trace] == ["run_command", "read_file"]


def test_a_tool_without_a_snippet_is_told(tmp_path):
    going = plan([{"tool": "typecheck", "arguments": {"path": BILLING}}], is_code=True)
    with pytest.raises(CurateError) as raised:
        going.next_call(snippets(tmp_path))
    assert str(raised.value) == (
        "templates/code/typecheck.jinja: is missing, and the recipe's surface is code\n"
        "  fix: write the tool's snippets (docs/code-mode.md)"
    )


def test_a_file_that_was_written_is_seen_by_the_next_call(tmp_path, monkeypatch):
    monkeypatch.setenv("CURATE_CACHE", str(tmp_path / "cache"))
    going = plan([
        {"tool": "write_file", "arguments": {"path": "new.py", "content": "import os\n"}},
        {"tool": "ruff_check", "arguments": {"path": "new.py", "select": ["F401"]}},
    ])  # fmt: skip
    carried_out(going, snippets(tmp_path))
    assert json.loads(going.ran[1].result)["violation_count"] == 1
    assert not (CORPUS / "new.py").exists()
