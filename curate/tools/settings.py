"""Settings of a workspace that would make a checker read outside of it: refused before it runs.

[tool.ruff]
extend = "/etc/ruff.toml"

This module reads settings only as far as they name files; what they mean is the checker's business.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from curate.tools.base import ToolError, Workspace

RUFF_FILES = ("ruff.toml", ".ruff.toml")
TY_PATHS = ("extra-paths", "python", "root", "typeshed")


def refuse_ruff_outside(workspace: Workspace, target: Path) -> None:
    """Raises ToolError when settings that ruff would use for `target` extend others outside."""
    root = workspace.root.resolve()
    above = [folder for folder in (target, *target.parents) if folder.is_relative_to(root)]
    below = (Path(folder) for folder, _, _ in os.walk(target)) if target.is_dir() else ()
    files = [file for folder in (*above, *below) for file in _files(folder, RUFF_FILES)]
    for file in files:  # grows by what a file extends
        extended = _of_tool(file, "ruff").get("extend")
        if isinstance(extended, str):
            _refuse_outside(root, file, "ruff's extend", extended)
            base = Path(os.path.normpath(file.parent / extended))
            files += [base] if base not in files else []


def refuse_ty_outside(workspace: Workspace) -> None:
    """Raises ToolError when the workspace's settings make ty search outside of it."""
    root = workspace.root.resolve()
    for file in _files(root, ("ty.toml",)):
        environment = _of_tool(file, "ty").get("environment", {})
        for key in TY_PATHS:
            value = environment.get(key, []) if isinstance(environment, dict) else []
            for path in value if isinstance(value, list) else [value]:
                _refuse_outside(root, file, f"ty's {key}", str(path))


def _files(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The settings files of one folder."""
    paths = [folder / name for name in (*names, "pyproject.toml")]
    return [path for path in paths if path.is_file()]


def _of_tool(file: Path, tool: str) -> dict[str, Any]:
    """What a file sets for a tool; nothing for a file that the tool itself will complain of."""
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    if file.name == "pyproject.toml":
        tools = found.get("tool", {})
        found = tools.get(tool, {}) if isinstance(tools, dict) else {}
    return found if isinstance(found, dict) else {}


def _refuse_outside(root: Path, file: Path, key: str, path: str) -> None:
    leads = Path(os.path.normpath(file.parent / path))
    is_inside = leads.is_relative_to(root) and leads.resolve().is_relative_to(root)
    if path.startswith("~") or "$" in path or not is_inside:
        place = Path(os.path.relpath(file, root)).as_posix()
        raise ToolError(f"{place}: {key} is {path!r}, which is outside the project")
