"""Replies in `hermes`, read strictly: a JSON object between `<tool_call>` tags.

<tool_call>
{"name": "read_file", "arguments": {"path": "src/app.py"}}
</tool_call>
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from curate.dialects.tags import split_calls


def parse(reply: str, _tools: Sequence[Mapping[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """What a reply says, and its calls as `name` and `arguments`; JSON brings its own types.

    Raises ValueError for a call that a server would drop, or could read in two ways.
    """
    content, bodies = split_calls(reply)
    return content, [_call(body) for body in bodies]


def _call(body: str) -> dict[str, Any]:
    call = json.loads(body, parse_constant=_refuse, object_pairs_hook=_unique)
    match call:
        case {"name": str(), "arguments": dict()} if len(call) == 2:  # noqa: PLR2004  those two
            return call
    raise ValueError("a call is an object of its name, a string, and its arguments, an object")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return dict(pairs)
