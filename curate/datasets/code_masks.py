r"""Snippets that differ in their literals only, so that one of them is parsed for all.

    masked('r = f("a.py", 3)\nr.x')      # 'r = f("\ue0000\ue001", 9000000000000)\nr.x', ["a.py", 3]

Rows of a dataset are mostly made from templates. A mask is a string, or a number, that no snippet
holds; `unmasked` puts the literals back into what was found.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from curate.datasets.code_values import CodeCall, short
from curate.datasets.decoding import FORBIDDEN

OPEN, CLOSE = "\ue000", "\ue001"
NUMBERS = 9_000_000_000_000
# Each way begins with its own character, and looks behind it only then: three times as fast.
LITERAL = re.compile(
    r"""
      \"\"\"(?:[^\\]|\\.)*?\"\"\" | '''(?:[^\\]|\\.)*?''' | \#[^\n]*   # left as they are
    | (?P<string> \"(?<![A-Za-z]\")[^\"\\\n]*\" | '(?<![A-Za-z]')[^'\\\n]*' )
    | \"(?:[^\"\\\n]|\\.)*\" | '(?:[^'\\\n]|\\.)*'   # with a prefix, or an escape
    | (?P<number> 0(?<![\w.]0) | [1-9](?<![\w.].)[0-9]{0,11} ) (?![\w.])
    """,
    re.VERBOSE | re.DOTALL,
)
MASK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
NUMBER = re.compile(r"90000000[0-9]{5}")
SPELLED = re.compile(r"9(?:_?0){7}(?:_?[0-9]){5}|0[xXoObB]\w{11}")  # what may be such a number


def masked(code: str) -> tuple[str, list[str | int]] | None:
    """The snippet with its plain literals masked, and these; None where it cannot be masked."""
    if OPEN in code or CLOSE in code or SPELLED.search(code) or FORBIDDEN.search(code):
        return None
    known: dict[str | int, int] = {}

    def mask(match: re.Match[str]) -> str:
        text = match["string"]
        if text is not None:
            place = known.setdefault(text[1:-1], len(known))
            return f"{text[0]}{OPEN}{place}{CLOSE}{text[0]}"
        if match["number"] is not None:
            return str(NUMBERS + known.setdefault(int(match["number"]), len(known)))
        return match[0]

    text = LITERAL.sub(mask, code)
    return text, list(known)


def unmasked(calls: Iterable[CodeCall], literals: Sequence[str | int]) -> tuple[CodeCall, ...]:
    """The calls with the literals of another snippet in their places."""

    def text_of(match: re.Match[str]) -> str:
        return str(literals[int(match[1])])

    def number_of(match: re.Match[str]) -> str:
        return str(literals[int(match[0]) - NUMBERS])

    def text(value: str) -> str:
        return MASK.sub(text_of, value) if OPEN in value else value

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return text(value)
        if isinstance(value, list):
            return [put(item) for item in value]
        if isinstance(value, dict):
            if "$python" in value and isinstance(value["$python"], str):
                return {"$python": NUMBER.sub(number_of, text(value["$python"]))}
            return {text(key): put(item) for key, item in value.items()}
        if isinstance(value, int) and 0 <= (place := abs(value) - NUMBERS) < len(literals):
            number = int(literals[place])
            return -number if value < 0 else number
        return value

    return tuple(
        CodeCall(
            call.tool,
            [put(value) for value in call.positional],
            {name: put(value) for name, value in call.named.items()},
            short(map(text, call.fields)),
        )
        for call in calls
    )
