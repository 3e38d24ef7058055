r"""A workspace with one file written: a copy that shares all other files; the original stays.

    with_file(workspace, "src/a.py", "x = 1\n").root / "src/a.py"

The copy has the same repository and index, so git tells the file as a change that is not staged.
"""

import hashlib
import os
import unicodedata
from dataclasses import replace
from pathlib import Path

from curate.errors import CurateError
from curate.sources.tree import TreeLimits, TreeWriter, is_executable
from curate.tools.base import ToolError, Workspace
from curate.workspaces.copies import link_tree, write_files
from curate.workspaces.make import is_whole, place

MAX_CONTENT_BYTES = 256 << 10


def with_file(
    workspace: Workspace, path: str, content: str, cache_root: Path | None = None
) -> Workspace:
    """The workspace after `content` was written to `path`, made once.

    It lies under `cache_root`, else beside the workspace's repository, else in the user's cache.
    Raises ToolError for a path that is outside, a folder, a link or behind one, below a file, or
    that not every system can hold, for a content over MAX_CONTENT_BYTES, and for a workspace that
    is not there.
    """
    written = _writable(workspace, path)
    try:
        size_bytes = len(content.encode())
    except UnicodeEncodeError:
        raise ToolError("content: not valid unicode") from None
    if size_bytes > MAX_CONTENT_BYTES:
        raise ToolError(f"{path}: more than {MAX_CONTENT_BYTES:,} bytes")
    key = f"{workspace.workspace_id}\0{written}\0{content}"
    workspace_id = hashlib.sha256(key.encode()).hexdigest()[:24]
    folder = cache_root / "workspaces" if cache_root else _beside(workspace)
    if not is_whole(folder / workspace_id):
        place(folder / workspace_id, lambda to: _write(to / "tree", workspace, written, content))
    return replace(workspace, workspace_id=workspace_id, root=folder / workspace_id / "tree")


def _write(tree: Path, workspace: Workspace, path: str, content: str) -> None:
    old = workspace.root / path
    is_program = old.is_file() and is_executable(old)
    link_tree(workspace.root, tree, without={path})
    write_files(tree, {path: content}, {path} if is_program else ())


def _writable(workspace: Workspace, path: str) -> str:
    """The path as the tree knows it, when a file may be written there."""
    if not workspace.root.is_dir():
        raise ToolError("the project is not there any more")
    root, target = workspace.root.resolve(), workspace.resolve(path)
    if target.is_dir():
        raise ToolError(f"{path}: is a folder")
    written = target.relative_to(root).as_posix()
    rules = TreeWriter(root, TreeLimits(), where="write_file", fix="")
    try:
        parts = rules.checked(written)
    except CurateError as error:
        raise ToolError(f"{ascii(path)[1:-1]}: {error.what.partition(': ')[2]}") from None
    here = root
    for part in parts:
        _refuse_twin(here, part, path)
        here /= part
        if here.is_symlink():
            raise ToolError(f"{path}: {part} is a link, name the file itself")
        if here != target and here.exists() and not here.is_dir():
            raise ToolError(f"{path}: {part} is a file")
    return written


def _refuse_twin(folder: Path, name: str, path: str) -> None:
    """Raises ToolError for a name that macOS takes for another one of the folder."""
    if not folder.is_dir():
        return
    names = set(os.listdir(folder))  # noqa: PTH208  names are all that is wanted
    if name not in names and _folded(name) in {_folded(other) for other in names}:
        raise ToolError(f"{path}: {name} differs from another name there only by case or accents")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _beside(workspace: Workspace) -> Path:
    """The folder of workspaces that this one is in."""
    from curate.sources import Cache

    if workspace.git_dir and workspace.git_dir.parents[1].name == "workspaces":
        return workspace.git_dir.parents[1]
    return Cache.open().workspaces
