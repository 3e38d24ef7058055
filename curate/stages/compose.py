r"""Samples: a prompt and an answer from an intent's templates, around what really came back.

where's Flask defined?
  ->  grep -rn "class Flask\b" ...  ->  `Flask` is defined in `src/flask/app.py`, line 81.
"""

import hashlib
import json
from typing import Any

from curate.calling import Traced
from curate.drawing import number_of, share_of
from curate.errors import CurateError
from curate.phrases import Forms, read_answers, read_prompts
from curate.plans import view
from curate.rows import messages
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import all_tools

CONTRACT = Contract(
    writes=("composed",),
    code=("drawing.py", "phrases.py", "plans.py", "rows.py", "tools"),
    files=("templates/intents",),
    keys=("seed", "split", "system", "surface", "execute"),
)

COLUMNS = (
    "corpus", "sample_id", "candidate_id", "kind", "intent", "category", "outcome", "stratum",
    "source_id", "path", "symbol", "workspace_id", "surface", "tool", "tools", "families",
    "count_turns", "count_setbacks", "phrasing", "is_held_out", "prompt", "calls",
    "execution_ids", "results", "answer", "messages", "drop_reason",
)  # fmt: skip

COLUMNS_READY = (
    "candidate_id", "kind", "intent", "category", "outcome", "source_id", "path", "symbol",
    "workspace_id", "slots", "execution_ids", "turns",
)  # fmt: skip

READY = """
select
  c.candidate_id, c.kind, c.intent, c.category, c.outcome, c.source_id, c.path, c.symbol,
  c.workspace_id, c.slots, r.execution_ids,
  list(
    {tool: e.tool, arguments: e.arguments, content: e.content, trace: e.trace} order by e.position
  ) filter (e.content is not null) as turns
from candidates c
left join candidate_results r using (corpus, candidate_id)
left join (
  select corpus, candidate_id, position, tool, arguments, content, trace
  from (
    select
      corpus, candidate_id,
      unnest(execution_ids) as execution_id,
      generate_subscripts(execution_ids, 1) as position
    from candidate_results
  )
  join executions using (execution_id)
) e using (corpus, candidate_id)
where c.corpus = ? and c.drop_reason is null and r.drop_reason is null
group by all
order by c.candidate_id
"""


def compose(build: Build) -> StageReport:
    """Reads candidates, candidate_results and executions; writes composed."""
    import polars as pl

    files = build.project.files("templates/intents", "*/*.jinja")
    forms = {name: _read(name, path) for name, path in files.items()}
    rows = [
        _sample(build, forms, dict(zip(COLUMNS_READY, row, strict=True)))
        for row in build.store.query(READY, [build.corpus])
    ]
    types = {
        "phrasing": pl.Int64,
        "is_held_out": pl.Boolean,
        "tools": pl.List(pl.String),
        "families": pl.List(pl.String),
        "count_turns": pl.Int64,
        "count_setbacks": pl.Int64,
        "execution_ids": pl.List(pl.String),
        "results": pl.List(pl.String),
    }
    frame = pl.DataFrame(
        rows, schema={name: types.get(name, pl.String) for name in COLUMNS}, orient="row"
    )
    with build.store.transaction():
        build.store.replace("composed", frame, {"corpus": build.corpus})
    dropped = dropped_counts(build, "composed")
    return StageReport("compose", frame.height, frame.height - sum(dropped.values()), dropped)


def _read(name: str, path: Any) -> Forms:
    where = f"templates/intents/{name}"
    return read_prompts(path, where) if path.name == "prompts.jinja" else read_answers(path, where)


def _found(forms: dict[str, Forms], name: str) -> Forms:
    if name not in forms:
        raise CurateError(
            f"templates/intents/{name}", "is missing", "write its forms (docs/intent.md)"
        )
    return forms[name]


def _sample(build: Build, forms: dict[str, Forms], row: dict[str, Any]) -> tuple[Any, ...]:
    """One row of composed."""
    seed, slots = build.recipe.seed, json.loads(row["slots"])
    turns = row["turns"] or []
    steps = [view(Traced(*call)) for turn in turns for call in json.loads(turn["trace"])]
    results = [turn["content"] for turn in turns]
    group = "|".join(str(row[key]) for key in ("source_id", "path", "symbol"))
    is_held_out = row["kind"] == "tool" and share_of(f"{group}|{seed}") < held_out_share(build)
    reason = None
    if row["kind"] == "direct":
        phrasing, prompt, answer = 0, slots["prompt"], slots["answer"]
    else:
        turn = number_of(f"{row['candidate_id']}|{seed}")
        prompts = _found(forms, f"{row['intent']}/prompts.jinja")
        answers = _found(forms, f"{row['intent']}/{row['outcome']}.jinja")
        phrasing = prompts.choose(turn, is_held_out=is_held_out)
        prompt = prompts.render(phrasing, slots)
        printed = results[-1].splitlines()
        seen = {**slots, "shown": steps[-1], "steps": steps, "printed": printed}
        answer = answers.render(answers.choose(turn // 1000), seen)
        reason = None if answer else "empty_answer"
    content = "\0".join((build.corpus, row["candidate_id"], prompt, answer, *results))
    sample_id = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()[:16]
    calls = [_in_order(turn["tool"], json.loads(turn["arguments"])) for turn in turns]
    if sum(map(len, (prompt, answer, *results))) + len(json.dumps(calls)) > _longest(build):
        reason = reason or "conversation_too_long"
    conversation = json.dumps(
        messages(build.recipe.system, prompt, calls, results, answer), ensure_ascii=False
    )
    tools = list(dict.fromkeys(step["tool"] for step in steps))
    return (
        build.corpus, sample_id, row["candidate_id"],
        row["kind"], row["intent"], row["category"], row["outcome"], _stratum(row, steps),
        row["source_id"], row["path"], row["symbol"], row["workspace_id"], build.recipe.surface,
        steps[-1]["tool"] if steps else None, tools,
        list(dict.fromkeys(all_tools()[tool].family for tool in tools)), len(calls),
        sum(step["is_failure"] or step["is_empty"] for step in steps),
        phrasing, is_held_out, prompt,
        json.dumps(calls, ensure_ascii=False), row["execution_ids"] or [], results,
        answer, conversation, reason,
    )  # fmt: skip


def _in_order(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A call with its arguments in the order of the tool's schema, as one writes them."""
    order = all_tools()[tool].schema()["function"]["parameters"]["properties"]
    return {"tool": tool, "arguments": {key: arguments[key] for key in order if key in arguments}}


def _longest(build: Build) -> int:
    return build.recipe.execute.max_conversation_chars


def _stratum(row: dict[str, Any], steps: list[dict[str, Any]]) -> str:
    """What a sample's quota is counted under: its outcome where that is special, else its category.

    `clean` is an outcome that only the result tells.
    """
    if row["outcome"] in {"empty", "failed", "recovered"}:
        return row["outcome"]
    if row["category"] != "tests" and len(steps) == 1 and steps[0]["is_clean"]:
        return "clean"
    return row["category"]


def held_out_share(build: Build) -> float:
    """The share of symbols asked for in held-out phrasings.

    So large that about `held_out_fraction` of the rows outside train are.
    """
    split = build.recipe.split
    return split.held_out_fraction * (split.valid + split.test) / split.size
