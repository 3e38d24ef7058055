"""What the tokenizer of a tiny model is learned from: the training rows of any dataset.

    list(tiny_texts(project, Path("out/tiny")))   # ["where is Flask?", "<tool_call>...", ...]

A message without its calls is a text, and so is each of its calls, written as the chat template of
the model writes it.
"""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Template

from curate import dialects
from curate.datasets import Row, find_files, read, rows_of
from curate.errors import CurateError
from curate.project import Project

DIALECT = "qwen3_coder"  # of templates/models/qwen3_coder.jinja


def tiny_texts(project: Project, data: Path) -> Iterator[str]:
    """The texts of the training rows of a folder or file, in their order.

    Raises CurateError where no training row can be read.
    """
    call = dialects.load(project, DIALECT).call
    count_rows = 0
    for file in find_files([data], {}):
        for _, _, value in rows_of(file) if file.split == "train" else ():
            row = None if value is None else read(value).row
            if row is not None:
                count_rows += 1
                yield from _texts(row, call)
    if not count_rows:
        raise CurateError(
            f"data {data}",
            "has no row of a training split that can be read",
            f"look at it: curate audit {data}",
        )


def _texts(row: Row, call: Template) -> Iterator[str]:
    for message in row.messages:
        if message.prose:
            yield message.prose
        for made in row.calls:
            if made.ordinal == message.ordinal and not made.is_in_code:
                written = {"name": made.tool, "arguments": made.arguments}
                yield call.render(content="", calls=[written])
