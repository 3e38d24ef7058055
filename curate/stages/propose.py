r"""Candidates: what each intent's SQL selects from the facts, and the direct answers.

find_class  flask@3.1.3  src/flask/app.py  Flask  {"name": "Flask"}  grep -rn "class Flask\b" ...
"""

import json

from curate.direct import direct_answers
from curate.errors import CurateError
from curate.importing import imported_version, propose_imported
from curate.intents import Intent, intents, refuse_other_columns, refuse_other_rows
from curate.offer import offered
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import all_tools

CONTRACT = Contract(
    writes=("candidates", "offered_tools"),
    code=(
        *("direct.py", "drawing.py", "importing.py", "intents.py"),
        *("verdict.py", "tools", "codemode", "offer.py"),
    ),
    files=("sql/staging", "sql/intermediate", "sql/marts", "sql/intents", "corpora/direct"),
    keys=("sources", "tools", "surface", "seed", "propose"),
    versions=imported_version,
)

INSERT = """
insert into candidates by name
with proposed as (
  select
    source_id, path, symbol, outcome, {workspace} as workspace_id,
    to_json(slots) as slots, to_json(calls) as calls, to_json(expected) as expected
  from {intent}
),
based as (
  select source_id, workspace_id from workspaces where is_base
),
placed as (
  select
    proposed.* exclude (workspace_id),
    coalesce(proposed.workspace_id, based.workspace_id) as workspace_id
  from proposed
  left join based using (source_id)
),
named as (
  select *, md5(concat_ws(
    '|', $intent, source_id, workspace_id, path, symbol, outcome, slots::varchar, calls::varchar
  )) as candidate_id
  from placed
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
  outcome, source_id, workspace_id, path, symbol, slots, calls, expected,
  case
    when not $is_on_surface then 'other_surface'
    when not list_has_all($tools, json_extract_string(calls, '$[*].tool')) then 'tool_not_offered'
    when turn > $limit then 'not_sampled'
  end as drop_reason
from ranked
"""


def propose(build: Build) -> StageReport:
    """Reads the intents' views, corpora/direct, imported_rows; writes candidates, offered_tools.

    At most `candidates_per_intent` of an intent go on, the same number of each source as far as it
    has them; the others stay with the reason not_sampled.
    """
    chosen = _chosen(build)
    with build.store.transaction():
        _offer(build)
        build.store.connection.execute("delete from candidates where corpus = ?", [build.corpus])
        with build.store.computed_below("intents"):
            for done, intent in enumerate(chosen):
                build.progress(done, len(chosen), intent.name)
                _insert(build, intent, refuse_other_columns(build.store, intent))
        refuse_other_rows(build.store, build.corpus, {intent.name: intent for intent in chosen})
        build.store.insert(
            "candidates", direct_answers(build.project, build.corpus, build.recipe.seed)
        )
        propose_imported(build)
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
    """The tools of the recipe with their schemas; on the surface `code` the one that calls them.

    Raises CurateError for a tool that does not exist, or cannot be called from code.
    """
    unknown = sorted(set(build.recipe.tools) - set(all_tools()))
    if unknown:
        raise CurateError(
            f"corpora/{build.corpus}.toml",
            f"tools names unknown ones: {', '.join(unknown)}\ntools: {', '.join(all_tools())}",
            "name tools that exist",
        )
    build.store.connection.execute("delete from offered_tools where corpus = ?", [build.corpus])
    for name, schema in offered(build.recipe).items():
        build.store.connection.execute(
            "insert into offered_tools values (?, ?, ?)", [build.corpus, name, json.dumps(schema)]
        )


def _insert(build: Build, intent: Intent, columns: set[str]) -> None:
    """One intent's candidates. Turns go round the sources, and within one by md5 of id and seed.

    Without a column `workspace_id` they are about the source as it is.
    """
    wanted = build.recipe.propose
    workspace = "workspace_id" if "workspace_id" in columns else "null::varchar"
    build.store.connection.execute(
        INSERT.format(intent=intent.name, workspace=workspace),
        {
            "intent": intent.name,
            "category": intent.category,
            "corpus": build.corpus,
            "seed": str(build.recipe.seed),
            "tools": list(build.recipe.tools),
            "is_on_surface": build.recipe.surface in intent.surfaces,
            "limit": wanted.limits.get(intent.name, wanted.candidates_per_intent),
        },
    )
