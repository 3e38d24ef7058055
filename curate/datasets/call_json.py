"""Calls written as JSON objects: between tags, in a fence, alone, or in `tool_calls`.

{"name": "read_file", "arguments": {"path": "a.py"}}

Keys that a server does not read (`tool` for `name`, `parameters` for `arguments`) are understood,
and a fault.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from curate.datasets.code_literals import literal_value
from curate.datasets.decoding import is_too_deep, shown
from curate.datasets.found import Finds, Found

NAMES = ("name", "tool", "function", "tool_name", "function_name", "action")
ARGUMENTS = ("arguments", "parameters", "args", "kwargs", "params", "input", "action_input")
SETTINGS = frozenset({"args", "kwargs", "params", "input"})  # words of settings as well
BESIDE = frozenset({"id", "type", "index", "thought", "reasoning"})
ALLOWED = frozenset({*NAMES, *ARGUMENTS, *BESIDE})
_raw = msgspec.json.Decoder()


def is_call(value: Any) -> bool:
    """Whether an object is a call and nothing else, such as a tool's schema or a settings file."""
    if not isinstance(value, dict) or not ALLOWED.issuperset(value):
        return False
    inner = value.get("function")
    if isinstance(inner, dict):
        return isinstance(inner.get("name"), str)
    return isinstance(_first(value, NAMES)[1], str) and _first(value, ARGUMENTS)[0] is not None


def is_vague(call: Mapping[str, Any]) -> bool:
    """Whether a call's keys might as well be those of settings: {"name": "lint", "input": {}}."""
    return "name" in call and _first(call, ARGUMENTS)[0] in SETTINGS


def read_json(text: str, dialect: str, finds: Finds) -> None:
    """Add the call, or calls, that a piece of JSON text holds."""
    values, why = values_in(text)
    if why:
        finds.faults.append(("call_unparsable", f"{why}: {shown(text, 60)}"))
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    if len(flat) > 1:
        finds.faults.append(("call_several_in_block", f"{len(flat)} calls in one block"))
    for value in flat:
        read_object(value, dialect, finds)


def read_object(value: Any, dialect: str, finds: Finds) -> None:
    """Add the call that a JSON object is."""
    if isinstance(value, dict) and isinstance(value.get("function"), dict):
        if dialect != "openai":
            finds.faults.append(("call_wrong_key", "the call stands under `function`"))
        value = value["function"]
    if not isinstance(value, dict):
        finds.faults.append(("call_unparsable", f"no object: {shown(str(value), 60)}"))
        return
    key, tool = _first(value, NAMES)
    if not isinstance(tool, str) or not tool:
        finds.faults.append(("call_unparsable", f"no name: {shown(str(value), 60)}"))
        return
    if key != "name":
        finds.faults.append(("call_wrong_key", f"`{key}` for `name`"))
    key, arguments = _first(value, ARGUMENTS)
    if key is None:
        finds.faults.append(("call_arguments_missing", f"{shown(tool, 40)} has no `arguments`"))
    elif key != "arguments":
        finds.faults.append(("call_wrong_key", f"`{key}` for `arguments`"))
    finds.calls.append(Found(dialect, tool, _arguments(tool, arguments, finds)))


def values_in(text: str) -> tuple[list[Any], str | None]:
    """The JSON values that stand in a text one after the other, or why it is no JSON.

    A Python literal in its place gives its value and the reason.
    """
    try:
        value = _raw.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(line.lstrip().startswith("{") for line in lines):
            try:
                return [_raw.decode(line) for line in lines], None
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                pass
        return _literal(text), shown(str(error), 60)
    return ([], "nested too deep") if is_too_deep(value) else ([value], None)


def _literal(text: str) -> list[Any]:
    value = literal_value(text)
    return [value] if isinstance(value, dict) and is_call(value) else []


def _arguments(tool: str, arguments: Any, finds: Finds) -> dict[str, Any]:
    if isinstance(arguments, str):
        value, rules = _from_text(arguments)
        evidence = f"{shown(tool, 40)}: {shown(arguments, 60)}"
        finds.faults.extend((rule, evidence) for rule in rules)
        return value
    if isinstance(arguments, dict):
        return arguments
    if arguments is not None:
        kind = "a list" if isinstance(arguments, list) else type(arguments).__name__
        finds.faults.append(("call_arguments_not_object", f"{shown(tool, 40)}: {kind}"))
    return {}


def _from_text(text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The object that arguments hold which are a text, and what is wrong with them."""
    if not text.strip():
        return {}, ("call_arguments_string",)
    values, why = values_in(text)
    if not why and isinstance(values[0], dict):
        return values[0], ("call_arguments_string",)
    if text.lstrip().startswith("{"):  # an object, cut or badly written, and that as a text
        return {}, ("call_arguments_string", "call_unparsable")
    return {}, ("call_arguments_not_object",)


def _first(value: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[str | None, Any]:
    for key in keys:
        if key in value:
            return key, value[key]
    return None, None
