"""What mlx-lm renders of a row: its messages and tools, as `mlx_lm.tuner.datasets` takes them.

A `text` is not rendered at all. ShareGPT and Alpaca, which mlx-lm does not read, are rendered as
`curate import` and other converters write them: roles by name, calls in `tool_calls`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from curate.datasets.row import Call, Row

REFUSED = ("sharegpt", "alpaca")  # forms that mlx-lm does not train on


class Chat(NamedTuple):
    """A conversation to render. calls: those stored in each message, by the message's number.

    ordinals: the row's number of each message. is_pair: a prompt with its completion.
    """

    messages: Sequence[Any]
    tools: Any
    calls: Mapping[int, Sequence[Call]]
    ordinals: Sequence[int]
    is_pair: bool = False


def chat_of(value: Mapping[str, Any], row: Row) -> Chat | None:
    """The conversation of a row; None where its text is trained on as it stands."""
    if "prompt" in value and "completion" in value:  # before `messages`, as mlx-lm looks
        return _pair(value, row)
    if row.form == "messages":
        given = value["messages"]
        ordinals = range(len(given) if isinstance(given, list) else 0)
        return Chat(given, value.get("tools"), _calls(row), ordinals)
    return None if row.form == "text" else _converted(row)


def _pair(value: Mapping[str, Any], row: Row) -> Chat:
    last = row.messages[-1].ordinal if row.messages else 0
    messages = [
        {"role": "user", "content": value["prompt"]},
        {"role": "assistant", "content": value["completion"]},
    ]
    return Chat(messages, value.get("tools"), {1: _calls(row).get(last, ())}, (0, last), True)


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
