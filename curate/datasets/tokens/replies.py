"""A reply that is trained, against the calls that the row holds: what a client gets of it.

difference(stored, reply)    # "read_file: path is read as 'b.py', and is 'a.py'"
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from curate.datasets.decoding import shown
from curate.datasets.hashing import canonical
from curate.datasets.row import Call
from curate.datasets.tokens.serving import Reply

REASON_CHARS, VALUE_CHARS = 100, 60  # shown of each


def difference(stored: Sequence[Call], reply: Reply) -> str | None:
    """How what a client gets differs from the calls that the row holds; None where it does not."""
    for call, read in zip_longest(stored, reply.calls):
        if call is None:
            tool, arguments = read
            return f"a call is read that the row has not: {_named(tool, arguments)}"
        named = _named(call.tool, call.arguments)
        if read is None:
            reason = reply.failures[0] if reply.failures else "the server finds no call in the text"
            return f"not read, {shown(reason, REASON_CHARS)}: {named}"
        tool, arguments = read
        if tool != call.tool:
            read_as = "a call without a name" if tool is None else _named(tool, arguments)
            return f"read as {read_as}: {named}"
        if how := _arguments(call.arguments, arguments):
            return f"{call.tool}: {how}"
    return None


def _arguments(stored: Mapping[str, Any], read: Any) -> str | None:
    """The first argument that comes back as another one."""
    if not isinstance(read, dict):
        return f"its arguments are read as a {type(read).__name__}, {_value(read)}"
    for name, value in stored.items():
        if name not in read:
            return f"{name} is not read, and is {_value(value)}"
        if not is_same(value, read[name]):
            return f"{name} is read as {_value(read[name])}, and is {_value(value)}"
    for name in read:
        if name not in stored:
            return f"{name} is read as {_value(read[name])}, and the row has it not"
    return None


def is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 2 and 2.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def _named(tool: Any, arguments: Any) -> str:
    return f"{shown(str(tool), VALUE_CHARS)} {_value(arguments)}"


def _value(value: Any) -> str:
    text = canonical(value)
    return text if len(text) <= VALUE_CHARS else f"{text[:VALUE_CHARS]}..."
