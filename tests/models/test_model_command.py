"""`curate model tiny`: learned from any form of rows; what is trained on it is what is served."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from curate.auditing import audit
from curate.cli import main
from curate.datasets.tokens.opening import open_model
from curate.errors import CurateError
from curate.models.tiny import Shape
from curate.models.tiny_making import make_tiny_from
from curate.models.tiny_texts import tiny_texts
from curate.project import Project
from curate.requested import Request
from tests.conftest import REPOSITORY, Mini

pytest.importorskip("mlx.core")

CALL = {"name": "read_file", "arguments": {"path": "src/app.py", "start_line": 3}}
WRITTEN = (
    "<tool_call>\n<function=read_file>\n<parameter=path>\nsrc/app.py\n</parameter>\n"
    "<parameter=start_line>\n3\n</parameter>\n</function>\n</tool_call>"
)
TEXTS = ["be brief", "show line 3 of src/app.py", WRITTEN, "x = 1", "It sets `x`."]


def tiny(*options: str) -> Any:
    return CliRunner().invoke(main, ["model", "tiny", *options])


def messages() -> dict[str, Any]:
    return {
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "show line 3 of src/app.py"},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"id": "1", "type": "function", "function": CALL}],
            },
            {"role": "tool", "tool_call_id": "1", "name": "read_file", "content": "x = 1"},
            {"role": "assistant", "content": "It sets `x`."},
        ]
    }


def sharegpt() -> dict[str, Any]:
    called = f"<tool_call>\n{json.dumps(CALL)}\n</tool_call>"
    return {
        "conversations": [
            {"from": "system", "value": "be brief"},
            {"from": "human", "value": "show line 3 of src/app.py"},
            {"from": "gpt", "value": called},
            {"from": "tool", "value": "x = 1"},
            {"from": "gpt", "value": "It sets `x`."},
        ]
    }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with nothing built."""
    (tmp_path / "corpora").mkdir()
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def write(folder: Path, row: dict[str, Any], split: str = "train") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{split}.jsonl").write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("row", [messages, sharegpt], ids=["messages", "sharegpt"])
def test_the_texts_of_any_form_are_its_contents_and_its_calls(project: Project, row: Any):
    assert list(tiny_texts(project, write(project.root / "data", row()))) == TEXTS


def test_only_the_train_split_is_learned_from(project: Project):
    folder = write(project.root / "data", messages())
    write(folder, sharegpt(), "valid")
    assert list(tiny_texts(project, folder)) == TEXTS


def test_a_dataset_without_a_training_row_is_refused(project: Project):
    folder = write(project.root / "data", messages(), "valid")
    with pytest.raises(CurateError) as raised:
        list(tiny_texts(project, folder))
    assert str(raised.value) == (
        f"data {folder}: has no row of a training split that can be read\n"
        f"  fix: look at it: curate audit {folder}"
    )


def test_data_that_is_not_there_is_told_with_what_is_built(project: Project):
    write(project.out / "other", messages())
    with pytest.raises(CurateError) as raised:
        make_tiny_from(project, "mini", None, Shape(), seed=0)
    assert str(raised.value) == (
        "data mini: no corpus of this name is built, and there is no such folder\n"
        "  built: other\n"
        "  fix: build it first: curate build mini, or give a folder with train.jsonl"
    )


def test_the_command_says_what_it_made(in_mini: Mini, tmp_path: Path):
    made = tiny("--data", "mini", "--to", str(tmp_path / "m"), "--vocab", "600", "--json")
    assert made.exit_code == 0, made.output
    given = json.loads(made.stdout)
    assert given == {
        "folder": str(tmp_path / "m"),
        "parameters": given["parameters"],
        "vocab": 600,
        "texts": given["texts"],
        "data": "mini",
        "seed": 0,
    }
    config = json.loads((tmp_path / "m/config.json").read_text())
    assert (config["vocab_size"], config["hidden_size"], config["num_hidden_layers"]) == (
        600,
        64,
        2,
    )


def test_without_a_folder_it_lies_in_out_models_tiny(mini_copy: Mini, monkeypatch: Any):
    monkeypatch.chdir(mini_copy.root)
    made = tiny("--data", "mini", "--hidden", "32", "--layers", "1", "--heads", "2")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("out/models/tiny: ")
    assert (mini_copy.root / "out/models/tiny/model.safetensors").is_file()


def test_the_chat_template_is_the_projects_own_where_it_has_one(mini_copy: Mini):
    mini_copy.edit("templates/models/qwen3_coder.jinja", "A chat template of ours", "Mine")
    made = make_tiny_from(mini_copy.project, "mini", None, Shape(), seed=0)
    folder = mini_copy.root / made.folder
    assert "Mine" in open_model(str(folder)).tokenizer.chat_template


def test_what_is_trained_on_it_is_what_is_served(mini_build: Mini, tmp_path: Path):
    make_tiny_from(mini_build.project, "mini", tmp_path / "m", Shape(), seed=0)
    rules = [
        path.stem
        for path in sorted((REPOSITORY / "sql/rules").glob("*.sql"))
        if "-- needs: tokenizer" in path.read_text(encoding="utf-8")
    ]
    assert "template_unstable" in rules
    assert "text_unlike_served" in rules
    request = Request(
        paths=(mini_build.out,),
        rules=tuple(rules),
        tokenizer=tmp_path / "m",
        max_seq_length=20_000,
        batch_size=1,
    )
    audited = audit(request)
    assert [run.skipped for run in audited.rules if run.skipped] == []
    assert [found.rule for found in audited.findings if found.severity == "error"] == []
