"""What a run does beside its steps: reports, evaluations, checkpoints, the best adapter, the end.

    watcher = Overseer(folder, model, optimizer, valid, settings, state, say=..., progress=...)
    watcher.begin(); fit(..., watcher); watcher.state.best      # {"iteration": 200, ...}

Ctrl-C ends a run after the step that it is in, with a checkpoint.
"""

import math
import signal
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType
from typing import Any, NamedTuple

from curate.errors import CurateError
from curate.models.training.fitting import Step, Watcher, validation_loss
from curate.models.training.keeping import (
    Log,
    State,
    is_finite,
    save_adapter,
    save_checkpoint,
)
from curate.models.training.masking import Encoded
from curate.models.training.settings import Settings

MINUTE, HOUR = 60, 3600


class Stopped(Exception):  # noqa: N818  no error: somebody asked for it
    """The run was asked to stop, and has kept a checkpoint."""


class Telling(NamedTuple):
    """Who is told: a line at each report, and a progress of so many iterations."""

    say: Callable[[str], None]
    progress: Callable[[int, int, str], None]


class Overseer(Watcher):
    """Watches one run. `state` is where it stands."""

    def __init__(
        self,
        folder: Path,
        model: Any,
        optimizer: Any,
        *,
        valid: Sequence[Encoded],
        settings: Settings,
        telling: Telling,
        state: State | None = None,
    ) -> None:
        self._folder, self._model, self._optimizer = folder, model, optimizer
        self._valid, self._settings, self._telling = valid, settings, telling
        self.state = state or State(0, 0, 0.0, None)
        self._log = Log(folder, self.state.iteration)
        self._since: list[Step] = []
        self._began = time.monotonic() - self.state.seconds
        self._first, self._before = self.state.iteration, self.state.seconds
        self._last: Step | None = None
        self.is_asked_to_stop = False

    def begin(self) -> None:
        """Evaluate the model as it is before the first step, and keep a checkpoint of it."""
        if not self.state.iteration:
            save_checkpoint(self._folder, self._model, self._optimizer, self.state)
            loss = self._evaluated()
            if loss is None:
                raise Stopped
            self._report(None, loss)

    def after(self, step: Step) -> None:
        """Report, evaluate and keep what is due after this step."""
        self._stop_where_broken(step)
        self._since.append(step)
        self._last = step
        tokens = self.state.trained_tokens + step.count_trained
        self.state = self.state._replace(iteration=step.iteration, trained_tokens=tokens)
        self._show(step)
        is_last = step.iteration == self._settings.iterations
        if is_last:
            return  # `finish` does the rest
        self._stop_if_asked()
        valid_loss = self._judged() if self._is_due("steps_per_eval") else None
        self._stop_if_asked()
        if valid_loss is not None or step.iteration % self._settings.steps_per_report == 0:
            self._report(step, valid_loss)
        if self._is_due("save_every"):
            self._keep()

    def finish(self) -> None:
        """Evaluate after the last step, and keep it."""
        valid_loss = self._judged()
        self._report(self._last, valid_loss)
        self._keep()
        if valid_loss is None:
            raise Stopped

    @contextmanager
    def listening(self) -> Generator[None]:
        """Let the first Ctrl-C end the run in order, and a second one at once."""

        def ask(_number: int, _frame: FrameType | None) -> None:
            if self.is_asked_to_stop:
                raise KeyboardInterrupt
            self.is_asked_to_stop = True
            self._telling.say("stopping after this step; once more to stop at once")

        if current_thread() is not main_thread():  # which alone hears signals
            yield
            return
        before = signal.signal(signal.SIGINT, ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _is_due(self, name: str) -> bool:
        """Whether this happens now: after so many iterations, which are whole updates."""
        return self.state.iteration % self._settings.whole(getattr(self._settings, name)) == 0

    def _stop_if_asked(self) -> None:
        is_whole = self.state.iteration % self._settings.accumulate == 0
        if self.is_asked_to_stop and is_whole:  # else gradients that wait would be lost
            if self._since:
                self._report(self._last, None)
            self._keep()
            raise Stopped

    def _evaluated(self) -> float | None:
        """The validation loss; None where somebody wants to stop meanwhile."""

        def advance() -> None:
            if self.is_asked_to_stop:
                raise Stopped

        try:
            return validation_loss(self._model, self._valid, self._settings.batch_size, advance)
        except Stopped:
            return None

    def _judged(self) -> float | None:
        """The same; the weights become the run's adapter where none before were as good."""
        valid_loss = self._evaluated()
        if valid_loss is None:
            return None
        if not math.isfinite(valid_loss):
            raise self._broken("the validation loss", valid_loss)
        if self.state.best is None or valid_loss < self.state.best["valid_loss"]:
            save_adapter(self._folder, self._model)
            best = {"iteration": self.state.iteration, "valid_loss": valid_loss}
            self.state = self.state._replace(best=best)
        return valid_loss

    def _keep(self) -> None:
        if not is_finite(self._model):
            raise self._broken("a weight", math.nan)
        self.state = self.state._replace(seconds=time.monotonic() - self._began)
        save_checkpoint(self._folder, self._model, self._optimizer, self.state)

    def _stop_where_broken(self, step: Step) -> None:
        if not math.isfinite(step.loss):
            self.state = self.state._replace(iteration=step.iteration)
            raise self._broken("the loss", step.loss)

    def _broken(self, what: str, value: float) -> CurateError:
        return CurateError(
            f"iteration {self.state.iteration}",
            f"{what} is {value}\nwhat was kept before is still there",
            f"lower --learning-rate, now {self._settings.learning_rate:g}, or give it a --warmup",
            exit_code=1,
        )

    def _report(self, step: Step | None, valid_loss: float | None) -> None:
        """Log what the steps since the last report came to, and say it."""
        import mlx.core as mx

        since, self._since = self._since, []
        trained = sum(one.count_trained for one in since)
        seconds = sum(one.seconds for one in since)
        row = {
            "iteration": self.state.iteration,
            "loss": sum(one.loss * one.count_trained for one in since) / max(1, trained)
            if since
            else None,
            "valid_loss": valid_loss,
            "learning_rate": step.learning_rate if step else None,
            "tokens_per_second": sum(one.count_tokens for one in since) / seconds
            if since
            else None,
            "trained_tokens": self.state.trained_tokens,
            "peak_memory_bytes": mx.get_peak_memory(),
            "seconds": round(time.monotonic() - self._began, 3),
        }
        self._log.add(row)
        self._telling.say(line_of(row, self._settings.iterations, self._left()))

    def _left(self) -> float:
        """Seconds that the remaining steps and evaluations take, going by those so far."""
        done = self.state.iteration - self._first
        each = (time.monotonic() - self._began - self._before) / done if done else 0.0
        return each * (self._settings.iterations - self.state.iteration)

    def _show(self, step: Step) -> None:
        what = f"iterations, loss {step.loss:.3f}, {spoken(self._left())} left"
        self._telling.progress(step.iteration, self._settings.iterations, what)


def line_of(row: dict[str, Any], iterations: int, left: float) -> str:
    """`    20 of 600   loss 1.234   valid 1.310   1,204 tokens/s   0.31 GB   4 min left`."""
    parts = [f"{row['iteration']:>6,} of {iterations:,}"]
    if row["loss"] is not None:
        parts.append(f"loss {row['loss']:.3f}")
    if row["valid_loss"] is not None:
        parts.append(f"valid {row['valid_loss']:.3f}")
    if row["tokens_per_second"] is not None:
        parts.append(f"{row['tokens_per_second']:,.0f} tokens/s")
    parts.append(f"{row['peak_memory_bytes'] / 1e9:.2f} GB")
    if row["iteration"] and row["iteration"] < iterations:
        parts.append(f"{spoken(left)} left")
    return "   ".join(parts)


def spoken(seconds: float) -> str:
    """`40 s`, `12 min`, `3.4 h`."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < 2 * HOUR else f"{seconds / HOUR:.1f} h"
