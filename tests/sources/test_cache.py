import hashlib
import json
import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.sources import Cache, FetchedSource
from curate.sources.atomic import STALE_SECONDS, sweep, temporary_beside, write_whole
from curate.sources.tree import TreeLimits, TreeWriter

REVISION = "0123456789abcdef" * 4


def write_tree(folder: Path) -> None:
    writer = TreeWriter(folder, TreeLimits(), where="test", fix="none")
    writer.file("b", [b"2"], is_executable=False)
    writer.file("a/c", [b"1"], is_executable=False)
    writer.link("l", "b")
    writer.finish()


def keep(cache: Cache) -> FetchedSource:
    return cache.keep_tree("tiny", "1.0", REVISION, write_tree)


def find(cache: Cache) -> FetchedSource | None:
    return cache.whole_tree("tiny", "1.0", REVISION)


def test_the_hash_of_a_tree_is_over_its_sorted_paths_and_contents(cache: Cache) -> None:
    def line(path: str, content: bytes) -> bytes:
        return f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode()

    expected = hashlib.sha256(line("a/c", b"1") + line("b", b"2") + line("l", b"link b"))
    assert keep(cache).tree_sha256 == expected.hexdigest()


def test_a_kept_tree_is_found_as_it_was_kept(cache: Cache) -> None:
    kept = keep(cache)
    assert find(cache) == kept
    assert cache.tree("tiny", "1.0", REVISION) == kept.tree
    assert kept.tree == cache.trees / "tiny-1.0-0123456789ab"
    assert json.loads(kept.tree.with_name(f"{kept.tree.name}.json").read_text()) == {
        "revision": REVISION,
        "tree_sha256": kept.tree_sha256,
        "count_files": 3,
        "size_bytes": 3,
    }


def test_another_revision_is_another_tree(cache: Cache) -> None:
    keep(cache)
    assert cache.whole_tree("tiny", "1.0", REVISION[:-1] + "0") is None


DAMAGE = {
    "edited in place": lambda tree: (tree / "b").write_text("3"),
    "grown": lambda tree: (tree / "b").write_text("33"),
    "a file gone": lambda tree: (tree / "b").unlink(),
    "a file more": lambda tree: (tree / ".cache").write_text(""),
    "marker gone": lambda tree: tree.with_name(f"{tree.name}.json").unlink(),
    "marker cut": lambda tree: tree.with_name(f"{tree.name}.json").write_text("{"),
    "marker of another form": lambda tree: tree.with_name(f"{tree.name}.json").write_text("{}"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_tree_that_was_touched_is_not_whole_and_is_made_again(
    cache: Cache, damage: Callable[[Path], object]
) -> None:
    kept = keep(cache)
    damage(kept.tree)
    assert find(cache) is None
    assert keep(cache) == kept
    assert find(cache) == kept
    assert (kept.tree / "b").read_text() == "2"
    assert sorted(path.name for path in cache.trees.iterdir()) == [
        kept.tree.name,
        f"{kept.tree.name}.json",
    ]


def test_a_tree_that_has_gone_is_an_error_with_the_next_step(cache: Cache) -> None:
    with pytest.raises(CurateError) as raised:
        cache.tree("tiny", "1.0", REVISION)
    assert str(raised.value) == (
        f"{cache.trees}/tiny-1.0-0123456789ab: the files of tiny 1.0 are no longer in the cache\n"
        "  fix: run the build again; it fetches what is missing"
    )


def test_a_failed_unpacking_leaves_nothing(cache: Cache) -> None:
    def fail(folder: Path) -> None:
        write_tree(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.keep_tree("tiny", "1.0", REVISION, fail)
    assert list(cache.trees.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
from curate.sources import Cache
def write(folder):
    (folder / "half").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
Cache.open(Path(sys.argv[1])).keep_tree("tiny", "1.0", sys.argv[2], write)
"""


def test_a_killed_unpacking_is_never_taken_for_whole_and_swept_after_a_day(cache: Cache) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(cache.root), REVISION], stdout=subprocess.PIPE
    ) as killed:
        assert killed.stdout
        killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    (left,) = cache.trees.iterdir()
    assert find(cache) is None
    kept = keep(cache)
    assert (kept.tree / "b").exists()
    begun = int(left.name.split(".")[3].split("-")[0])
    left.rename(left.with_name(left.name.replace(str(begun), str(begun - STALE_SECONDS - 9))))
    Cache.open(cache.root)
    assert sorted(path.name for path in cache.trees.iterdir()) == [
        kept.tree.name,
        f"{kept.tree.name}.json",
    ]


def keep_many(root: Path, count: int) -> list[str]:
    cache = Cache(root)
    kept = []
    for number in range(count):
        revision = hashlib.sha256(str(number).encode()).hexdigest()
        fetched = cache.keep_tree("tiny", "1.0", revision, write_tree)
        again = cache.whole_tree("tiny", "1.0", revision)
        kept.append(f"{again == fetched} {sorted(p.name for p in fetched.tree.iterdir())}")
    return kept


def test_builds_at_the_same_time_share_one_whole_tree(cache: Cache) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        kept = pool.starmap(keep_many, [(cache.root, 40)] * 3, chunksize=1)
    assert kept == [["True ['a', 'b', 'l']"] * 40] * 3
    assert len(list(cache.trees.iterdir())) == 80


def test_the_cache_is_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATE_CACHE", str(tmp_path / "elsewhere"))
    assert Cache.open().root == tmp_path / "elsewhere"
    assert sorted(p.name for p in (tmp_path / "elsewhere").iterdir()) == [
        "downloads",
        "git",
        "trees",
        "workspaces",
    ]


def test_without_the_variable_the_cache_is_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATE_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    root = Cache.open().root
    assert root.name == "curate"
    assert root.is_relative_to(tmp_path)


def test_a_cache_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CurateError) as raised:
        Cache.open(tmp_path / "file" / "cache")
    assert str(raised.value) == (
        f"{tmp_path}/file/cache: the cache cannot be made there: Not a directory\n"
        "  fix: set CURATE_CACHE to a folder that you may write"
    )


def test_sweep_takes_stale_temporaries_of_ours_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = temporary_beside(tmp_path / "a.tar.gz", "part")
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000)
    stale = temporary_beside(tmp_path / "a.tar.gz", "part")
    monkeypatch.undo()
    theirs = tmp_path / ".a.tmp"
    for path in (fresh, stale, theirs):
        path.write_text("")
    assert sweep(tmp_path) == 1
    assert set(tmp_path.iterdir()) == {fresh, theirs}


def test_a_file_is_replaced_whole_with_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "a.toml"
    target.write_text("old")
    target.chmod(0o640)
    write_whole(target, b"new")
    assert (target.read_text(), oct(target.stat().st_mode & 0o777)) == ("new", "0o640")
    assert list(tmp_path.iterdir()) == [target]
