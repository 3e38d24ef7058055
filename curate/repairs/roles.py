r"""Results of tools, put as the row's own calls are: under one role, between one pair of tags.

    {"role": "tool", "content": "3 passed"}
 -> {"role": "user", "content": "<tool_response>\n3 passed\n</tool_response>"}

That is how a chat template writes the role `tool`. So where calls stand in the text, results do as
well; where calls stand in `tool_calls`, the template brings the tags.
"""

from collections.abc import Mapping
from typing import Any

from curate.repairs import Row
from curate.repairs.texts import LISTS, TURN, rewritten, role_of

OPEN, CLOSE = "<tool_response>", "</tool_response>"


def fold(row: Row) -> Row | None:
    """The row with results beside embedded calls in user turns, those of one turn together."""
    new = dict(row)
    for key in LISTS:
        if isinstance(row.get(key), list) and not _has_structured(row[key]):
            new[key] = _folded(row[key])
    for key in ("text", "prompt"):
        if isinstance(row.get(key), str):
            new[key] = TURN.sub(_folded_turn, row[key])
    return None if new == row else new


def unwrap_role(row: Row) -> Row | None:
    """The row without tags around what stands under the role `tool`: the template brings them."""
    return rewritten(row, {"tool"}, _inside)


def unwrap_twice(row: Row) -> Row | None:
    """The row with one pair of tags around a result that stands in two."""

    def once(text: str) -> str | None:
        inner = _inside(text)
        while inner is not None and (deeper := _inside(inner)) is not None:
            inner = deeper
            text = wrapped(inner)
        return text

    return rewritten(row, {"user", "tool"}, once)


def wrapped(content: str) -> str:
    """A result between its tags; as it is, where it begins with one already."""
    return content if content.lstrip().startswith(OPEN) else f"{OPEN}\n{content}\n{CLOSE}"


def _inside(text: str) -> str | None:
    """What stands between the tags that are around all of the text; None where none are."""
    bare = text.strip()
    if not (bare.startswith(OPEN) and bare.endswith(CLOSE)):
        return None
    inner = bare[len(OPEN) : -len(CLOSE)]
    depth = 0
    for piece in inner.split(OPEN):  # the first tag must be closed by the last one
        depth -= piece.count(CLOSE)
        if depth < 0:
            return None
        depth += 1
    return inner.removeprefix("\n").removesuffix("\n")


def _has_structured(messages: list[Any]) -> bool:
    """Whether calls stand in `tool_calls`: then a result belongs under the role `tool`."""
    return any(isinstance(message, dict) and message.get("tool_calls") for message in messages)


def _folded_turn(turn: Any) -> str:
    head, role, content = turn.groups()
    if role.strip().lower() != "tool":
        return turn[0]
    return f"{head.replace(role, 'user', 1)}{wrapped(content)}"


def _folded(messages: list[Any]) -> list[Any]:
    folded: list[Any] = []
    is_result = False
    for message in messages:
        content_key = (
            "content" if isinstance(message, Mapping) and "content" in message else "value"
        )
        if role_of(message) != "tool" or not isinstance(message.get(content_key), str):
            folded.append(message)
            is_result = False
            continue
        result = wrapped(message[content_key])
        if is_result:
            result = f"{folded.pop()[content_key]}\n{result}"
        role_key, user = ("role", "user") if "role" in message else ("from", "human")
        folded.append({role_key: user, content_key: result})
        is_result = True
    return folded
