"""Repairs of one row: what each rewrites, in every form, and what it leaves."""

import copy
import json

import pytest

from curate.repairs.arguments import to_objects
from curate.repairs.dialect import Style, laid_out, to_dialect, translated
from curate.repairs.roles import fold, unwrap_role, unwrap_twice, wrapped
from curate.repairs.texts import rewritten

HERMES = '<tool_call>\n{"name": "f", "arguments": {"path": "a.py"}}\n</tool_call>'
XML = "<tool_call>\n<function=f>\n<parameter=path>\na.py\n</parameter>\n</function>\n</tool_call>"
FENCE = '```json\n{\n  "name": "f",\n  "arguments": {\n    "path": "a.py"\n  }\n}\n```'
TEXT = (
    '{"name": "f", "arguments": "{\\"path\\": \\"a.py\\"}"}',
    '{"name": "f", "arguments": {"path": "a.py"}}',
)


def said(*contents: str) -> dict:
    """A row whose turns are a user's, an assistant's, and so on in turn."""
    roles = ("user", "assistant") * len(contents)
    return {
        "messages": [
            {"role": role, "content": text} for role, text in zip(roles, contents, strict=False)
        ],
        "id": 7,
    }


def chatml(*turns: tuple[str, str]) -> str:
    return "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in turns)


# Where a row's texts stand


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        pytest.param(said("q", "a"), said("q", "A"), id="messages"),
        pytest.param(
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
            {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "A"}]},
            id="sharegpt",
        ),
        pytest.param(
            {"prompt": "q", "completion": "a<|im_end|>"},
            {"prompt": "q", "completion": "A<|im_end|>"},
            id="prompt_completion",
        ),
        pytest.param(
            {
                "prompt": chatml(("user", "q"), ("assistant", "a"), ("user", "q")),
                "completion": [{"role": "assistant", "content": "a"}],
            },
            {
                "prompt": chatml(("user", "q"), ("assistant", "A"), ("user", "q")),
                "completion": [{"role": "assistant", "content": "A"}],
            },
            id="turns in a prompt",
        ),
        pytest.param(
            {"text": chatml(("system", "s"), ("user", "q"), ("assistant", "a"))},
            {"text": chatml(("system", "s"), ("user", "q"), ("assistant", "A"))},
            id="text",
        ),
        pytest.param(
            {"instruction": "q", "input": "", "output": "a"},
            {"instruction": "q", "input": "", "output": "A"},
            id="alpaca",
        ),
    ],
)
def test_turns_of_a_role_are_rewritten_in_every_form(row, changed):
    before = copy.deepcopy(row)
    assert rewritten(row, {"assistant"}, str.upper) == changed
    assert row == before


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"messages": None},
        {"messages": ["a", 3, None, {"role": 4, "content": "a"}, {"content": "a"}]},
        {"messages": [{"role": "assistant", "content": None}, {"role": "assistant"}]},
        {"text": 3, "prompt": {}, "completion": None},
    ],
)
def test_what_is_no_turn_is_left(row):
    assert rewritten(row, {"assistant"}, str.upper) is None
    for repair in (to_objects, fold, unwrap_role, unwrap_twice, to_dialect(Style("hermes"), {})):
        assert repair(row) is None


# Arguments


@pytest.mark.parametrize("around", ["<tool_call>\n{}\n</tool_call>", "ok\n```json\n{}\n```", "{}"])
def test_arguments_in_a_text_become_an_object(around):
    before, after = (around.replace("{}", body) for body in TEXT)
    assert to_objects(said("q", before)) == said("q", after)
    assert to_objects(said("q", after)) is None


def test_arguments_of_tool_calls_become_an_object():
    before, after = (
        {"messages": [{"role": "assistant", "content": None, "tool_calls": [
            {"id": "1", "type": "function", "function": json.loads(body)}]}]}
        for body in TEXT
    )  # fmt: skip
    assert to_objects(before) == after
    assert to_objects(after) is None


@pytest.mark.parametrize(
    "arguments", ['"not json"', '"[1]"', '"3"', "[1]", "null", '"{\\"a\\": }"']
)
def test_arguments_that_are_no_text_of_an_object_are_left(arguments):
    text = f'<tool_call>{{"name": "f", "arguments": {arguments}}}</tool_call>'
    assert to_objects(said("q", text)) is None


def test_no_arguments_as_text_are_none():
    before = '<tool_call>{"name": "f", "arguments": ""}</tool_call>'
    after = '<tool_call>{"name": "f", "arguments": {}}</tool_call>'
    assert to_objects(said("q", before)) == said("q", after)


def test_an_example_in_a_system_prompt_is_left():
    row = {"messages": [{"role": "system", "content": f"<tool_call>{TEXT[0]}</tool_call>"}]}
    assert to_objects(row) is None


# Roles and tags


def test_results_beside_embedded_calls_stand_in_one_user_turn():
    row = {
        "messages": [
            {"role": "user", "content": "q"},
            {"role": "assistant", "content": HERMES},
            {"role": "tool", "content": "1", "name": "f"},
            {"role": "tool", "content": "<tool_response>\n2\n</tool_response>"},
            {"role": "assistant", "content": "a"},
        ]
    }
    folded = "<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response>"
    assert fold(row) == {
        "messages": [*row["messages"][:2], {"role": "user", "content": folded}, row["messages"][4]]
    }
    assert fold(fold(row)) is None


def test_results_in_chatml_and_sharegpt_are_folded():
    row = {"text": chatml(("user", "q"), ("tool", "1"), ("assistant", "a"))}
    wanted = chatml(("user", "q"), ("user", wrapped("1")), ("assistant", "a"))
    assert fold(row) == {"text": wanted}
    assert fold({"conversations": [{"from": "observation", "value": "1"}]}) == {
        "conversations": [{"from": "human", "value": wrapped("1")}]
    }


def test_a_result_of_tool_calls_keeps_its_role():
    calls = [{"function": {"name": "f", "arguments": {}}}]
    row = {
        "messages": [{"role": "assistant", "tool_calls": calls}, {"role": "tool", "content": "1"}]
    }
    assert fold(row) is None


def test_a_result_is_between_tags_once():
    assert wrapped(wrapped("1")) == wrapped("1") == "<tool_response>\n1\n</tool_response>"
    assert wrapped(f"{wrapped('1')} and more") == f"{wrapped('1')} and more"
    two = f"{wrapped('1')}\n{wrapped('2')}"
    assert unwrap_twice(said(wrapped("1"))) is None
    assert unwrap_twice(said(two)) is None
    assert unwrap_twice(said(f"<tool_response>{wrapped('1')}</tool_response>")) == said(
        wrapped("1")
    )
    assert unwrap_role({"messages": [{"role": "tool", "content": wrapped("1")}]}) == {
        "messages": [{"role": "tool", "content": "1"}]
    }
    assert unwrap_role({"messages": [{"role": "tool", "content": two}]}) is None


# Dialects


STYLES = {
    "hermes": (Style("hermes"), HERMES),
    "xml": (Style("qwen3_coder"), XML),
    "fence": (Style("markdown_json"), FENCE),
}


@pytest.mark.parametrize("before", STYLES)
@pytest.mark.parametrize("after", STYLES)
@pytest.mark.parametrize("prose", ["", "Let me look.\n"])
def test_a_call_is_written_in_any_dialect(before, after, prose):
    style, text = STYLES[after]
    new = translated(prose + STYLES[before][1], style, {})
    if before == after:
        assert new is None
    else:
        assert new == (prose if after != "fence" else prose and f"{prose}\n") + text
        assert translated(new, STYLES[before][0], {}) in (
            prose + STYLES[before][1],
            f"{prose}\n{STYLES[before][1]}",
        )


def test_several_calls_are_all_written():
    two = f"{HERMES}\n{HERMES}"
    assert translated(two, Style("qwen3_coder"), {}) == f"{XML}\n{XML}"


def test_bare_python_becomes_a_call():
    text = '<tool_call>f(path="a.py")</tool_call>'
    assert translated(text, Style("hermes"), {}) == HERMES


def test_a_layout_is_that_of_the_style():
    compact = XML.replace("<tool_call>\n", "<tool_call>").replace("\n</tool_call>", "</tool_call>")
    style = Style("qwen3_coder", breaks_call=False)
    assert laid_out(XML, style, {}) == compact
    assert laid_out(compact, style, {}) is None
    assert laid_out(compact, Style("qwen3_coder"), {}) == XML
    assert laid_out(HERMES, style, {}) is None
    assert translated(compact, Style("qwen3_coder"), {}) is None
    assert translated(HERMES, style, {}) == compact


def test_a_number_is_written_where_the_schema_brings_it_back():
    text = HERMES.replace('"path": "a.py"', '"line": 3')
    assert translated(text, Style("qwen3_coder"), {}) is None
    signatures = {"f": {"line": {"type": "integer"}}}
    assert translated(text, Style("qwen3_coder"), signatures) == XML.replace(
        "path", "line"
    ).replace("a.py", "3")


@pytest.mark.parametrize(
    "text",
    [
        "no call",
        f"{HERMES}\nsaid after it",
        f"{HERMES}\nbetween\n{HERMES}",
        HERMES.removesuffix("</tool_call>"),
        HERMES.replace("name", "tool"),
        HERMES.replace("a.py", "</parameter>"),
        HERMES.replace('"a.py"', '"null"'),
    ],
)
def test_a_call_that_would_be_read_otherwise_is_left(text):
    assert translated(text, Style("qwen3_coder"), {}) is None


def test_a_dialect_that_nobody_writes_is_no_target():
    assert translated(HERMES, Style("openai"), {}) is None
    assert translated(HERMES, Style("python"), {}) is None


def test_only_the_assistants_turns_are_translated():
    assert to_dialect(Style("hermes"), {})(said(XML, XML)) == said(XML, HERMES)
