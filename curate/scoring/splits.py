"""A split of a dataset as a suite: each row's first prompt, and what the row's own reply does.

    tasks_of_split(project, "valid:phase27", limit=None, seed=0)
    tasks_of_split(project, "test:data/mine", limit=50, seed=0)

Only the first reply counts: whether a tool is called, and which ones. Nothing is executed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from curate.datasets.decoding import mended
from curate.datasets.reading import read
from curate.datasets.row import SPLITS, Row
from curate.datasets.tokens.chats import chat_of
from curate.drawing import digest_of
from curate.errors import CurateError
from curate.project import Project
from curate.scoring.engine import Conversation
from curate.scoring.playing import Task


def is_split(suite: str) -> bool:
    """Whether a suite's name means a split: valid:phase27."""
    return suite.partition(":")[0] in SPLITS and ":" in suite


def tasks_of_split(project: Project | None, suite: str, limit: int | None, seed: int) -> list[Task]:
    """A task for each row of the split, in the order of the file; `limit` draws some by the seed.

    Raises CurateError where there is no such split, or nothing in it can be asked.
    """
    from curate.models.training.dataset import data_of, read_split

    split, _, name = suite.partition(":")
    data = data_of(project, name)
    rows = read_split(data.folder, split)
    held_out = _held_out(project, data.name)
    found = [
        task
        for number, value in enumerate(rows, start=1)
        if (task := _task(f"{split}-{number}", value, held_out)) is not None
    ]
    if not found:
        raise CurateError(
            f"--suite {suite}",
            f"none of its {len(rows)} rows has a prompt and a reply to it",
            f"look at the rows: curate audit {data.folder}",
        )
    return drawn(found, limit, seed)


def drawn(tasks: Sequence[Task], limit: int | None, seed: int) -> list[Task]:
    """So many of the tasks, the same ones for the same seed, in their order."""
    if limit is None or limit >= len(tasks):
        return list(tasks)
    kept = sorted(tasks, key=lambda task: digest_of(seed, task.prompt_id))[:limit]
    names = {task.prompt_id for task in kept}
    return [task for task in tasks if task.prompt_id in names]


def _task(prompt_id: str, value: Mapping[str, Any], held_out: Mapping[str, bool]) -> Task | None:
    """The task of a row; None where the row asks nothing or replies nothing."""
    value = mended(value)
    row = read(value).row
    if row is None:
        return None
    try:
        chat = chat_of(value, row)
    except (KeyError, TypeError, AttributeError):
        return None
    roles = [message.get("role") for message in chat.messages]
    if "assistant" not in roles:
        return None
    number = roles.index("assistant")
    before = [dict(message) for message in chat.messages[:number]]
    asked = [one for one in before if one.get("role") == "user"]
    if not asked or not all(isinstance(one.get("content"), str) for one in before):
        return None
    expected = tools_of_turn(row, chat.ordinals[number])
    return Task(
        prompt_id,
        "tool" if expected else "direct",
        Conversation(before, list(chat.tools or [])),
        expected,
        is_held_out=held_out.get(asked[-1]["content"]),
    )


def tools_of_turn(row: Row, ordinal: int) -> tuple[str, ...]:
    """The tools that a message of a row calls, each once; of code those that it calls."""
    calls = [call for call in row.calls if call.ordinal == ordinal]
    inner = [call.tool for call in calls if call.is_in_code]
    return tuple(dict.fromkeys(inner or [call.tool for call in calls]))


def _held_out(project: Project | None, name: str) -> dict[str, bool]:
    """Whether a prompt's phrasing is held out of train, as the build knows it; else empty.

    By the prompt; a direct one has no phrasing. A database that is in use, or of another
    version, tells nothing.
    """
    if project is None or not (project.out / "curate.duckdb").is_file():
        return {}
    import duckdb

    from curate.store import Store

    try:
        with Store.open(project, read_only=True) as store:
            rows = store.query(
                """
                select prompt, is_held_out from samples
                where corpus = ? and is_held_out is not null and kind = 'tool'
                """,
                [name],
            )
    except (CurateError, duckdb.Error):
        return {}
    return dict(rows)


def first_prompts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    """The first prompt of each row, and the tools that the row's first reply calls."""
    found = []
    for value in rows:
        task = _task("", value, {})
        if task is not None:
            found.append((task.prompt, task.expected))
    return found
