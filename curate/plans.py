"""Plans: which calls a candidate makes, one turn after the other, as a model of its surface would.

    [{tool: goto_definition, arguments: {path: "a.py", line: 3, symbol: "run"}},
     {tool: read_file, arguments: {path: {from: "0.locations.0.file"}}}]

A step's argument may be taken from an earlier step's result. On the surface `direct` a step is a
call of its tool. On `code` it is a snippet for execute_code: the tool's own (templates/code), or
those of the intent (templates/intents/<intent>/code.jinja), one a turn, parted by {#- then -#}.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curate.calling import CODE, Executed, Traced, after, call_of
from curate.calling import Call as ToolCall
from curate.drawing import number_of
from curate.errors import CurateError
from curate.phrases import Forms, read_answers, read_turns
from curate.project import Project
from curate.tools import all_tools
from curate.tools.base import Workspace

FROM = "from"


class UnresolvedError(Exception):
    """An argument names a value that no earlier result has."""


@dataclass(frozen=True)
class Snippets:
    """The snippets of a project: by tool, and by intent the forms of each of its turns."""

    tools: Mapping[str, Forms]
    intents: Mapping[str, tuple[Forms, ...]]  # each form: its turns

    @classmethod
    def read(cls, project: Project) -> "Snippets":
        """All of them. Raises CurateError for a bad template."""
        tools = project.files("templates/code", "*.jinja")
        intents = project.files("templates/intents", "*/code.jinja")
        return cls(
            {
                name.removesuffix(".jinja"): read_answers(path, f"templates/code/{name}")
                for name, path in tools.items()
            },
            {
                name.removesuffix("/code.jinja"): read_turns(path, f"templates/intents/{name}")
                for name, path in intents.items()
            },
        )


@dataclass
class Plan:
    """A candidate's plan while it is carried out: `ran` is a row a turn, `trace` a row a call."""

    candidate_id: str
    intent: str
    slots: Mapping[str, Any]
    steps: Sequence[Mapping[str, Any]]
    workspace: Workspace
    turn: int
    is_code: bool
    ran: list[Executed] = field(default_factory=list)
    trace: list[Traced] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)  # of each step done, as JSON values
    drop_reason: str | None = None

    def next_call(self, snippets: Snippets) -> ToolCall | None:
        """The call of the next turn, or None when the plan is done or cannot go on."""
        number = len(self.ran)
        if self.drop_reason or number >= self.count_turns(snippets):
            return None
        try:
            tool, arguments = self._call(number, snippets)
        except UnresolvedError:
            self.drop_reason = "nothing_to_go_on_with"
            return None
        return call_of(self.workspace, tool, arguments)

    def count_turns(self, snippets: Snippets) -> int:
        """How many calls the model makes, one a turn."""
        own = self._own(snippets)
        return len(own.forms) if own else len(self.steps)

    def done(self, executed: Executed) -> None:
        """Take what came back from the next call."""
        traced = executed.traced
        self.ran.append(executed)
        self.trace += traced
        self.workspace = after(self.workspace, traced)
        self.results.append(json.loads(traced[-1].result) if traced else None)

    def _call(self, number: int, snippets: Snippets) -> tuple[str, Mapping[str, Any]]:
        if own := self._own(snippets):
            values = {**self.slots, "steps": [view(call) for call in self.trace]}
            return CODE, {"code": own.render(number, values)}
        step = self.steps[number]
        arguments = resolved(step["arguments"], self.results)
        if not self.is_code:
            return step["tool"], arguments
        if step["tool"] not in snippets.tools:
            raise CurateError(
                f"templates/code/{step['tool']}.jinja",
                "is missing, and the recipe's surface is code",
                "write the tool's snippets (docs/code-mode.md)",
            )
        forms = snippets.tools[step["tool"]]
        return CODE, {"code": forms.render(forms.choose(self.turn // 100), {"args": arguments})}

    def _own(self, snippets: Snippets) -> Forms | None:
        """The turns of the intent's own snippets, of the form that is drawn."""
        forms = snippets.intents.get(self.intent) if self.is_code else None
        return forms[self.turn // 100 % len(forms)] if forms else None


def plan_of(row: Mapping[str, Any], workspace: Workspace, seed: int, *, is_code: bool) -> Plan:
    """The plan of a row of candidates, not yet begun."""
    return Plan(
        row["candidate_id"],
        row["intent"],
        json.loads(row["slots"]),
        json.loads(row["calls"]),
        workspace,
        number_of(f"{row['candidate_id']}|{seed}"),
        is_code,
    )


def resolved(arguments: Mapping[str, Any], results: Sequence[Any]) -> dict[str, Any]:
    """Arguments with the values that earlier steps gave, as {from: '0.locations.0.file'}.

    Raises UnresolvedError for a value that is not there.
    """
    return {
        key: _value(value[FROM], results)
        if isinstance(value, Mapping) and set(value) == {FROM}
        else value
        for key, value in arguments.items()
    }


def _value(place: str, results: Sequence[Any]) -> Any:
    found: Any = results
    for part in place.split("."):
        try:
            found = found[int(part)] if isinstance(found, Sequence) else found[part]
        except (LookupError, ValueError, TypeError):
            raise UnresolvedError(place) from None
    return found


def view(call: Traced) -> dict[str, Any]:
    """The tool's view of a call's result, as templates and expectations read it."""
    runner = all_tools()[call.tool]
    typed = runner.result.model_validate_json(call.result)
    return {
        **({"error": typed.error} if typed.error else runner.view(call.arguments, typed)),
        "tool": call.tool,
        "is_failure": runner.is_failure(typed),
        "is_empty": runner.is_empty(typed),
        "is_clean": runner.is_clean(typed),
        "is_cut": runner.is_cut(typed),
    }
