"""Which files a dataset is made of, and which split each is."""

from pathlib import Path

import pytest

from curate.datasets.files import find_files, left_out, split_of
from curate.errors import CurateError

READ = "give a folder with train.jsonl, valid.jsonl, test.jsonl, or files: .jsonl, .json, .parquet"


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('{"text": "a"}\n')


@pytest.mark.parametrize(
    ("names", "splits"),
    [
        (["train.jsonl", "valid.jsonl", "test.jsonl"], ["train", "valid", "test"]),
        (["val.jsonl", "train.jsonl"], ["train", "valid"]),
        (["dev.json", "training.ndjson"], ["train", "valid"]),
        (["data/validation-00000-of-00001.parquet", "data/train-1.parquet"], ["train", "valid"]),
        (["train/part1.jsonl", "train/part2.jsonl", "eval/part1.jsonl"], ["train"] * 2 + ["valid"]),
        (["my_train.jsonl.gz", "my_test.jsonl.zst"], ["train", "test"]),
        (["train.jsonl", "metadata.json", ".hidden/test.jsonl"], ["train"]),
        (["rows.jsonl"], ["train"]),
    ],
    ids=" ".join,
)
def test_a_folder_s_files_say_their_splits(names, splits, tmp_path):
    made(tmp_path, *names)
    assert [file.split for file in find_files([tmp_path], {})] == splits


def test_files_have_the_names_that_were_typed_and_the_order_of_splits(tmp_path, monkeypatch):
    made(tmp_path, "data/valid.jsonl", "data/train.jsonl", "more/b.jsonl")
    monkeypatch.chdir(tmp_path)
    found = find_files([Path("data")], {"test": Path("more/b.jsonl")})
    assert [file.name for file in found] == ["data/train.jsonl", "data/valid.jsonl", "more/b.jsonl"]


def test_one_file_alone_is_train_and_a_file_counts_once(tmp_path):
    made(tmp_path, "mine.jsonl")
    path = tmp_path / "mine.jsonl"
    assert [file.split for file in find_files([path, path], {})] == ["train"]
    assert [file.split for file in find_files([path], {"valid": path})] == ["valid"]


def test_what_a_folder_holds_besides_its_splits_is_told(tmp_path):
    for name in ("train.jsonl", "valid.jsonl", "extra_2.jsonl", "notes.txt", ".hidden.jsonl"):
        (tmp_path / name).write_text("{}\n")
    found = find_files([tmp_path], {})
    assert left_out([tmp_path], found) == [(tmp_path / "extra_2.jsonl").as_posix()]
    named = find_files([tmp_path], {"test": tmp_path / "extra_2.jsonl"})
    assert left_out([tmp_path], named) == []


def test_a_split_is_a_word_of_the_name_and_not_a_part_of_one():
    assert split_of(Path("latest.jsonl")) is None
    assert split_of(Path("a/trainer.jsonl")) is None
    assert split_of(Path("a/phase_27-train.v2.jsonl")) == "train"


@pytest.mark.parametrize(
    ("paths", "named", "message"),
    [
        (["no"], {}, f"no: there is no such file or folder\n  fix: {READ}"),
        ([], {"valid": "no"}, f"--valid no: there is no such file or folder\n  fix: {READ}"),
        (["empty"], {}, f"empty: has no file that is read\n  fix: {READ}"),
        (
            ["two"],
            {},
            (
                "two: no file of it says a split\n  files: a.jsonl, b.jsonl\n"
                "  fix: name them train, valid and test, or say which is which: --train two/a.jsonl"
            ),
        ),
        (
            ["two/a.jsonl", "two/b.jsonl"],
            {},
            (
                "two/a.jsonl: its name says no split, and it is not the only file\n"
                "  fix: say which it is: --train two/a.jsonl (or --valid, --test)"
            ),
        ),
        (
            ["odd.csv"],
            {},
            (
                "odd.csv: .csv is not read\n  read are .jsonl, .ndjson, .json, .parquet\n"
                f"  fix: {READ}"
            ),
        ),
        ([], {"train": "two"}, "--train two: is a folder\n  fix: give a file for a split"),
        (
            [],
            {"other": "two/a.jsonl"},
            "two/a.jsonl: there is no split other\n  fix: splits: train, valid, test",
        ),
    ],
    ids=["missing", "missing split", "empty", "no split", "two files", "csv", "folder", "unknown"],
)
def test_what_is_no_dataset_is_said_clearly(paths, named, message, tmp_path, monkeypatch):
    made(tmp_path, "two/a.jsonl", "two/b.jsonl", "odd.csv")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CurateError) as raised:
        find_files([Path(path) for path in paths], {k: Path(v) for k, v in named.items()})
    assert str(raised.value) == message
