"""What a model is trained with: every setting of a run, checked before anything is read.

    settings = Settings(kind="lora", rank=16, iterations=600).checked()
    settings.lora_parameters         # {"rank": 16, "scale": 20.0, "dropout": 0.0}

Names and units are mlx-lm's where it has them: an iteration is one batch, and the weights move
after each `accumulate` of them.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from curate.errors import CurateError

Kind = Literal["lora", "dora", "full"]
Schedule = Literal["constant", "cosine"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
EPOCHS = 2.0  # where neither iterations nor epochs are given; chosen by us, 2026-11-21
WARMUP_FRACTION, MAX_WARMUP = 0.1, 100  # of all updates; chosen by us, 2026-11-21
LAST_FRACTION = 0.1  # of the learning rate, at the end of a cosine; chosen by us, 2026-11-21


@dataclass(frozen=True)
class Settings:
    """Settings of a run. `iterations` is 0 until the data says how many `epochs` come to.

    layers: blocks from the end that are trained, -1 for all. keys: the linear layers of a block
    that get an adapter, () for all of them. warmup: updates, -1 for a tenth of them.
    """

    kind: Kind = "lora"
    rank: int = 16
    scale: float = 20.0
    dropout: float = 0.0
    layers: int = -1
    keys: tuple[str, ...] = ()
    iterations: int = 0
    epochs: float | None = None
    batch_size: int = 4
    accumulate: int = 1
    learning_rate: float = 1e-5
    schedule: Schedule = "cosine"
    warmup: int = -1
    max_seq_length: int = 2048
    steps_per_report: int = 10
    steps_per_eval: int = 100
    save_every: int = 100
    seed: int = 0
    grad_checkpoint: bool = False
    allow: tuple[str, ...] = ()

    def checked(self) -> "Settings":
        """The same. Raises CurateError for a value that cannot be meant."""
        at_least_one = ("rank", "batch_size", "accumulate", "max_seq_length")
        at_least_one += ("steps_per_report", "steps_per_eval", "save_every")
        for name in at_least_one:
            if getattr(self, name) < 1:
                raise _wrong(name, getattr(self, name), "give 1 or more")
        if self.layers < -1 or self.layers == 0:
            raise _wrong("layers", self.layers, "give the number of blocks, or -1 for all of them")
        if not 0 <= self.dropout < 1:
            raise _wrong("dropout", self.dropout, "give a fraction from 0 to below 1")
        for name in ("learning_rate", "scale"):
            if not 0 < getattr(self, name) < float("inf"):
                raise _wrong(name, getattr(self, name), "give a number above 0")
        if self.epochs is not None and self.iterations:
            raise CurateError(
                f"--iters {self.iterations} --epochs {self.epochs:g}",
                "both say how long to train",
                "give one of them",
            )
        if self.epochs is not None and not 0 < self.epochs < float("inf"):
            raise _wrong("epochs", self.epochs, "give a number above 0")
        return self

    def for_rows(self, batches_per_epoch: int) -> "Settings":
        """With its iterations counted, in whole updates: the last batches are trained, too."""
        wanted = self.iterations or round((self.epochs or EPOCHS) * batches_per_epoch)
        return replace(self, iterations=self.whole(max(1, wanted)))

    def whole(self, iterations: int) -> int:
        """So many iterations, rounded up to whole updates."""
        return -(-iterations // self.accumulate) * self.accumulate

    @property
    def updates(self) -> int:
        """How often the weights move."""
        return self.iterations // self.accumulate

    @property
    def lora_parameters(self) -> dict[str, Any] | None:
        """What mlx-lm makes adapters from; None where all weights are trained."""
        if self.kind == "full":
            return None
        given: dict[str, Any] = {"rank": self.rank, "scale": self.scale, "dropout": self.dropout}
        return given | ({"keys": list(self.keys)} if self.keys else {})

    @property
    def lr_schedule(self) -> dict[str, Any] | None:
        """The learning rate over the updates, as mlx-lm's YAML has it; None where it is constant.

        The first update already moves, and a cosine ends above zero.
        """
        warmup = self.warmup
        if warmup < 0:
            warmup = min(MAX_WARMUP, int(self.updates * WARMUP_FRACTION))
        rate = self.learning_rate
        start = {"warmup": warmup, "warmup_init": rate / (warmup + 1)} if warmup else {}
        if self.schedule == "cosine":
            arguments = [rate, max(1, self.updates - warmup), rate * LAST_FRACTION]
            return {"name": "cosine_decay", "arguments": arguments, **start}
        # a decay by nothing: mlx-lm's YAML has no constant rate with a warm-up
        return {"name": "exponential_decay", "arguments": [rate, 1.0], **start} if warmup else None

    def to_json(self) -> dict[str, Any]:
        """As run.json holds it."""
        given = asdict(self)
        return given | {"keys": list(self.keys), "allow": list(self.allow)}

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Settings":
        """The settings of a run.json; what other versions wrote besides is left out."""
        known = {field.name for field in fields(cls)}
        kept: dict[str, Any] = {name: value for name, value in given.items() if name in known}
        kept.update({name: tuple(kept.get(name, ())) for name in ("keys", "allow")})
        return cls(**kept)


def _wrong(name: str, value: object, fix: str) -> CurateError:
    return CurateError(f"--{name.replace('_', '-')} {value}", "is out of range", fix)
