"""The exported folder: a manifest that is true, nothing of this machine, never half a dataset."""

import hashlib
import json
import socket
import sys
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.stages import export as export_module
from tests.conftest import Mini


def manifest(mini: Mini) -> dict:
    return json.loads((mini.out / "manifest.json").read_text(encoding="utf-8"))


def test_the_manifest_tells_the_rows_bytes_and_hash_of_every_file(mini_build: Mini):
    found = manifest(mini_build)["files"]
    assert list(found) == ["train.jsonl", "valid.jsonl", "README.md"]
    for name, entry in found.items():
        content = (mini_build.out / name).read_bytes()
        assert entry["bytes"] == len(content)
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        if name.endswith(".jsonl"):
            assert entry["rows"] == content.count(b"\n")
            assert content.endswith(b"}\n")


def test_the_manifest_tells_what_the_dataset_was_made_from(mini_build: Mini):
    found = manifest(mini_build)
    assert list(found) == ["corpus", "recipe", "sources", "tool_versions", "counts", "files"]
    assert (found["corpus"], found["recipe"]["seed"]) == ("mini", 5)
    (source,) = found["sources"]
    assert (source["name"], source["kind"], source["license_spdx"]) == ("parcelbox", "path", "MIT")
    assert {entry["tool"] for entry in found["tool_versions"]} == {
        "read_file", "ruff_check", "run_command", "typecheck",
    }  # fmt: skip
    counts = found["counts"]
    assert counts["split"] == {"train": 60, "valid": 8}
    assert counts["kind"] == {"direct": 14, "tool": 54}
    assert sum(counts["stratum"].values()) == sum(counts["intent"].values()) == 68
    assert counts["source_id"]["parcelbox@local"] == sum(counts["turns"].values()) == 54
    assert counts["surface"] == {"direct": 68}
    assert sum(counts["tool"].values()) > 54, "a sample counts under each tool that it calls"


def test_no_exported_byte_tells_of_this_machine(mini_build: Mini):
    told = (str(mini_build.root), str(mini_build.cache), str(Path.home()) + "/", sys.prefix)
    for name, content in mini_build.exported().items():
        for word in (*told, socket.gethostname()):
            assert word.encode() not in content, f"{name} holds {word}"


def test_a_split_that_is_no_longer_wanted_leaves_no_file(mini_copy: Mini):
    mini_copy.edit("corpora/mini.toml", "train = 60\nvalid = 8", "train = 52\nvalid = 8\ntest = 8")
    mini_copy.build()
    assert (mini_copy.out / "test.jsonl").exists()
    mini_copy.edit("corpora/mini.toml", "train = 52\nvalid = 8\ntest = 8", "train = 60\nvalid = 8")
    mini_copy.build()
    assert list(mini_copy.exported()) == [
        "README.md",
        "manifest.json",
        "train.jsonl",
        "valid.jsonl",
    ]


def test_a_folder_that_is_half_written_has_no_manifest(mini_copy: Mini, monkeypatch):
    real = Path.replace

    def replace(self, target):
        if self.name == "valid.jsonl":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(CurateError) as caught:
        mini_copy.build(again=True)
    assert str(caught.value) == (
        "out/mini: cannot be written: No space left on device\n  fix: free the folder and run again"
    )
    assert not (mini_copy.out / "manifest.json").exists()
    monkeypatch.undo()
    monkeypatch.setenv("CURATE_CACHE", str(mini_copy.cache))
    assert [s["name"] for s in mini_copy.build()["stages"] if not s["is_fresh"]] == ["export"]
    assert export_module.SPLITS == ("train", "valid", "test")
    assert not list((mini_copy.root / "out").glob(".mini.*"))


def test_rows_of_one_batch_are_of_one_kind(mini_build: Mini):
    """Training takes four consecutive rows as a batch; only the last may mix the kinds."""
    lines = (mini_build.out / "train.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [any("tool_calls" in turn for turn in json.loads(line)["messages"]) for line in lines]
    batches = [kinds[start : start + 4] for start in range(0, len(kinds) // 4 * 4, 4)]
    assert sum(len(set(batch)) > 1 for batch in batches) <= 1


@pytest.mark.parametrize("form", ["messages", "embedded", "chatml"])
def test_without_tools_a_row_tells_of_none(mini_copy: Mini, form: str):
    mini_copy.edit("corpora/mini.toml", "[split]", "[export]\ntools = false\n\n[split]")
    mini_copy.build(form=form)
    for line in (mini_copy.out / "train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert list(row) == (["text"] if form == "chatml" else ["messages"])
        told = row["text"] if form == "chatml" else row["messages"][0]["content"]
        system = "You are a coding assistant. Look things up with the tools; else answer directly."
        assert told.partition("<|im_end|>")[0].removeprefix("<|im_start|>system\n") == system
    assert manifest(mini_copy)["recipe"]["export"]["tools"] is False
