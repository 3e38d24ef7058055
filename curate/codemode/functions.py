"""Tools as functions of sandboxed code, and the trace of what code called.

    ruff_check("src/a.py", ["F401"])  is  ruff_check(path="src/a.py", select=["F401"])

Arguments stand in the order of the tool's schema. A call that does not fit it is a TypeError; one
that a tool refuses is a result with `error`, as it is for a model that calls the tool itself.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from curate.codemode.objects import as_object, fresh_numbers
from curate.codemode.sandbox import CallError, Function
from curate.tools.base import Result, Tool, Workspace

MAX_ARGUMENT_CHARS = 1_000_000


class TracedCall(NamedTuple):
    """A tool call that code made: `workspace` is where, with what the code had written before."""

    tool: str
    arguments: dict[str, Any]
    result: Result
    workspace: Workspace


class Trace:
    """The functions of one run; `calls` are those that it made, in their order."""

    def __init__(self, workspace: Workspace, tools: Iterable[Tool]) -> None:
        self.calls: list[TracedCall] = []
        self._workspace = workspace
        self._tools = list(tools)
        self._numbers = fresh_numbers()

    def functions(self) -> dict[str, Function]:
        """A function a tool, by name."""
        return {tool.name: self._function(tool) for tool in self._tools}

    def _function(self, tool: Tool) -> Function:
        def call(*positional: object, **named: object) -> object:
            arguments = bound(tool, positional, named)
            result = tool.call(self._workspace, arguments)
            self.calls.append(TracedCall(tool.name, arguments, result, self._workspace))
            self._workspace = tool.after(self._workspace, arguments, result)
            return as_object(result, self._numbers)

        return call


def bound(
    tool: Tool, positional: tuple[object, ...], named: Mapping[str, object]
) -> dict[str, Any]:
    """The arguments by name in the schema's order, as JSON has them and without None.

    Raises CallError, in Python's words, for a call that does not fit the schema.
    """
    fields = tool.arguments.model_fields
    if len(positional) > len(fields):
        raise CallError(
            f"{tool.name}() takes {len(fields)} arguments but {len(positional)} were given"
        )
    given = dict(zip(fields, positional, strict=False))
    for name in named:
        if name not in fields:
            raise CallError(f"{tool.name}() got an unexpected keyword argument {name!r}")
        if name in given:
            raise CallError(f"{tool.name}() got multiple values for argument {name!r}")
    given |= named
    for name, field in fields.items():
        if field.is_required() and name not in given:
            raise CallError(f"{tool.name}() missing a required argument: {name!r}")
    values = {name: given[name] for name in fields if given.get(name) is not None}
    return {name: _plain(tool, name, value) for name, value in values.items()}


def _plain(tool: Tool, name: str, value: object) -> Any:
    """A value as JSON gives it back, so that a tuple is a list."""
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise CallError(f"{tool.name}() argument {name!r} cannot be of type {kind}") from None
    if len(text) > MAX_ARGUMENT_CHARS:
        raise CallError(f"{tool.name}() argument {name!r} is too long")
    return json.loads(text)
