"""Recipes: `corpora/<corpus>.toml` as typed, frozen values.

A recipe may extend others; its own keys win, table by table. Unknown keys are refused.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from curate.errors import CurateError
from curate.project import Project

NOT_RECIPES = {"sources"}
SUM_TOLERANCE = 1e-9  # what adding decimal fractions as floats may be off

Fraction = Annotated[float, Field(ge=0, le=1)]
Shares = dict[str, Fraction]


class Section(BaseModel):
    """A table of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(Section):
    """A share of a whole that is audited."""

    min: Fraction
    max: Fraction

    @model_validator(mode="after")
    def _ordered(self) -> "Band":
        if not self.min <= self.max:
            raise ValueError("min <= max does not hold")
        return self


class Aim(Band):
    """A share of a whole that is aimed at, and audited by its band."""

    target: Fraction

    @model_validator(mode="after")
    def _within(self) -> "Aim":
        if not self.min <= self.target <= self.max:
            raise ValueError("min <= target <= max does not hold")
        return self


class Scan(Section):
    """What is read: a size limit in bytes, and extended regular expressions for grep by name."""

    max_file_bytes: int = Field(1_000_000, gt=0)
    patterns: dict[str, str] = {}


class Propose(Section):
    """Which intents (all when empty), and how many candidates of each are executed.

    `limits` is by intent.
    """

    intents: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    candidates_per_intent: int = Field(200, gt=0)
    limits: dict[str, Annotated[int, Field(gt=0)]] = {}


class Execute(Section):
    """A candidate with a longer result, in characters, is dropped."""

    max_result_chars: int = Field(4_000, gt=0)


class Near(Section):
    """MinHash settings; see curate.near for what each number costs and where it comes from."""

    num_perm: int = Field(128, gt=0)
    bands: int = Field(25, gt=0)
    rows: int = Field(5, gt=0)
    threshold: Fraction = 0.8
    prompt_shingle_words: int = Field(3, gt=0)
    conversation_shingle_words: int = Field(5, gt=0)


class Select(Section):
    """Ratios and caps.

    `tool_shares` and `direct_shares` are shares of their kind by stratum and sum to 1. A stratum is
    a category of intents, or `empty`, `clean` or `recovered` for what turns out so.
    """

    tool: Aim = Aim(min=0.76, target=0.79, max=0.82)
    tool_shares: Shares
    direct_shares: Shares = {}
    tools: dict[str, Band] = {}
    max_source_fraction: Fraction = 0.20
    max_intent_fraction: Fraction = 0.10
    max_per_file: int = Field(8, gt=0)
    max_median_result_chars: int = Field(1_200, gt=0)

    @model_validator(mode="after")
    def _whole(self) -> "Select":
        for name, shares in (
            ("tool_shares", self.tool_shares),
            ("direct_shares", self.direct_shares),
        ):
            if shares and abs(sum(shares.values()) - 1) > SUM_TOLERANCE:
                raise ValueError(f"{name} sum to {sum(shares.values()):g}, not to 1")
        return self


class Split(Section):
    """Rows a split, and the share of the rows outside train that ask in held-out phrasings."""

    train: int = Field(gt=0)
    valid: int = Field(ge=0)
    test: int = Field(0, ge=0)
    held_out_fraction: Fraction = 0.5

    @property
    def size(self) -> int:
        """Rows in all splits."""
        return self.train + self.valid + self.test


class Export(Section):
    """The form of a row, and the rows that are bucketed by length together.

    `rows`: a row a conversation, or a row each turn of the assistant's, which it ends with: for
    training that masks everything but the last message.
    """

    format: Literal["messages", "chatml", "embedded"] = "messages"
    rows: Literal["conversation", "turn"] = "conversation"
    dialect: str = "hermes"
    batch_size: int = Field(4, gt=0)


class Recipe(Section):
    """Everything a corpus is made from, but for the sources' pins."""

    corpus: str
    description: str
    seed: int
    system: str
    sources: tuple[str, ...] = Field(min_length=1)
    tools: tuple[str, ...] = Field(min_length=1)
    scan: Scan = Scan()
    propose: Propose = Propose()
    execute: Execute = Execute()
    near: Near = Near()
    select: Select
    split: Split
    export: Export = Export()


def recipes(project: Project) -> dict[str, Path]:
    """The recipe file of each corpus."""
    found = {path.stem: path for path in project.files("corpora", "*.toml").values()}
    return {name: path for name, path in found.items() if name not in NOT_RECIPES}


def load(project: Project, corpus: str) -> Recipe:
    """The recipe of a corpus. Raises CurateError naming the file, the key and what is accepted."""
    table = _merged(project, corpus, ())
    where = f"corpora/{corpus}.toml"
    if "corpus" in table:
        raise CurateError(where, "unknown key corpus\na corpus has its file's name", "remove it")
    try:
        return Recipe.model_validate({**table, "corpus": corpus})
    except ValidationError as error:
        raise _explained(where, error) from None


def _merged(project: Project, corpus: str, seen: tuple[str, ...]) -> dict[str, Any]:
    known = recipes(project)
    if corpus not in known:
        names = ", ".join(known) or "none"
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"there is no such recipe\nrecipes: {names}",
            "name one of them, or write this file",
        )
    if corpus in seen:
        circle = " -> ".join((*seen, corpus))
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"recipes extend each other in a circle: {circle}",
            "remove one `extends`",
        )
    try:
        table = tomllib.loads(known[corpus].read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurateError(
            f"corpora/{corpus}.toml", f"is not TOML: {error}", "mend the line it names"
        ) from None
    merged: dict[str, Any] = {}
    for parent in _parents(corpus, table.pop("extends", [])):
        merged = _over(merged, _merged(project, parent, (*seen, corpus)))
    return _over(merged, table)


def _parents(corpus: str, extends: Any) -> list[str]:
    names = [extends] if isinstance(extends, str) else extends
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"extends is {extends!r}\nit is the name of a recipe, or a list of names",
            'write extends = "phase27"',
        )
    return names


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, table by table; shares, which make sense whole, are replaced."""
    merged = dict(below)
    for key, value in above.items():
        both = (
            isinstance(value, dict)
            and isinstance(merged.get(key), dict)
            and not key.endswith("_shares")
        )
        merged[key] = _over(merged[key], value) if both else value
    return merged


def _explained(where: str, error: ValidationError) -> CurateError:
    """The first thing that is wrong, with its key, its value and what is accepted."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model: Any = Recipe
        for part in first["loc"][:-1]:
            is_named = hasattr(model, "model_fields")  # else a table of tables, by any name
            model = model.model_fields[part].annotation if is_named else get_args(model)[-1]
        accepted = ", ".join(name for name in model.model_fields if name != "corpus")
        return CurateError(
            where, f"unknown key {key}\naccepted here: {accepted}", "remove or rename it"
        )
    if first["type"] == "missing":
        return CurateError(where, f"{key} is missing", f"add {key} (docs/recipe.md has an example)")
    reason = first["msg"].removeprefix("Value error, ")
    is_table = isinstance(first["input"], dict)
    return CurateError(
        where,
        f"{key}: {reason}" if is_table else f"{key} is {first['input']!r}\n{reason.lower()}",
        f"change {key} (docs/recipe.md lists every key)",
    )
