"""What mlx-lm renders of a row: its messages and tools, as `mlx_lm.tuner.datasets` takes them.

A `text` is trained as it stands; its turns are rendered to compare it with. ShareGPT and Alpaca,
which mlx-lm does not read, are rendered as converters write them: roles by name, calls in
`tool_calls`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from curate.datasets.row import Call, Row

REFUSED = ("sharegpt", "alpaca")  # forms that mlx-lm does not train on


class Chat(NamedTuple):
    """A conversation to render. calls: those stored in each message, by the message's number.

    ordinals: the row's number of each message. is_pair: a prompt with its completion.
    text: what is trained in place of what is rendered.
    """

    messages: Sequence[Any]
    tools: Any
    calls: Mapping[int, Sequence[Call]]
    ordinals: Sequence[int]
    is_pair: bool = False
    text: str | None = None


def chat_of(value: Mapping[str, Any], row: Row) -> Chat:
    """The conversation of a row."""
    if "prompt" in value and "completion" in value:  # before `messages`, as mlx-lm looks
        return _pair(value, row)
    if row.form == "messages":
        given = value["messages"]
        ordinals = range(len(given) if isinstance(given, list) else 0)
        return Chat(given, value.get("tools"), _calls(row), ordinals)
    return _text(value, row) if row.form == "text" else _converted(row)


def _pair(value: Mapping[str, Any], row: Row) -> Chat:
    last = row.messages[-1].ordinal if row.messages else 0
    messages = [
        {"role": "user", "content": value["prompt"]},
        {"role": "assistant", "content": value["completion"]},
    ]
    calls = {1: _calls(row).get(last, ())}
    return Chat(messages, value.get("tools"), calls, (0, last), is_pair=True)


def _text(value: Mapping[str, Any], row: Row) -> Chat:
    turns = [message for message in row.messages if message.role != "text"]
    messages = [{"role": message.source_role, "content": message.content} for message in turns]
    return Chat(messages, None, _calls(row), range(len(turns)), text=value["text"])


def _converted(row: Row) -> Chat:
    messages: list[dict[str, Any]] = []
    calls, results = _calls(row), {result.ordinal: result for result in row.results}
    for message in row.messages:
        if result := results.get(message.ordinal):
            messages.append({"role": "tool", "name": result.tool, "content": result.content})
            continue
        turn: dict[str, Any] = {"role": message.role, "content": message.prose}
        if found := calls.get(message.ordinal):
            turn["tool_calls"] = [
                {"type": "function", "function": {"name": c.tool, "arguments": dict(c.arguments)}}
                for c in found
            ]
        messages.append(turn)
    tools = [{"type": "function", "function": dict(tool)} for tool in row.tools]
    return Chat(messages, tools or None, calls, range(len(messages)))


def _calls(row: Row) -> dict[int, list[Call]]:
    """The calls that each message holds; those in the code of a call are that call's."""
    calls: dict[int, list[Call]] = {}
    for call in row.calls:
        if not call.is_in_code:
            calls.setdefault(call.ordinal, []).append(call)
    return calls


def as_received(messages: Sequence[Any]) -> list[Any] | None:
    """The messages as the server renders them; None where they stay as they are.

    Source: `mlx_lm.server.process_message_content`, which decodes arguments that are text, and
    joins content that is a list of texts. Training does neither.
    """
    if not any(_is_changed(message) for message in messages):
        return None
    return [_received(message) if _is_changed(message) else message for message in messages]


def _is_changed(message: Mapping[str, Any]) -> bool:
    return isinstance(message.get("content"), list) or any(
        isinstance(function.get("arguments"), str) for function in _functions(message)
    )


def _received(message: Mapping[str, Any]) -> dict[str, Any]:
    received = json.loads(json.dumps(message))
    if isinstance(received.get("content"), list):
        received["content"] = "".join(part["text"] for part in received["content"])
    for function in _functions(received):
        if isinstance(function.get("arguments"), str):
            function["arguments"] = json.loads(function["arguments"] or "{}")
    return received


def _functions(message: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield function
