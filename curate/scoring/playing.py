"""Plays: a prompt, a reply, the calls in it executed, their results, the next reply, to an answer.

play(tasks, engine, parse, Limits(), hands=hands, progress=progress)   # a Play each

All tasks go on turn by turn together, so that an engine may batch them. A play ends with an answer,
with a reply that cannot be gone on with, or after the most turns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from curate.calling import Executed, after
from curate.dialects import Parse
from curate.scoring.engine import Conversation, Engine, Reply
from curate.scoring.reading import Read, read_reply
from curate.scoring.reference import Hands, Reference
from curate.scoring.suites import Asked
from curate.tools import all_tools
from curate.tools.base import Workspace

MAX_TURNS = 5
MAX_TOKENS = 1024
WAVE = 32  # conversations that an engine is handed at a time, where it does not say


@dataclass(frozen=True)
class Limits:
    """Of a play: replies, and tokens of each."""

    turns: int = MAX_TURNS
    tokens: int = MAX_TOKENS


@dataclass(frozen=True)
class Task:
    """A prompt to be played. `expected` are the tools that are due, none for a direct answer.

    Without `asked` only the first reply counts, and nothing is executed.
    """

    prompt_id: str
    category: str
    conversation: Conversation
    expected: tuple[str, ...]
    asked: Asked | None = None
    reference: Reference | None = None
    workspace: Workspace | None = None
    is_held_out: bool | None = None

    @property
    def prompt(self) -> str:
        """What was asked: the last of the user's messages."""
        said = [m["content"] for m in self.conversation.messages if m["role"] == "user"]
        return str(said[-1]) if said else ""


class Turn(NamedTuple):
    """A reply as it came, as it was read, and what its calls brought."""

    reply: Reply
    read: Read
    ran: tuple[Executed, ...]


@dataclass
class Play:
    """A task while it is played. `messages` grow with each turn."""

    task: Task
    messages: list[dict[str, Any]]
    workspace: Workspace | None
    turns: list[Turn] = field(default_factory=list)
    is_over: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether the last reply calls nothing and has nothing wrong with its form."""
        last = self.turns[-1].read
        return not last.calls and not last.reasons


def play(
    tasks: Sequence[Task],
    engine: Engine,
    parse: Parse,
    limits: Limits,
    *,
    hands: Hands,
    progress: Callable[[int, int, str], None],
    ended: list[Play] | None = None,
) -> list[Play]:
    """Play all tasks to their ends. `ended` is given each play as it ends, whatever comes next."""
    plays = [Play(task, list(task.conversation.messages), task.workspace) for task in tasks]
    done, at_once = 0, getattr(engine, "batch", WAVE)
    for number in range(limits.turns):
        going = [one for one in plays if not one.is_over]
        for start in range(0, len(going), at_once):
            wave = going[start : start + at_once]
            asked = [Conversation(list(p.messages), p.task.conversation.tools) for p in wave]
            for one, reply in zip(wave, engine.replies(asked, limits.tokens), strict=True):
                take(one, reply, parse, hands, is_last=number + 1 == limits.turns)
                done += one.is_over
                if one.is_over and ended is not None:
                    ended.append(one)
                progress(done, len(plays), "prompts")
    return plays


def take(one: Play, reply: Reply, parse: Parse, hands: Hands, *, is_last: bool) -> None:
    """Read a reply, execute what it calls where the play goes on, and add both to it."""
    tools = one.task.conversation.tools
    read = read_reply(reply, parse, tools, [] if tools else known_tools())
    is_going = bool(read.calls) and not read.reasons and one.workspace is not None
    ran: list[Executed] = []
    if is_going and one.task.expected:
        _say(one, read)
        for number, call in enumerate(read.calls):
            ran.append(_carry_out(one, call, hands))
            call_id = f"call_{len(one.turns)}_{number}"
            one.messages.append(
                {
                    "role": "tool",
                    "tool_call_id": call_id,
                    "name": call["name"],
                    "content": ran[-1].content,
                }
            )
    one.turns.append(Turn(reply, read, tuple(ran)))
    one.is_over = is_last or not ran


def _say(one: Play, read: Read) -> None:
    calls = [
        {"id": f"call_{len(one.turns)}_{number}", "type": "function", "function": dict(call)}
        for number, call in enumerate(read.calls)
    ]
    one.messages.append({"role": "assistant", "content": read.content, "tool_calls": calls})


def _carry_out(one: Play, call: Mapping[str, Any], hands: Hands) -> Executed:
    assert one.workspace is not None
    executed = hands.run(one.workspace, call["name"], call["arguments"])
    one.workspace = after(one.workspace, executed.traced)
    return executed


def known_tools() -> list[dict[str, Any]]:
    """Every tool's schema: what a prompt that offers none is read with."""
    return [tool.schema() for tool in all_tools().values()]
