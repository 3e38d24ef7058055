"""Suites: what a model is asked in a test, and what a right reply does. `corpora/suites/*.toml`.

    [[prompts]]
    id = "uses-of-hookrelay"
    category = "field access"
    prompt = "how many places use HookRelay?"
    calls = [{ tool = "find_references", arguments = { path = "a.py", line = 33, symbol = "X" } }]
    states = ["0.reference_count"]

`calls` are the reference: they are executed for real, and what a model's calls bring is compared
with what they brought. A prompt without calls is to be answered directly.
"""

import json
import re
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from curate.recipe import Surface
from curate.tools import all_tools
from curate.workspaces.spec import State

CODE = "execute_code"
MOST_GENERATED = 100_000  # prompts; chosen by us, 2026-11-21: a suite is to be played, too
PLACE = re.compile(r"^\d+(\.\w+)+$")
# Tools that only look where something is: calling one besides is no fault.
SEARCHING = ("run_command", "read_file", "document_symbols", "workspace_symbols")


class Part(BaseModel):
    """A table of a suite: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fits(Part):
    """What an argument must be: all that is given holds."""

    one_of: tuple[Any, ...] = ()
    contains: tuple[str, ...] = ()
    matches: str | None = None
    least: int | None = None
    most: int | None = None
    absent: bool = False

    @model_validator(mode="after")
    def _readable(self) -> "Fits":
        if self.matches is not None:
            _refuse_no_pattern("matches", self.matches)
        return self


class Step(Part):
    """A call that a right reply makes. `fits`: what its arguments must be, a value or a table.

    Without `fits`, a path and a symbol must be those of `arguments`, the reference's own. `reads`
    are fields of the result that code must read: reference_count, errors[].line.
    """

    tool: str
    arguments: dict[str, Any] = {}
    fits: dict[str, Fits | str | int | bool | tuple[Any, ...]] = {}
    reads: tuple[str, ...] = ()

    @property
    def wanted(self) -> dict[str, Any]:
        """What each argument must be; those that are not named are free."""
        own = {key: self.arguments[key] for key in ("path", "symbol") if key in self.arguments}
        return {**own, **self.fits}

    @property
    def fields(self) -> tuple[str, ...]:
        """`reads` as they are found in code: errors.line."""
        return tuple(field.replace("[]", "") for field in self.reads)


class Asked(Part):
    """One prompt, the calls and the answer of a perfect model, and what else is right.

    `code`: the snippets that make these calls on the surface `code`, one a turn; written from the
    calls where there is none. `ways`: other lists of calls that are right too. `states`: places in
    the reference's results whose values the answer must state; `facts` are such values themselves,
    and `enough` the share of both that must be stated. `says`: patterns that the answer holds.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    category: str = Field(min_length=1)
    prompt: str = Field(min_length=1)
    answer: str = ""
    calls: tuple[Step, ...] = ()
    code: tuple[str, ...] = ()
    ways: tuple[tuple[Step, ...], ...] = ()
    ordered: bool = False
    never: tuple[str, ...] = ()
    besides: tuple[str, ...] = SEARCHING
    states: tuple[str, ...] = ()
    facts: tuple[str | int, ...] = ()
    enough: Annotated[float, Field(ge=0, le=1)] = 1.0
    says: tuple[str, ...] = ()
    workspace_id: str | None = None  # of a generated prompt; the suite's own without one

    @property
    def is_tool(self) -> bool:
        """Whether a tool is due."""
        return bool(self.calls)

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """The tools that the reference calls, each once, in order."""
        return tuple(dict.fromkeys(step.tool for step in self.calls))

    @model_validator(mode="after")
    def _sound(self) -> "Asked":
        known = all_tools()
        for step in (*self.calls, *(step for way in self.ways for step in way)):
            _refuse_other_call(step)
        for name in (*self.never, *self.besides):
            if name not in known:
                raise ValueError(f"{name} is no tool\ntools: {', '.join(known)}")
        for place in self.states:
            if not PLACE.match(place):
                raise ValueError(f"states {place!r} is no place in a result, as 0.error_count is")
        for pattern in self.says:
            _refuse_no_pattern("says", pattern)
        _refuse_other_end(self)
        return self


class Edit(Part):
    """A change to a file of the source before anything is asked; `old` stands there once."""

    path: str
    old: str
    new: str
    state: State = "unstaged"
    message: str | None = None


class Generate(Part):
    """Prompts that intents make about a source. `intents`: all of the surface where none is named.

    `split`: whose phrasings; held_out are those that no train split has.
    """

    count: Annotated[int, Field(gt=0, le=MOST_GENERATED)] = 40
    seed: int = 0
    intents: tuple[str, ...] = ()


class Suite(Part):
    """A suite. `source`: the pinned source that it asks about; `corpus`: what models learn from.

    `offers`: the tools that are offered; a suite of [generate] has no prompts of its own.
    """

    name: str
    description: str = Field(min_length=1)
    source: str | None = None
    corpus: str | None = None
    surface: Surface = "code"
    system: str = Field(min_length=1)
    offers: tuple[str, ...] = Field(min_length=1)
    changes: tuple[Edit, ...] = ()
    generate: Generate | None = None
    prompts: tuple[Asked, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> "Suite":
        if (self.generate is None) == (not self.prompts):
            raise ValueError("a suite has either prompts or a table generate")
        if self.source is None and (self.generate or any(one.is_tool for one in self.prompts)):
            raise ValueError("source is missing, and tools are to be called in it")
        known = all_tools()
        if other := [name for name in self.offers if name not in known]:
            raise ValueError(f"{other[0]} is no tool\ntools: {', '.join(known)}")
        for key in ("id", "prompt"):
            seen: set[str] = set()
            for one in self.prompts:
                value = getattr(one, key).casefold()
                if value in seen:
                    raise ValueError(f"two prompts have the {key} {getattr(one, key)!r}")
                seen.add(value)
        for one in self.prompts:
            if missing := [tool for tool in one.tools if tool not in self.offers]:
                raise ValueError(f"{one.id} calls {missing[0]}, which is not offered")
        return self

    @property
    def categories(self) -> list[str]:
        """The categories in the order in which they come."""
        return list(dict.fromkeys(one.category for one in self.prompts))


def _refuse_other_end(asked: Asked) -> None:
    """Raises ValueError where nothing tells what the answer should be."""
    if asked.calls:
        if not (asked.states or asked.facts or asked.says or asked.workspace_id):
            raise ValueError("nothing is asked of the answer\ngive states, facts or says")
        return
    given = [key for key in ("code", "ways", "states", "never") if getattr(asked, key)]
    if given:
        raise ValueError(f"{given[0]} is given, and calls are not")
    if not asked.answer:
        raise ValueError("neither calls nor an answer is given")


def _refuse_no_pattern(key: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"{key} is no regular expression: {error}") from None


def _refuse_other_call(step: Step) -> None:
    """Raises ValueError for a tool, an argument or a field that there is not."""
    known = all_tools()
    if step.tool not in known or step.tool == CODE:
        names = ", ".join(name for name in known if name != CODE)
        raise ValueError(f"{step.tool} is no tool\ntools: {names}")
    properties = known[step.tool].schema()["function"]["parameters"]["properties"]
    if other := {*step.arguments, *step.fits} - set(properties):
        raise ValueError(
            f"{step.tool} has no argument {min(other)}\narguments: {', '.join(properties)}"
        )
    try:
        json.dumps(step.arguments, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"arguments of {step.tool} are not what JSON has: {error}") from None
    for field in step.fields:
        _refuse_other_field(known[step.tool].result, step.tool, field)


def _refuse_other_field(result: type[BaseModel], tool: str, field: str) -> None:
    """Raises ValueError for a field that the tool's result does not have."""
    schema = result.model_json_schema()
    at: dict[str, Any] = schema
    for part in field.split("."):
        while "$ref" in at or "items" in at or "anyOf" in at:
            if "anyOf" in at:
                at = next(one for one in at["anyOf"] if one.get("type") != "null")
            elif "items" in at:
                at = at["items"]
            else:
                at = schema["$defs"][at["$ref"].rpartition("/")[2]]
        fields = at.get("properties", {})
        if part not in fields:
            raise ValueError(f"{tool} returns no {field}\nfields: {', '.join(fields) or 'none'}")
        at = fields[part]


SURFACES: tuple[Literal["code", "direct"], ...] = ("code", "direct")
