"""All that stands in the way of a training is told at once, before a minute is spent."""
# ruff: noqa: E501  one planted fault a line, and its message whole

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curate.errors import CurateError
from curate.models.training import preflight as looking
from curate.models.training.dataset import data_of, read_split
from curate.models.training.preflight import Checked, Order, preflight
from curate.project import Project
from tests.datasets import models
from tests.models.training.conftest import QUICK, short_rows, write_rows
from tests.rules import sound

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def looked(project: Project, smallest: Path) -> Callable[..., Checked]:
    """Looks at the short dataset, changed, with QUICK and what is given besides."""

    def look(change: Callable[[Rows], object] = lambda _: None, model: Path = smallest, **given):
        rows = short_rows()
        change(rows)
        write_rows(project.root / "data", rows)
        settings = replace(QUICK, **given)
        order = Order(project, data_of(project, "data"), str(model), settings)
        return preflight(order, lambda *_: None)

    return look


def told(checked: Checked) -> dict[str, str]:
    """What stands in the way by its check, the first of each."""
    return {one.check: f"{one.what}\n{one.fix}" for one in reversed(checked.failures)}


def test_a_sound_dataset_is_let_through(looked, project: Project):
    checked = looked()
    assert checked.failures == ()
    assert {split: len(rows) for split, rows in checked.rows.items()} == {"train": 32, "valid": 5}
    order = Order(project, data_of(project, "data"), "m", QUICK)
    assert checked.demand(order) is checked.opened


def test_rows_that_do_not_fit_are_refused_and_none_is_cut(looked):
    checked = looked(max_seq_length=300)
    assert told(checked) == {
        "row_long": "longer than 300 tokens are 23 of train and 4 of valid, the longest row 513; none is cut\n"
        "give --max-seq-length 768, or drop the rows"
    }
    assert max(one.count_tokens for one in checked.rows["train"]) == 513


def test_more_tokens_than_the_model_has_places_for_are_refused(looked):
    assert told(looked(max_seq_length=9000)) == {
        "max_seq_length": "9,000 tokens are more than the model knows places for: 8,192\n"
        "give --max-seq-length 8192"
    }


@pytest.mark.parametrize(
    ("given", "check", "text"),
    [
        ({"layers": 3}, "layers", "3 are to be trained, and the model has 2\ngive --layers 2, or -1 for all of them"),
        ({"rank": 64}, "rank", "64 is more than self_attn.k_proj has: 16\ngive --rank 16 or less, or --type full"),
        ({"keys": ("self_attn.qkv",)}, "keys", "no block has self_attn.qkv\nits blocks have mlp.down_proj, mlp.gate_proj, mlp.up_proj, self_attn.k_proj, self_attn.o_proj, self_attn.q_proj, self_attn.v_proj"),
    ],
    ids=["layers", "rank", "keys"],
)  # fmt: skip
def test_what_does_not_fit_the_model_is_refused(given, check: str, text: str, looked):
    checked = looked(**given)
    assert told(checked) == {check: text}
    assert checked.opened is None


def test_a_split_below_a_batch_is_refused_unless_it_is_allowed(looked):
    found = told(looked(batch_size=6))
    assert list(found) == ["split_below_batch"]
    assert "valid has 5 rows, and a batch takes 6" in found["split_below_batch"]
    assert "train with a smaller batch" in found["split_below_batch"]
    assert told(looked(batch_size=6, allow=("split_below_batch",))) == {}


def leak(rows: Rows) -> None:
    rows["valid"][0] = rows["train"][0]


def test_an_audit_that_is_not_green_stands_in_the_way(looked):
    found = told(looked(leak))
    assert "leak_row" in found
    assert "data/valid.jsonl:1" in found["leak_row"]


def test_a_rule_that_is_not_there_cannot_be_allowed(looked):
    with pytest.raises(CurateError) as raised:
        looked(allow=("leak_rows",))
    assert str(raised.value).startswith("--allow: there is no rule leak_rows\n  alike: leak_row")


def test_a_dialect_that_the_tokenizer_does_not_read_is_refused(looked):
    """Calls in JSON in the content, for a model whose server reads XML."""

    def embed(rows: Rows) -> None:
        for split, some in rows.items():
            rows[split] = [sound.embed(row) for row in some]

    found = told(looked(embed))
    assert found["call_unserved"].startswith("Replies that mlx-lm's server reads otherwise")
    assert found["mask"].startswith("what is trained of 23 rows of train is not what their replies")


@pytest.mark.parametrize(
    ("template", "checks"),
    [
        ("counted", {"template_unstable", "mask"}),
        ("endless", {"turn_unended", "mask"}),
        ("without_calls", {"parser_missing"}),
    ],
)
def test_a_template_that_trains_what_is_not_served_is_refused(
    template: str, checks: set[str], looked, smallest: Path, tmp_path: Path
):
    folder = models.write(tmp_path / "model", template)
    for name in ("config.json", "model.safetensors"):
        (folder / name).write_bytes((smallest / name).read_bytes())
    found = told(looked(model=folder))
    assert checks <= found.keys()


def test_a_row_without_a_reply_is_refused(looked):
    def unanswered(rows: Rows) -> None:
        rows["train"][0]["messages"] = [{"role": "user", "content": "Is anybody there?"}]

    assert told(looked(unanswered))["row_unanswered"] == (
        "1 of 32 rows of train have no reply to train\ngive them an answer, or drop them"
    )


def test_memory_and_disk_that_would_not_do_are_refused(looked, monkeypatch):
    monkeypatch.setattr(looking, "memory_free", lambda: 10_000_000)
    monkeypatch.setattr(looking, "disk_free", lambda _: 1_000)
    found = told(looked())
    assert found == {
        "memory": "a step over the longest rows takes about 0.1 GB, and 0.0 GB are free\ngive a "
        "smaller --batch-size with --accumulate, --grad-checkpoint, fewer --layers, or a smaller or "
        "quantised model; curate probe --allow memory measures it",
        "disk": "checkpoints take 0.0 GB, and 0.0 GB are free\nmake room, or train fewer weights: "
        "--type lora, a smaller --rank",
    }
    assert told(looked(allow=("memory", "disk"))) == {}
    monkeypatch.setattr(looking, "memory_free", lambda: 1_000)
    assert told(looked())["memory"].startswith("its weights alone take 0.0 GB")


def test_a_quantised_model_cannot_be_trained_in_full(looked, smallest: Path, tmp_path: Path):
    from mlx_lm import convert

    convert(str(smallest), str(tmp_path / "small-4bit"), quantize=True, q_bits=4, q_group_size=32)
    found = told(looked(model=tmp_path / "small-4bit", kind="full"))
    assert found == {
        "type": "a quantised model cannot be trained in full: its weights are whole numbers\n"
        "give --type lora, or a model that is not quantised"
    }
    assert told(looked(model=tmp_path / "small-4bit")) == {}


def test_all_that_stands_in_the_way_is_told_at_once_and_nothing_is_begun(looked, project, smallest):
    checked = looked(leak, layers=5, max_seq_length=300)
    order = Order(project, data_of(project, "data"), str(smallest), QUICK)
    with pytest.raises(CurateError) as raised:
        checked.demand(order)
    text = str(raised.value)
    assert text.startswith(f"data for {smallest}: ")
    for check in ("leak_row", "row_long", "layers"):
        assert f"\n  {check}: " in text
    assert text.endswith(
        "\n  fix: do what stands under each; --allow NAME lets a rule of the audit pass"
    )
    assert raised.value.exit_code == 1
    assert not (project.out / "runs").exists()


# The data itself


def test_data_that_is_not_there_is_told(project: Project):
    for name, text in {
        "phase28": "data phase28: no corpus of this name is built, and there is no such folder\n"
        "  fix: build it first: curate build phase28, or give a folder with train.jsonl and "
        "valid.jsonl",
        "corpora": "data corpora: has no train.jsonl\n"
        "  fix: give a folder with train.jsonl and valid.jsonl, as mlx-lm reads it",
    }.items():
        with pytest.raises(CurateError) as raised:
            data_of(project, name)
        assert str(raised.value) == text


def test_a_corpus_is_found_by_its_name_and_told_by_its_manifest(project: Project):
    write_rows(project.out / "mine", short_rows())
    (project.out / "mine/manifest.json").write_text("{}")
    data = data_of(project, "mine")
    assert (data.name, data.folder) == ("mine", project.out / "mine")
    before = data.sha256
    (project.out / "mine/manifest.json").write_text('{"seed": 2}')
    assert data_of(project, "mine").sha256 != before
    with pytest.raises(CurateError, match="built: mine"):
        data_of(project, "yours")


def test_a_folder_is_told_by_its_files(project: Project):
    before = data_of(project, "data").sha256
    rows = short_rows()
    write_rows(project.root / "data", {**rows, "valid": rows["valid"][:-1]})
    assert data_of(project, "data").sha256 != before


def test_a_line_that_is_no_object_is_named(project: Project):
    path = project.root / "data/train.jsonl"
    for line, what in {"[1]": "a list", "{": "Expecting property name"}.items():
        path.write_text(json.dumps(short_rows()["train"][0]) + f"\n\n{line}\n")
        with pytest.raises(CurateError) as raised:
            read_split(path.parent, "train")
        assert str(raised.value).startswith(f"{path}:3: is no JSON object: {what}")
    with pytest.raises(CurateError) as raised:
        read_split(path.parent / "none", "valid")
    assert "valid.jsonl: there is no such file" in str(raised.value)
