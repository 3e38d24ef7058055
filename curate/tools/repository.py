r"""git in a workspace: its own repository and tree, and no setting of this user or of the tree.

run_git(workspace, "status", "--porcelain=v1", "-z")  ->  " M src/a.py\0"

Attributes of a tree have no say either: the repository's own stand over them (`workspaces`).
Nothing here writes, neither the index nor an object.
"""

import os
import re
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from curate.errors import CurateError
from curate.tools.base import ToolError, Workspace
from curate.tools.programs import Limits, run_program

HASH_DIGITS = 10  # of a commit; git itself shows more or fewer as a repository grows
# Before the user's PATH, where another git may say the same in other words.
PROGRAMS_PATH = os.pathsep.join([os.defpath, "/usr/local/bin", "/opt/homebrew/bin"])
LIMITS = Limits(timeout_seconds=30.0, output_bytes=1 << 24)
_FLAGS = ("--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs")
_VARIABLES = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
}
_SETTINGS = {
    "color.ui": "false",
    "core.attributesFile": os.devnull,
    "core.autocrlf": "false",
    "core.checkStat": "minimal",
    "core.excludesFile": os.devnull,
    "core.fileMode": "true",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.ignoreCase": "false",
    "core.precomposeUnicode": "false",
    "core.preloadIndex": "false",
    "core.quotePath": "false",
    "core.trustctime": "false",
    "core.untrackedCache": "false",
    "diff.algorithm": "myers",
    "diff.autoRefreshIndex": "true",
    "diff.indentHeuristic": "true",
    "diff.renameLimit": "400",
    "i18n.logOutputEncoding": "UTF-8",
    "log.showRoot": "true",
    "log.showSignature": "false",
    "submodule.recurse": "false",
}


def run_git(workspace: Workspace, *arguments: str) -> str:
    """What git prints in a workspace. Raises ToolError with its words when it fails."""
    git_dir, root = workspace.git_dir, workspace.root.resolve()
    if git_dir is None or not (git_dir / "HEAD").is_file():
        raise ToolError("not a git repository")
    git_dir = git_dir.resolve()
    settings = [word for pair in _SETTINGS.items() for word in ("-c", "=".join(pair))]
    places = (f"--git-dir={git_dir}", f"--work-tree={root}")
    argv = [_git(), *_FLAGS, *places, *settings, *arguments]
    ran = run_program(argv, root, LIMITS, variables=_VARIABLES)
    if ran.exit_status:
        said = ran.stderr.replace(f"{root}/", "").replace(f"{git_dir}", "the repository")
        lines = [line.removeprefix("fatal: ") for line in said.splitlines() if line]
        raise ToolError(f"git: {lines[0] if lines else f'exit status {ran.exit_status}'}")
    return ran.stdout


def pathspec(workspace: Workspace, path: str | None) -> list[str]:
    """The words that limit git to a file or folder, which need not be there any more.

    Raises ToolError for a path that leaves the workspace.
    """
    if path is None:
        return []
    root, target = workspace.root.resolve(), workspace.resolve(path)
    if target == root:
        return ["--", "."]
    # A link in the last place is what git knows; one above it leads to the folder that git knows.
    real = Path(os.path.realpath(target.parent), target.name)
    return ["--", real.relative_to(root).as_posix()]


def refuse_unknown(workspace: Workspace, path: str | None) -> None:
    """Raises ToolError for a path that is not there; for commands that found nothing at it."""
    if path is not None and not os.path.lexists(workspace.resolve(path)):
        raise ToolError(f"{path}: no such file or folder")


def shown_author(name: str) -> str:
    """An author by name; of one who gave an e-mail address for it, what stands before the @."""
    return name.partition("@")[0] if "@" in name else name


def utc(seconds: str) -> str:
    """Seconds since 1970 as '2024-04-07T19:26:08Z'."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def git_version() -> str:
    """'git 2.39.5', without what a vendor adds to it."""
    said = run_program([_git(), "--version"], Path("/"), variables=_VARIABLES).stdout
    number = re.search(r"\d+(\.\d+)*", said)
    return f"git {number[0] if number else said.strip()}"


@cache
def _git() -> str:
    git = shutil.which("git", path=PROGRAMS_PATH) or shutil.which("git")
    if git is None:
        raise CurateError(
            "git", "there is no git on this machine", "install git 2.31 or newer and run again"
        )
    return git
