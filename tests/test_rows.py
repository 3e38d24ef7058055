"""Rows of JSONL: the messages of a sample, and that mlx-lm takes what a build exports."""

import importlib
import json
import types

import pytest

from curate.dialects import load
from curate.project import Project
from curate.rows import messages, row, turn_by_turn
from tests.conftest import REPOSITORY, Mini

CALLS = [
    {"tool": "run_command", "arguments": {"command": "ls"}},
    {"tool": "read_file", "arguments": {"path": "a.py", "start_line": 3}},
]
# A small ChatML template with tools, in the manner of models that are trained with hermes calls.
TEMPLATE = """
{%- if tools %}{{ '<|im_start|>tools\\n' + tools | tojson + '<|im_end|>\\n' }}{% endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' + message.content }}
{%- for call in message.tool_calls or [] %}
{%- set written = {'name': call.function.name, 'arguments': call.function.arguments} %}
{{- '<tool_call>\\n' + written | tojson + '\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
"""


@pytest.fixture(scope="module")
def tokenizer():
    """A byte-level tokenizer without merges, with ChatML's special tokens and template."""
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    special = ["<|im_start|>", "<|im_end|>"]
    alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(alphabet)}
    base = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=[]))
    base.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    base.decoder = tokenizers.decoders.ByteLevel()
    base.add_special_tokens(special)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=base, eos_token="<|im_end|>")
    fast.chat_template = TEMPLATE
    return fast


def test_each_call_has_a_turn_of_its_own_followed_by_its_result():
    turns = messages("Be brief.", "Which?", CALLS, ["a.py\n", "3\tx = 1"], "It is a.py.")
    assert turns == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Which?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "run_command", "arguments": {"command": "ls"}},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "name": "run_command", "content": "a.py\n"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {
                    "id": "call_2",
                    "type": "function",
                    "function": {
                        "name": "read_file",
                        "arguments": {"path": "a.py", "start_line": 3},
                    },
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_2", "name": "read_file", "content": "3\tx = 1"},
        {"role": "assistant", "content": "It is a.py."},
    ]


def test_a_direct_answer_has_three_messages():
    assert [turn["role"] for turn in messages("s", "p", [], [], "a")] == [
        "system", "user", "assistant",
    ]  # fmt: skip


def test_a_call_without_its_result_is_a_bug():
    with pytest.raises(ValueError, match="shorter"):
        messages("s", "p", CALLS, ["one"], "a")


def test_turn_by_turn_gives_first_turns_of_a_batch_first():
    tool, direct = messages("s", "p", CALLS, ["one", "two"], "a"), messages("s", "q", [], [], "b")
    assert list(turn_by_turn([tool, direct], 2)) == [tool[:3], direct, tool[:5], tool]
    assert list(turn_by_turn([tool, direct], 1)) == [tool[:3], tool[:5], tool, direct]


def test_the_forms_of_a_row():
    hermes = load(Project(REPOSITORY), "hermes")
    turns = messages("s", "p", [], [], "a")
    assert row("messages", turns, [{"x": 1}], hermes) == {"messages": turns, "tools": [{"x": 1}]}
    assert list(row("embedded", turns, [], hermes)) == ["messages"]
    assert list(row("chatml", turns, [], hermes)) == ["text"]


def exported(mini: Mini, split: str):
    return [json.loads(line) for line in (mini.out / f"{split}.jsonl").open(encoding="utf-8")]


def test_a_built_row_has_messages_and_tools_with_arguments_as_objects(mini_build: Mini):
    for split, count in (("train", 60), ("valid", 8)):
        rows = exported(mini_build, split)
        assert len(rows) == count
        for found in rows:
            assert list(found) == ["messages", "tools"]
            assert [tool["function"]["name"] for tool in found["tools"]] == [
                "read_file", "ruff_check", "run_command", "typecheck",
            ]  # fmt: skip
            roles = [turn["role"] for turn in found["messages"]]
            assert roles[:2] == ["system", "user"]
            assert roles[2:] == ["assistant", "tool"] * ((len(roles) - 3) // 2) + ["assistant"]
            for turn in found["messages"]:
                for call in turn.get("tool_calls", []):
                    assert isinstance(call["function"]["arguments"], dict)


@pytest.mark.parametrize("form", ["messages", "embedded", "chatml"])
def test_mlx_lm_loads_what_a_build_exports(mini_copy: Mini, tokenizer, form):
    datasets = importlib.import_module("mlx_lm.tuner.datasets")
    mini_copy.build(form=form)
    wanted = types.SimpleNamespace(
        data=str(mini_copy.out), train=True, test=False, mask_prompt=form != "chatml"
    )
    train, valid, test = datasets.load_dataset(wanted, tokenizer)
    assert (len(train), len(valid), len(test)) == (60, 8, 0)
    for split, dataset in (("train", train), ("valid", valid)):
        for position, found in enumerate(exported(mini_copy, split)):
            tokens, offset = dataset.process(dataset[position])
            text = tokenizer.decode(tokens)
            if form == "chatml":
                assert text == found["text"] + "<|im_end|>"  # what mlx-lm adds after the newline
                continue
            answer = found["messages"][-1]["content"]
            target = tokenizer.decode(tokens[offset:])
            assert target == f"{answer}<|im_end|>\n", "what is trained is the answer, whole"
            assert text.startswith(
                "<|im_start|>tools\n[" if form == "messages" else "<|im_start|>system\n"
            )


def test_a_rendered_row_holds_every_call_as_an_object_once(mini_build: Mini, tokenizer):
    """Arguments given as a string would be encoded twice, and trained so."""
    for found in exported(mini_build, "train"):
        text = tokenizer.apply_chat_template(
            found["messages"], tools=found["tools"], tokenize=False
        )
        bodies = [part.split("</tool_call>")[0] for part in text.split("<tool_call>")[1:]]
        calls = [c["function"] for turn in found["messages"] for c in turn.get("tool_calls", [])]
        assert [json.loads(body) for body in bodies] == [
            {"name": call["name"], "arguments": call["arguments"]} for call in calls
        ]


def test_row_by_turn_trains_every_call_under_a_masked_prompt(mini_copy: Mini, tokenizer):
    """mlx-lm masks all but the last message, so that a row a conversation trains no call."""
    datasets = importlib.import_module("mlx_lm.tuner.datasets")
    mini_copy.build(rows="turn")
    wanted = types.SimpleNamespace(
        data=str(mini_copy.out), train=True, test=False, mask_prompt=True
    )
    train, _, _ = datasets.load_dataset(wanted, tokenizer)
    trained = []
    for position in range(len(train)):
        tokens, offset = train.process(train[position])
        trained.append(tokenizer.decode(tokens[offset:]))
    expected = [
        call["function"]["name"]
        for found in exported(mini_copy, "train")
        for call in found["messages"][-1].get("tool_calls", [])
    ]
    written = [text for text in trained if "<tool_call>" in text]
    assert expected
    assert [json.loads(text.split("\n")[1])["name"] for text in written] == expected
