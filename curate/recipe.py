"""Recipes: `corpora/<corpus>.toml` as typed, frozen values.

A recipe may extend others; its own keys win, table by table. Unknown keys are refused.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SUM_TOLERANCE = 1e-9  # what adding decimal fractions as floats may be off

Fraction = Annotated[float, Field(ge=0, le=1)]
Shares = dict[str, Fraction]
Surface = Literal["direct", "code"]
Trait = Literal["several_turns", "cross_family", "failed_or_empty"]


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

    `limits` is by intent. `imports` are corpora whose direct answers are candidates too.
    """

    intents: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    candidates_per_intent: int = Field(200, gt=0)
    limits: dict[str, Annotated[int, Field(gt=0)]] = {}
    imports: tuple[str, ...] = ()


class Plant(Section):
    """How many workspaces with defects each source gets, and at most how many defects each."""

    workspaces_per_source: int = Field(12, ge=0)
    defects_per_workspace: int = Field(3, gt=0)


class Execute(Section):
    """A candidate is dropped with a longer result, in characters, or with more turns of calls.

    `max_conversation_chars` is of prompt, calls, results and answer together.
    """

    max_result_chars: int = Field(4_000, gt=0)
    max_turns: int = Field(5, gt=0)
    max_conversation_chars: int = Field(12_000, gt=0)


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
    a category of intents, or `empty`, `failed`, `clean` or `recovered` for what turns out so.
    `tools` and `traits` are bands of the tool samples that use a tool, or have a trait.
    """

    tool: Aim = Aim(min=0.76, target=0.79, max=0.82)
    tool_shares: Shares
    direct_shares: Shares = {}
    tools: dict[str, Band] = {}
    traits: dict[Trait, Band] = {}
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
    """Rows a split, and the share of the rows outside train that ask in held-out phrasings.

    `held_out_names`: train asks about no path and no symbol that a held-out prompt names.
    """

    train: int = Field(gt=0)
    valid: int = Field(ge=0)
    test: int = Field(0, ge=0)
    held_out_fraction: Fraction = 0.5
    held_out_names: bool = False

    @property
    def size(self) -> int:
        """Rows in all splits."""
        return self.train + self.valid + self.test


class Export(Section):
    """The form of a row, and the rows that are bucketed by length together.

    `rows`: a row a conversation, or a row each turn of the assistant's, which it ends with: for
    training that masks everything but the last message. `tools`: whether a row tells of the tools.
    """

    format: Literal["messages", "chatml", "embedded"] = "messages"
    rows: Literal["conversation", "turn"] = "conversation"
    dialect: str = "hermes"
    batch_size: int = Field(4, gt=0)
    tools: bool = True


class Recipe(Section):
    """Everything a corpus is made from, but for the sources' pins."""

    corpus: str
    description: str
    seed: int
    system: str
    sources: tuple[str, ...] = Field(min_length=1)
    tools: tuple[str, ...] = Field(min_length=1)
    surface: Surface = "direct"
    scan: Scan = Scan()
    plant: Plant = Plant()
    propose: Propose = Propose()
    execute: Execute = Execute()
    near: Near = Near()
    select: Select
    split: Split
    export: Export = Export()
