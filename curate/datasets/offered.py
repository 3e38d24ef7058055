"""The tools that a row offers: from its `tools`, or from a system prompt that lists them.

Rows of a dataset mostly offer the same tools, so a set that was seen is not read again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from curate.datasets.decoding import is_too_deep, shown
from curate.datasets.found import Signatures
from curate.datasets.hashing import canonical, hash_of
from curate.datasets.row import Fault
from curate.datasets.turns import Turn, listed, parsed_json

KEYS = ("tools", "functions", "available_tools")
OPEN, CLOSE = "<tools>", "</tools>"
SCHEMA_START = re.compile(r'\[\s*\{\s*"|\{\s*"(?:type|name|function)"\s*:')
MAX_STARTS = 200  # of JSON in one system prompt; chosen by us, 2026-11-21
REMEMBERED = 256
_scanner = json.JSONDecoder()


class Toolset(Struct, frozen=True, gc=False):
    """Offered tools as {"name", "description", "parameters"}, and their parameters by name.

    Its `toolset_id` is a hash of what is offered, in whatever order; None where nothing is.
    """

    toolset_id: int | None
    tools: tuple[Mapping[str, Any], ...]
    signatures: Signatures


NOTHING = Toolset(None, (), {})


def offered(value: Mapping[str, Any], turns: list[Turn], faults: list[Fault]) -> Toolset:
    """The toolset of a row."""
    for key in KEYS:
        given = value.get(key)
        if given:
            tools = listed(given)
            made = _toolset(msgspec.json.encode(tools)) if tools is not None else None
            if made is None:
                faults.append(Fault("tools_unreadable", f"`{key}`: {shown(str(given))}"))
                return NOTHING
            return made
    for turn in turns:
        if turn.role == "system" and ("<tools>" in turn.content or '"name"' in turn.content):
            return _in_prompt(turn.content)
    return NOTHING


@lru_cache(REMEMBERED)
def _toolset(text: bytes) -> Toolset | None:
    """The toolset of a JSON list of tools; None where one of them is no tool."""
    tools = [_tool(spec) for spec in msgspec.json.decode(text)]
    known = [tool for tool in tools if tool is not None]
    return _made(known) if known and len(known) == len(tools) else None


@lru_cache(REMEMBERED)
def _in_prompt(prompt: str) -> Toolset:
    tagged = list(_tagged(prompt))
    found: list[dict[str, Any]] = []
    for text in tagged or [prompt]:
        for value in _values(text):
            items = value if isinstance(value, list) else [value]
            tools = [_tool(item) for item in items]
            found.extend(tool for tool in tools if tool and "parameters" in tool)
    return _made(found) if found else NOTHING


def _tagged(text: str) -> Iterator[str]:
    """What stands between each pair of tags."""
    place = text.find(OPEN)
    while place >= 0 and (end := text.find(CLOSE, place)) >= 0:
        yield text[place + len(OPEN) : end]
        place = text.find(OPEN, end)


def _values(text: str) -> Iterator[Any]:
    """JSON values that stand in a text, without those inside another one."""
    place = 0
    for _ in range(MAX_STARTS):
        start = SCHEMA_START.search(text, place)
        if start is None:
            return
        try:
            value, place = _scanner.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            place = start.end()
            continue
        if not is_too_deep(value):
            yield value


def _made(tools: list[dict[str, Any]]) -> Toolset:
    ordered = sorted(canonical(tool) for tool in tools)
    signatures = {tool["name"]: _parameters(tool.get("parameters")) for tool in tools}
    return Toolset(hash_of("\n".join(ordered)), tuple(tools), signatures)


def _tool(spec: Any) -> dict[str, Any] | None:
    """A tool as {"name", "description", "parameters"}, however it is wrapped."""
    if isinstance(spec, str):
        spec = parsed_json(spec)
    inner = spec.get("function") if isinstance(spec, dict) else None
    spec = inner if isinstance(inner, dict) else spec
    if not isinstance(spec, dict) or not isinstance(spec.get("name"), str):
        return None
    schema = spec.get("parameters", spec.get("input_schema", spec.get("inputSchema")))
    if isinstance(schema, str):
        schema = parsed_json(schema)
    tool = {"name": spec["name"]}
    if isinstance(spec.get("description"), str):
        tool["description"] = spec["description"]
    return tool | ({"parameters": schema} if isinstance(schema, dict) else {})


def _parameters(schema: Any) -> Mapping[str, Any]:
    """The schema of each parameter, in order; some datasets leave out the object around them."""
    if not isinstance(schema, dict):
        return {}
    properties = schema.get("properties", schema if "type" not in schema else {})
    return properties if isinstance(properties, dict) else {}
