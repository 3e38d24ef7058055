"""KL and agreement are what NumPy says they are, on the tokens that are trained and no others."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from curate.errors import CurateError
from curate.models.opening import open_weights
from curate.models.training.masking import Encoded
from curate.models.weights import divergence as module
from curate.models.weights.divergence import (
    Predictions,
    compared,
    count_predicted,
    divergences,
    kl,
    predictions,
    read_pieces,
)
from curate.models.weights.measured import _spread, measured_rows
from tests.models.weights.conftest import write_data


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """In float64, and shifted so that nothing overflows."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def random_pair(count: int = 50, size: int = 300) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    return tuple(
        log_softmax(generator.normal(size=(count, size)) * 4).astype(np.float32) for _ in range(2)
    )


def kept(path: Path, values: np.ndarray) -> Predictions:
    np.save(path, values)
    return Predictions(path, len(values))


def test_kl_is_that_of_a_plain_reference():
    p, q = random_pair()
    wanted = [
        sum(np.exp(float(a)) * (float(a) - float(b)) for a, b in zip(x, y, strict=True))
        for x, y in zip(p, q, strict=True)
    ]
    found = kl(p, q)
    assert found.dtype == np.float32
    assert found == pytest.approx(wanted, rel=1e-5)
    assert kl(p, p).max() == 0


def test_mean_p99_largest_and_agreement_are_over_all_pieces():
    p, q = random_pair()
    every = kl(p, q)
    (whole,) = compared([p], iter([q]))
    (pieces,) = compared([p], iter([q[:7], q[7:30], q[30:]]))
    assert whole == pieces
    assert whole.mean == pytest.approx(float(every.mean()))
    assert whole.p99 == pytest.approx(float(np.percentile(every, 99)))
    assert whole.most == pytest.approx(float(every.max()))
    assert whole.agreement == float((p.argmax(-1) == q.argmax(-1)).mean())
    assert whole.count_tokens == 50


def test_one_pass_compares_with_several(tmp_path: Path):
    p, q = random_pair()
    assert compared([p, q], iter([q])) == [*compared([p], iter([q])), *compared([q], iter([q]))]
    stored = kept(tmp_path / "q.npy", q)
    assert compared([p], read_pieces(stored)) == compared([p], iter([q]))


def test_predictions_are_the_models_own_for_the_trained_tokens(
    tiny: Path, rows: list[Encoded], tmp_path: Path
):
    import mlx.core as mx

    model = open_weights(str(tiny)).model
    found = predictions(model, rows, tmp_path / "p.npy")
    wanted = np.concatenate(
        [
            log_softmax(np.array(model(mx.array(row.tokens)[None])[0].astype(mx.float32)))[:-1][
                row.is_trained[1:]
            ]
            for row in rows
        ]
    )
    assert found.count_tokens == count_predicted(rows) == len(wanted) == 100
    assert found.read().dtype == np.float32
    assert np.abs(found.read() - wanted).max() < 1e-4


def test_steps_over_a_cache_give_what_one_pass_gives(
    tiny: Path, rows: list[Encoded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    model = open_weights(str(tiny)).model
    whole = predictions(model, rows, tmp_path / "whole.npy")
    monkeypatch.setattr(module, "MOST_LOGITS", 1)
    monkeypatch.setattr(module, "FEWEST_TOKENS", 100)
    (apart,) = divergences([whole], model, rows)
    assert apart.most < 1e-6
    assert apart.agreement == 1.0


def test_logits_are_made_only_where_a_token_is_trained(monkeypatch: pytest.MonkeyPatch):
    import mlx.core as mx

    seen = []

    def model(tokens, cache):
        seen.append(tokens.shape[1])
        return mx.zeros((1, tokens.shape[1], 8))

    made = SimpleNamespace(state=mx.zeros((1,)))
    monkeypatch.setattr("mlx_lm.models.cache.make_prompt_cache", lambda model: [made])
    monkeypatch.setattr(module, "MOST_LOGITS", 8 * 16)
    monkeypatch.setattr(module, "FEWEST_TOKENS", 16)
    is_trained = np.zeros(50, np.bool_)
    is_trained[[0, 40, 49]] = True  # the first token is never predicted
    row = Encoded(np.zeros(50, np.int32), is_trained)
    pieces = list(module._of_row(model, row))
    assert seen == [16, 16, 16, 1]
    assert [piece.shape for piece in pieces] == [(1, 8), (1, 8)]
    assert count_predicted([row]) == 2


def test_nothing_trained_is_a_bug_here(tmp_path: Path):
    row = Encoded(np.zeros(5, np.int32), np.zeros(5, np.bool_))
    with pytest.raises(ValueError, match=r"^no token of these rows is trained$"):
        predictions(None, [row], tmp_path / "p.npy")


def test_rows_are_spread_over_valid_and_cut_to_the_tokens_asked_for(tiny: Path, tmp_path: Path):
    data = write_data(tmp_path / "data")
    every = measured_rows(data, str(tiny), 10**9)
    some = measured_rows(data, str(tiny), 100)
    assert count_predicted(some) == 100
    assert len(some) < len(every)
    assert np.array_equal(some[0].tokens, every[0].tokens[: len(some[0].tokens)])
    assert _spread(11) == [0, 8, 4, 2, 10, 6, 1, 9, 5, 3, 7]
    assert [_spread(count) for count in range(3)] == [[], [0], [0, 1]]


def test_valid_without_replies_is_told(tiny: Path, tmp_path: Path):
    for split in ("train", "valid"):
        (tmp_path / f"{split}.jsonl").write_text("")
    with pytest.raises(CurateError) as raised:
        measured_rows(tmp_path, str(tiny), 100)
    assert str(raised.value) == (
        f"{tmp_path}/valid.jsonl: holds no trained token, so two models cannot be compared on it\n"
        "  fix: give --data with a corpus whose valid rows have replies"
    )
