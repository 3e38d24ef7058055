"""What a source says that its tests need, read from its pyproject.toml.

needs_of_tests(tree, "svcs")  ->  ["attrs>=21.3.0", "pytest", "pytest-asyncio", "sybil>=6", …]
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from curate.errors import CurateError

GROUPS = ("tests", "test", "testing", "dev")
"""The groups, or else extras, of a project that are looked for, in this order; the first counts."""


def needs_of_tests(tree: Path, name: str) -> list[str]:
    """The requirements of a project and of its tests, sorted, without the project itself.

    Raises CurateError when none of GROUPS is there, or what is there cannot be read.
    """
    where = f"{name}: pyproject.toml"
    tables = project_tables(tree, where)
    own = canonicalize_name(str(_table(tables, "project").get("name", name)))
    groups = _named(_table(tables, "dependency-groups"))
    extras = _named(_table(_table(tables, "project"), "optional-dependencies"))
    found = next((one for kind in (groups, extras) for one in _first(kind)), None)
    if found is None:
        raise CurateError(
            where,
            "says nowhere what its tests need\n"
            f"looked for: a dependency group or an extra called {', '.join(GROUPS)}",
            "write test_pins by hand, or remove run_tests",
        )
    kind, group = found
    needed = {*_list(_table(tables, "project").get("dependencies"), where)}
    needed |= set(_members(kind, group, where, ()))
    kept: set[str] = set()
    for text in sorted(needed):
        requirement = _requirement(text, where)
        if canonicalize_name(requirement.name) != own:
            kept.add(str(requirement))
            continue
        for extra in requirement.extras:  # an extra that is made of others: "own[cov]"
            kept |= set(_members(extras, canonicalize_name(extra), where, ()))
    return sorted(kept)


def project_tables(tree: Path, where: str) -> dict[str, Any]:
    """A project's pyproject.toml. Raises CurateError when it is missing or no TOML."""
    try:
        return tomllib.loads((tree / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        raise CurateError(where, f"cannot be read: {said}", "remove run_tests") from None


def _table(tables: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = tables.get(name, {})
    return found if isinstance(found, dict) else {}


def _named(table: Mapping[str, Any]) -> dict[str, Any]:
    """Groups by their normalised names."""
    return {str(canonicalize_name(name)): members for name, members in table.items()}


def _first(groups: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    return ((groups, name) for name in GROUPS if name in groups)


def _members(
    groups: Mapping[str, Any], name: str, where: str, above: tuple[str, ...]
) -> Iterator[str]:
    """The requirements of a group and of the groups that it includes (PEP 735)."""
    if name in above or name not in groups:
        what = "includes itself" if name in above else "does not exist"
        raise CurateError(where, f"the group {name!r} {what}", "write test_pins by hand")
    for member in groups[name] if isinstance(groups[name], list) else ():
        included = member.get("include-group") if isinstance(member, dict) else None
        if isinstance(member, str):
            yield member
        elif isinstance(included, str):
            yield from _members(groups, canonicalize_name(included), where, (*above, name))


def _list(value: object, where: str) -> list[str]:
    return [str(_requirement(str(one), where)) for one in value] if isinstance(value, list) else []


def _requirement(text: str, where: str) -> Requirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        raise CurateError(where, f"{text!r} is no requirement", "write test_pins by hand") from None
    if requirement.url:
        raise CurateError(
            where,
            f"{text!r} is not from the index, so it cannot be pinned",
            "write test_pins by hand",
        )
    return requirement
