"""Whether a conversation says the same when it is read back as a server of its dialect reads it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from curate.dialects import Dialect

# What parts the turns of ChatML and the results in them. A tokenizer takes the first three as
# special tokens wherever they stand, so a result that quotes one would end its own turn.
RESERVED = ("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_response>", "</tool_response>")


def misread(
    dialect: Dialect, turns: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]
) -> str | None:
    """Why these messages cannot be written in the dialect, or None.

    Every call is rendered and parsed and must come back equal, to the type and the order of its
    arguments; an answer must not read as a call; no message may hold what parts the turns.
    """
    for turn in turns:
        content, whole = turn["content"], json.dumps(turn)
        mark = next((mark for mark in RESERVED if mark in whole), None)
        if mark:
            return f"the {turn['role']} message holds {mark}"
        if turn["role"] != "assistant":
            continue
        calls = [call["function"] for call in turn.get("tool_calls", [])]
        written = dialect.call.render(content=content, calls=calls) if calls else content
        try:
            read = dialect.parse(written, tools)
        except ValueError as error:
            return f"{_named(calls)} cannot be read back: {error}"
        if json.dumps(read) != json.dumps((content, calls)):
            return f"{_named(calls)} is read back as {json.dumps(read, ensure_ascii=False)}"
    return None


def _named(calls: Sequence[Mapping[str, Any]]) -> str:
    return f"the call {json.dumps(calls, ensure_ascii=False)}" if calls else "the answer"
