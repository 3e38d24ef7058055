"""Settings say what a training is, and what mlx-lm makes of them."""
# ruff: noqa: E501  one planted fault a line, and its message whole

from dataclasses import replace

import pytest

from curate.errors import CurateError
from curate.models.training.settings import Settings


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"rank": 0}, "--rank 0: is out of range\n  fix: give 1 or more"),
        ({"layers": 0}, "--layers 0: is out of range\n  fix: give the number of blocks, or -1 for all of them"),
        ({"dropout": 1.0}, "--dropout 1.0: is out of range\n  fix: give a fraction from 0 to below 1"),
        ({"learning_rate": float("nan")}, "--learning-rate nan: is out of range\n  fix: give a number above 0"),
        ({"epochs": 2.0, "iterations": 5}, "--iters 5 --epochs 2: both say how long to train\n  fix: give one of them"),
        ({"epochs": 0.0}, "--epochs 0.0: is out of range\n  fix: give a number above 0"),
    ],
    ids=lambda given: next(iter(given)) if isinstance(given, dict) else "",
)  # fmt: skip
def test_a_value_that_cannot_be_meant_is_refused(given, text: str):
    with pytest.raises(CurateError) as raised:
        Settings(**given).checked()
    assert str(raised.value) == text


def test_epochs_are_counted_in_batches_and_iterations_in_whole_updates():
    assert Settings().for_rows(264).iterations == 528  # two epochs
    assert Settings(epochs=0.5).for_rows(264).iterations == 132
    assert Settings(iterations=10, accumulate=4).for_rows(264).iterations == 12
    assert Settings(iterations=10, accumulate=4).for_rows(264).updates == 3


def rates(settings: Settings) -> list[float]:
    """The learning rate of every update, as mlx-lm's own schedule gives it."""
    pytest.importorskip("mlx.core")
    from mlx_lm.tuner.utils import build_schedule

    schedule = settings.lr_schedule
    assert schedule is not None
    built = build_schedule(schedule)
    return [float(built(_step(update))) for update in range(settings.updates)]


def _step(update: int):
    import mlx.core as mx

    return mx.array(update)


def test_a_cosine_warms_up_from_above_zero_and_ends_at_a_tenth():
    found = rates(Settings(iterations=200, learning_rate=1.0, warmup=10))
    assert found[0] == pytest.approx(1 / 11)
    assert found[:12] == sorted(found[:12])
    assert max(found) == pytest.approx(1.0)
    assert found[-1] == pytest.approx(0.1, abs=0.01)


def test_a_constant_rate_may_warm_up():
    settings = Settings(iterations=40, learning_rate=0.5, schedule="constant", warmup=4)
    found = rates(settings)
    assert found[0] == pytest.approx(0.1)
    assert found[5:] == pytest.approx([0.5] * 35)
    assert replace(settings, warmup=0).lr_schedule is None


def test_settings_come_back_from_a_run_as_they_were():
    settings = Settings(kind="dora", keys=("self_attn.q_proj",), allow=("memory",), iterations=7)
    assert Settings.from_json({**settings.to_json(), "data": "out/phase27"}) == settings
