"""Suite files: found in the project's layers and read, every slip told with the prompt that has it.

load_suite(project, "phase27")      # Suite(name="phase27", source="pluggy", prompts=(...))
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from curate.errors import CurateError
from curate.project import Project
from curate.scoring.suites import Suite

FOLDER = "corpora/suites"


def suites(project: Project) -> dict[str, Path]:
    """The file of each suite, by its name."""
    return {Path(name).stem: path for name, path in project.files(FOLDER, "*.toml").items()}


def load_suite(project: Project, name: str) -> Suite:
    """A suite by its name. Raises CurateError that names the file, the prompt and the key."""
    known = suites(project)
    if name not in known:
        raise CurateError(
            f"suite {name}",
            f"there is no such suite\nsuites: {', '.join(known) or 'none'}",
            f"name one of them, write {FOLDER}/{name}.toml, or score a split: valid:CORPUS",
        )
    return read_suite(known[name], f"{FOLDER}/{name}.toml")


def read_suite(path: Path, where: str) -> Suite:
    """The suite of a file. Raises CurateError as `load_suite` does."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # of other bytes, digits or depth, too
        raise CurateError(where, f"is not TOML: {error}", "mend the line it names") from None
    if "name" in table:
        raise CurateError(where, "unknown key name\na suite has its file's name", "remove it")
    try:
        return Suite.model_validate({**table, "name": path.stem})
    except ValidationError as error:
        raise _explained(where, table, error) from None


def _explained(where: str, table: dict[str, Any], error: ValidationError) -> CurateError:
    """The first thing that is wrong, with the prompt that it stands in."""
    first = error.errors()[0]
    place: list[Any] = list(first["loc"])
    prefix = ""
    if place[:1] == ["prompts"] and len(place) > 1:
        given = table["prompts"][place[1]]
        named = given.get("id") if isinstance(given, dict) else None
        prefix, place = f"prompt {named or place[1] + 1}: ", place[2:]
    key = ".".join(str(part) for part in place)
    fix = "change it (docs/scoring.md lists every key)"
    if first["type"] == "extra_forbidden":
        return CurateError(where, f"{prefix}unknown key {key}", "remove or rename it")
    if first["type"] == "missing":
        return CurateError(where, f"{prefix}{key} is missing", f"add {key} (docs/scoring.md)")
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return CurateError(where, f"{prefix}{reason}", fix)
    return CurateError(where, f"{prefix}{key} is {first['input']!r}\n{reason.lower()}", fix)
