"""What tools returned, as rows show it: which turn is a result, and what stands in its wrapping.

<tool_response>
src/a.py:3: class A:
</tool_response>
"""

import re
from collections.abc import Sequence

from curate.datasets.decoding import shown
from curate.datasets.hashing import hash_of
from curate.datasets.row import Fault, Result
from curate.datasets.turns import Turn, parsed_json

START, END = "<tool_response>", "</tool_response>"
PREFIX = re.compile(
    r"(?:(?:tool|function)[ _](?:result|response|output|call result)|observation|result|output)s?"
    r"(?: (?:of|from|for) `?[\w.]+`?)?\s*:\s*",
    re.IGNORECASE,
)
NAMED = frozenset({"name", "tool", "tool_name", "tool_call_id", "content", "result", "output"})


def is_result(turn: Turn, *, is_after_call: bool) -> bool:
    """Whether a turn carries a tool's result: by its role, its tag, or a prefix after a call."""
    if turn.role == "tool":
        return True
    if turn.role != "user":
        return False
    content = turn.content.lstrip()
    return content.startswith(START) or (is_after_call and PREFIX.match(content) is not None)


def results_in(
    turn: Turn, ordinal: int, called: Sequence[str], faults: list[Fault]
) -> list[Result]:
    """The results of such a turn. `called`: the tools whose results are still awaited, in order."""
    content = turn.content.strip()
    if START in content and content.startswith(START):
        bodies, wrapping = _unwrapped(content)
    else:
        prefix = PREFIX.match(content)
        bodies = [content[prefix.end() :] if prefix else turn.content]
        wrapping = "prefix" if prefix else "none"
    if wrapping == "tool_response_twice":
        faults.append(Fault("result_wrapped_twice", shown(content), ordinal))
    elif wrapping == "tool_response" and turn.role == "tool":
        faults.append(Fault("result_wrapped_by_role", shown(content), ordinal))
    results = []
    for position, body in enumerate(bodies):
        name, text, is_string = _read(body)
        if is_string:
            faults.append(Fault("result_json_string", shown(body), ordinal))
        tool = name or turn.name or (called[position] if position < len(called) else "") or None
        kind = "json_string" if is_string and wrapping == "none" else wrapping
        results.append(Result(ordinal, position, tool, text, turn.source_role, kind, hash_of(text)))
    return results


def _unwrapped(content: str) -> tuple[list[str], str]:
    """What stands in each pair of tags, and whether a pair stands in a pair."""
    bodies, is_twice = [], False
    for part in content.split(START)[1:]:
        if not part.strip():  # another opening tag follows at once
            is_twice = True
            continue
        bodies.append(part.split(END)[0].strip("\n"))
    is_twice = is_twice and content.count(END) > len(bodies)
    return bodies or [""], "tool_response_twice" if is_twice else "tool_response"


def _read(body: str) -> tuple[str | None, str, bool]:
    """The tool that a result names itself, its text, and whether it was a JSON string."""
    text = body.strip()
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        value = parsed_json(text)
        if isinstance(value, str) and value != text[1:-1]:  # with escapes that a reader stumbles on
            return None, value, True
    if text.startswith("{") and text.endswith("}") and '"content"' in text:
        value = parsed_json(text)
        if isinstance(value, dict) and NAMED.issuperset(value):
            name, inner = value.get("name"), value.get("content")
            if isinstance(name, str) and isinstance(inner, str):
                return name, inner, False
    return None, body, False
