"""Calls that name a line or a file out of nothing: neither asked for nor shown before.

    user   Where is Alpha defined?
    call   goto_definition {"path": "src/app.py", "line": 15, "symbol": "Alpha"}     15, src/app.py

Only up to a row's first result: later ones may have led to any place. The usual files, such as
setup.py, are a good guess.
"""

import re
from collections.abc import Iterator
from typing import Any

from curate.datasets.checks.texts import DIGITS, path_in
from curate.datasets.decoding import shown
from curate.datasets.row import Call, Fault, Row

POSITION = re.compile(r"(?:^|_)(?:lines?|col|column|char|character|row|offset|position)(?:_|$|no$)")
MAKES = re.compile(
    r"write|creat|new|save|edit|append|insert|touch|generat|output|export", re.IGNORECASE
)
USUAL = re.compile(
    r"(?:^|/)(?:readme|license|changelog|contributing|makefile|dockerfile|setup|pyproject|package|"
    r"tsconfig|cargo|go|requirements|conftest|__init__|__main__|main|index|app|config|settings|"
    r"manage|docker-compose|tox|ruff|mypy|pytest)\b[\w.-]*$",
    re.IGNORECASE,
)
FIRST = 2  # line 1 and column 0 are where one begins


def faults(row: Row) -> Iterator[Fault]:
    """Calls, before any result, with a place in a file that nobody mentioned."""
    if not row.calls:
        return
    first = row.results[0].ordinal if row.results else len(row.messages)
    before = _Before(row)
    for call in row.calls:
        if call.ordinal > first:
            return  # from here on a result may have led to it
        if call.fields and not call.is_in_code:
            continue
        path = next(filter(None, map(path_in, call.arguments.values())), None)
        if path is None or MAKES.search(call.tool):
            continue
        before.read_on(call.ordinal)
        named = list(_out_of_nothing(call, path, before))
        if named:
            evidence = f"{call.tool}: nobody mentioned {', '.join(named)}"
            yield Fault("call_ungrounded", shown(evidence, 160), call.ordinal)


class _Before:
    """What stands in a row before one of its messages; it is read on from call to call."""

    def __init__(self, row: Row) -> None:
        self._messages = row.messages
        self._texts: list[str] = []
        self._numbers: set[str] = set()
        self._count_numbered = 0  # texts whose numbers are known

    def read_on(self, ordinal: int) -> None:
        """Read up to a message that does not stand before the last one."""
        read = len(self._texts)
        self._texts += [message.content.lower() for message in self._messages[read:ordinal]]

    def has(self, text: str) -> bool:
        """Whether a text stands in it."""
        return any(text in said for said in self._texts)

    def has_number(self, number: str) -> bool:
        """Whether it has this number, and not only as a part of a longer one."""
        for text in self._texts[self._count_numbered :]:
            self._numbers.update(DIGITS.findall(text))
        self._count_numbered = len(self._texts)
        return number in self._numbers


def _out_of_nothing(call: Call, path: str, before: _Before) -> Iterator[str]:
    """The path and the positions of a call that no earlier text has."""
    name = path.rpartition("/")[2].lower()
    is_named = before.has(name) or before.has(name.rpartition(".")[0])
    if "/" in path and not is_named and not USUAL.search(path):
        yield path
    for key, value in call.arguments.items():
        if _is_position(call, key, value) and not before.has_number(str(value)):
            yield f"{key} {value}" if not key.isdigit() else str(value)


def _is_position(call: Call, key: str, value: Any) -> bool:
    if not isinstance(value, int) or isinstance(value, bool) or value < FIRST:
        return False
    if key.isdigit():
        return call.is_in_code  # a positional one
    return POSITION.search(key.lower()) is not None
