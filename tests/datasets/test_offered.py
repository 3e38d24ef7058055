"""The tools that a row offers, wherever it lists them."""

import json

import pytest

from curate.datasets import read

PARAMETERS = {"type": "object", "properties": {"path": {"type": "string"}}}
SPEC = {"name": "read_file", "description": "Read it.", "parameters": PARAMETERS}
WRAPPED = {"type": "function", "function": SPEC}
OTHER = {"name": "hover", "parameters": {}}
USER = {"role": "user", "content": "Hi."}


def offered(value):
    row = read(value).row
    assert row is not None
    return row


@pytest.mark.parametrize(
    "tools",
    [
        [WRAPPED],
        [SPEC],
        json.dumps([WRAPPED]),
        [json.dumps(WRAPPED)],
        [{**SPEC, "parameters": json.dumps(PARAMETERS)}],
        [{"name": "read_file", "description": "Read it.", "input_schema": PARAMETERS}],
    ],
)
def test_tools_are_read_however_they_are_wrapped(tools):
    row = offered({"messages": [USER], "tools": tools})
    assert (row.tools, row.faults) == ((SPEC,), ())


@pytest.mark.parametrize(
    "prompt",
    [
        f"You may call:\n<tools>\n{json.dumps(WRAPPED)}\n{json.dumps(OTHER)}\n</tools>\nDo.",
        f"Tools: {json.dumps([WRAPPED, OTHER])}. Use them.",
        f"Functions:\n{json.dumps(SPEC, indent=2)}\n\n{json.dumps(OTHER, indent=2)}\n",
    ],
)
def test_tools_in_a_system_prompt_are_read(prompt):
    row = offered({"messages": [{"role": "system", "content": prompt}, USER]})
    assert [tool["name"] for tool in row.tools] == ["read_file", "hover"]


@pytest.mark.parametrize(
    "prompt", ["Help.", 'Answer as {"name": "..."}.', "[" * 500, '<tools>\n{"name": </tools>']
)
def test_a_prompt_without_tools_offers_none(prompt):
    row = offered({"messages": [{"role": "system", "content": prompt}, USER]})
    assert (row.tools, row.toolset_id) == ((), None)


@pytest.mark.parametrize("tools", [3, "all", {"read_file": {}}, [3], [{"description": "x"}]])
def test_tools_that_are_no_schemas_are_a_fault(tools):
    row = offered({"messages": [USER], "tools": tools})
    assert [fault.rule for fault in row.faults] == ["tools_unreadable"]


@pytest.mark.parametrize("tools", [None, [], ""])
def test_no_tools_are_no_fault(tools):
    row = offered({"messages": [USER], "tools": tools})
    assert (row.tools, row.faults) == ((), ())


def test_a_set_is_the_same_in_another_order():
    first = offered({"messages": [USER], "tools": [SPEC, OTHER]})
    second = offered({"messages": [USER], "tools": [OTHER, WRAPPED]})
    assert first.toolset_id == second.toolset_id is not None


def test_a_schema_names_the_positional_arguments_of_code():
    code = 'execute_code(code="read_file(\\"a.py\\", 3)")'
    row = offered(
        {
            "messages": [{"role": "assistant", "content": f"<tool_call>{code}</tool_call>"}],
            "tools": [SPEC],
        }
    )
    assert [call.arguments for call in row.calls][1] == {"path": "a.py", "1": 3}
