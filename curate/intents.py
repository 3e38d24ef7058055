"""Intents: the selects of `sql/intents`, and what their rows must be for the stages after them.

An intent that a user has added is checked here, so that a slip is told with the file that has it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from curate.errors import CurateError
from curate.project import Project
from curate.store import Store
from curate.tools import all_tools
from curate.verdict import EXPECTATIONS

COLUMNS = ("source_id", "path", "symbol", "outcome", "slots", "calls", "expected")
OPTIONAL = ("workspace_id",)
OUTCOMES = ("found", "empty", "recovered", "failed")
CATEGORY = re.compile(r"^-- category: (\w+)$", re.MULTILINE)
SURFACE = re.compile(r"^-- surface: (direct|code)$", re.MULTILINE)
CALLS = "[{tool: 'read_file', arguments: to_json({path: path})}]"
MISSHAPEN = """
select intent, slots::varchar from candidates
where corpus = ? and kind = 'tool' and (
  json_type(slots) <> 'OBJECT' or json_type(expected) <> 'OBJECT' or json_type(calls) <> 'ARRAY'
  or len(json_extract(calls, '$[*].arguments')) <> json_array_length(calls)
  or len(json_extract(calls, '$[*].tool')) <> json_array_length(calls)
  or json_array_length(calls) = 0
)
order by all limit 1
"""
REPEATED = """
select intent, min(slots::varchar) as slots from candidates where corpus = ? and kind = 'tool'
group by intent, candidate_id having count(*) > 1 order by all limit 1
"""
NAMED = """
select distinct intent, {expression} as name from candidates
where corpus = ? and kind = 'tool' order by all
"""
TOOLS_NAMED = "unnest(json_extract_string(calls, '$[*].tool'))"


@dataclass(frozen=True)
class Intent:
    """One thing a user may want: its name, category, what one row is, and its SQL file.

    `surfaces`: where it makes sense; both, unless the file has a line `-- surface: code`.
    """

    name: str
    category: str
    surfaces: tuple[str, ...]
    what: str
    path: Path

    @property
    def where(self) -> str:
        """Its file, as messages name it."""
        return f"sql/intents/{self.path.name}"


def intents(project: Project) -> dict[str, Intent]:
    """All intents by name. Raises CurateError for a file without its `-- category:` line."""
    found = {}
    for path in project.files("sql/intents", "*.sql").values():
        text = path.read_text(encoding="utf-8")
        category = CATEGORY.search(text)
        if category is None:
            raise CurateError(
                f"sql/intents/{path.name}", "has no category", "add a line: -- category: search"
            )
        what = text.splitlines()[0].removeprefix("-- ")
        surface = SURFACE.search(text)
        surfaces = (surface[1],) if surface else ("direct", "code")
        found[path.stem] = Intent(path.stem, category[1], surfaces, what, path)
    return found


def refuse_other_columns(store: Store, intent: Intent) -> set[str]:
    """The columns of an intent. Raises CurateError when they are not those of a candidate."""
    columns = {row[0] for row in store.query(f"describe {intent.name}")}
    if columns - set(OPTIONAL) != set(COLUMNS):
        raise CurateError(
            intent.where,
            f"selects {', '.join(sorted(columns))}\nan intent selects {', '.join(COLUMNS)}",
            "rename or add the columns (docs/intent.md)",
        )
    return columns


def refuse_other_rows(store: Store, corpus: str, chosen: Mapping[str, Intent]) -> None:
    """Raises CurateError for a candidate that is there twice, misshapen or names unknown things."""
    for intent, slots in store.query(REPEATED, [corpus]):
        raise CurateError(
            chosen[intent].where,
            f"selects a candidate twice: {slots}",
            "group or de-duplicate the rows by its grain",
        )
    for intent, slots in store.query(MISSHAPEN, [corpus]):
        raise CurateError(
            chosen[intent].where,
            f"a candidate has another shape: {slots}\nslots and expected are structs, "
            f"calls a list such as {CALLS}",
            "change the select (docs/intent.md)",
        )
    for what, (expression, known) in {
        "outcome": ("outcome", OUTCOMES),
        "tool": (TOOLS_NAMED, all_tools()),
        "expectation": ("unnest(json_keys(expected))", EXPECTATIONS),
    }.items():
        rows = store.query(NAMED.format(expression=expression), [corpus])
        unknown = [(intent, name) for intent, name in rows if name not in known]
        for intent, _ in unknown:
            names = ", ".join(name for of, name in unknown if of == intent)
            raise CurateError(
                chosen[intent].where,
                f"{what} {names} is not known\n{what}s: {', '.join(sorted(known))}",
                f"name {what}s that exist (docs/intent.md)",
            )
