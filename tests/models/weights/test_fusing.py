"""A fused model says what its adapter said, and one that does not is caught and never placed."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from curate.errors import CurateError
from curate.models.opening import open_weights
from curate.models.training.masking import Encoded
from curate.models.weights import fusing
from curate.models.weights.divergence import Divergence
from curate.models.weights.fusing import Order, bits_of, check, fuse, fuse_layers, lost_fraction
from curate.models.weights.quantizing import Bits, quantize
from curate.models.weights.quantizing import Order as QuantizeOrder
from tests.models.weights.conftest import plant

BESIDE = ("chat_template.jinja", "tokenizer.json", "tokenizer_config.json")


@pytest.fixture(scope="module")
def four_bits(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, quantised: a base as it comes from mlx-community."""
    target = tmp_path_factory.mktemp("quantised") / "tiny-4bit"
    quantize(QuantizeOrder(str(tiny), target, Bits(4)))
    return target


@pytest.mark.parametrize("kind", ["lora", "dora", "full"])
def test_a_fused_model_says_what_its_adapter_said(
    tiny: Path, rows: list[Encoded], tmp_path: Path, kind: str
):
    adapter = plant(tiny, tmp_path / "adapter", 0.3 if kind != "full" else 0.03, kind=kind)
    fused = fuse(Order(str(tiny), adapter, tmp_path / "fused"), rows)
    assert fused.from_adapter.mean < 1e-6
    assert fused.from_adapter.agreement == 1.0
    assert fused.learned.mean > 0.1
    assert fused.lost_fraction < 1e-5
    assert (fused.count_layers, fused.bits) == (0 if kind == "full" else 14, None)
    assert fused.size_bytes == (fused.folder / "model.safetensors").stat().st_size


def test_a_quantised_base_is_dequantised(four_bits: Path, rows: list[Encoded], tmp_path: Path):
    adapter = plant(four_bits, tmp_path / "adapter", 0.3)
    fused = fuse(Order(str(four_bits), adapter, tmp_path / "fused"), rows)
    config = json.loads((tmp_path / "fused/config.json").read_text())
    assert "quantization" not in config
    assert "quantization_config" not in config
    assert fused.bits == 4
    assert fused.from_adapter.mean < 1e-6
    opened = open_weights(str(tmp_path / "fused"))
    assert not [name for name, one in opened.model.named_modules() if hasattr(one, "bits")]


def test_the_folder_is_what_mlx_lm_opens_and_its_tokenizer_is_the_bases_byte_for_byte(
    tiny: Path, adapter: Path, rows: list[Encoded], tmp_path: Path
):
    fuse(Order(str(tiny), adapter, tmp_path / "fused", mark={"run_id": "train-x-1"}), rows)
    files = sorted(path.name for path in (tmp_path / "fused").iterdir())
    assert files == sorted(
        [*BESIDE, "config.json", "curate.json", "model.safetensors", "model.safetensors.index.json"]
    )
    for name in BESIDE:
        assert (tmp_path / "fused" / name).read_bytes() == (tiny / name).read_bytes()
    assert json.loads((tmp_path / "fused/curate.json").read_text()) == {
        "verb": "fuse", "model": str(tiny), "adapter": str(adapter), "run_id": "train-x-1",
    }  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["fused"]


def test_a_fuse_that_leaves_the_adapter_out_is_caught(
    tiny: Path, adapter: Path, rows: list[Encoded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def leaves_out(opened):
        base = open_weights(str(tiny)).model
        opened.model.update_modules(base.children())
        return 14

    monkeypatch.setattr(fusing, "fuse_layers", leaves_out)
    with pytest.raises(CurateError) as raised:
        fuse(Order(str(tiny), adapter, tmp_path / "fused"), rows)
    assert "the fused model is not what was trained: 100.0% of it is lost\n" in str(raised.value)
    assert raised.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_fuse_that_quantises_again_as_mlx_lm_does_is_caught(
    four_bits: Path, rows: list[Encoded], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    adapter = plant(four_bits, tmp_path / "adapter", 0.03)

    def quantises_again(opened):
        from mlx.utils import tree_unflatten

        again = [(n, m.fuse()) for n, m in opened.model.named_modules() if hasattr(m, "fuse")]
        opened.model.update_modules(tree_unflatten(again))
        return len(again)

    monkeypatch.setattr(fusing, "fuse_layers", quantises_again)
    with pytest.raises(CurateError) as raised:
        fuse(Order(str(four_bits), adapter, tmp_path / "fused"), rows)
    assert "the fused model is not what was trained" in str(raised.value)
    assert not (tmp_path / "fused").exists()


def test_what_is_caught_is_told_with_its_figures():
    gap = Divergence(0.02, 0.1, 0.5, 0.875, 2_048)
    learned = Divergence(0.5, 1.0, 2.0, 0.5, 2_048)
    with pytest.raises(CurateError) as raised:
        check(Path("out/fused"), gap, learned, "float32")
    assert str(raised.value) == (
        "out/fused: the fused model is not what was trained: 4.0% of it is lost\n"
        "  KL from the adapter is 0.02 a token, and the base's is 0.5; both choose the same token "
        "in 87.5% of 2,048\n"
        "  fix: nothing was written; see that the adapter was trained on this model, "
        "and report it if so"
    )


def test_rounding_is_no_fault_and_a_percent_is_the_limit():
    def one(mean: float) -> Divergence:
        return Divergence(mean, mean, mean, 1.0, 10)

    check(Path("x"), one(5e-7), one(0), "float32")  # nothing was learned
    check(Path("x"), one(1e-4), one(1e-3), "bfloat16")
    check(Path("x"), one(0.0099), one(1), "float32")
    with pytest.raises(CurateError):
        check(Path("x"), one(1e-4), one(1e-3), "float32")
    with pytest.raises(CurateError):
        check(Path("x"), one(0.0101), one(1), "float32")
    assert [lost_fraction(one(a), one(b)) for a, b in ((0, 0), (1, 0), (1, 4))] == [0, 1, 0.25]


def test_a_layer_that_cannot_be_dequantised_is_told(tiny: Path):
    from mlx import nn

    class Odd(nn.Module):
        bits = 4

    model = nn.Sequential(Odd())
    opened = SimpleNamespace(model=model, config={"quantization": {"bits": 4}}, folder=Path("m"))
    with pytest.raises(CurateError) as raised:
        fuse_layers(opened)
    assert str(raised.value) == (
        "model m: mlx-lm cannot dequantise these layers: layers.0\n"
        "  fix: fuse into the model as it was before it was quantised: --model"
    )


def test_the_bits_of_a_model_are_read_from_either_key():
    assert bits_of({}) is None
    assert bits_of({"quantization": {"bits": 5, "group_size": 64}}) == 5
    assert bits_of({"quantization_config": {"quant_method": "mxfp4"}}) == 4
