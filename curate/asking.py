"""Questions to a built corpus: SQL, a sample, a candidate, what intents and sources there are."""

import json
from typing import Any

from curate import console
from curate.errors import CurateError
from curate.project import Project
from curate.store import Store

RULE = "-" * 78


def ask(project: Project, query: str, limit: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Names and rows of a query, at most `limit`.

    Raises CurateError with DuckDB's own message and caret.
    """
    import duckdb

    if not query.strip(" \n\t;"):
        raise CurateError("sql", "there is no query", 'ask something: curate sql "show tables"')
    with Store.open(project, read_only=True) as store:
        try:
            store.connection.execute("set enable_external_access = false")
            store.connection.execute("set lock_configuration = true")
            relation = store.connection.execute(query)
            rows = relation.fetchmany(limit + 1)
        except duckdb.Error as error:
            raise CurateError(
                "sql", f"cannot be answered\n{error}", 'look at: curate sql "show tables"'
            ) from None
        columns = [column[0] for column in relation.description or []]
    if len(rows) > limit:
        console.say(f"first {limit:,} rows; more with --limit")
    return columns, rows[:limit]


def sample(project: Project, sample_id: str, corpus: str | None = None) -> dict[str, Any]:
    """A sample with its conversation and lineage, by the beginning of its id or `random`."""
    with Store.open(project, read_only=True) as store:
        chosen = _one(store, "samples", "sample_id", sample_id, corpus)
        (row,) = store.rows("select * from samples where corpus = ? and sample_id = ?", chosen)
        calls = store.query(
            """
            select c.tool, c.arguments, c.content, e.tool_version, e.workspace_id, e.execution_id
            from conversations c join executions e using (execution_id, tool)
            where c.corpus = ? and c.sample_id = ? order by c.ordinal
            """,
            chosen,
        )
        source = store.query(
            "select license_spdx, revision from sources where source_id = ?", [row["source_id"]]
        )
    keys = ("tool", "arguments", "content", "tool_version", "workspace_id", "execution_id")
    row["calls"] = [
        {**dict(zip(keys, call, strict=True)), "arguments": json.loads(call[1])} for call in calls
    ]
    row["license_spdx"], row["revision"] = source[0] if source else (None, None)
    del row["results"], row["execution_ids"]
    return row


def sample_text(row: dict[str, Any]) -> str:
    """A sample as a person reads it."""
    lies = f"{row['corpus']} {row['split']} row {row['position'] + 1}"
    head = f"{row['sample_id']}  {lies}  {row['intent']} ({row['outcome']})"
    parts = [head, RULE, f"user: {row['prompt']}"]
    for call in row["calls"]:
        parts += [
            "",
            f"call: {_call_text(call['tool'], call['arguments'])}",
            f"      {call['tool_version']}, execution {call['execution_id']}",
            "",
            call["content"].rstrip("\n"),
        ]
    symbol = f" {row['symbol']}" if row["symbol"] else ""
    place = f"{row['source_id'] or 'written for this corpus'} {row['path']}{symbol}"
    parts += ["", f"assistant: {row['answer']}", RULE, f"from: {place}"]
    if row["source_id"]:
        parts.append(f"      {row['license_spdx']}, revision {row['revision']}")
    return "\n".join([*parts, f"candidate: {row['candidate_id']}"])


def _call_text(tool: str, arguments: dict[str, Any]) -> str:
    """A call in one line; the code of one that runs code, in lines of its own."""
    if set(arguments) == {"code"}:
        code = "".join(f"\n      {line}".rstrip() for line in arguments["code"].splitlines())
        return f"{tool}{code}"
    given = ", ".join(
        f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items()
    )
    return f"{tool}({given})"


def candidate(project: Project, candidate_id: str, corpus: str | None = None) -> dict[str, Any]:
    """A candidate, what was planned and expected, what came back, and its fate."""
    with Store.open(project, read_only=True) as store:
        chosen = _one(store, "candidates", "candidate_id", candidate_id, corpus)
        (row,) = store.rows("select * from fates where corpus = ? and candidate_id = ?", chosen)
        (planned,) = store.rows(
            "select slots, calls, expected from candidates where corpus = ? and candidate_id = ?",
            chosen,
        )
        row |= {key: json.loads(value) for key, value in planned.items()}
        row["made"] = [
            {"tool": tool, "arguments": json.loads(arguments), "content": content}
            for tool, arguments, content in store.query(
                """
                select tool, arguments, content from (
                  select
                    unnest(execution_ids) as execution_id,
                    generate_subscripts(execution_ids, 1) as position
                  from candidate_results where corpus = ? and candidate_id = ?
                ) join executions using (execution_id) order by position
                """,
                chosen,
            )
        ]
        row["clusters"] = (
            _clusters(store, chosen[0], row["sample_id"]) if row["sample_id"] else None
        )
    return row


def candidate_text(row: dict[str, Any]) -> str:
    """A candidate's fate as a person reads it."""
    if row["drop_reason"]:
        fate = f"dropped by {row['stage']}: {row['drop_reason']}"
    elif row["split"]:
        fate = f"became sample {row['sample_id']} in {row['split']}"
    else:
        fate = "not dropped; the stages after it have not run"
    parts = [
        f"{row['candidate_id']}  {row['corpus']} {row['intent']} ({row['outcome']})  {fate}",
        f"from:     {row['source_id'] or 'corpora/direct'} {row['path']} {row['symbol'] or ''}",
        f"in:       {row['workspace_id'] or 'no workspace'}",
        f"slots:    {json.dumps(row['slots'], ensure_ascii=False)}",
        f"expected: {json.dumps(row['expected'], ensure_ascii=False)}",
    ]
    parts += [
        f"planned:  {call['tool']} {json.dumps(call['arguments'], ensure_ascii=False)}"
        for call in row["calls"]
    ]
    for call in row["made"]:
        parts += [
            f"call:     {_call_text(call['tool'], call['arguments'])}",
            call["content"].rstrip("\n"),
        ]
    if row["clusters"]:
        prompt, conversation = row["clusters"]
        parts.append(
            f"cluster:  prompt like sample {prompt}, conversation like sample {conversation}"
        )
    return "\n".join(parts)


def intent_rows(project: Project) -> list[dict[str, Any]]:
    """Every intent with its category, its numbers of phrasings, and what one candidate is."""
    from curate.intents import intents
    from curate.phrases import read_prompts

    templates = project.files("templates/intents", "*/prompts.jinja")
    rows = []
    for intent in intents(project).values():
        name = f"{intent.name}/prompts.jinja"
        if name not in templates:
            raise CurateError(
                f"templates/intents/{name}", "is missing", "write its phrasings (docs/intent.md)"
            )
        prompts = read_prompts(templates[name], f"templates/intents/{name}")
        count = len(prompts.forms)
        rows.append(
            {
                "intent": intent.name,
                "category": intent.category,
                "phrasings": count,
                "held_out": prompts.count_held_out,
                "candidate": intent.what,
            }
        )
    return rows


def source_rows(project: Project) -> list[dict[str, Any]]:
    """Every pinned source: what fixes it, its licence and category."""
    from curate.sources import read_registry
    from curate.sources.fetch import version_of

    registry = read_registry(*project.all_of("corpora/sources.toml"))
    return [
        {
            "source": name,
            "kind": source.kind,
            "version": version_of(source),
            "license_spdx": source.license_spdx,
            "category": source.category,
            "revision": getattr(source, "sha256", None) or getattr(source, "commit", None),
        }
        for name, source in registry.sources.items()
    ]


def _one(store: Store, relation: str, key: str, start: str, corpus: str | None) -> list[str]:
    """Corpus and id of the row whose id begins like this; the last built corpus goes first."""
    rows = store.query(
        f"""
        select corpus, {key} from {relation}
        where (starts_with({key}, $start) or $start = 'random')
          and corpus = coalesce($corpus, corpus)
        order by
          corpus = (select corpus from settings) desc,
          case $start when 'random' then random() end,
          1, 2
        limit 2
        """,
        {"start": start, "corpus": corpus},
    )
    if not rows or (start != "random" and len({found for _, found in rows}) > 1):
        many = "several begin like this" if rows else "there is none"
        raise CurateError(
            f"{key} {start}", many, f'find one: curate sql "select {key} from {relation} limit 5"'
        )
    return list(rows[0])


def _clusters(store: Store, corpus: str, sample_id: str) -> tuple[str, str] | None:
    rows = store.query(
        """
        select prompt_cluster, conversation_cluster from sample_clusters
        where corpus = ? and sample_id = ?
        """,
        [corpus, sample_id],
    )
    return rows[0] if rows else None
