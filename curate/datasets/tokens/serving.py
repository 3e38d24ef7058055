r"""A reply as mlx-lm's server reads it: what of it is a call, and what the parser makes of that.

    read_reply(model, '<tool_call>\n{"name": "ls", "arguments": {}}\n</tool_call>', prompt, None)
    # Reply(calls=(("ls", {}),), failures=())

The server reads while a reply streams, `mlx_lm.server` with `mlx_lm.generate.TextStateMachine`;
this is the same over a text that is there. A test holds both side by side.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from curate.datasets.tokens.opening import Model

Edges = Mapping[str, Sequence[tuple[str, str]]]


class Reply(NamedTuple):
    """The calls that a client gets, as (tool, arguments), and why the others were dropped."""

    calls: tuple[tuple[Any, Any], ...]
    failures: tuple[str, ...]


def read_reply(model: Model, text: str, prompt: str, tools: Any) -> Reply:
    """The calls in a reply without its last token. prompt: what it follows, which may be thinking.

    Raises nothing; what the server survives and what ends its request are both failures.
    """
    calls: list[tuple[Any, Any]] = []
    failures: list[str] = []
    for body in _bodies(text, begins_in(model, prompt), edges_of(model)):
        try:
            parsed = model.wrapper.tool_parser(body, tools)
            for call in parsed if isinstance(parsed, list) else [parsed]:
                # as a client gets it: the server writes the arguments as JSON
                arguments = json.loads(json.dumps(call["arguments"], ensure_ascii=False))
                calls.append((call.get("name"), arguments))
        except Exception as error:  # noqa: BLE001  parsers of mlx-lm raise all kinds
            failures.append(f"{type(error).__name__}: {error}")
    return Reply(tuple(calls), tuple(failures))


def edges_of(model: Model) -> dict[str, list[tuple[str, str]]]:
    """State -> marks that end it, and the state each leads to.

    As `mlx_lm.generate.make_text_state_machine` puts them together.
    """
    wrapper = model.wrapper
    edges: dict[str, list[tuple[str, str]]] = {"normal": []}
    if wrapper.has_thinking:
        edges["normal"].append((wrapper.think_start, "reasoning"))
        edges["reasoning"] = [(wrapper.think_end, "normal")]
    given = wrapper.response_transitions
    if wrapper.has_tool_calling:
        if not any(state == "tool" for some in given.values() for _, state in some):
            edges["normal"].append((wrapper.tool_call_start, "tool"))
        if wrapper.has_thinking:
            edges["reasoning"].append((wrapper.tool_call_start, "tool"))
        edges["tool"] = [(wrapper.tool_call_end, "normal")] if wrapper.tool_call_end else []
    edges["normal"] += [(mark, "normal") for mark in wrapper.structural_markers]
    for state, some in given.items():
        edges.setdefault(state, []).extend(some)
    return edges


def begins_in(model: Model, prompt: str) -> str:
    """The state that a reply to this prompt begins in."""
    wrapper = model.wrapper
    if wrapper.response_initial_state:
        return wrapper.response_initial_state
    is_thinking = wrapper.has_thinking and prompt.rfind(wrapper.think_start) > prompt.rfind(
        wrapper.think_end
    )
    return "reasoning" if is_thinking else "normal"


def segments(text: str, state: str, edges: Edges) -> Iterator[tuple[str, str]]:
    """The reply cut at its marks, each piece with the state that it is read in."""
    place = 0
    patterns: dict[str, re.Pattern[str] | None] = {}
    while True:
        if state not in patterns:
            marks = "|".join(re.escape(mark) for mark, _ in edges.get(state, ()))
            patterns[state] = re.compile(marks) if marks else None
        pattern = patterns[state]
        match = pattern.search(text, place) if pattern else None
        if match is None:
            yield state, text[place:]
            return
        yield state, text[place : match.start()]
        place = match.end()
        state = dict(edges[state])[match[0]]


def _bodies(text: str, state: str, edges: Edges) -> Iterator[str]:
    """What is handed to the parser: the text of each tool state, also of one that never ends."""
    body = ""
    for state_of, piece in segments(text, state, edges):
        if state_of == "tool":
            body += piece
        elif body:
            yield body
            body = ""
    if body:
        yield body
