"""The dataset card: what the hub and `datasets` read from it, and what a person does."""

import json

import pytest

from curate.card import HUB_SIZES, SPLIT_NAMES
from tests.conftest import Mini

yaml = pytest.importorskip("yaml")


def front_matter(mini: Mini) -> dict:
    text = (mini.out / "README.md").read_text(encoding="utf-8")
    start, matter, _ = text.split("---\n", 2)
    assert start == "", "the front matter comes first"
    return yaml.safe_load(matter)


def test_the_front_matter_names_every_file_under_its_split(mini_build: Mini):
    found = front_matter(mini_build)
    (config,) = found["configs"]
    assert config["config_name"] == "default"
    assert config["data_files"] == [
        {"split": "train", "path": "train.jsonl"},
        {"split": "validation", "path": "valid.jsonl"},
    ]
    for entry in config["data_files"]:
        assert (mini_build.out / entry["path"]).is_file()
    assert SPLIT_NAMES == {"train": "train", "valid": "validation", "test": "test"}


def test_a_test_split_is_named_too(mini_copy: Mini):
    mini_copy.edit("corpora/mini.toml", "train = 60\nvalid = 8", "train = 52\nvalid = 8\ntest = 8")
    mini_copy.build()
    assert [entry["split"] for entry in front_matter(mini_copy)["configs"][0]["data_files"]] == [
        "train", "validation", "test",
    ]  # fmt: skip
    assert len((mini_copy.out / "test.jsonl").read_text().splitlines()) == 8


def test_the_front_matter_is_what_the_hub_knows(mini_build: Mini):
    found = front_matter(mini_build)
    assert found["pretty_name"] == "mini"
    assert (found["license"], found["language"]) == ("other", ["en"])
    assert found["task_categories"] == ["text-generation"]
    assert found["size_categories"] == ["n<1K"]


def test_a_name_that_yaml_would_take_for_something_else_stays_a_name(mini_copy: Mini):
    (mini_copy.root / "corpora/27.toml").write_text('extends = "mini"\n')
    mini_copy.build("27")
    mini = Mini(mini_copy.root, mini_copy.cache)
    text = (mini.root / "out/27/README.md").read_text()
    assert yaml.safe_load(text.split("---\n")[1])["pretty_name"] == "27"


def test_sizes_are_the_hubs_and_grow():
    limits = [limit for limit, _ in HUB_SIZES]
    assert limits == sorted(limits)
    assert [label for _, label in HUB_SIZES][:3] == ["n<1K", "1K<n<10K", "10K<n<100K"]


def test_the_card_tells_hashes_sources_and_audits(mini_build: Mini):
    text = (mini_build.out / "README.md").read_text(encoding="utf-8")
    manifest = json.loads((mini_build.out / "manifest.json").read_text())
    for name in ("train.jsonl", "valid.jsonl"):
        entry = manifest["files"][name]
        assert f"| `{name}` | {entry['rows']} | `{entry['sha256']}` |" in text
    (source,) = manifest["sources"]
    assert f"| parcelbox | local | MIT | `{source['revision']}` |" in text
    assert "| grounded | 0 |" in text
    assert "Tool calls and direct answers about one small project" in text
    example = json.loads(text.partition("```json\n")[2].partition("\n```")[0])
    assert list(example) == ["prompt", "calls", "results", "answer"]
    assert len(example["calls"]) == len(example["results"]) > 0
