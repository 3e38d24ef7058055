"""Every form of a row is read into the same turns."""

import json

import pytest

from curate.datasets import read
from curate.datasets.row import Row

TURNS = [("system", "Help."), ("user", "Where is A?"), ("assistant", "In a.py.")]
CHATML = (
    "<|im_start|>system\nHelp.<|im_end|>\n<|im_start|>user\nWhere is A?<|im_end|>\n"
    "<|im_start|>assistant\nIn a.py.<|im_end|>"
)
MESSAGES = [{"role": role, "content": content} for role, content in TURNS]
SHAREGPT = [
    {"from": "human", "value": "Where is A?"},
    {"from": "gpt", "value": "In a.py."},
]
ROWS = {
    "messages": {"messages": MESSAGES},
    "messages in a string": {"messages": json.dumps(MESSAGES)},
    "prompt_completion": {
        "prompt": "<|im_start|>system\nHelp.<|im_end|>\n<|im_start|>user\nWhere is A?<|im_end|>\n"
        "<|im_start|>assistant\n",
        "completion": "In a.py.<|im_end|>",
    },
    "prompt_completion without the opening": {
        "prompt": "<|im_start|>system\nHelp.<|im_end|>\n<|im_start|>user\nWhere is A?<|im_end|>",
        "completion": "In a.py.",
    },
    "prompt_completion of messages": {"prompt": MESSAGES[:2], "completion": MESSAGES[2:]},
    "prompt_completion beside a system prompt": {
        "system": "Help.",
        "prompt": "Where is A?",
        "completion": "In a.py.",
    },
    "text": {"text": CHATML},
    "text with a last word": {"text": CHATML + "\n<|endoftext|>"},
    "sharegpt": {"conversations": [{"from": "system", "value": "Help."}, *SHAREGPT]},
    "sharegpt beside a system prompt": {"conversations": SHAREGPT, "system": "Help."},
    "alpaca": {
        "system": "Help.",
        "instruction": "Where is A?",
        "input": "",
        "output": "In a.py.",
    },
}


def row_of(value: object) -> Row:
    row = read(json.dumps(value).encode()).row
    assert row is not None
    return row


@pytest.mark.parametrize("name", ROWS)
def test_a_form_gives_its_turns_and_no_fault(name):
    row = row_of(ROWS[name])
    assert row.form == name.split()[0]
    assert [(message.role, message.content) for message in row.messages] == TURNS
    assert row.faults == ()


def test_rows_that_say_the_same_have_the_same_hashes():
    rows = [row_of(value) for value in ROWS.values()]
    assert len({row.row_hash for row in rows}) == 1
    assert len({row.user_turns_hash for row in rows}) == 1
    assert {row.first_user for row in rows} == {"Where is A?"}
    other = row_of({"messages": [*MESSAGES[:2], {"role": "assistant", "content": "In b.py."}]})
    assert other.row_hash != rows[0].row_hash
    assert other.first_user_hash == rows[0].first_user_hash


def test_first_user_turns_are_folded_in_case_and_space():
    written = ["Where is  A?", "where IS a?\n", "Where is A"]
    rows = [row_of({"messages": [{"role": "user", "content": text}]}) for text in written]
    first, second, third = (row.first_user_folded_hash for row in rows)
    assert first == second != third
    assert len({row.first_user_hash for row in rows}) == 3


def test_alpaca_has_its_input_and_its_history():
    row = row_of(
        {
            "instruction": "Name the file.",
            "input": "class A",
            "output": "a.py",
            "history": [["Hi", "Hello"]],
        }
    )
    assert [message.content for message in row.messages] == [
        "Hi",
        "Hello",
        "Name the file.\nclass A",
        "a.py",
    ]


def test_roles_are_normalised_and_kept_as_written():
    roles = ["developer", "human", "gpt", "observation", "Assistant"]
    row = row_of({"messages": [{"role": role, "content": "x"} for role in roles]})
    assert [message.role for message in row.messages] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
    ]
    assert [message.source_role for message in row.messages] == roles


@pytest.mark.parametrize(
    ("value", "rule", "evidence"),
    [
        ({"a": 1, "b": 2}, "row_form_unknown", "keys: a, b"),
        ({}, "row_form_unknown", "keys: none"),
        ([1], "row_unreadable", "no object: [1]"),
        (None, "row_unreadable", "no object: None"),
        ("text", "row_unreadable", "no object: text"),
        ({"messages": []}, "row_no_messages", "messages: []"),
        ({"messages": 3}, "row_no_messages", "messages: 3"),
        ({"conversations": None}, "row_no_messages", "conversations: None"),
        ({"text": "plain words"}, "text_without_turns", "plain words"),
        ({"text": CHATML[:-10]}, "chatml_unclosed", "no <|im_end|> after assistant\\nIn a.py."),
        ({"text": "Hi " + CHATML}, "chatml_stray_text", "Hi "),
        ({"text": CHATML + "more"}, "chatml_stray_text", "more"),
        ({"messages": [{"role": "user", "content": CHATML}]}, "chatml_in_content", None),
        ({"messages": [{"role": "narrator", "content": "x"}]}, "role_unknown", "narrator"),
        ({"messages": [{"role": "gpt", "content": "x"}]}, "role_unknown", "gpt, read as assistant"),
        (
            {
                "prompt": [{"role": "User", "content": "x"}],
                "completion": [{"role": "assistant", "content": "y"}],
            },
            "role_unknown",
            "User, read as user",
        ),
        ({"conversations": [{"from": "narrator", "value": "x"}]}, "role_unknown", "narrator"),
        ({"text": CHATML.replace("user", "human")}, "role_unknown", "human, read as user"),
        ({"messages": [{"content": "x"}]}, "role_missing", "no role"),
        ({"messages": [{"role": 3, "content": "x"}]}, "role_missing", "role 3"),
        ({"messages": ["x"]}, "message_not_object", "x"),
        ({"messages": [{"role": "user", "content": 3}]}, "content_not_text", "int 3"),
        ({"messages": [{"role": "user", "content": {"a": 1}}]}, "content_not_text", None),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]},
            "content_parts",
            "a list of text",
        ),
    ],
)
def test_what_is_odd_about_a_row_is_a_fault(value, rule, evidence):
    faults = {fault.rule: fault.evidence for fault in read(json.dumps(value).encode()).faults}
    assert rule in faults
    assert evidence is None or faults[rule] == evidence


def test_parts_of_a_content_are_its_text():
    parts = [{"type": "text", "text": "Where "}, "is A?"]
    row = row_of({"messages": [{"role": "user", "content": parts}]})
    assert row.messages[0].content == "Where is A?"


@pytest.mark.parametrize(
    "value",
    [{"category": "search"}, {"type": "search"}, {"metadata": {"category": "search"}}],
)
def test_a_row_may_say_its_category(value):
    assert row_of({"messages": MESSAGES, **value}).category == "search"
    assert row_of({"messages": MESSAGES, "category": 3}).category is None
