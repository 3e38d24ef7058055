"""A corpus in code: from the same facts and templates, through export."""

import json

from curate.tools import all_tools
from curate.verifying import verify
from tests.conftest import Mini


def test_a_corpus_in_code_is_exported_with_one_tool_whose_code_really_ran(mini_copy: Mini):
    recipe = 'extends = "mini"\nsurface = "code"\n'
    (mini_copy.root / "corpora/code.toml").write_text(recipe, encoding="utf-8")
    mini_copy.build("code")
    lines = (mini_copy.root / "out/code/train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    calls = [
        call["function"]
        for row in rows
        for message in row["messages"]
        for call in message.get("tool_calls", [])
    ]
    assert len(rows) == 60
    assert len(calls) > 40
    assert {call["name"] for call in calls} == {"execute_code"}
    assert {tuple(call["arguments"]) for call in calls} == {("code",)}
    for row in rows:
        assert [tool["function"]["name"] for tool in row["tools"]] == ["execute_code"]
    called = [call["arguments"]["code"] for call in calls]
    assert all(any(f"{name}(" in code for name in all_tools()) for code in called)
    assert verify(mini_copy.project, "code", 20, 1)["differences"] == []
