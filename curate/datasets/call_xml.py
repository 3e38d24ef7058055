"""Calls in the XML-like text of Qwen3-Coder, with and without its newlines.

<tool_call>
<function=read_file>
<parameter=path>
src/app.py
</parameter>
</function>
</tool_call>

A value loses one newline at each end, as the server's own parser does it. Its type is that of the
tool's schema; without a schema it is text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from curate.datasets.code_literals import literal_value
from curate.datasets.decoding import is_too_deep, shown
from curate.datasets.found import Finds, Found, Signatures

FUNCTION = re.compile(r"<function=\s*([^\s<>=]+)\s*>?")
PARAMETER = re.compile(r"<parameter=\s*([^\s<>=]+)\s*>?")


class _Element(NamedTuple):
    """`<word=name>body</word>`; it ends at the next of its kind, or with the text, too."""

    name: str
    body: str
    start: int
    stop: int
    is_closed: bool


def read_xml(text: str, signatures: Signatures, finds: Finds) -> None:
    """Add the calls of a block."""
    count = 0
    for tool, body, _, _, is_closed in _elements(text, FUNCTION, "function"):
        count += 1
        if not is_closed:
            finds.faults.append(("call_unclosed", f"no </function> after {shown(tool, 40)}"))
        signature = signatures.get(tool, {})
        arguments = _arguments(tool, body, signature, finds, is_whole=is_closed)
        finds.calls.append(Found("qwen3_coder", tool, arguments))
    if not count:
        finds.faults.append(("call_unparsable", shown(text.strip())))
    elif count > 1:
        finds.faults.append(("call_several_in_block", f"{count} calls in one block"))


def _arguments(
    tool: str, body: str, parameters: Mapping[str, Any], finds: Finds, *, is_whole: bool
) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    end_before = 0
    for key, value, start, stop, is_closed in _elements(body, PARAMETER, "parameter"):
        if is_whole and not is_closed:
            finds.faults.append(("call_unclosed", f"no </parameter> after {shown(key, 40)}"))
        if body[end_before:start].strip():
            break
        end_before = stop
        arguments[key] = typed(value.removeprefix("\n").removesuffix("\n"), parameters.get(key))
    rest = body[end_before:].strip()
    if not arguments and rest.startswith("{"):  # <function=name>{"key": "value"}</function>
        try:
            value = msgspec.json.decode(rest)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            value = None
        if isinstance(value, dict) and not is_too_deep(value):
            finds.faults.append(("call_wrong_key", "JSON where parameters stand"))
            return value
    if rest:
        finds.faults.append(("call_unparsable", f"{shown(tool, 40)}: {shown(rest, 60)}"))
    return arguments


def _elements(text: str, opening: re.Pattern[str], word: str) -> Iterator[_Element]:
    """The elements of a word, in order; by `find`, since a pattern would try every character."""
    closing, place = f"</{word}>", 0
    while match := opening.search(text, place):
        begins = match.end()
        ends, following = text.find(closing, begins), text.find(f"<{word}=", begins)
        is_closed = ends >= 0 and not 0 <= following < ends
        if is_closed:
            place = ends + len(closing)
        else:
            place = ends = following if following >= 0 else len(text)
        yield _Element(match[1], text[begins:ends], match.start(), place, is_closed)


def typed(text: str, schema: Any) -> Any:
    """A parameter's text as a value of its schema's type; the text where it is no such value."""
    if text.lower() == "null":
        return None
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if not isinstance(kind, str) or kind == "string":
        return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = literal_value(text)
    if kind in {"array", "object"} and isinstance(value, list | dict) and is_too_deep(value):
        return text
    if isinstance(value, float) and value.is_integer() and kind == "integer":
        return int(value)
    wanted = {"integer": int, "number": (int, float), "array": list, "object": dict}.get(kind)
    return value if wanted and isinstance(value, wanted) and type(value) is not bool else text
