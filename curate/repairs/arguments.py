r"""Arguments of calls that stand as JSON text in a string: made objects, as a server reads them.

{"name": "f", "arguments": "{\"path\": \"a.py\"}"}  ->  {"name": "f", "arguments": {"path": "a.py"}}
"""

import json
import re
from typing import Any

from curate.repairs import Row
from curate.repairs.texts import LISTS, rewritten

# Where a call's JSON stands in a text: between tags, in a fence, or all of it.
BODY = re.compile(
    r"(<tool_call>\s*|```[a-z_]*\n\s*|\A\s*)(\{.*?\}|\[.*?\])(\s*</tool_call>|\s*```|\s*\Z)",
    re.DOTALL,
)


def to_objects(row: Row) -> Row | None:
    """The row with every such string an object; None where there is none that is one's text."""
    new = dict(row)
    for key in LISTS:
        if isinstance(row.get(key), list):
            new[key] = [_structured(message) for message in row[key]]
    return rewritten(new, {"assistant"}, _embedded) or (None if new == row else new)


def _structured(message: Any) -> Any:
    if not isinstance(message, dict) or not isinstance(message.get("tool_calls"), list):
        return message
    return {**message, "tool_calls": [_mended(call) for call in message["tool_calls"]]}


def _embedded(text: str) -> str | None:
    if '"arguments"' not in text:
        return None

    def mended(found: re.Match[str]) -> str:
        try:
            value = json.loads(found[2])
        except (ValueError, RecursionError):
            return found[0]
        calls = value if isinstance(value, list) else [value]
        new = [_mended(call) for call in calls]
        if new == calls:
            return found[0]
        body = json.dumps(new if isinstance(value, list) else new[0], ensure_ascii=False)
        return f"{found[1]}{body}{found[3]}"

    new = BODY.sub(mended, text)
    return None if new == text else new


def _mended(call: Any) -> Any:
    """A call, alone or under `function`, with its arguments as an object."""
    if not isinstance(call, dict):
        return call
    if isinstance(call.get("function"), dict):
        return {**call, "function": _mended(call["function"])}
    if not isinstance(call.get("arguments"), str):
        return call
    try:
        arguments = json.loads(call["arguments"].strip() or "{}")
    except (ValueError, RecursionError):
        return call
    return {**call, "arguments": arguments} if isinstance(arguments, dict) else call
