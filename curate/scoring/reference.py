"""What a perfect model would do: the reference's calls, really executed, and what they show.

reference_of(asked, workspace, hands)
Reference(results=({"reference_count": 13, ...},), facts=(13,), answer="In 13 places.")
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from curate.calling import CODE, Executed, after, call_of, run_call
from curate.errors import CurateError
from curate.plans import Snippets
from curate.recipe import Surface
from curate.scoring.checks import values_at
from curate.scoring.suites import Asked, Step
from curate.tools.base import Workspace

FILLED = re.compile(r"\{(\d+(?:\.\w+)+)\}")


class Reference(NamedTuple):
    """What the reference's calls brought, as JSON values, what an answer must state, and one."""

    results: tuple[Mapping[str, Any], ...]
    facts: tuple[Any, ...]
    answer: str


class Hands:
    """Executes calls, each once: the same call in the same workspace brings the same."""

    def __init__(self) -> None:
        self._known: dict[str, Executed] = {}

    def run(self, workspace: Workspace, tool: str, arguments: Mapping[str, Any]) -> Executed:
        """What came back from one call; an error is a result, too."""
        call = call_of(workspace, tool, arguments)
        if call.execution_id not in self._known:
            self._known[call.execution_id] = run_call(call)
        return self._known[call.execution_id]


def reference_of(asked: Asked, workspace: Workspace | None, hands: Hands) -> Reference:
    """The reference of a prompt. Raises CurateError for one that cannot be carried out."""
    if workspace is None or not asked.calls:
        return Reference((), asked.facts, asked.answer.strip())
    results: list[dict[str, Any]] = []
    for step in asked.calls:
        executed = hands.run(workspace, step.tool, step.arguments)
        result = json.loads(executed.result)
        if result.get("error"):
            raise _broken(asked, f"{step.tool} reports: {result['error']}")
        results.append(result)
        workspace = after(workspace, executed.traced)
    try:
        stated = [value for place in asked.states for value in values_at(results, place)]
        answer = FILLED.sub(lambda found: _shown(values_at(results, found[1])), asked.answer)
    except (LookupError, TypeError, ValueError) as error:
        raise _broken(asked, f"its results have no {error}") from None
    facts = tuple(dict.fromkeys((*stated, *asked.facts)))
    return Reference(tuple(results), facts, answer.strip() or f"I found {_shown(facts)}.")


def script(asked: Asked, surface: Surface, snippets: Snippets) -> list[tuple[str, dict[str, Any]]]:
    """The calls that a perfect model makes on a surface, one a turn."""
    if surface == "direct":
        return [(step.tool, dict(step.arguments)) for step in asked.calls]
    if asked.code:
        return [(CODE, {"code": code.strip()}) for code in asked.code]
    return [(CODE, {"code": snippet(step, snippets)}) for step in asked.calls]


def snippet(step: Step, snippets: Snippets) -> str:
    """The tool's own first form of code."""
    return snippets.tools[step.tool].render(0, {"args": dict(step.arguments)})


def _shown(values: Sequence[Any]) -> str:
    words = [str(value) if isinstance(value, int) else f"`{value}`" for value in values]
    return ", ".join(words) or "nothing"


def _broken(asked: Asked, what: str) -> CurateError:
    return CurateError(
        f"prompt {asked.id}",
        f"its reference cannot be carried out\n{what}",
        "mend its calls: they must be right for the source as it is pinned",
    )
