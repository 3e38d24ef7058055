"""What answers: conversations in, one raw reply each out. A model on this machine, or an endpoint.

engine.replies([Conversation(messages, tools)], max_tokens=512)   # [Reply(text="<tool_call>...")]
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol


class Conversation(NamedTuple):
    """Messages so far, and the tools that are offered: what a reply is asked for."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]


class Reply(NamedTuple):
    """One raw reply, its stop token not in it.

    finish: 'stop' where the model ended by itself, 'length' where it was cut, else an endpoint's
    own word. calls: from an endpoint that has read them already; None where `text` is to be read.
    fault: why an endpoint gave no reply that can be used. tool_probability: that the first token
    is the one that begins a call.
    """

    text: str
    finish: str
    seconds: float
    seconds_to_first: float | None = None
    count_tokens: int | None = None
    tool_probability: float | None = None
    calls: tuple[Mapping[str, Any], ...] | None = None
    fault: str | None = None


class Measured(NamedTuple):
    """What an engine measured of itself; None for what it cannot know."""

    load_seconds: float | None = None
    peak_memory_bytes: int | None = None
    size_bytes: int | None = None


class Engine(Protocol):
    """A model that can be asked. `dialect` is how it writes calls, None where it is not known."""

    dialect: str | None

    def replies(self, asked: Sequence[Conversation], max_tokens: int) -> list[Reply]:
        """A reply to each conversation, in their order; each is the most probable one."""
        ...

    def measured(self) -> Measured:
        """What was measured so far."""
        ...

    def warnings(self) -> list[str]:
        """What a reader of the rates must know of this engine."""
        ...
