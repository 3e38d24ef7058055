"""What a project says of its audits: `[audit]` in curate.toml, `[tool.curate.audit]` in pyproject.

    [audit]
    disable = ["prose_before_call"]
    severity = { near_duplicate_leakage = "warning" }
    max = { near_duplicate = 20 }
    exclude = ["**/draft_*.jsonl"]
    baseline = "audit-baseline.json"
    thresholds = { near_jaccard = 0.85 }

The nearest file at or above the working folder that has the table holds all of it.
"""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from curate.audits.finding import SEVERITIES, Severity
from curate.errors import CurateError
from curate.gates import FAIL_ON, FailOn

FILES: Mapping[str, tuple[str, ...]] = {
    "curate.toml": ("audit",),
    "pyproject.toml": ("tool", "curate", "audit"),
}

MOST_LISTED = 40  # names that an error lists


@dataclass(frozen=True)
class Configuration:
    """What is configured, `where` it was; as if nothing were, when there is no such table."""

    where: str = "curate.toml"
    folder: Path = field(default_factory=Path)
    fail_on: FailOn = "error"
    disable: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    max: Mapping[str, int] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    baseline: Path | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def rules_named(self) -> dict[str, str]:
        """Every rule that a key names, with that key."""
        return {
            rule: key
            for key, rules in (
                ("max", self.max),
                ("severity", self.severity),
                ("disable", self.disable),
            )
            for rule in rules
        }


def find_configuration(start: Path) -> Configuration:
    """What the nearest curate.toml or pyproject.toml says. Raises CurateError for a slip in it."""
    for folder in (start, *start.parents):
        there = [
            found for name in FILES if (found := _table(folder / name, FILES[name])) is not None
        ]
        if len(there) > 1:
            raise CurateError(
                "curate.toml",
                "configures the audit, and so does pyproject.toml beside it",
                "keep one of the two tables",
            )
        if there:
            return _configuration(*there[0])
    return Configuration(folder=start)


def read_configuration(path: Path) -> Configuration:
    """What this file says. Raises CurateError where it has no table of the audit."""
    if not path.is_file():
        raise CurateError(str(path), "is not a file", "name a curate.toml or a pyproject.toml")
    above = FILES["pyproject.toml" if path.name == "pyproject.toml" else "curate.toml"]
    found = _table(path, above)
    if found is None:
        raise CurateError(str(path), f"has no table [{'.'.join(above)}]", "write one")
    return _configuration(*found)


def check_names(where: str, kind: str, names: Collection[str], accepted: Collection[str]) -> None:
    """Raises CurateError for the first name of a rule or threshold that there is not."""
    from difflib import get_close_matches

    for name in names:
        if name not in accepted:
            alike = get_close_matches(name, accepted, n=3)
            listed = f"there are {', '.join(accepted)}"
            if alike or len(accepted) > MOST_LISTED:
                listed = f"alike: {', '.join(alike)}" if alike else f"there are {len(accepted)}"
            fix = "curate audit --list-rules" if kind == "rule" else "name one of them"
            raise CurateError(where, f"there is no {kind} {name}\n{listed}", fix)


def _table(path: Path, above: tuple[str, ...]) -> tuple[Path, tuple[str, ...], Any] | None:
    """The table of the audit in a file, if both are there."""
    if not path.is_file():
        return None
    try:
        table: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CurateError(str(path), f"is not TOML: {error}", "mend the line it names") from None
    for key in above:
        table = table.get(key) if isinstance(table, dict) else None
    return None if table is None else (path, above, table)


def _configuration(path: Path, above: tuple[str, ...], table: Any) -> Configuration:
    where = f"{path.name} [{'.'.join(above)}]"
    if not isinstance(table, dict):
        raise CurateError(where, f"is {table!r}\nit is a table", f"write [{'.'.join(above)}]")
    accepted = sorted(field.name for field in fields(Configuration)[2:])
    for key in table:
        if key not in accepted:
            raise CurateError(
                where, f"unknown key {key}\naccepted: {', '.join(accepted)}", "remove or rename it"
            )
    for key, value in table.items():
        is_right, kind, example = KINDS[key]
        if not is_right(value):
            raise CurateError(where, f"{key} is {value!r}\nit is {kind}", f"write {example}")
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    if "baseline" in values:
        values["baseline"] = path.parent / table["baseline"]
    return Configuration(where, path.parent, **values)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _all_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _table_of(is_right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(is_right, value.values()))


# Key -> what a value must be, in code, in words, and by example.
KINDS: Mapping[str, tuple[Callable[[Any], bool], str, str]] = {
    "fail_on": (
        lambda value: value in FAIL_ON,
        f"one of {', '.join(FAIL_ON)}",
        'fail_on = "error"',
    ),
    "disable": (_all_texts, "a list of rules", 'disable = ["near_duplicate_leakage"]'),
    "severity": (
        _table_of(lambda value: value in SEVERITIES),
        f"a table of rules, each {', '.join(SEVERITIES[:-1])} or {SEVERITIES[-1]}",
        'severity = { near_duplicate_leakage = "warning" }',
    ),
    "max": (
        _table_of(_is_count),
        "a table of rules, each with the most rows that are allowed",
        "max = { near_duplicate_leakage = 0 }",
    ),
    "exclude": (_all_texts, "a list of patterns of files", 'exclude = ["**/draft_*.jsonl"]'),
    "baseline": (
        lambda value: isinstance(value, str) and bool(value),
        "the path of a file",
        'baseline = "audit-baseline.json"',
    ),
    "thresholds": (
        _table_of(_is_number),
        "a table of thresholds, each a number",
        "thresholds = { near_jaccard = 0.85 }",
    ),
}
