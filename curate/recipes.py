"""Recipe files: found, laid over those they extend, and read into a `Recipe`.

Every slip is told with the file, the key and what is accepted there.
"""

import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from curate.errors import CurateError
from curate.project import Project
from curate.recipe import Recipe, Surface

NOT_RECIPES = {"sources"}


def recipes(project: Project) -> dict[str, Path]:
    """The recipe file of each corpus."""
    found = {path.stem: path for path in project.files("corpora", "*.toml").values()}
    return {name: path for name, path in found.items() if name not in NOT_RECIPES}


def only_recipe(project: Project) -> str:
    """The corpus that is meant where none is named: the one recipe of the project's own.

    Raises CurateError where there are several, or none.
    """
    own = sorted(path.stem for path in (project.root / "corpora").glob("*.toml"))
    names = [name for name in own if name not in NOT_RECIPES]
    if len(names) != 1:
        raise CurateError(
            "curate build",
            f"no corpus is named\nrecipes: {', '.join(recipes(project)) or 'none'}",
            "name one of them",
        )
    return names[0]


def on_surface(project: Project, corpus: str, surface: Surface | None) -> Recipe:
    """The recipe of a corpus for this surface, or for its own without one.

    `<corpus>-<surface>` where the project has a recipe of that name, else the recipe itself with
    another surface. Raises CurateError as `load` does.
    """
    recipe = load(project, corpus)
    if surface in (None, recipe.surface):
        return recipe
    if f"{corpus}-{surface}" in recipes(project):
        return load(project, f"{corpus}-{surface}")
    return recipe.model_copy(update={"surface": surface})


def load(project: Project, corpus: str) -> Recipe:
    """The recipe of a corpus. Raises CurateError naming the file, the key and what is accepted."""
    table = _merged(project, corpus, ())
    where = f"corpora/{corpus}.toml"
    if "corpus" in table:
        raise CurateError(where, "unknown key corpus\na corpus has its file's name", "remove it")
    try:
        return Recipe.model_validate({**table, "corpus": corpus})
    except ValidationError as error:
        raise _explained(where, error) from None


def _merged(project: Project, corpus: str, seen: tuple[str, ...]) -> dict[str, Any]:
    known = recipes(project)
    if corpus not in known:
        names = ", ".join(known) or "none"
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"there is no such recipe\nrecipes: {names}",
            "name one of them, or write this file",
        )
    if corpus in seen:
        circle = " -> ".join((*seen, corpus))
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"recipes extend each other in a circle: {circle}",
            "remove one `extends`",
        )
    try:
        table = tomllib.loads(known[corpus].read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurateError(
            f"corpora/{corpus}.toml", f"is not TOML: {error}", "mend the line it names"
        ) from None
    merged: dict[str, Any] = {}
    for parent in _parents(corpus, table.pop("extends", [])):
        merged = _over(merged, _merged(project, parent, (*seen, corpus)))
    return _over(merged, table)


def _parents(corpus: str, extends: Any) -> list[str]:
    names = [extends] if isinstance(extends, str) else extends
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CurateError(
            f"corpora/{corpus}.toml",
            f"extends is {extends!r}\nit is the name of a recipe, or a list of names",
            'write extends = "phase27"',
        )
    return names


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, table by table; shares, which make sense whole, are replaced."""
    merged = dict(below)
    for key, value in above.items():
        both = (
            isinstance(value, dict)
            and isinstance(merged.get(key), dict)
            and not key.endswith("_shares")
        )
        merged[key] = _over(merged[key], value) if both else value
    return merged


def _explained(where: str, error: ValidationError) -> CurateError:
    """The first thing that is wrong, with its key, its value and what is accepted."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model: Any = Recipe
        for part in first["loc"][:-1]:
            is_named = hasattr(model, "model_fields")  # else a table of tables, by any name
            model = model.model_fields[part].annotation if is_named else get_args(model)[-1]
        accepted = ", ".join(name for name in model.model_fields if name != "corpus")
        return CurateError(
            where, f"unknown key {key}\naccepted here: {accepted}", "remove or rename it"
        )
    if first["type"] == "missing":
        return CurateError(where, f"{key} is missing", f"add {key} (docs/recipe.md has an example)")
    reason = first["msg"].removeprefix("Value error, ")
    is_table = isinstance(first["input"], dict)
    return CurateError(
        where,
        f"{key}: {reason}" if is_table else f"{key} is {first['input']!r}\n{reason.lower()}",
        f"change {key} (docs/recipe.md lists every key)",
    )
