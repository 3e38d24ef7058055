"""What parsers of calls hand on: a call that was found, and the faults on the way to it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

# A tool's parameters in the order of its schema, each with its own schema, by the tool's name.
Signatures = Mapping[str, Mapping[str, Any]]


class Found(Struct, frozen=True, gc=False):
    """One call as it was written; `Call` is the same with its place in the row."""

    dialect: str
    tool: str
    arguments: dict[str, Any]
    is_in_code: bool = False
    fields: tuple[str, ...] = ()


class Finds(Struct, gc=False):
    """What parsers add to while they read one message. `faults` are pairs of rule and evidence."""

    calls: list[Found]
    faults: list[tuple[str, str]]
