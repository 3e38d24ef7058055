"""What needs no model: always a tool, never a tool, and the first two words looked up in train.

    baselines(tasks, learned)     # {"always_tool": {...}, "never_tool": ..., "first_words": ...}

A model that is not well above them has learned nothing that two words do not tell.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from curate.scoring.playing import Task
from curate.scoring.rates import Rate, rate

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
COUNT_WORDS = 2


class Learned(NamedTuple):
    """What train says: for two first words the tools they mostly mean, and what most rows do."""

    by_words: Mapping[str, tuple[str, ...]]
    usual: tuple[str, ...]


class Baseline(NamedTuple):
    """How often it tells tool from direct, and has the right tools where one is due."""

    decision: Rate
    tool: Rate


def first_words(prompt: str) -> str:
    """The first two words of a prompt, folded."""
    return " ".join(WORD.findall(prompt.casefold())[:COUNT_WORDS])


def learn(examples: Iterable[tuple[str, tuple[str, ...]]]) -> Learned:
    """What a look-up keeps of prompts and the tools that they mean; ties go by name."""
    counts: dict[str, Counter[tuple[str, ...]]] = {}
    usual: Counter[tuple[str, ...]] = Counter()
    for prompt, tools in examples:
        counts.setdefault(first_words(prompt), Counter())[tools] += 1
        usual[tools] += 1
    return Learned({words: _most(seen) for words, seen in counts.items()}, _most(usual))


def _most(seen: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    """First whether a tool is usual, then which ones."""
    with_tool = sum(count for tools, count in seen.items() if tools)
    if 2 * with_tool < seen.total():
        return ()
    kept = {tools: count for tools, count in seen.items() if tools}
    return min(kept, key=lambda tools: (-kept[tools], tools)) if kept else ()


def baselines(tasks: Sequence[Task], learned: Learned | None) -> dict[str, Baseline]:
    """What each baseline gets on these tasks; first_words only where train is known.

    always_tool calls the tool that the tasks need most.
    """
    tools = Counter(task.expected for task in tasks if task.expected)
    most = min(tools, key=lambda one: (-tools[one], one)) if tools else ("",)
    found = {
        "always_tool": _judged(tasks, [most for _ in tasks]),
        "never_tool": _judged(tasks, [() for _ in tasks]),
    }
    if learned is not None:
        looked_up = [
            learned.by_words.get(first_words(task.prompt), learned.usual) for task in tasks
        ]
        found["first_words"] = _judged(tasks, looked_up)
    return found


def _judged(tasks: Sequence[Task], given: Sequence[tuple[str, ...]]) -> Baseline:
    pairs = list(zip(tasks, given, strict=True))
    decision = rate(bool(task.expected) == bool(tools) for task, tools in pairs)
    due = [(task, tools) for task, tools in pairs if task.expected]
    tool = rate(set(task.expected) <= set(tools) for task, tools in due)
    return Baseline(decision, tool)
