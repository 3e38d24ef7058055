"""Files that a project's own settings keep ty from: what is planted there, it does not report.

[[tool.ty.overrides]]
include = ["src", "tests"]
rules.all = "ignore"
"""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any


def unchecked(settings: str, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths that a pyproject.toml excludes, or ignores all rules for."""
    try:
        ty: Any = tomllib.loads(settings)["tool"]["ty"]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return frozenset()
    if not isinstance(ty, dict):
        return frozenset()
    given = ty.get("overrides", [])
    overrides = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    silent = [one for one in (ty, *overrides) if _ignores_all(one.get("rules"))]
    excluded = _words(_table(ty, "src").get("exclude"))
    return frozenset(
        path
        for path in paths
        if _is_under(path, excluded)
        or any(
            ("include" not in one or _is_under(path, _words(one["include"])))
            and not _is_under(path, _words(one.get("exclude")))
            for one in silent
        )
    )


def _table(given: dict[str, Any], key: str) -> dict[str, Any]:
    found = given.get(key)
    return found if isinstance(found, dict) else {}


def _words(given: Any) -> list[str]:
    return [one for one in given if isinstance(one, str)] if isinstance(given, list) else []


def _ignores_all(rules: Any) -> bool:
    return isinstance(rules, dict) and rules.get("all") == "ignore"


def _is_under(path: str, patterns: Iterable[str]) -> bool:
    """Whether a path is one of these, or lies in such a folder."""
    names = [pattern.strip("/").removesuffix("/**").removesuffix("/*") for pattern in patterns]
    parts = path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(fnmatch(one, name) for one in above for name in names)
