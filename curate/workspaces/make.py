"""A workspace made on disk from its spec, once; any machine makes the same from the same spec.

    <cache>/workspaces/5b1f0c…/git/       the repository beside the tree
                              tree/      the files, where there are changes; else the source's own
                              made.json  how many files and bytes the tree has

It appears whole in one step, so that builds running at once, or killed, never show half of one.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from curate.errors import CurateError
from curate.sources.atomic import put_folder, temporary_beside
from curate.sources.tree import TreeLimits, TreeWriter
from curate.tools.base import Workspace
from curate.workspaces.base import TreeOf, objects_beside, write_base
from curate.workspaces.copies import link_tree, tally, write_files
from curate.workspaces.fast_import import Commit, FastImport
from curate.workspaces.git_index import Entry, entries_of, index_bytes
from curate.workspaces.repository import (
    BRANCH,
    FILE,
    PROGRAM,
    head_of,
    later,
    write_blob,
    write_skeleton,
)
from curate.workspaces.spec import Change, WorkspaceSpec


def make(spec: WorkspaceSpec, trees: TreeOf | Mapping[str, Path], cache_root: Path) -> Workspace:
    """The workspace of a spec, made under `cache_root` unless it lies there whole already.

    `trees` gives the root of each tree by its sha256. Raises CurateError for a change that cannot
    be made, and where a tree or repository has gone from the cache.
    """
    tree_of = _lookup(trees) if isinstance(trees, Mapping) else trees
    folder = cache_root / "workspaces" / spec.workspace_id
    if spec.changes:
        if not is_whole(folder):
            base = make(spec.model_copy(update={"changes": ()}), tree_of, cache_root)
            place(folder, lambda to: _write_changed(to, spec, base))
        return Workspace(spec.workspace_id, folder / "tree", folder / "git")
    if not is_whole(folder):
        place(folder, lambda to: write_base(to / "git", spec, tree_of))
    return Workspace(spec.workspace_id, tree_of(spec.tree_sha256), folder / "git")


def _lookup(trees: Mapping[str, Path]) -> TreeOf:
    def tree_of(sha256: str) -> Path:
        if sha256 not in trees:
            raise CurateError(
                where=f"tree {sha256[:12]}",
                what="is of no source that is pinned here now",
                fix="run the build again; it makes its workspaces of what is pinned",
            )
        return trees[sha256]

    return tree_of


def place(folder: Path, write: Callable[[Path], None]) -> None:
    """Make `folder` by `write`, which gets an empty one, and put it into its place whole.

    What lies there and is not whole goes first.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(folder)
    temporary.mkdir()
    try:
        write(temporary)
        made = tally(temporary / "tree") if (temporary / "tree").exists() else None
        (temporary / "made.json").write_text(json.dumps(made))
        put_folder(temporary, folder, is_whole)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def is_whole(folder: Path) -> bool:
    """Whether a workspace is there, and no file of its own tree came, went or was written since."""
    try:
        made = json.loads((folder / "made.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return made is None or tally(folder / "tree") == tuple(made)


@dataclass
class _State:
    """What HEAD, the index and the tree come to hold, path by path."""

    git_dir: Path
    entries: dict[str, Entry]
    tree: dict[str, str] = field(default_factory=dict)

    def mode(self, path: str) -> int:
        """The mode of a file, a new one's where there is none."""
        entry = self.entries.get(path)
        return entry.mode if entry else FILE

    def stage(self, path: str, object_id: str) -> None:
        """Put a content into the index, to be compared with the tree whenever git looks."""
        self.entries[path] = Entry(path, self.mode(path), object_id)


def _write_changed(folder: Path, spec: WorkspaceSpec, base: Workspace) -> None:
    assert base.git_dir
    git_dir = folder / "git"
    write_skeleton(git_dir, alternates=_objects(git_dir, base.git_dir))
    state = _State(git_dir, {e.path: e for e in entries_of((base.git_dir / "index").read_bytes())})
    _refuse_paths(spec, base.root)
    (git_dir / BRANCH).write_text(f"{head_of(base.git_dir)}\n")
    _commit(spec, state)
    for change in sorted(spec.changes, key=lambda change: change.state != "committed"):
        if change.state in ("staged", "both"):
            content = change.content if change.staged is None else change.staged
            state.stage(change.path, write_blob(git_dir, content.encode()))
        state.tree[change.path] = change.content
    (git_dir / "index").write_bytes(index_bytes(state.entries.values()))
    link_tree(base.root, folder / "tree", without=state.tree)
    programs = {path for path in state.tree if state.mode(path) == PROGRAM}
    write_files(folder / "tree", state.tree, programs)


def _objects(git_dir: Path, base: Path) -> Iterator[Path]:
    """The base's objects and, of a git source, its mirror's: git does not follow relative ones."""
    yield objects_beside(git_dir, base / "objects")
    further = base / "objects" / "info" / "alternates"
    if further.is_file():
        yield from map(Path, further.read_text().splitlines())


def _commit(spec: WorkspaceSpec, state: _State) -> None:
    """Make the commits: neighbours with the same message are one."""
    committed = [change for change in spec.changes if change.state == "committed"]
    if not committed:
        return
    date = later(spec.date, days=1)
    with FastImport(state.git_dir, parent=head_of(state.git_dir)) as importer:
        for message, changes in groupby(committed, key=_message):
            files = {}
            for change in changes:
                object_id = importer.blob(change.content.encode())
                files[change.path] = (state.mode(change.path), object_id, change.path)
                state.stage(change.path, object_id)
            importer.commit(Commit(message, spec.author, date, [*files.values()], is_whole=False))
            date = later(date, hours=1)


def _message(change: Change) -> str:
    return change.message or f"Update {change.path}"


def _refuse_paths(spec: WorkspaceSpec, root: Path) -> None:
    """Raises CurateError for a change of what is no file, or may not become one."""
    fix = "name a file of the source, or a new one in it"
    rules = TreeWriter(root, TreeLimits(), where=spec.source_id, fix=fix)
    for change in spec.changes:
        path = "/".join(rules.checked(change.path))
        above = [path.rsplit("/", depth)[0] for depth in range(1, path.count("/") + 1)]
        is_file = all((root / folder).is_dir() for folder in above if (root / folder).exists())
        is_link = any((root / name).is_symlink() for name in (path, *above))
        if path != change.path or is_link or (root / path).is_dir() or not is_file:
            raise rules.refusal(change.path, "no file can be written there")
