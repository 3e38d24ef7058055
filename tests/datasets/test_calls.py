"""Every dialect of calls gives the same call, and each way to write it wrongly its own fault."""

import json
from typing import Any

import pytest

from curate.datasets import Row, read

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "read_file",
            "parameters": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "limit": {"type": "integer"}},
            },
        },
    }
]
CALL = {"name": "read_file", "arguments": {"path": "a.py", "limit": 5}}
WRITTEN = json.dumps(CALL)
XML = (
    "<tool_call>\n<function=read_file>\n<parameter=path>\na.py\n</parameter>\n"
    "<parameter=limit>\n5\n</parameter>\n</function>\n</tool_call>"
)
FLAT = (
    "<tool_call><function=read_file><parameter=path>a.py</parameter>"
    "<parameter=limit>5</parameter></function></tool_call>"
)


def assistant(content: Any = "", **keys: Any) -> Row:
    """A row whose second message is this, with `TOOLS` offered."""
    turn = {"role": "assistant", "content": content, **keys}
    turns = [{"role": "user", "content": "Read it."}, turn]
    row = read(json.dumps({"messages": turns, "tools": TOOLS}).encode()).row
    assert row is not None
    return row


def rules(row: Row) -> list[str]:
    return [fault.rule for fault in row.faults]


@pytest.mark.parametrize(
    ("dialect", "content"),
    [
        ("hermes", f"<tool_call>\n{WRITTEN}\n</tool_call>"),
        ("hermes", f"<tool_call>{WRITTEN}</tool_call>"),
        ("hermes", f"<tool_call>\n```json\n{WRITTEN}\n```\n</tool_call>"),
        ("qwen3_coder", XML),
        ("qwen3_coder", FLAT),
        ("markdown_json", f"```json\n{WRITTEN}\n```"),
        ("markdown_json", f"```\n{json.dumps(CALL, indent=2)}\n```\n"),
        ("json", WRITTEN),
        ("python", '<tool_call>read_file("a.py", limit=5)</tool_call>'),
        ("python", '<tool_call>\n[read_file(path="a.py", limit=5)]\n</tool_call>'),
    ],
)
@pytest.mark.parametrize("prose", ["", "Let me look.\n\n"], ids=["alone", "after prose"])
def test_a_call_is_the_same_in_every_dialect(dialect, content, prose):
    if dialect == "json" and prose:
        content, dialect = f"```json\n{WRITTEN}\n```", "markdown_json"
    row = assistant(prose + content)
    (call,) = row.calls
    assert (call.dialect, call.tool, call.arguments) == (dialect, "read_file", CALL["arguments"])
    assert call.canonical == '{"limit":5,"path":"a.py"}'
    assert row.messages[1].prose.strip() == prose.strip()
    assert (row.kind, row.surface, row.faults) == ("tool", "direct", ())
    assert row.calls_hash == assistant(XML).calls_hash


@pytest.mark.parametrize(
    "keys",
    [
        {"tool_calls": [{"id": "1", "type": "function", "function": CALL}]},
        {"tool_calls": [CALL]},
        {"function_call": CALL},
        {"tool_calls": json.dumps([{"function": CALL}])},
    ],
)
def test_structured_calls_are_openai(keys):
    row = assistant(None, **keys)
    (call,) = row.calls
    assert (call.dialect, call.arguments, row.faults) == ("openai", CALL["arguments"], ())
    assert call.hash == assistant(XML).calls[0].hash


def test_a_sharegpt_function_call_is_one_by_its_role():
    value = {
        "conversations": [
            {"from": "human", "value": "Read it."},
            {"from": "function_call", "value": WRITTEN},
            {"from": "observation", "value": "x = 1"},
            {"from": "gpt", "value": "It sets x."},
        ],
        "tools": json.dumps(TOOLS),
    }
    row = read(value).row
    assert row is not None
    assert [(call.dialect, call.tool) for call in row.calls] == [("json", "read_file")]
    assert [(r.tool, r.content, r.source_role) for r in row.results] == [
        ("read_file", "x = 1", "observation")
    ]
    assert row.faults == ()


@pytest.mark.parametrize(
    ("content", "found", "calls"),
    [
        (f"<tool_call>\n{WRITTEN}", ["call_unclosed"], 1),
        (f"<tool_call>{WRITTEN}<tool_call>{WRITTEN}</tool_call>", ["call_unclosed"], 2),
        (f"{WRITTEN}</tool_call>", ["call_unclosed"], 0),
        (f"<tool_call>{WRITTEN[:-4]}</tool_call>", ["call_unparsable"], 0),
        ("<tool_call></tool_call>", ["call_unparsable"], 0),
        ("<tool_call>the file, please</tool_call>", ["call_unparsable"], 0),
        (f"<tool_call>{CALL}</tool_call>", ["call_unparsable"], 1),
        (f"<tool_call>{WRITTEN.replace('name', 'tool')}</tool_call>", ["call_wrong_key"], 1),
        (f"<tool_call>{WRITTEN.replace('arguments', 'args')}</tool_call>", ["call_wrong_key"], 1),
        (f'<tool_call>{{"function": {WRITTEN}}}</tool_call>', ["call_wrong_key"], 1),
        ('<tool_call>{"name": "read_file"}</tool_call>', ["call_arguments_missing"], 1),
        ('<tool_call>{"name": 3, "arguments": {}}</tool_call>', ["call_unparsable"], 0),
        ("<tool_call>[1]</tool_call>", ["call_unparsable"], 0),
        (
            '<tool_call>{"name": "read_file", "arguments": "{\\"path\\": \\"a.py\\"}"}</tool_call>',
            ["call_arguments_string"],
            1,
        ),
        (
            '<tool_call>{"name": "read_file", "arguments": ["a.py"]}</tool_call>',
            ["call_arguments_not_object"],
            1,
        ),
        (
            '<tool_call>{"name": "read_file", "arguments": "{\\"path\\": \\"a."}</tool_call>',
            ["call_arguments_string", "call_unparsable"],
            1,
        ),
        (
            '<tool_call>{"name": "run", "arguments": "ls -la"}</tool_call>',
            ["call_arguments_not_object"],
            1,
        ),
        ('<tool_call>{"name": "run", "arguments": ""}</tool_call>', ["call_arguments_string"], 1),
        (f"```json\n{WRITTEN}", ["call_unclosed"], 1),
        (f"```json\n{WRITTEN[:-4]}", ["call_unclosed"], 0),
        (f"<tool_call>{WRITTEN[:-4]}", ["call_unclosed"], 0),
        (XML.partition("\n</parameter>")[0], ["call_unclosed"], 1),
        (f"<tool_call>\n{WRITTEN}\n{WRITTEN}\n</tool_call>", ["call_several_in_block"], 2),
        (f"<tool_call>[{WRITTEN}, {WRITTEN}]</tool_call>", ["call_several_in_block"], 2),
        (XML.replace("</function>", ""), ["call_unclosed"], 1),
        (XML.replace("</parameter>\n<", "<", 1), ["call_unclosed"], 1),
        (XML.replace("<tool_call>\n", "").replace("\n</tool_call>", ""), ["call_untagged"], 1),
        (XML.replace("<parameter=path>", "path: <parameter=path>"), ["call_unparsable"], 1),
        (
            XML.replace("</function>\n", "</function>\n<function=hover>\n</function>\n"),
            ["call_several_in_block"],
            2,
        ),
        (
            '```json\n{"name": "read_file", "arguments": {"path": "a.py}\n```',
            ["call_unparsable"],
            0,
        ),
    ],
)
def test_a_call_that_is_written_wrongly_is_its_own_fault(content, found, calls):
    row = assistant(content)
    assert (rules(row), len(row.calls), row.kind) == (found, calls, "tool")


def test_a_call_in_both_places_is_written_twice():
    row = assistant(XML, tool_calls=[{"function": CALL}])
    assert (rules(row), len(row.calls)) == (["call_written_twice"], 2)


def test_structured_arguments_as_a_string_are_read_and_a_fault():
    function = {"name": "read_file", "arguments": json.dumps(CALL["arguments"])}
    row = assistant("", tool_calls=[{"function": function}])
    assert (rules(row), row.calls[0].arguments) == (["call_arguments_string"], CALL["arguments"])


@pytest.mark.parametrize(
    "content",
    [
        "In `a.py`.",
        "Use `<function=name>` to call one.",
        'A package has a name:\n```json\n{"name": "curate", "version": "1"}\n```',
        'A schema:\n```json\n{"name": "f", "description": "d", "parameters": {}}\n```',
        f"A call looks like this:\n```json\n{WRITTEN}\n```\nIt names the tool.",
        '{"answer": 3}',
        "```python\nread_file('a.py')\n```",
        'Write this:\n```json\n{"name": "lint", "input": {"path": "src"}}\n```',
        f"Two of them:\n```json\n{WRITTEN}\n```\nand one that I began\n```",
    ],
)
def test_an_answer_that_shows_code_is_no_call(content):
    row = assistant(content)
    assert (row.kind, row.surface, row.calls, row.faults) == ("direct", None, (), ())
    assert row.messages[1].prose == content


def test_settings_in_a_fence_are_a_call_where_such_a_tool_is_offered():
    content = '```json\n{"name": "lint", "input": {"path": "src"}}\n```'
    schema = {"type": "object", "properties": {"path": {"type": "string"}}}
    tools = [{"type": "function", "function": {"name": "lint", "parameters": schema}}]
    said = [{"role": "user", "content": "Lint."}, {"role": "assistant", "content": content}]
    row = read({"messages": said, "tools": tools}).row
    assert row is not None
    assert (rules(row), row.calls[0].tool) == (["call_wrong_key"], "lint")


def test_a_body_may_speak_of_the_tags_itself():
    call = {"name": "read_file", "arguments": {"path": "<tool_call>.py"}}
    row = assistant(f"<tool_call>{json.dumps(call)}</tool_call>")
    assert (row.faults, row.calls[0].arguments) == ((), {"path": "<tool_call>.py"})


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "integer", 5),
        ("5.0", "integer", 5),
        ("five", "integer", "five"),
        ("5", "string", "5"),
        ("5", None, "5"),
        ("null", "string", None),
        ("True", "boolean", True),
        ("perhaps", "boolean", "perhaps"),
        ("2.5", "number", 2.5),
        ('["a"]', "array", ["a"]),
        ("['a']", "array", ["a"]),
        ('{"a": 1}', "object", {"a": 1}),
        ("[" * 5000, "array", "[" * 5000),
    ],
)
def test_xml_values_have_the_types_of_the_schema(text, kind, value):
    from curate.datasets.call_xml import typed

    assert typed(text, None if kind is None else {"type": kind}) == value


def test_positions_and_dialects_of_a_row_with_several_calls():
    row = assistant(
        f"<tool_call>{WRITTEN}</tool_call>\n"
        "<tool_call><function=execute_code><parameter=code>x = hover('a.py')\nprint(x.text)"
        "</parameter></function></tool_call>"
    )
    found = [(call.position, call.dialect, call.tool, call.is_in_code) for call in row.calls]
    assert found == [
        (0, "hermes", "read_file", False),
        (1, "qwen3_coder", "execute_code", False),
        (2, "code", "hover", True),
    ]
    assert row.calls[2].fields == ("text",)
    assert (row.messages[1].count_calls, row.surface) == (2, "code")
