"""The embedded form against the datasets of February 2026 that were published in it."""

import json
from pathlib import Path

from curate import dialects
from curate.project import Project
from curate.rows import messages, row
from tests.conftest import REPOSITORY


def shape(found: dict) -> tuple:
    """Keys of a row and of its messages, and its turns after the system prompt with their tags."""
    turns = found["messages"]
    keys = {tuple(sorted(turn)) for turn in turns}
    marks = [
        (turn["role"], "<tool_call>" in turn["content"], "<tool_response>" in turn["content"])
        for turn in turns[1:]
    ]
    return sorted(found), keys, marks


def test_an_embedded_row_has_the_shape_of_the_published_ones(published: Path):
    lines = (published / "phase27_augmented" / "train.jsonl").read_text("utf-8").splitlines()
    theirs = [shape(json.loads(line)) for line in lines]
    turns = messages(
        "You help.",
        "Where is it used?",
        [{"tool": "run_command", "arguments": {"command": "grep -rn it ."}}],
        ["./a.py:3:it\n"],
        "On line 3 of `a.py`.",
    )
    ours = row("embedded", turns, [], dialects.load(Project(REPOSITORY), "qwen3_coder"))
    assert shape(ours) in theirs
