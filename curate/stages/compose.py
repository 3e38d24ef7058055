r"""Samples: a prompt and an answer from an intent's templates, around what really came back.

where's Flask defined?
  ->  grep -rn "class Flask\b" ...  ->  `Flask` is defined in `src/flask/app.py`, line 81.
"""

import hashlib
import json
from typing import Any

from curate.errors import CurateError
from curate.phrases import Forms, read_answers, read_prompts
from curate.rows import messages
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import all_tools

CONTRACT = Contract(
    writes=("composed",),
    code=("phrases.py", "rows.py", "tools"),
    files=("templates/intents",),
    keys=("seed", "split", "system"),
)

COLUMNS = (
    "corpus", "sample_id", "candidate_id", "kind", "intent", "category", "outcome", "stratum",
    "source_id", "path", "symbol", "tool", "phrasing", "is_held_out", "prompt", "calls",
    "execution_ids", "results", "answer", "messages", "drop_reason",
)  # fmt: skip

COLUMNS_READY = (
    "candidate_id", "kind", "intent", "category", "outcome", "source_id", "path", "symbol",
    "slots", "calls", "execution_ids", "results", "last_result",
)  # fmt: skip

READY = """
select
  c.candidate_id, c.kind, c.intent, c.category, c.outcome, c.source_id, c.path, c.symbol,
  c.slots, c.calls, r.execution_ids,
  list(e.content order by e.position) filter (e.content is not null) as results,
  last(e.result order by e.position) filter (e.result is not null) as last_result
from candidates c
left join candidate_results r using (corpus, candidate_id)
left join (
  select corpus, candidate_id, position, content, result
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
    seed, slots, calls = build.recipe.seed, json.loads(row["slots"]), json.loads(row["calls"])
    group = "|".join(str(row[key]) for key in ("source_id", "path", "symbol"))
    is_held_out = row["kind"] == "tool" and _share(f"{group}|{seed}") < held_out_share(build)
    reason = None
    if row["kind"] == "direct":
        phrasing, prompt, answer = 0, slots["prompt"], slots["answer"]
    else:
        turn = _number(f"{row['candidate_id']}|{seed}")
        prompts = _found(forms, f"{row['intent']}/prompts.jinja")
        answers = _found(forms, f"{row['intent']}/{row['outcome']}.jinja")
        phrasing = prompts.choose(turn, is_held_out=is_held_out)
        prompt = prompts.render(phrasing, slots)
        seen = {**slots, "shown": shown(calls[-1], row["last_result"])}
        answer = answers.render(answers.choose(turn // 1000), seen)
        reason = None if answer else "empty_answer"
    results = row["results"] or []
    content = "\0".join((build.corpus, row["candidate_id"], prompt, answer, *results))
    sample_id = hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()[:16]
    given = _given(calls)
    turns = json.dumps(
        messages(build.recipe.system, prompt, given, results, answer), ensure_ascii=False
    )
    return (
        build.corpus, sample_id, row["candidate_id"],
        row["kind"], row["intent"], row["category"], row["outcome"], _stratum(row, calls),
        row["source_id"], row["path"], row["symbol"],
        calls[-1]["tool"] if calls else None, phrasing, is_held_out, prompt,
        json.dumps(given, ensure_ascii=False), row["execution_ids"] or [], results,
        answer, turns, reason,
    )  # fmt: skip


def _stratum(row: dict[str, Any], calls: list[dict[str, Any]]) -> str:
    """What a sample's quota is counted under: its outcome where that is special, else its category.

    `clean` is an outcome that only the result tells.
    """
    if row["outcome"] in {"empty", "recovered"}:
        return row["outcome"]
    if calls:
        tool = all_tools()[calls[-1]["tool"]]
        if tool.is_clean(tool.result.model_validate_json(row["last_result"])):
            return "clean"
    return row["category"]


def shown(call: dict[str, Any], result: str) -> dict[str, Any]:
    """The tool's view of the last result, which answers may read as `shown`."""
    tool = all_tools()[call["tool"]]
    return tool.view(call["arguments"], tool.result.model_validate_json(result))


def held_out_share(build: Build) -> float:
    """The share of symbols asked for in held-out phrasings.

    So large that about `held_out_fraction` of the rows outside train are.
    """
    split = build.recipe.split
    return split.held_out_fraction * (split.valid + split.test) / split.size


def _given(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Calls without the arguments that are null."""
    given = [
        {key: value for key, value in call["arguments"].items() if value is not None}
        for call in calls
    ]
    return [
        {"tool": call["tool"], "arguments": arguments}
        for call, arguments in zip(calls, given, strict=True)
    ]


def _number(key: str) -> int:
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), 16)


def _share(key: str) -> float:
    return _number(key) / 2**128
