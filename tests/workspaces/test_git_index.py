"""The index that we write is one that git reads."""

from pathlib import Path

from curate.sources.tree import FILE_TIME_SECONDS
from curate.workspaces.git_index import SUBMODULE, Entry, entries_of, index_bytes

from .conftest import git

EMPTY = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
ENTRIES = [
    Entry("a", 0o100644, EMPTY, 0, FILE_TIME_SECONDS),
    *(Entry("b" * length, 0o100755, EMPTY, 7, 8) for length in range(1, 20)),
    Entry("c/" + "d/" * 3_000 + "e", 0o100644, EMPTY),
    Entry("link", 0o120000, EMPTY),
    Entry("sub", SUBMODULE, "1" * 40),
    Entry("é \udcff\n", 0o100644, EMPTY),
]


def test_git_reads_what_we_write(tmp_path: Path):
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".git/index").write_bytes(index_bytes(reversed(ENTRIES)))
    listed = git(tmp_path, "ls-files", "--stage", "-z", "--", ":!é*").split("\0")[:-1]
    assert listed == [f"{entry.mode:o} {entry.object_id} 0\t{entry.path}" for entry in ENTRIES[:-1]]


def test_what_is_written_is_read_again():
    assert entries_of(index_bytes(ENTRIES)) == ENTRIES
    assert entries_of(index_bytes([])) == []
    assert index_bytes(ENTRIES) == index_bytes(reversed(ENTRIES))
