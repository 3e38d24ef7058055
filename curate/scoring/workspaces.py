"""The workspace that a suite asks about: a pinned source as it was released, and the suite's edits.

workspace_of_suite(project, suite)  ->  Workspace("5b1f0c…", root=…, git_dir=…)
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from curate.errors import CurateError
from curate.project import Project
from curate.scoring.suites import Edit, Suite
from curate.tools.base import Workspace
from curate.workspaces.spec import Change


def workspace_of_suite(project: Project, suite: Suite) -> Workspace | None:
    """Where the suite's calls are executed; None where it calls no tool.

    The source is fetched where it is not in the cache. Raises CurateError for a source that is not
    pinned, or an edit whose text does not stand in its file.
    """
    if suite.source is None:
        return None
    from curate.environments import environment_of
    from curate.sources import Cache, fetch, fetch_history, read_registry
    from curate.workspaces.make import make
    from curate.workspaces.specs import base_spec

    cache = Cache.open()
    source = read_registry(*project.all_of("corpora/sources.toml"))[suite.source]
    fetched = fetch(source, cache, root=project.root)
    past = fetch_history(source, cache, root=project.root)
    trees = {there.tree_sha256: there.tree for there in (fetched, *past)}
    spec = base_spec(source, fetched, past, cache.git)
    changes = _changes(suite, fetched.tree)
    made = make(spec.model_copy(update={"changes": changes}), trees, cache.root)
    return replace(made, environment=environment_of(source, fetched, cache))


def _changes(suite: Suite, tree: Path) -> tuple[Change, ...]:
    """Each edited file, whole; edits of one file are made one after the other."""
    by_path: dict[str, list[Edit]] = {}
    for edit in suite.changes:
        by_path.setdefault(edit.path, []).append(edit)
    return tuple(_change(suite, tree, path, edits) for path, edits in by_path.items())


def _change(suite: Suite, tree: Path, path: str, edits: Sequence[Edit]) -> Change:
    where = f"corpora/suites/{suite.name}.toml"
    states, messages = {edit.state for edit in edits}, {edit.message for edit in edits}
    if len(states) > 1 or len(messages) > 1:
        raise CurateError(
            where, f"changes: {path} is changed in two ways", "give its edits one state"
        )
    file = tree / path
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except UnicodeDecodeError:
        raise CurateError(
            where, f"changes: {path} of {suite.source} is no text", "change another file"
        ) from None
    for edit in edits:
        if edit.old and text.count(edit.old) != 1:
            raise CurateError(
                where,
                f"changes: {edit.old!r} stands {text.count(edit.old)} times in {path}\n"
                f"of {suite.source} as it is pinned",
                "give more of the text, so that it stands there once",
            )
        text = text.replace(edit.old, edit.new) if edit.old else edit.new
    return Change(path=path, content=text, state=edits[0].state, message=edits[0].message)
