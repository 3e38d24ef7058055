"""The loss is that of the trained tokens and of no others, each counting the same."""

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curate.models.opening import open_weights
from curate.models.training.adapting import adapt
from curate.models.training.batches import Batch, filled
from curate.models.training.fitting import Step, Watcher, fit, masked_loss, validation_loss
from curate.models.training.masking import Encoded
from curate.models.training.running import optimizer_of
from tests.models.training.conftest import QUICK

pytest.importorskip("mlx.core")


class Seen(Watcher):
    def __init__(self) -> None:
        self.steps: list[Step] = []

    def after(self, step: Step) -> None:
        self.steps.append(step)


def row(length: int, count_trained: int, seed: int = 0) -> Encoded:
    random = np.random.default_rng(seed)
    is_trained = np.zeros(length, np.bool_)
    is_trained[length - count_trained :] = True
    return Encoded(random.integers(5, 300, length).astype(np.int32), is_trained)


def losses_of(model: Any, rows: list[Encoded]) -> list[float]:
    """The cross entropy of every trained token, worked out in numpy."""
    found = []
    for tokens, is_trained in rows:
        logits = np.array(model(_array(tokens[None, :-1])))[0].astype(np.float64)
        total = np.log(np.exp(logits).sum(axis=1))
        places = np.flatnonzero(is_trained[1:])
        found += (total[places] - logits[places, tokens[1:][places]]).tolist()
    return found


def _array(value: Any) -> Any:
    import mlx.core as mx

    return mx.array(value)


@pytest.fixture
def model(smallest: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MLX_DISABLE_COMPILE", "1")
    return open_weights(str(smallest)).model


def test_the_loss_of_a_batch_is_the_mean_over_its_trained_tokens(model):
    rows = [row(40, 7), row(33, 1, seed=1)]
    tokens, is_trained = filled(rows)
    loss, count = masked_loss(model, _array(tokens), _array(is_trained), _array(1 / 8))
    wanted = losses_of(model, rows)
    assert (count.item(), len(wanted)) == (8, 8)
    assert loss.item() == pytest.approx(np.mean(wanted), rel=1e-4)


def test_what_rows_are_filled_up_with_changes_nothing(model):
    short = row(20, 5)
    loss = [
        validation_loss(model, rows, 2, lambda: None)
        for rows in ([short], [short, row(200, 0, seed=1)])
    ]
    assert loss[0] == pytest.approx(loss[1], rel=1e-5)


def test_a_batch_without_a_trained_token_has_no_loss_and_moves_nothing(model):
    from mlx.utils import tree_flatten

    adapt(model, replace(QUICK, kind="full"))
    before = {name: np.array(one) for name, one in tree_flatten(model.trainable_parameters())}
    import mlx.optimizers as optim

    seen = Seen()
    settings = replace(QUICK, iterations=1)
    fit(model, optim.SGD(1.0), [row(40, 0)], settings, seen)
    after = {name: np.array(one) for name, one in tree_flatten(model.trainable_parameters())}
    assert seen.steps[0].loss == 0.0
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_validation_takes_every_row_also_of_the_last_batch(model):
    rows = [row(40, 3), row(100, 9, seed=1), row(33, 1, seed=2)]
    assert validation_loss(model, rows, 2, lambda: None) == pytest.approx(
        np.mean(losses_of(model, rows)), rel=1e-4
    )


def moved(smallest: Path, given: list[Batch], accumulate: int) -> tuple[dict[str, Any], Seen]:
    """All weights after one step of plain descent over these batches."""
    import mlx.optimizers as optim
    from mlx.utils import tree_flatten

    model, seen = open_weights(str(smallest)).model, Seen()
    settings = replace(QUICK, kind="full", iterations=len(given), accumulate=accumulate)
    adapt(model, settings)
    fit(model, optim.SGD(0.5), [], settings, seen, given=iter(given))
    return {name: np.array(one) for name, one in tree_flatten(model.parameters())}, seen


def test_accumulated_batches_move_the_weights_as_one_batch_of_all_their_rows(
    smallest: Path, monkeypatch
):
    """Though one of them has a single trained token and the other thirty."""
    monkeypatch.setenv("MLX_DISABLE_COMPILE", "1")
    rows = [row(40, 30), row(40, 1, seed=1)]
    whole, _ = moved(smallest, [filled(rows)], 1)
    parts, seen = moved(smallest, [filled(rows[:1]), filled(rows[1:])], 2)
    for name, wanted in whole.items():
        assert np.allclose(parts[name], wanted, atol=1e-5), name
    losses = losses_of(open_weights(str(smallest)).model, rows)
    assert [one.loss for one in seen.steps] == [
        pytest.approx(np.mean(losses[:30]), rel=1e-4), pytest.approx(losses[30], rel=1e-4),
    ]  # fmt: skip
    assert [one.count_trained for one in seen.steps] == [30, 1]
    assert [one.count_tokens for one in seen.steps] == [40, 40]


def test_training_tells_nothing_on_stdout(model, capsys: pytest.CaptureFixture[str]):
    """mlx-lm's own table has ANSI codes, also in a pipe."""
    settings = replace(QUICK, iterations=2)
    adapt(model, settings)
    fit(model, optimizer_of(settings), [row(40, 3)], settings, Seen())
    assert capsys.readouterr() == ("", "")


def test_gradient_checkpoints_change_no_weight_and_stay_in_their_run(model, smallest: Path):
    block = type(model.layers[0])
    call = block.__call__
    given = [filled([row(40, 30)])]
    plain, _ = moved(smallest, given, 1)
    other = open_weights(str(smallest)).model
    settings = replace(QUICK, kind="full", iterations=1, grad_checkpoint=True)
    adapt(other, settings)
    import mlx.optimizers as optim
    from mlx.utils import tree_flatten

    fit(other, optim.SGD(0.5), [], settings, Seen(), given=iter(given))
    for name, one in tree_flatten(other.parameters()):
        assert np.allclose(np.array(one), plain[name], atol=1e-6), name
    assert block.__call__ is call


@pytest.mark.slow
def test_a_compiled_training_comes_to_the_same(smallest: Path, tmp_path: Path):
    """The other tests switch compiling off, which costs a cold machine many seconds."""
    code = f"""
import numpy as np
from pathlib import Path
from tests.models.training.test_fitting import filled, moved, row
found, seen = moved(Path({str(smallest)!r}), [filled([row(40, 30)])], 1)
print(seen.steps[0].loss, sum(float(np.abs(one).sum()) for one in found.values()))
"""
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PATH": "/usr/bin:/bin", "MLX_DISABLE_COMPILE": off, "HOME": str(tmp_path)},
            capture_output=True, text=True, check=True,
        ).stdout.split()
        for off in ("1", "")
    ]  # fmt: skip
    for off, on in zip(*told, strict=True):
        assert math.isclose(float(off), float(on), rel_tol=1e-4)
