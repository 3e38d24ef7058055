"""Replies in `qwen3_coder`, read strictly: XML-like text whose types come from the tool's schema.

<tool_call>
<function=read_file>
<parameter=path>
src/app.py
</parameter>
</function>
</tool_call>

The text has no quoting. So no value may hold one of its tags, and a string that says `null` is read
as null: such calls cannot be written in this dialect.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from curate.dialects.tags import split_calls

FUNCTION = re.compile(r"\n<function=([^\s<>]+)>\n(.*)</function>\n", re.DOTALL)
PARAMETER = re.compile(r"<parameter=([^\s<>]+)>\n(.*?)\n</parameter>\n", re.DOTALL)
TAGS = ("<function=", "</function>", "<parameter=", "</parameter>")
# JSON Schema's word for a type -> the Python types that its values have
JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def parse(reply: str, tools: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """What a reply says, and its calls as `name` and `arguments`, typed by the schemas in `tools`.

    Raises ValueError for a call that a server would drop, or could read in two ways.
    """
    types = {
        tool["function"]["name"]: tool["function"]["parameters"]["properties"] for tool in tools
    }
    content, bodies = split_calls(reply)
    return content, [_call(body, types) for body in bodies]


def _call(body: str, types: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    function = FUNCTION.fullmatch(body)
    if function is None:
        raise ValueError("a call is one <function=name> with its parameters")
    name, rest = function.groups()
    arguments: dict[str, Any] = {}
    while rest:
        parameter = PARAMETER.match(rest)
        if parameter is None:
            raise ValueError("text stands between parameters")
        key, text = parameter.groups()
        if key in arguments:
            raise ValueError(f"the parameter {key} stands twice")
        if any(tag in text for tag in TAGS):
            raise ValueError(f"the parameter {key} holds a tag of the dialect")
        arguments[key] = _value(key, text, types.get(name, {}).get(key, {"type": "string"}))
        rest = rest[parameter.end() :]
    return {"name": name, "arguments": arguments}


def _value(key: str, text: str, schema: Mapping[str, Any]) -> Any:
    """A parameter's text as a value of its JSON Schema type."""
    if text.lower() == "null":
        return None
    kind = schema.get("type")
    if kind == "string":
        return text
    value = json.loads(text)
    if type(value) not in JSON_TYPES.get(str(kind), ()):
        raise ValueError(f"the parameter {key} is no {kind}: {text}")
    if kind in {"integer", "number"}:
        # The model's own parser reads every number through a float, and 2.0 as 2.
        if float(value) != value:
            raise ValueError(f"the parameter {key} does not fit in a float: {text}")
        return int(value) if float(value).is_integer() else value
    return value
