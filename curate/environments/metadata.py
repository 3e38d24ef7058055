"""The metadata of a source as an installed project, without installing or building it.

    site-packages/click-8.5.1.dist-info/METADATA, entry_points.txt, INSTALLER, RECORD

The code itself is not there: it comes from the workspace whose tests are run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from curate.environments.requirements import project_tables


def write_metadata(site: Path, tree: Path, name: str, version: str) -> None:
    """Write the metadata of the project in `tree`: its own PKG-INFO, or what else is known."""
    project = project_tables(tree, f"{name}: pyproject.toml").get("project", {})
    project = project if isinstance(project, dict) else {}
    called = canonicalize_name(str(project.get("name", name)))
    called = called if called.replace("-", "").isalnum() else name
    release = _release(str(project.get("version", version)))
    folder = site / f"{called.replace('-', '_')}-{release}.dist-info"
    folder.mkdir()
    written = tree / "PKG-INFO"
    if written.is_file() and not written.is_symlink():
        metadata = written.read_bytes()
    else:
        metadata = f"Metadata-Version: 2.1\nName: {called}\nVersion: {release}\n".encode()
    (folder / "METADATA").write_bytes(metadata)
    (folder / "INSTALLER").write_text("curate\n", encoding="utf-8")
    (folder / "entry_points.txt").write_text(_entry_points(project), encoding="utf-8")
    names = ("METADATA", "INSTALLER", "entry_points.txt", "RECORD")
    lines = [f"{folder.name}/{file},,\n" for file in names]
    (folder / "RECORD").write_text("".join(lines), encoding="utf-8")


def _release(text: str) -> str:
    try:
        return str(Version(text))
    except InvalidVersion:
        return "0"  # a label such as `local`


def _entry_points(project: Mapping[str, Any]) -> str:
    """The scripts and entry points of a project in the form that importlib.metadata reads."""
    groups = {
        "console_scripts": project.get("scripts"),
        "gui_scripts": project.get("gui-scripts"),
    }
    more = project.get("entry-points")
    groups |= more if isinstance(more, dict) else {}
    lines = []
    for group, entries in groups.items():
        rows = [f"{key} = {value}" for key, value in _pairs(entries)]
        lines += [f"[{group}]", *rows, ""] if rows and "\n" not in group else []
    return "\n".join(lines)


def _pairs(entries: object) -> list[tuple[str, str]]:
    found = entries.items() if isinstance(entries, dict) else ()
    return [
        (key, value)
        for key, value in found
        if isinstance(value, str) and "\n" not in key + value and "=" not in key
    ]
