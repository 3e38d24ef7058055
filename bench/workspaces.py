"""How fast workspaces are made and asked: a Markdown table.

    python bench/workspaces.py    # some 20 seconds, with the sources in the user's cache

Repositories and copies go to a folder of their own on the cache's disk, which is removed at the
end. A planted workspace has three changed files: one committed, one staged, one not.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from curate.sources import Cache, fetch, fetch_history, read_registry
from curate.sources.tree import walk
from curate.tools import all_tools
from curate.tools.base import Workspace
from curate.workspaces.make import make
from curate.workspaces.overlay import with_file
from curate.workspaces.spec import Change, WorkspaceSpec
from curate.workspaces.specs import base_spec

REGISTRY = Path(__file__).parents[1] / "corpora" / "sources.toml"
PLANTED = 100
CALLS = 50


def main() -> None:
    """Print the table."""
    cache = Cache.open()
    scratch = cache.root / "bench-workspaces"
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        found = list(_bases(cache))
        print("| what | count | s | ms each |\n|---|---|---|---|")
        started = time.perf_counter()
        bases = [make(spec, trees, scratch) for spec, trees in found]
        _row("repository of a source, five releases", len(bases), started)
        specs = [_planted(*found[number % len(found)], number) for number in range(PLANTED)]
        started = time.perf_counter()
        made = [make(spec, trees, scratch) for spec, trees in specs]
        _row("planted workspace", PLANTED, started)
        started = time.perf_counter()
        for spec, trees in specs:
            make(spec, trees, scratch)
        _row("planted workspace that is there", PLANTED, started)
        started = time.perf_counter()
        copies = [with_file(one, "notes.txt", "A note.\n", scratch) for one in made[:CALLS]]
        _row("copy with a written file", CALLS, started)
        _calls(copies)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _bases(cache: Cache) -> Iterator[tuple[WorkspaceSpec, dict[str, Path]]]:
    for source in read_registry(REGISTRY).sources.values():
        fetched, past = fetch(source, cache), fetch_history(source, cache)
        trees = {one.tree_sha256: one.tree for one in (fetched, *past)}
        yield base_spec(source, fetched, past, cache.git), trees


def _planted(
    spec: WorkspaceSpec, trees: dict[str, Path], number: int
) -> tuple[WorkspaceSpec, dict[str, Path]]:
    paths = sorted(path for path, _ in walk(trees[spec.tree_sha256]) if path.endswith(".py"))
    changes = tuple(
        Change(path=path, content=f"x = {number}\n", state=state, message="Change a file")
        for path, state in zip(paths[number:], ("committed", "staged", "unstaged"), strict=False)
    )
    return spec.model_copy(update={"changes": changes}), trees


def _calls(workspaces: list[Workspace]) -> None:
    for name in ("git_status", "git_diff", "git_log"):
        tool = all_tools()[name]
        started = time.perf_counter()
        for workspace in workspaces:
            assert tool.call(workspace, {}).success
        _row(f"`{name}`", len(workspaces), started)


def _row(what: str, count: int, started: float) -> None:
    seconds = time.perf_counter() - started
    print(f"| {what} | {count} | {seconds:.2f} | {seconds / count * 1000:.1f} |")


if __name__ == "__main__":
    main()
