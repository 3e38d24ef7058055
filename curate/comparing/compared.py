"""What a comparison holds: a model a row, the prompts on which they differ, and their training."""

from typing import Any, NamedTuple

from curate.scoring.rates import Rate


class Versus(NamedTuple):
    """A model against the first one on the prompts that both were asked: McNemar's exact test.

    only_first, only_this: prompts that only one of the two has right.
    """

    first: str
    count: int
    only_first: int
    only_this: int
    p: float


class Model(NamedTuple):
    """One model of the table. run_id: of its score; train_run_id: that it comes from, if known.

    phase: the corpus that it was trained on. rates: overall, decision. bits and kl_mean: of one
    that `curate quantize` made.
    """

    name: str
    run_id: str
    train_run_id: str | None
    phase: str | None
    model: str
    adapter: str | None
    size_bytes: int | None
    peak_memory_bytes: int | None
    load_seconds: float | None
    reply_seconds: float | None
    tokens_per_second: float | None
    rates: dict[str, Rate]
    categories: dict[str, Rate]
    versus: Versus | None
    bits: int | None = None
    bits_per_weight: float | None = None
    kl_mean: float | None = None

    @property
    def overall(self) -> Rate:
        """The rate over the whole suite."""
        return self.rates["overall"]


class Said(NamedTuple):
    """What one model said to a prompt, and what is wrong with it."""

    name: str
    is_right: bool
    called: list[str]
    reasons: list[str]
    reply: str


class Differing(NamedTuple):
    """A prompt that some have right and some have not. `prompt` is None where it is not kept."""

    prompt_id: str
    category: str | None
    prompt: str | None
    expected: list[str]
    said: list[Said]


class Step(NamedTuple):
    """A reported iteration of a training run; either loss may not have been measured there."""

    iteration: int
    loss: float | None
    valid_loss: float | None


class Compared(NamedTuple):
    """A comparison. curves: the steps of each training run that a model comes from."""

    suite: str
    models: list[Model]
    differing: list[Differing]
    curves: dict[str, list[Step]]
    baselines: dict[str, float]

    @property
    def categories(self) -> list[str]:
        """All categories, sorted."""
        return sorted({name for model in self.models for name in model.categories})

    def as_json(self) -> dict[str, Any]:
        """The documented shape of `curate compare --json`."""
        return {
            "suite": self.suite,
            "models": [_model(model) for model in self.models],
            "baselines": self.baselines,
            "differing": [
                {**one._asdict(), "said": [said._asdict() for said in one.said]}
                for one in self.differing
            ],
            "curves": {
                run_id: [step._asdict() for step in steps] for run_id, steps in self.curves.items()
            },
        }


def _model(model: Model) -> dict[str, Any]:
    return {
        **model._asdict(),
        "rates": {name: one.as_json() for name, one in model.rates.items()},
        "categories": {name: one.as_json() for name, one in model.categories.items()},
        "versus": model.versus and model.versus._asdict(),
    }
