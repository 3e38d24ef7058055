"""Turns: what all forms of a row are read into, before calls and results are looked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from curate.datasets.decoding import is_too_deep, shown
from curate.datasets.hashing import FORBIDDEN
from curate.datasets.row import Fault

ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "prompter": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "model": "assistant",
    "bot": "assistant",
    "ai": "assistant",
    "function_call": "assistant",
    "function-call": "assistant",
    "tool_call": "assistant",
    "tool_calls": "assistant",
    "tool": "tool",
    "function": "tool",
    "observation": "tool",
    "tool_response": "tool",
    "tool_result": "tool",
    "tool-response": "tool",
    "function_response": "tool",
    "function-response": "tool",
    "function_result": "tool",
    "ipython": "tool",
}
CHAT_ROLES = frozenset({"system", "user", "assistant", "tool"})  # what chat templates know
CALL_ROLES = frozenset({"function_call", "function-call", "tool_call", "tool_calls"})
ROLE_KEYS, CONTENT_KEYS = ("role", "from"), ("content", "value")


class Turn(Struct, frozen=True, gc=False):
    """One message as a form gives it. `calls` is its `tool_calls` as it stands, not yet looked at.

    name, call_id: which tool and which call a result says it answers.
    """

    role: str
    source_role: str
    content: str
    calls: Any = None
    name: str | None = None
    call_id: str | None = None


def turn(source_role: str, content: str) -> Turn:
    """A turn of text alone."""
    return Turn(ROLES.get(source_role.strip().lower(), source_role), source_role, content)


def turns_of(
    messages: Sequence[Any], faults: list[Fault], known: Collection[str] = CHAT_ROLES
) -> list[Turn]:
    """Turns of a list of messages; the keys are `role` and `content`, or `from` and `value`.

    known: the roles that are right as they stand; ShareGPT has names of its own.
    """
    return [_turn(message, number, faults, known) for number, message in enumerate(messages)]


def unknown_role(source_role: str, number: int) -> Fault:
    """The fault of a role that chat templates do not know, with what it is read as."""
    role = turn(source_role, "").role
    read_as = f", read as {role}" if role in CHAT_ROLES else ""
    return Fault("role_unknown", f"{shown(source_role)}{read_as}", number)


def listed(value: Any) -> list[Any] | None:
    """A list, also one that stands as JSON text in a string, as Parquet files often have it."""
    if isinstance(value, list):
        return value
    if isinstance(value, str) and value.lstrip().startswith("["):
        parsed = parsed_json(value)
        return parsed if isinstance(parsed, list) else None
    return None


def parsed_json(text: str) -> Any:
    """The value of JSON text; None where it is no JSON or nests too deep."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return None if text.count("[") + text.count("{") > 1 and is_too_deep(value) else value


def _turn(message: Any, number: int, faults: list[Fault], known: Collection[str]) -> Turn:
    if not isinstance(message, dict):
        faults.append(Fault("message_not_object", shown(str(message)), number))
        return Turn("", "", message if isinstance(message, str) else "")
    source_role = _first(message, ROLE_KEYS)
    if not isinstance(source_role, str):
        evidence = "no role" if source_role is None else f"role {shown(str(source_role))}"
        faults.append(Fault("role_missing", evidence, number))
        source_role = ""
    role = ROLES.get(source_role) or ROLES.get(source_role.strip().lower(), source_role)
    if source_role and source_role not in known:
        faults.append(unknown_role(source_role, number))
    content = _first(message, CONTENT_KEYS)
    if not isinstance(content, str):
        content = _text(content, number, faults)
    calls = message.get("tool_calls") or message.get("function_call") or None
    name, call_id = message.get("name"), message.get("tool_call_id")
    return Turn(
        role,
        source_role,
        content,
        calls,
        name if isinstance(name, str) else None,
        call_id if isinstance(call_id, str) else None,
    )


def _first(message: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        if message.get(key) is not None:
            return message[key]
    return None


def _text(content: Any, number: int, faults: list[Fault]) -> str:
    """Content that is no string as text: nothing, a list of parts, or a value as JSON."""
    if content is None:
        return ""
    if isinstance(content, list) and all(_is_part(part) for part in content):
        kinds = sorted({part.get("type", "text") for part in content if isinstance(part, dict)})
        faults.append(
            Fault("content_parts", shown(f"a list of {', '.join(map(str, kinds))}"), number)
        )
        return "".join(
            part if isinstance(part, str) else part.get("text") or "" for part in content
        )
    faults.append(Fault("content_not_text", shown(f"{type(content).__name__} {content}"), number))
    return FORBIDDEN.sub("", msgspec.json.encode(content).decode())


def _is_part(part: Any) -> bool:
    if not isinstance(part, dict):
        return isinstance(part, str)
    return isinstance(part.get("text"), str | None) and isinstance(part.get("type", ""), str)
