"""A sample as a row of JSONL: the messages that mlx-lm and every chat template take.

    {"messages": [{"role": "system", ...}, {"role": "user", ...},
                  {"role": "assistant", "tool_calls": [...]}, {"role": "tool", ...},
                  {"role": "assistant", ...}], "tools": [...]}

Arguments are an object, never a string: some templates encode a string twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, zip_longest
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

    messages (with tools), embedded (messages of plain text) or chatml (one text). Without tools
    a row tells of none.
    """
    if form == "messages":
        return {"messages": turns, "tools": tools} if tools else {"messages": turns}
    if form == "embedded":
        return {"messages": dialect.embedded(turns, tools)}
    return {"text": dialect.text(turns, tools)}


def turn_by_turn(
    conversations: Sequence[list[dict[str, Any]]], batch_size: int
) -> Iterator[list[dict[str, Any]]]:
    """Each conversation up to each turn of the assistant's.

    Of `batch_size` conversations at a time, all first turns come first, so that a batch goes on
    holding rows of about one length and no two of one conversation.
    """
    rest = iter(conversations)
    while batch := list(islice(rest, batch_size)):
        prefixes = [
            [turns[: end + 1] for end, turn in enumerate(turns) if turn["role"] == "assistant"]
            for turns in batch
        ]
        for same_turn in zip_longest(*prefixes):
            yield from filter(None, same_turn)
