"""A model on this machine as an engine: its replies, their cost, and the chance of a call."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curate.errors import CurateError
from curate.models import opening
from curate.models.opening import open_weights
from curate.models.replying import CALL_START, LocalEngine, open_engine
from curate.models.training.adapting import adapt, write_config
from curate.models.training.settings import Settings
from curate.scoring.engine import Conversation
from curate.tools import all_tools

TOOLS = [all_tools()["typecheck"].schema()]
ASKED = [
    Conversation([{"role": "user", "content": text}], TOOLS)
    for text in ("Is src clean?", "What is a heap, in one sentence, please?", "hm")
]


@pytest.fixture(scope="module")
def engine(tiny: Path) -> LocalEngine:
    """The tiny model, one reply at a time."""
    return open_engine(str(tiny))


def test_a_reply_is_greedy_and_its_first_token_has_the_chance_that_the_model_gives(
    tiny: Path, engine: LocalEngine
):
    import mlx.core as mx
    import mlx_lm

    loaded = mlx_lm.load(str(tiny))
    model, tokenizer = loaded[0], loaded[1]
    tokens = tokenizer.apply_chat_template(
        ASKED[0].messages, tools=TOOLS, add_generation_prompt=True
    )
    start = tokenizer.encode(CALL_START, add_special_tokens=False)
    wanted = []
    for _ in range(4):
        logits = model(mx.array([tokens + wanted]))[0, -1]
        if not wanted:
            chance = float(mx.softmax(logits)[start[0]].item())
        wanted.append(int(mx.argmax(logits).item()))
    (reply,) = engine.replies(ASKED[:1], max_tokens=4)
    assert (reply.text, reply.finish, reply.count_tokens) == (tokenizer.decode(wanted), "length", 4)
    assert reply.tool_probability == pytest.approx(chance, rel=1e-3)
    assert 0 < reply.seconds_to_first <= reply.seconds


def test_a_batch_replies_as_each_does_alone(tiny: Path, engine: LocalEngine):
    alone = engine.replies(ASKED, max_tokens=6)
    together = open_engine(str(tiny), batch=3).replies(ASKED, max_tokens=6)
    assert [reply.text for reply in together] == [reply.text for reply in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.tool_probability == pytest.approx(other.tool_probability, rel=1e-3)


def test_a_reply_that_ends_by_itself_has_stopped(engine: LocalEngine):
    opened = engine._opened
    (cut,) = engine.replies(ASKED[:1], max_tokens=1)
    first = opened.tokenizer.encode(cut.text, add_special_tokens=False)
    before = opened.tokenizer._eos_token_ids
    opened.tokenizer._eos_token_ids = {*before, first[0]}  # what it says first now ends a reply
    try:
        (reply,) = engine.replies(ASKED[:1], max_tokens=8)
    finally:
        opened.tokenizer._eos_token_ids = before
    assert (reply.text, reply.finish, reply.count_tokens) == ("", "stop", 1)


def test_the_engine_knows_its_dialect_and_what_it_costs(tiny: Path, engine: LocalEngine):
    measured = engine.measured()
    assert engine.dialect == "qwen3_coder"
    assert measured.size_bytes == (tiny / "model.safetensors").stat().st_size
    assert measured.load_seconds > 0
    assert measured.peak_memory_bytes > measured.size_bytes
    assert engine.warnings() == []
    assert open_engine(str(tiny), batch=2).warnings() == [
        "replies were made 2 at a time: each took longer than it does alone"
    ]


def test_a_template_that_cannot_render_is_told(engine: LocalEngine):
    with pytest.raises(CurateError) as caught:
        engine.replies([Conversation([{"role": "user"}], TOOLS)], max_tokens=1)
    assert "its chat template cannot render a prompt of this suite" in str(caught.value)
    assert "fix: score a model whose template takes tools and their results" in str(caught.value)


def test_the_first_import_of_mlx_lm_is_no_time_to_load(tiny: Path):
    opened = (
        "import sys, time; from types import SimpleNamespace; from curate.models import replying\n"
        "def clock(): print('mlx_lm' in sys.modules); return 0.0\n"
        "replying.time = SimpleNamespace(perf_counter=clock)\n"
        f"replying.open_engine({str(tiny)!r})"
    )
    ran = subprocess.run([sys.executable, "-c", opened], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["True", "True"]


def test_a_model_that_does_not_open_is_told(tmp_path: Path):
    with pytest.raises(CurateError, match=f"model {tmp_path}: is no model's folder"):
        open_engine(str(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"num_hidden_layers": 2', '"num_hidden_layers": 1000000000', "1,000,000,000 layers"),
        ('"eos_token_id": ', '"eos_token_id": 9999999999', "OverflowError"),
    ],
    ids=["layers", "eos"],
)
def test_a_config_that_asks_too_much_is_told_at_once(tiny: Path, tmp_path: Path, old, new, told):
    folder = shutil.copytree(tiny, tmp_path / "model")
    text = (folder / "config.json").read_text(encoding="utf-8")
    assert old in text
    (folder / "config.json").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CurateError, match=told):
        open_engine(str(folder))


def test_weights_that_are_no_file_are_told(tiny: Path, tmp_path: Path):
    folder = shutil.copytree(tiny, tmp_path / "model")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").symlink_to("/dev/zero")
    with pytest.raises(CurateError, match=r"model\.safetensors is no file"):
        open_engine(str(folder))


def test_a_model_of_no_numbers_is_told_and_gives_no_reply(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = changed(tiny, tmp_path / "model", lambda name, one: one * float("nan"))
    with pytest.raises(CurateError, match="its weights hold what is no number"):
        open_engine(str(folder))
    monkeypatch.setattr(opening, "_check_numbers", lambda _model: None)  # as if it came later
    with pytest.raises(CurateError, match="what it predicts is no number"):
        open_engine(str(folder)).replies(ASKED[:1], max_tokens=2)


def changed(tiny: Path, folder: Path, change: Callable[[str, Any], Any]) -> Path:
    """A copy of a model with other weights."""
    import mlx.core as mx

    shutil.copytree(tiny, folder)
    path = str(folder / "model.safetensors")
    weights: Any = mx.load(path)
    mx.save_safetensors(path, {name: change(name, one) for name, one in weights.items()})
    return folder


@pytest.mark.parametrize("rename", [("layers.0", "layers.9"), ("", "")], ids=["name", "shape"])
def test_an_adapter_of_another_model_is_told_and_not_left_out(tiny: Path, tmp_path: Path, rename):
    import mlx.core as mx
    from mlx.utils import tree_flatten

    settings = Settings(rank=2)
    opened = open_weights(str(tiny))
    adapt(opened.model, settings)
    write_config(tmp_path, settings, opened.model, "tiny")
    weights: Any = dict(tree_flatten(opened.model.trainable_parameters()))
    path = str(tmp_path / "adapters.safetensors")
    mx.save_safetensors(path, weights)
    open_engine(str(tiny), tmp_path)  # its own
    old, new = rename
    other = {
        name.replace(old, new) if old else name: one if old else mx.zeros((7, 7))
        for name, one in weights.items()
    }
    mx.save_safetensors(path, other)
    with pytest.raises(CurateError) as caught:
        open_engine(str(tiny), tmp_path)
    assert "cannot be opened" in str(caught.value)
    assert "and an adapter that was trained on it" in str(caught.value)
