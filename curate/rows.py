"""A sample as a row of JSONL: the messages that mlx-lm and every chat template take.

    {"messages": [{"role": "system", ...}, {"role": "user", ...},
                  {"role": "assistant", "tool_calls": [...]}, {"role": "tool", ...},
                  {"role": "assistant", ...}], "tools": [...]}

Arguments are an object, never a string: some templates encode a string twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from curate.dialects import Dialect


def messages(
    system: str,
    prompt: str,
    calls: Sequence[Mapping[str, Any]],
    results: Sequence[str],
    answer: str,
) -> list[dict[str, Any]]:
    """The conversation: each call in a turn of its own, followed by its result."""
    turns: list[dict[str, Any]] = [
        {"role": "system", "content": system},
        {"role": "user", "content": prompt},
    ]
    for number, (call, result) in enumerate(zip(calls, results, strict=True), start=1):
        function = {"name": call["tool"], "arguments": call["arguments"]}
        call_id = f"call_{number}"
        turns.append(
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": call_id, "type": "function", "function": function}],
            }
        )
        turns.append(
            {"role": "tool", "tool_call_id": call_id, "name": call["tool"], "content": result}
        )
    return [*turns, {"role": "assistant", "content": answer}]


def row(
    form: str, turns: list[dict[str, Any]], tools: list[dict[str, Any]], dialect: Dialect
) -> dict[str, Any]:
    """One row in a format.

    messages (with tools), embedded (messages of plain text) or chatml (one text).
    """
    if form == "messages":
        return {"messages": turns, "tools": tools}
    if form == "embedded":
        return {"messages": dialect.embedded(turns, tools)}
    return {"text": dialect.text(turns, tools)}
