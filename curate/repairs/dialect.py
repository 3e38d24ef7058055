"""Calls in the text of a turn, written in another style where that says exactly the same.

<tool_call><function=f>...   ->   <tool_call>
                                  {"name": "f", "arguments": {...}}
                                  </tool_call>

A turn is rewritten only when its calls are read without a fault and stand after all prose, and
when what is written is read back as the same prose and the same calls.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.datasets.embedded import embedded
from curate.datasets.found import Finds, Signatures
from curate.dialects import load
from curate.project import PACKAGE, Project
from curate.repairs import Repair, Row
from curate.repairs.texts import rewritten

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATED = ("hermes", "qwen3_coder")
WRITTEN = (*TEMPLATED, "markdown_json")
READ = frozenset({*WRITTEN, "json", "python"})


@dataclass(frozen=True)
class Style:
    """A dialect, and whether a line ends after `<tool_call>` and after `<function=...>`."""

    dialect: str
    breaks_call: bool = True
    breaks_function: bool = True


def to_dialect(style: Style, signatures: Signatures) -> Repair:
    """The repair that writes a row's embedded calls in the style's dialect, where they are not.

    signatures: the parameters of the offered tools, which type the values of qwen3_coder.
    """

    def repair(row: Row) -> Row | None:
        return rewritten(row, {"assistant"}, lambda text: translated(text, style, signatures))

    return repair


def to_layout(style: Style, signatures: Signatures) -> Repair:
    """The repair that lays out the calls that are in the style's dialect as the style does."""

    def repair(row: Row) -> Row | None:
        return rewritten(row, {"assistant"}, lambda text: laid_out(text, style, signatures))

    return repair


def translated(text: str, style: Style, signatures: Signatures) -> str | None:
    """A turn with its calls in the style's dialect; None where they are, or it cannot be."""
    read = _read(text, signatures)
    if read is None or style.dialect not in WRITTEN or not read.dialects - {style.dialect}:
        return None
    if not read.dialects <= READ or not text.startswith(read.prose):  # something is said in between
        return None
    new = written(read.prose, read.calls, style)
    return new if _read(new, signatures) == read._replace(dialects={style.dialect}) else None


def laid_out(text: str, style: Style, signatures: Signatures) -> str | None:
    """A turn with its calls laid out in this style; None where they are of another dialect."""
    read = _read(text, signatures)
    if read is None or read.dialects != {style.dialect}:
        return None
    new = _with_breaks(text, style)
    return new if new != text and _read(new, signatures) == read else None


class _Said(NamedTuple):
    """What a turn says, its calls, and their dialects."""

    prose: str
    calls: list[dict[str, Any]]
    dialects: set[str]


def _read(text: str, signatures: Signatures) -> _Said | None:
    """A turn as readers see it; None where there is a fault in it."""
    finds = Finds([], [])
    prose = embedded(text, signatures, finds, is_call_role=False).rstrip()
    calls = [call for call in finds.calls if not call.is_in_code]
    if finds.faults:
        return None
    return _Said(
        prose,
        [{"name": call.tool, "arguments": call.arguments} for call in calls],
        {call.dialect for call in calls},
    )


def written(prose: str, calls: Sequence[Mapping[str, Any]], style: Style) -> str:
    """A reply that says something and makes calls."""
    if style.dialect in TEMPLATED:
        text = _template(style.dialect).render(content=prose, calls=calls)
        return _with_breaks(text, style)
    fences = [f"```json\n{json.dumps(call, ensure_ascii=False, indent=2)}\n```" for call in calls]
    return "\n\n".join([prose, *fences] if prose else fences)


@cache
def _template(dialect: str) -> "Template":
    return load(Project(PACKAGE.parent), dialect).call


def _with_breaks(text: str, style: Style) -> str:
    """The same tags with the style's line ends between them."""
    call, function = "\n" * style.breaks_call, "\n" * style.breaks_function
    text = re.sub(r"<tool_call>\s*(?=<function=|[{\[])", f"<tool_call>{call}", text)
    text = re.sub(r"(</function>|[}\]])\s*(?=</tool_call>)", rf"\g<1>{call}", text)
    return re.sub(r"(<function=[^>\n]+>)\s*(?=<parameter=|</function>)", rf"\g<1>{function}", text)
