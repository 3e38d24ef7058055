"""The tiny model is one that mlx-lm opens, serves tools with, and that quantises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from curate.datasets.tokens.opening import open_model
from curate.errors import CurateError
from curate.models.opening import open_weights
from curate.models.tiny import Shape, make_tiny
from tests.models.conftest import CHAT_TEMPLATE, texts


def test_it_opens_with_its_parser_and_its_stop_token(tiny: Path):
    opened = open_weights(str(tiny))
    assert opened.tokenizer.has_tool_calling
    assert opened.tokenizer.decode(sorted(opened.tokenizer.eos_token_ids)) == "<|im_end|>"
    model = open_model(str(tiny))
    assert (model.parser, model.stops) == ("qwen3_coder", ("<|im_end|>",))


def test_each_tag_of_a_call_is_one_token(tiny: Path):
    tokenizer = open_weights(str(tiny)).tokenizer
    assert [len(tokenizer.encode(tag)) for tag in ("<tool_call>", "</tool_call>")] == [1, 1]


def test_same_texts_and_seed_give_the_same_bytes(tiny: Path, tmp_path: Path):
    template = CHAT_TEMPLATE.read_text(encoding="utf-8")
    make_tiny(texts(), template, tmp_path / "again", Shape())
    make_tiny(texts(), template, tmp_path / "other", Shape(), seed=1)
    read = [
        {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        for folder in (tiny, tmp_path / "again", tmp_path / "other")
    ]
    assert read[0] == read[1]
    assert read[0]["model.safetensors"] != read[2]["model.safetensors"]


def test_a_folder_that_holds_something_else_stays(tmp_path: Path):
    kept = tmp_path / "notes.txt"
    kept.write_text("mine")
    with pytest.raises(CurateError) as raised:
        make_tiny([], "", tmp_path, Shape())
    assert str(raised.value) == (
        f"curate model tiny: {tmp_path} holds something else\n  fix: name an empty folder"
    )
    assert kept.read_text() == "mine"


@pytest.mark.parametrize("mark", [None, {"verb": "fuse"}], ids=["downloaded", "fused"])
def test_a_model_that_this_did_not_make_stays(tmp_path: Path, mark: dict[str, str] | None):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_text("gigabytes")
    if mark is not None:
        (tmp_path / "curate.json").write_text(json.dumps(mark))
    with pytest.raises(CurateError, match="holds something else"):
        make_tiny([], "", tmp_path, Shape())
    assert (tmp_path / "model.safetensors").read_text() == "gigabytes"


def test_a_tiny_model_is_made_anew_in_its_place(tmp_path: Path):
    template = CHAT_TEMPLATE.read_text(encoding="utf-8")
    for seed in (0, 1):
        make_tiny(texts(), template, tmp_path / "tiny", Shape(), seed=seed)
    make_tiny(texts(), template, tmp_path / "other", Shape(), seed=1)
    made, other = (tmp_path / name / "model.safetensors" for name in ("tiny", "other"))
    assert made.read_bytes() == other.read_bytes()


def test_making_one_does_not_ask_for_another_framework(tmp_path: Path):
    made = (
        "from pathlib import Path; from curate.models.tiny import Shape, make_tiny;"
        f"make_tiny(['a text'] * 9, '', Path({str(tmp_path / 'tiny')!r}), Shape(vocab=264))"
    )
    ran = subprocess.run([sys.executable, "-c", made], check=True, capture_output=True, text=True)
    assert ran.stderr == ""


def test_sizes_that_do_not_fit_are_refused(tmp_path: Path):
    with pytest.raises(CurateError) as raised:
        make_tiny([], "", tmp_path / "new", Shape(hidden=48))
    assert str(raised.value) == (
        "curate model tiny: a hidden size of 48 cannot be shared by 4 heads and quantised in "
        "groups of 32\n  fix: give a multiple of 32 and of twice the heads"
    )


def test_a_model_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(CurateError) as raised:
        open_weights(str(tmp_path / "none"))
    assert "there is no such folder" in str(raised.value)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(CurateError) as raised:
        open_weights(str(tmp_path))
    assert str(raised.value) == (
        f"model {tmp_path}: is no model's folder: it has no *.safetensors\n"
        "  fix: give a model's folder, with config.json, *.safetensors, tokenizer.json and "
        "tokenizer_config.json"
    )
    (tmp_path / "model.safetensors").write_text("no weights")
    with pytest.raises(CurateError) as raised:
        open_weights(str(tmp_path))
    assert "cannot be opened" in str(raised.value)
