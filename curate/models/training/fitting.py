"""The steps of training, made by mlx-lm's own `train` with our loss, our batches and our callback.

    fit(model, optimizer, sets, settings, Watcher())

mlx-lm evaluates before a step and saves the weights without the optimizer; here both are done in
its callback after each step, where weights, optimizer and random numbers stand still. A token
counts the same in every batch of an update, however few a batch has. mlx-lm prints its own table,
with ANSI codes, also into pipes: that goes nowhere.
"""

import io
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

from curate.models.training.batches import Batch, batches
from curate.models.training.masking import Encoded
from curate.models.training.settings import Settings


class Step(NamedTuple):
    """One iteration that is done. loss: of its trained tokens, each as the next."""

    iteration: int
    loss: float
    count_trained: int
    count_tokens: int
    seconds: float
    learning_rate: float


class Watcher:
    """What is told of each iteration. What it raises ends the training."""

    def after(self, step: Step) -> None:
        """An iteration is done: weights, optimizer and random numbers stand still."""


class Fed(NamedTuple):
    """What was handed to a step: tokens, trained ones, and the share that its sum is scaled by."""

    count_tokens: int
    count_trained: int
    share: float


def masked_loss(model: Any, tokens: Any, is_trained: Any, share: Any) -> tuple[Any, Any]:
    """The cross entropy of the trained tokens, summed and scaled, and how many there are.

    Without any it is zero, and so are its gradients.
    """
    import mlx.core as mx
    from mlx import nn

    losses = nn.losses.cross_entropy(model(tokens[:, :-1]), tokens[:, 1:])
    mask = is_trained[:, 1:]
    summed = mx.where(mask, losses, 0).astype(mx.float32).sum()
    return summed * share, mask.sum()


def fit(
    model: Any,
    optimizer: Any,
    rows: Sequence[Encoded],
    settings: Settings,
    watcher: Watcher,
    *,
    start: int = 0,
    given: Iterator[Batch] | None = None,
) -> None:
    """Train from iteration `start` on to the last one. given: batches in place of those of rows."""
    from mlx_lm.tuner import TrainingArgs, train
    from mlx_lm.tuner.callbacks import TrainingCallback

    source = given or batches(rows, settings.batch_size, seed=settings.seed, loop=True, start=start)
    fed: deque[Fed] = deque()

    class Callback(TrainingCallback):
        def on_train_loss_report(self, train_info: dict[str, Any]) -> None:
            one = fed.popleft()
            step = Step(
                iteration=start + train_info["iteration"],
                loss=train_info["train_loss"] / one.share / max(1, one.count_trained),
                count_trained=one.count_trained,
                count_tokens=one.count_tokens,
                seconds=1 / train_info["iterations_per_second"],
                learning_rate=train_info["learning_rate"],
            )
            watcher.after(step)
            model.train()

    with tempfile.TemporaryDirectory(prefix="curate-train-") as folder, quiet(model):
        arguments = TrainingArgs(
            batch_size=settings.batch_size,
            iters=settings.iterations - start,
            steps_per_report=1,
            steps_per_save=settings.iterations + 1,  # our own checkpoints are whole
            max_seq_length=settings.max_seq_length,
            adapter_file=str(Path(folder) / "adapters.safetensors"),
            grad_checkpoint=settings.grad_checkpoint,
            grad_accumulation_steps=settings.accumulate,
        )
        train(
            model,
            optimizer,
            train_dataset=rows,
            args=arguments,
            loss=masked_loss,
            iterate_batches=lambda **_: _weighed(source, settings.accumulate, fed),
            training_callback=Callback(),
        )


def validation_loss(model: Any, rows: Sequence[Encoded], batch_size: int, advance: Any) -> float:
    """The loss over all trained tokens of these rows; `advance` is called after each batch."""
    from mlx_lm.tuner.trainer import evaluate

    source = batches(rows, batch_size, seed=0, loop=False)
    with quiet(model):
        return evaluate(
            model,
            rows,
            batch_size,
            num_batches=-1,
            loss=masked_loss,
            iterate_batches=lambda **_: _weighed(source, 1, deque()),
            progress_callback=advance,
        )


def _weighed(
    source: Iterator[Batch], accumulate: int, fed: deque[Fed]
) -> Iterator[tuple[Any, ...]]:
    """Batches for mlx-lm, each with what its summed loss is scaled by.

    mlx-lm divides the gradients of an update by the number of its batches; so scaled they are those
    of the mean over all of its tokens.
    """
    import mlx.core

    mx: Any = mlx.core  # its stubs know no arrays of bool
    while group := list(islice(source, accumulate)):
        total = sum(_count_trained(one) for one in group)
        share = len(group) / max(1, total)
        for tokens, is_trained in group:
            count_trained = _count_trained((tokens, is_trained))
            fed.append(Fed(_count_tokens(tokens), count_trained, share))
            yield mx.array(tokens), mx.array(is_trained), mx.array(share, mx.float32)


def _count_trained(batch: Batch) -> int:
    return int(batch[1][:, 1:].sum())


def _count_tokens(tokens: Any) -> int:
    """Without what rows are filled up with: zeros at their end."""
    is_token = tokens != 0
    return int((tokens.shape[1] - is_token[:, ::-1].argmax(axis=1))[is_token.any(axis=1)].sum())


@contextmanager
def quiet(model: Any) -> Generator[None]:
    """Nothing of mlx-lm's on stdout; and the class that gradient checkpoints patch, as it was."""
    import mlx_lm.tuner.trainer

    trainer: Any = mlx_lm.tuner.trainer
    block, shown = type(model.layers[0]), trainer.TrainUI
    call = block.__call__
    trainer.TrainUI = Unshown
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        block.__call__, trainer.TrainUI = call, shown


class Unshown:
    """In place of mlx-lm's table: takes everything, shows nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __getattr__(self, _name: str) -> Callable[..., None]:
        return lambda *_, **__: None
