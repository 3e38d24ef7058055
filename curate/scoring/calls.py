"""The calls of a play: those that were carried out, and those that its replies name.

called(play)     # ("git_status", "typecheck")
label(play)      # "git_status": what the first reply called
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from curate.calling import CODE
from curate.datasets.code import read_code
from curate.scoring.playing import Play


class Made(NamedTuple):
    """A tool call that was carried out, directly or by code.

    fields: of its result that the code reads; None where no code made it. printed: what the model
    was shown of it.
    """

    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    fields: frozenset[str] | None
    printed: str


def called(play: Play) -> tuple[str, ...]:
    """The tools that the play called, in order, each once; what code calls is read, if not run."""
    names: list[str] = []
    for turn in play.turns:
        traced = [call.tool for executed in turn.ran for call in executed.traced]
        names += traced if turn.ran else [n for call in turn.read.calls for n in named_in(call)]
    return tuple(dict.fromkeys(names))


def named_in(call: dict[str, Any]) -> list[str]:
    """The tools that a call names: itself, or those in its code."""
    if call["name"] != CODE:
        return [call["name"]]
    code = call["arguments"].get("code")
    return [inner.tool for inner in read_code(code).calls] if isinstance(code, str) else []


def label(play: Play) -> str:
    """What the first reply called, in one word: a tool, none, unparsable, or code without tools."""
    first = play.turns[0]
    if not first.read.calls:
        is_broken = {"unclosed", "unparsable"} & {reason.code for reason in first.read.reasons}
        return "unparsable" if is_broken else "none"
    names = [name for call in first.read.calls for name in named_in(call)]
    return names[0] if names else "code without a tool"


def made_in(play: Play) -> Iterator[Made]:
    """Every call that was carried out, directly or by code, in order."""
    for turn in play.turns:
        for call, executed in zip(turn.read.calls, turn.ran, strict=True):
            fields: dict[str, set[str]] = {}
            is_code = call["name"] == CODE
            if is_code:
                for inner in read_code(call["arguments"]["code"]).calls:
                    fields.setdefault(inner.tool, set()).update(inner.fields)
            for traced in executed.traced:
                read_there = frozenset(fields.get(traced.tool, ())) if is_code else None
                result = json.loads(traced.result)
                yield Made(traced.tool, traced.arguments, result, read_there, executed.content)
