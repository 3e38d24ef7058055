"""What is left of a result without the values of its call: equal for results of one template.

    shape("Alpha is in a.py:3", [the call find(name="Alpha")])     # "* is in a.py:3"

The star is a character that no text has.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from curate.datasets.row import Call

LONGEST = 4_000  # characters: no template of results is longer; chosen by us, 2026-11-21
MOST = 200  # values that are looked for; no turn of a template has so many; chosen by us
SHORTEST = 3  # of a value that is taken out: shorter ones stand everywhere
SLOT = "\0"


def shape(content: str, calls: Sequence[Call]) -> str:
    """The text of a result with every string that its call names replaced by one character.

    `calls`: those of the assistant's turn before, those in code too. A long result is its own
    shape.
    """
    if len(content) > LONGEST:
        return content
    named = (value for call in calls for value in _strings(call.arguments))
    values = {value for value in islice(named, MOST) if value in content}
    for value in sorted(values, key=lambda text: (-len(text), text)):
        content = content.replace(value, SLOT)
    return content


def _strings(value: Any) -> Iterator[str]:
    """The strings in a JSON value, at any depth."""
    if isinstance(value, str):
        if SHORTEST <= len(value) <= LONGEST:
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
