"""A split of a dataset as a suite: what is asked, what is due, and how replies are judged."""

import json
from pathlib import Path

import pytest

from curate.calling import CODE
from curate.errors import CurateError
from curate.scoring.calls import label
from curate.scoring.judging import judge
from curate.scoring.playing import Task
from curate.scoring.reference import Hands
from curate.scoring.splits import drawn, tasks_of_split
from tests.conftest import Mini
from tests.scoring.scripted import call, played, said

CHECK = {"type": "function", "function": {"name": "check", "arguments": {"path": "a.py"}}}
SCHEMA = {
    "type": "function",
    "function": {
        "name": "check",
        "parameters": {
            "type": "object",
            "properties": {"path": {"type": "string"}},
            "required": ["path"],
        },
    },
}
CODE_TEXT = 'for path in ["a.py"]:\n    print(check(path), look(path))'
ROWS = [
    {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Is a.py fine?"},
            {"role": "assistant", "content": "", "tool_calls": [CHECK]},
            {"role": "tool", "content": "yes"},
            {"role": "assistant", "content": "Yes."},
        ],
        "tools": [SCHEMA],
    },
    {"messages": [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Hi."}]},
    {"prompt": "Look at a.py", "completion": call("look", {"path": "a.py"})},
    {
        "messages": [
            {"role": "user", "content": "Both, please."},
            {"role": "assistant", "content": call(CODE, {"code": CODE_TEXT})},
        ]
    },
    {"messages": [{"role": "user", "content": "Nobody answers."}]},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of these rows."""
    for split in ("train", "valid"):
        lines = "\n".join(json.dumps(row) for row in ROWS)
        (tmp_path / f"{split}.jsonl").write_text(lines + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def tasks(folder: Path) -> list[Task]:
    """The tasks of its valid split."""
    return tasks_of_split(None, f"valid:{folder}", None, 0)


def test_each_row_that_replies_is_a_task(tasks: list[Task]):
    assert [(task.prompt_id, task.category, task.prompt, task.expected) for task in tasks] == [
        ("valid-1", "tool", "Is a.py fine?", ("check",)),
        ("valid-2", "direct", "Hello?", ()),
        ("valid-3", "tool", "Look at a.py", ("look",)),
        ("valid-4", "tool", "Both, please.", ("check", "look")),
    ]
    assert tasks[0].conversation == (ROWS[0]["messages"][:2], [SCHEMA])


def test_only_the_first_reply_counts_and_it_is_not_executed(tasks: list[Task]):
    replies = {
        "valid-1": call("check", {"path": "a.py"}),
        "valid-2": "Hi.",
        "valid-3": call("look", {"path": "a.py"}),
        "valid-4": call(CODE, {"code": CODE_TEXT}),
    }
    plays = played(tasks, lambda task, _turn: said(replies[task.prompt_id]), Hands())
    assert [judge(play) for play in plays] == [()] * 4
    assert [len(play.turns) for play in plays] == [1] * 4
    assert [label(play) for play in plays] == ["check", "none", "look", "check"]


@pytest.mark.parametrize(
    ("reply", "reasons"),
    [
        (call("check", {"path": "a.py"}), [[], ["call_not_due"], ["tool_wrong"], ["tool_wrong"]]),
        ("Yes.", [["no_call"], [], ["no_call"], ["no_call"]]),
        ("", [["empty"]] * 4),
        (
            "<tool_call>{",
            [["unclosed"], ["unclosed", "call_not_due"], ["unclosed"], ["unclosed"]],
        ),
        (
            call("check", {}),
            [["arguments_schema"], ["call_not_due"], ["tool_wrong"], ["tool_wrong"]],
        ),
    ],
)
def test_a_wrong_first_reply_is_refused(tasks: list[Task], reply: str, reasons: list[list[str]]):
    plays = played(tasks, lambda _task, _turn: said(reply), Hands())
    assert [[reason.code for reason in judge(play)] for play in plays] == reasons


def test_so_many_are_drawn_by_the_seed(tasks: list[Task]):
    some = [tuple(task.prompt_id for task in drawn(tasks, 2, seed)) for seed in range(8)]
    assert some[0] == tuple(task.prompt_id for task in drawn(tasks, 2, 0))
    assert len(set(some)) > 1
    assert drawn(tasks, 9, 0) == tasks


def test_a_built_corpus_knows_which_phrasings_are_held_out(mini_build: Mini):
    tasks = tasks_of_split(mini_build.project, "valid:mini", None, 0)
    assert len(tasks) == 8
    assert {task.is_held_out for task in tasks if task.expected} <= {True, False}
    assert {task.is_held_out for task in tasks if not task.expected} == {None}
    assert all(task.conversation.tools for task in tasks)


def test_what_there_is_not_is_told(mini_build: Mini, folder: Path):
    with pytest.raises(CurateError, match="no corpus of this name is built"):
        tasks_of_split(mini_build.project, "valid:phase28", None, 0)
    (folder / "valid.jsonl").write_text('{"messages": []}\n', encoding="utf-8")
    with pytest.raises(CurateError) as caught:
        tasks_of_split(None, f"valid:{folder}", None, 0)
    assert str(caught.value) == (
        f"--suite valid:{folder}: none of its 1 rows has a prompt and a reply to it\n"
        f"  fix: look at the rows: curate audit {folder}"
    )


def test_a_prompt_can_always_be_written(tmp_path: Path):
    messages = [{"role": "user", "content": "a \ud800"}, {"role": "assistant", "content": "b"}]
    (tmp_path / "test.jsonl").write_text(json.dumps({"messages": messages}), encoding="utf-8")
    (tmp_path / "train.jsonl").write_text("", encoding="utf-8")
    (task,) = tasks_of_split(None, f"test:{tmp_path}", None, 0)
    assert task.prompt == "a \N{REPLACEMENT CHARACTER}"
