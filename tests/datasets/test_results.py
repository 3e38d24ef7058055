"""Which turns are results, and what stands in their wrapping."""

import json

import pytest

from curate.datasets import Row, read

CALL = {"role": "assistant", "content": '<tool_call>{"name": "f", "arguments": {}}</tool_call>'}


def after_call(*turns: dict[str, str]) -> Row:
    row = read({"messages": [{"role": "user", "content": "Do it."}, CALL, *turns]}).row
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("role", "content", "wrapping", "results", "faults"),
    [
        ("tool", "a.py:1", "none", ["a.py:1"], []),
        ("tool", " a.py:1\n", "none", [" a.py:1\n"], []),
        ("user", "<tool_response>\na.py:1\n</tool_response>", "tool_response", ["a.py:1"], []),
        (
            "user",
            "<tool_response>\na\n</tool_response>\n<tool_response>\nb\n</tool_response>",
            "tool_response",
            ["a", "b"],
            [],
        ),
        (
            "tool",
            "<tool_response>\na.py:1\n</tool_response>",
            "tool_response",
            ["a.py:1"],
            ["result_wrapped_by_role"],
        ),
        (
            "user",
            "<tool_response>\n<tool_response>\na\n</tool_response>\n</tool_response>",
            "tool_response_twice",
            ["a"],
            ["result_wrapped_twice"],
        ),
        ("user", "Tool result: 5 errors", "prefix", ["5 errors"], []),
        ("user", "Observation: 5 errors", "prefix", ["5 errors"], []),
        ("user", "Output of `f`: 5", "prefix", ["5"], []),
        ("tool", '"a\\nb"', "json_string", ["a\nb"], ["result_json_string"]),
        ("tool", '"abc"', "none", ['"abc"'], []),
        ("tool", '{"name": "g", "content": "x"}', "none", ["x"], []),
        ("tool", '{"errors": 3}', "none", ['{"errors": 3}'], []),
        ("tool", "", "none", [""], []),
        ("user", "<tool_response></tool_response>", "tool_response", [""], []),
        ("user", "<tool_response>\nnot closed", "tool_response", ["not closed"], []),
    ],
)
def test_a_result_is_read_out_of_its_wrapping(role, content, wrapping, results, faults):
    row = after_call({"role": role, "content": content})
    assert [result.content for result in row.results] == results
    assert {result.wrapping for result in row.results} == {wrapping}
    assert [fault.rule for fault in row.faults] == faults
    assert row.messages[2].is_result
    assert row.first_user == "Do it."


@pytest.mark.parametrize(
    "content", ["Thanks!", "The result: is it right?", "Where does <tool_response> stand?"]
)
def test_other_user_turns_are_no_results(content):
    assert after_call({"role": "user", "content": content}).results == ()


def test_a_prefix_is_a_result_only_after_a_call():
    row = read({"messages": [{"role": "user", "content": "Result: 5. Is that right?"}]}).row
    assert row is not None
    assert (row.results, row.first_user) == ((), "Result: 5. Is that right?")


def test_a_result_after_a_call_that_cannot_be_read_is_one():
    broken = {"role": "assistant", "content": "<tool_call>{</tool_call>"}
    turns = [{"role": "user", "content": "x"}, broken, {"role": "user", "content": "Result: 5"}]
    row = read({"messages": turns}).row
    assert row is not None
    assert [(result.tool, result.content) for result in row.results] == [(None, "5")]


def test_results_belong_to_the_calls_in_their_order():
    two = json.dumps({"name": "g", "arguments": {}})
    content = f"{CALL['content']}<tool_call>{two}</tool_call>"
    row = read(
        {
            "messages": [
                {"role": "assistant", "content": content},
                {"role": "tool", "content": "one"},
                {"role": "tool", "content": "two"},
                {"role": "tool", "content": "three"},
            ]
        }
    ).row
    assert row is not None
    assert [(result.tool, result.content) for result in row.results] == [
        ("f", "one"),
        ("g", "two"),
        (None, "three"),
    ]


def test_near_duplicates_are_not_found_by_system_prompts_and_results():
    row = after_call({"role": "tool", "content": "RESULT"}, {"role": "assistant", "content": "Ok."})
    assert row.conversation == "Do it.\nf {}\nOk."
