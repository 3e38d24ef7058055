"""The texts of a row's turns, whatever its form, rewritten in place.

rewritten({"messages": [{"role": "assistant", "content": "a"}]}, {"assistant"}, str.upper)
    -> {"messages": [{"role": "assistant", "content": "A"}]}
"""

import re
from collections.abc import Callable, Collection
from typing import Any

from curate.datasets.turns import CONTENT_KEYS, ROLE_KEYS, ROLES
from curate.repairs import Row

START, END = "<|im_start|>", "<|im_end|>"
TURN = re.compile(r"(<\|im_start\|>([^\n<]*)\n)(.*?)(?=<\|im_end\|>|<\|im_start\|>|\Z)", re.DOTALL)
LISTS = ("messages", "conversations", "conversation", "prompt", "completion")
Change = Callable[[str], str | None]


def rewritten(row: Row, roles: Collection[str], change: Change) -> Row | None:
    """The row with the text of every turn of these roles changed; None where no text changes.

    `change` gives the new text, or None for one that stays.
    """
    new = dict(row)
    for key in LISTS:
        if isinstance(row.get(key), list):
            new[key] = [_of_message(message, roles, change) for message in row[key]]
    if isinstance(row.get("text"), str):
        new["text"] = of_chatml(row["text"], roles, change)
    if isinstance(row.get("prompt"), str) and START in row["prompt"]:
        new["prompt"] = of_chatml(row["prompt"], roles, change)
    if "assistant" in roles:
        for key in ("completion", "output"):
            if isinstance(row.get(key), str):
                new[key] = _of_reply(row[key], change)
    return None if new == row else new


def of_chatml(text: str, roles: Collection[str], change: Change) -> str:
    """The same over a text in ChatML, turn by turn."""

    def changed(turn: re.Match[str]) -> str:
        head, role, content = turn.groups()
        if ROLES.get(role.strip().lower()) not in roles:
            return turn[0]
        new = change(content)
        return turn[0] if new is None else head + new

    return TURN.sub(changed, text)


def _of_reply(text: str, change: Change) -> str:
    """A reply that may end with the mark that closes its turn."""
    body, end, after = text.partition(END)
    if START in text:
        return of_chatml(text, {"assistant"}, change)
    new = change(body)
    return text if new is None else f"{new}{end}{after}"


def _of_message(message: Any, roles: Collection[str], change: Change) -> Any:
    if not isinstance(message, dict) or role_of(message) not in roles:
        return message
    for key in CONTENT_KEYS:
        if isinstance(message.get(key), str):
            new = change(message[key])
            return message if new is None else {**message, key: new}
    return message


def role_of(message: Any) -> str | None:
    """The role of a message as readers see it; None of what is no message."""
    if not isinstance(message, dict):
        return None
    for key in ROLE_KEYS:
        if isinstance(message.get(key), str):
            return ROLES.get(message[key].strip().lower(), message[key])
    return None
