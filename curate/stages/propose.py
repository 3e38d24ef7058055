r"""Candidates: what each intent's SQL selects from the facts, and the direct answers.

find_class  flask@3.1.3  src/flask/app.py  Flask  {"name": "Flask"}  grep -rn "class Flask\b" ...
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from curate.direct import direct_answers
from curate.errors import CurateError
from curate.project import Project
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import all_tools
from curate.verdict import EXPECTATIONS

CONTRACT = Contract(
    writes=("candidates", "offered_tools"),
    code=("direct.py", "verdict.py", "tools"),
    files=("sql/staging", "sql/intermediate", "sql/marts", "sql/intents", "corpora/direct"),
    keys=("sources", "tools", "seed", "propose"),
)
OUTCOMES = ("found", "empty", "recovered")
COLUMNS = ("source_id", "path", "symbol", "outcome", "slots", "calls", "expected")
CATEGORY = re.compile(r"^-- category: (\w+)$", re.MULTILINE)

INSERT = """
insert into candidates by name
with proposed as (
  select
    source_id, path, symbol, outcome,
    to_json(slots) as slots, to_json(calls) as calls, to_json(expected) as expected
  from {intent}
),
named as (
  select *, md5(concat_ws(
    '|', $intent, source_id, path, symbol, outcome, slots::varchar, calls::varchar
  )) as candidate_id
  from proposed
),
turns as (
  select *, row_number() over (
    partition by source_id, outcome order by md5(candidate_id || $seed), candidate_id
  ) as source_turn
  from named
),
ranked as (
  select *, row_number() over (
    order by source_turn, md5(candidate_id || $seed), candidate_id
  ) as turn
  from turns
)
select
  $corpus as corpus, left(candidate_id, 16) as candidate_id, 'tool' as kind,
  $intent as intent, $category as category,
  outcome, source_id, path, symbol, slots, calls, expected,
  case
    when not list_has_all($tools, json_extract_string(calls, '$[*].tool')) then 'tool_not_offered'
    when turn > $limit then 'not_sampled'
  end as drop_reason
from ranked
"""


@dataclass(frozen=True)
class Intent:
    """One thing a user may want: its name, category, what one row is, and its SQL file."""

    name: str
    category: str
    what: str
    path: Path


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
        found[path.stem] = Intent(path.stem, category[1], what, path)
    return found


def propose(build: Build) -> StageReport:
    """Reads the intents' views and corpora/direct; writes candidates and offered_tools.

    At most `candidates_per_intent` of an intent go on, the same number of each source as far as it
    has them; the others stay with the reason not_sampled.
    """
    chosen = _chosen(build)
    with build.store.transaction():
        _offer(build)
        build.store.connection.execute("delete from candidates where corpus = ?", [build.corpus])
        for done, intent in enumerate(chosen):
            build.progress(done, len(chosen), intent.name)
            _insert(build, intent)
            _refuse_repeated(build, intent)
            _refuse_unknown(build, intent)
        build.store.insert(
            "candidates", direct_answers(build.project, build.corpus, build.recipe.seed)
        )
        rows_in, rows_out = build.store.query(
            """
            select count(*), count(*) filter (drop_reason is null) from candidates
            where corpus = ?
            """,
            [build.corpus],
        )[0]
    return StageReport("propose", rows_in, rows_out, dropped_counts(build, "candidates"))


def _chosen(build: Build) -> list[Intent]:
    known, wanted = intents(build.project), build.recipe.propose
    unknown = sorted({*wanted.intents, *wanted.without, *wanted.limits} - set(known))
    if unknown:
        raise CurateError(
            f"corpora/{build.corpus}.toml",
            f"propose names unknown intents: {', '.join(unknown)}\nintents: {', '.join(known)}",
            "name intents that exist (curate intents)",
        )
    return [
        intent
        for name, intent in known.items()
        if name not in wanted.without and name in (wanted.intents or known)
    ]


def _offer(build: Build) -> None:
    """The tools of the recipe with their schemas."""
    unknown = sorted(set(build.recipe.tools) - set(all_tools()))
    if unknown:
        raise CurateError(
            f"corpora/{build.corpus}.toml",
            f"tools names unknown ones: {', '.join(unknown)}\ntools: {', '.join(all_tools())}",
            "name tools that exist",
        )
    build.store.connection.execute("delete from offered_tools where corpus = ?", [build.corpus])
    for name in build.recipe.tools:
        build.store.connection.execute(
            "insert into offered_tools values (?, ?, ?)",
            [build.corpus, name, json.dumps(all_tools()[name].schema())],
        )


def _refuse_unknown(build: Build, intent: Intent) -> None:
    """Raises CurateError for an outcome, tool or expectation that there is not."""
    named = {
        "outcome": ("outcome", OUTCOMES),
        "tool": ("unnest(json_extract_string(calls, '$[*].tool'))", all_tools()),
        "expectation": ("unnest(json_keys(expected))", EXPECTATIONS),
    }
    for what, (expression, known) in named.items():
        rows = build.store.query(
            f"select distinct {expression} as name from candidates where corpus = ? and intent = ?",
            [build.corpus, intent.name],
        )
        unknown = sorted({name for (name,) in rows} - set(known))
        if unknown:
            raise CurateError(
                f"sql/intents/{intent.path.name}",
                f"{what} {', '.join(unknown)} is not known\n{what}s: {', '.join(sorted(known))}",
                f"name {what}s that exist (docs/intent.md)",
            )


def _refuse_repeated(build: Build, intent: Intent) -> None:
    """Raises CurateError when an intent's SQL selects one candidate twice."""
    repeated = build.store.query(
        """
        select any_value(slots) from candidates where corpus = ? and intent = ?
        group by candidate_id having count(*) > 1 order by 1 limit 1
        """,
        [build.corpus, intent.name],
    )
    if repeated:
        raise CurateError(
            f"sql/intents/{intent.path.name}",
            f"selects a candidate twice: {repeated[0][0]}",
            "group or de-duplicate the rows by its grain",
        )


def _insert(build: Build, intent: Intent) -> None:
    """One intent's candidates. Turns go round the sources, and within one by md5 of id and seed."""
    wanted = build.recipe.propose
    columns = {row[0] for row in build.store.query(f"describe {intent.name}")}
    if columns != set(COLUMNS):
        raise CurateError(
            f"sql/intents/{intent.path.name}",
            f"selects {', '.join(sorted(columns))}\nan intent selects {', '.join(COLUMNS)}",
            "rename or add the columns (docs/intent.md)",
        )
    build.store.connection.execute(
        INSERT.format(intent=intent.name),
        {
            "intent": intent.name,
            "category": intent.category,
            "corpus": build.corpus,
            "seed": str(build.recipe.seed),
            "tools": list(build.recipe.tools),
            "limit": wanted.limits.get(intent.name, wanted.candidates_per_intent),
        },
    )
