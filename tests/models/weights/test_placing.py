"""A model appears whole or not at all, and nothing is replaced that curate did not write."""

from collections.abc import Callable
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.models.folders import weights_bytes
from curate.models.weights.placing import placed, refuse


def write(
    target: Path, text: str, *, force: bool = False, meanwhile: Callable[[], object] = str
) -> None:
    with placed(target, {"verb": "fuse"}, force=force) as folder:
        (folder / "weights").write_text(text)
        meanwhile()


def fail() -> None:
    raise RuntimeError


def told(target: Path, *, force: bool = False) -> str:
    with pytest.raises(CurateError) as raised:
        write(target, "new", force=force)
    return str(raised.value)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_written_has_its_name_and_its_mark(tmp_path: Path):
    write(tmp_path / "deep/fused", "first")
    assert names(tmp_path / "deep") == ["fused"]
    assert names(tmp_path / "deep/fused") == ["curate.json", "weights"]


def test_what_fails_leaves_nothing_and_what_was_there_stays(tmp_path: Path):
    write(tmp_path / "fused", "first")
    for force, wanted in ((False, CurateError), (True, RuntimeError)):
        with pytest.raises(wanted):
            write(tmp_path / "fused", "half", force=force, meanwhile=fail)
    assert names(tmp_path) == ["fused"]
    assert (tmp_path / "fused/weights").read_text() == "first"


def test_what_is_there_is_refused_and_replaced_with_force(tmp_path: Path):
    write(tmp_path / "fused", "first")
    assert told(tmp_path / "fused") == (
        f"{tmp_path}/fused: is there already\n"
        "  fix: replace it with --force, or name another with --to"
    )
    write(tmp_path / "fused", "second", force=True)
    assert (tmp_path / "fused/weights").read_text() == "second"
    assert names(tmp_path) == ["fused"]


@pytest.mark.parametrize("force", [False, True])
def test_what_is_not_ours_stays_whatever_is_asked(tmp_path: Path, force: bool):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "config.json").write_text("{}")
    wanted = (
        ": holds something that curate did not write\n"
        "  fix: name another folder with --to, or move it away"
    )
    assert told(mine, force=force) == f"{mine}{wanted}"
    (tmp_path / "file").write_text("mine")
    assert told(tmp_path / "file", force=force) == f"{tmp_path}/file{wanted}"
    write(tmp_path / "real", "first")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert told(tmp_path / "link", force=force) == f"{tmp_path}/link{wanted}"
    assert (mine / "config.json").read_text() == "{}"


def test_an_empty_folder_is_nobodys(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    refuse(tmp_path / "empty", force=False)
    write(tmp_path / "empty", "first")
    assert (tmp_path / "empty/weights").read_text() == "first"


def test_what_another_process_placed_meanwhile_stays(tmp_path: Path):
    target = tmp_path / "fused"
    with pytest.raises(CurateError):
        write(target, "late", meanwhile=lambda: write(target, "first"))
    assert (tmp_path / "fused/weights").read_text() == "first"
    assert names(tmp_path) == ["fused"]


def test_the_size_of_a_model_is_that_of_its_weights(tmp_path: Path):
    (tmp_path / "model-1.safetensors").write_bytes(b"1" * 70)
    (tmp_path / "model-2.safetensors").write_bytes(b"1" * 30)
    (tmp_path / "tokenizer.json").write_bytes(b"1" * 5)
    assert weights_bytes(tmp_path) == 100
