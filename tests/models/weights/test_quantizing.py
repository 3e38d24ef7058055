"""A quantised model has the bits that were asked for in every layer, or the reason is told."""

import json
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.models.opening import open_weights
from curate.models.tiny import Shape, make_tiny
from curate.models.training.masking import Encoded
from curate.models.weights import fusing
from curate.models.weights.ladder import Allowed, Rung, Subject, climb
from curate.models.weights.quantizing import (
    Bits,
    Order,
    bits_for,
    check,
    ladder_of,
    quantisable,
    quantize,
)
from tests.models.conftest import CHAT_TEMPLATE, texts
from tests.models.weights.conftest import plant


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of hidden size 96: groups of 64 do not divide most of its layers."""
    folder = tmp_path_factory.mktemp("odd") / "odd"
    template = CHAT_TEMPLATE.read_text(encoding="utf-8")
    make_tiny(texts(), template, folder, Shape(hidden=96, layers=1))
    return folder


def told(order: Order) -> str:
    with pytest.raises(CurateError) as raised:
        quantize(order)
    return str(raised.value)


@pytest.mark.parametrize("bits", [3, 4, 5, 6, 8])
def test_bits_and_size_are_those_achieved_over_all_layers(tiny: Path, tmp_path: Path, bits: int):
    made = quantize(Order(str(tiny), tmp_path / "made", Bits(bits)))
    # float32: a scale and a bias of 4 bytes each for 64 weights, and a few norms left whole
    assert made.bits_per_weight == pytest.approx(bits + 1, abs=0.15)
    assert made.size_bytes == (tmp_path / "made/model.safetensors").stat().st_size
    assert (made.count_layers, made.skipped, made.kept) == (15, {}, [])
    config = json.loads((tmp_path / "made/config.json").read_text())
    assert config["quantization"] == {"bits": bits, "group_size": 64, "mode": "affine"}
    assert quantisable(open_weights(str(tmp_path / "made")).model) == {}


def test_embeddings_are_quantised_too(tiny: Path, tmp_path: Path):
    assert "model.embed_tokens" in quantisable(open_weights(str(tiny)).model)
    quantize(Order(str(tiny), tmp_path / "made", Bits(4)))
    assert open_weights(str(tmp_path / "made")).model.model.embed_tokens.bits == 4


def test_layers_that_mlx_lm_skips_in_silence_are_an_error_with_the_remedy(
    odd: Path, tmp_path: Path
):
    message = told(Order(str(odd), tmp_path / "made", Bits(4)))
    first, second, fix = message.split("\n  ")
    assert first == f"model {odd}: 7 of 8 layers would not be quantised"
    assert second.startswith("their input size does not divide by a group of 64: model.layers.0.")
    assert second.endswith(" (96) and 2 more")
    assert fix == "fix: give --group-size 32, or keep them whole with --allow-skipped"
    assert list(tmp_path.iterdir()) == []


def test_the_remedies_work(odd: Path, tmp_path: Path):
    made = quantize(Order(str(odd), tmp_path / "small", Bits(4, 32)))
    assert (made.count_layers, made.skipped) == (8, {})
    made = quantize(Order(str(odd), tmp_path / "whole", Bits(4), is_skipping_allowed=True))
    assert (made.count_layers, len(made.skipped)) == (1, 7)
    assert set(made.skipped.values()) == {96}
    assert made.bits_per_weight > 20
    open_weights(str(tmp_path / "whole"))


def test_a_model_that_no_group_divides_is_told():
    sizes = {"a": 80, "b": 80}
    with pytest.raises(CurateError) as raised:
        check("mine", sizes, sizes, Bits(4))
    assert str(raised.value) == (
        "model mine: 2 of 2 layers would not be quantised\n"
        "  their input size does not divide by a group of 64: a (80), b (80)\n"
        "  fix: serve it as it is: no group that mlx-lm has divides its layers"
    )


def test_what_the_models_own_rule_leaves_whole_is_no_fault(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from mlx_lm.models import qwen3

    def rule(path, module):
        return "embed" not in path

    monkeypatch.setattr(qwen3.Model, "quant_predicate", staticmethod(rule), raising=False)
    made = quantize(Order(str(tiny), tmp_path / "made", Bits(4)))
    assert (made.count_layers, made.skipped, made.kept) == (14, {}, ["model.embed_tokens"])
    monkeypatch.setattr(
        qwen3.Model, "quant_predicate", staticmethod(lambda path, module: False), raising=False
    )
    assert told(Order(str(tiny), tmp_path / "none", Bits(4))) == (
        f"model {tiny}: mlx-lm's own rule for it leaves every layer whole\n  fix: serve it as it is"
    )


def test_a_quantised_model_is_not_quantised_again(tiny: Path, tmp_path: Path):
    quantize(Order(str(tiny), tmp_path / "made", Bits(4)))
    assert told(Order(str(tmp_path / "made"), tmp_path / "again", Bits(8))) == (
        f"model {tmp_path}/made: it is quantised already, to 4 bits\n"
        "  fix: quantise the model as it was before; "
        "curate fuse makes one that is not quantised"
    )


def test_a_ladder_is_each_number_of_bits_once_the_fewest_first():
    assert ladder_of([], None, "affine", is_ladder=False) == [Bits(5, 64)]
    assert ladder_of([8, 4, 8], "32", "affine", is_ladder=False) == [Bits(4, 32), Bits(8, 32)]
    assert [one.bits for one in ladder_of([3], None, "affine", is_ladder=True)] == [3, 4, 5, 6, 8]
    assert [one.name for one in (Bits(5), Bits(5, 32), Bits(4, 32, "mxfp4"))] == [
        "5bit", "5bit-g32", "4bit-mxfp4",
    ]  # fmt: skip


def test_a_mode_has_its_own_bits():
    assert bits_for(None, None, "mxfp4") == Bits(4, 32, "mxfp4")
    assert bits_for(8, 32, "mxfp8") == Bits(8, 32, "mxfp8")
    with pytest.raises(CurateError) as raised:
        bits_for(5, None, "nvfp4")
    assert str(raised.value) == (
        "--mode nvfp4: has 4 bits and groups of 16, and nothing else\n"
        "  fix: leave out --bits and --group-size, or the mode"
    )


@pytest.fixture(scope="module")
def fused(tiny: Path, rows: list[Encoded], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a delta so small that few bits round it away."""
    folder = tmp_path_factory.mktemp("run")
    adapter = plant(tiny, folder / "adapter", 0.03)
    return fusing.fuse(fusing.Order(str(tiny), adapter, folder / "fused"), rows).folder


@pytest.fixture(scope="module")
def rungs(tiny: Path, fused: Path, rows: list[Encoded]) -> dict[int, Rung]:
    subject = Subject(str(fused), str(tiny), fused)
    climbed = climb(subject, [Bits(3), Bits(4), Bits(8)], rows, allowed=Allowed())
    return {rung.to.bits: rung for rung in climbed}


def test_a_small_delta_is_lost_by_3_and_4_bits_and_kept_by_8(rungs: dict[int, Rung]):
    assert [bool(rungs[bits].reasons) for bits in (3, 4, 8)] == [True, True, False]
    kept = [rungs[bits].kept_fraction for bits in (3, 4, 8)]
    assert kept[0] < kept[1] < 0.9
    assert 0.99 < kept[2] < 1
    assert "keeps 0% of what was learned, less than 90%" in rungs[3].reasons


def test_fewer_bits_are_further_from_the_model_before(rungs: dict[int, Rung], fused: Path):
    measured = [rungs[bits].measures.from_tuned for bits in (3, 4, 8)]
    for name in ("mean", "p99", "most"):
        values = [getattr(one, name) for one in measured]
        assert values == sorted(values, reverse=True)
    assert measured[2].mean < 1e-3
    assert measured[2].agreement > 0.95
    assert {rung.measures.learned for rung in rungs.values()} == {rungs[3].measures.learned}
    assert sorted(path.name for path in fused.parent.iterdir()) == [
        "adapter", "fused", "fused-3bit", "fused-4bit", "fused-8bit",
    ]  # fmt: skip


def test_a_ladder_writes_nothing_where_one_of_its_results_is_there(
    tiny: Path, fused: Path, rungs: dict[int, Rung], rows: list[Encoded]
):
    ladder = climb(Subject(str(fused), str(tiny), fused), [Bits(6), Bits(8)], rows,
                   allowed=Allowed())  # fmt: skip
    with pytest.raises(CurateError) as raised:
        next(ladder)
    assert str(raised.value).startswith(f"{fused}-8bit: is there already\n")
    assert not Path(f"{fused}-6bit").exists()


def test_the_suite_is_asked_before_and_after_and_may_decide(
    tiny: Path, rows: list[Encoded], tmp_path: Path
):
    asked = []

    def score(folder: str) -> list[dict]:
        asked.append(Path(folder).name)
        is_right = not folder.endswith("4bit")
        return [{"prompt_id": str(number), "is_right": is_right} for number in range(10)]

    ladder = [Bits(4), Bits(8)]
    subject = Subject(str(tiny), None, tmp_path / "mine")
    rungs = list(climb(subject, ladder, rows[:1], allowed=Allowed(), score=score))
    assert asked == [tiny.name, "mine-4bit", "mine-8bit"]
    assert [rung.reasons for rung in rungs] == [["0 of 10 right, not 10 (p = 0.002)"], []]
    assert [rung.kept_fraction for rung in rungs] == [None, None]
