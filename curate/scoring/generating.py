"""Suites that intents make: prompts about a source, with the calls and results of real samples.

    generated(project, suite, surface, progress)     # Generated(prompts, workspaces)

The stages until compose run on a database of their own, in the cache, so that the project's is not
touched; a second run with nothing changed takes no time. The phrasings are those that a recipe
holds out of train.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from curate.drawing import digest_of
from curate.errors import CurateError
from curate.executor import executor
from curate.project import Project
from curate.recipe import Recipe, Select, Split, Surface
from curate.scoring.suites import Asked, Generate, Step, Suite
from curate.tools.base import Workspace

FEWEST = 2  # candidates of each intent that are executed; more for more than 30 prompts
PER_CANDIDATE = 30
HELD_OUT = 1.0  # of the rows: phrasings that no train split has
ENOUGH = 0.5  # of what the sample's answer states; it may say more than was asked
TICKED = re.compile(r"`([^`\n]{1,80})`")
NUMBER = re.compile(r"(?<![\w./:-])\d[\d,]*(?![\w/:-]|[.,]\d)")
SAMPLES = """
select
  c.candidate_id, c.intent, c.category, c.prompt, c.answer, c.workspace_id, c.is_held_out,
  list({tool: e.tool, arguments: e.arguments, trace: e.trace} order by r.position) as turns
from composed c
join (
  select corpus, candidate_id, unnest(execution_ids) as execution_id,
    generate_subscripts(execution_ids, 1) as position
  from candidate_results
) r using (corpus, candidate_id)
join executions e using (execution_id)
where c.corpus = ? and c.drop_reason is null and c.kind = 'tool'
  and c.outcome in ('found', 'empty')
group by all
order by c.candidate_id
"""


class Generated(NamedTuple):
    """Prompts, the code of their samples on the surface `code`, and where each is asked."""

    prompts: tuple[Asked, ...]
    workspaces: Mapping[str, Workspace]


def suite_of(base: Suite, source: str, count: int, seed: int) -> Suite:
    """The suite of --generate: what another one offers and says, with prompts that intents make."""
    return base.model_copy(
        update={
            "name": f"generated-{source}",
            "description": f"{count} prompts that intents make about {source}",
            "source": source,
            "changes": (),
            "prompts": (),
            "generate": Generate(count=count, seed=seed),
        }
    )


def generated(
    project: Project,
    suite: Suite,
    surface: Surface,
    progress: Callable[[int, int, str], None],
    *,
    jobs: int = 1,
) -> Generated:
    """The prompts of a suite of [generate]. Raises CurateError where its source has too few."""
    from curate.pipeline import STAGES, run
    from curate.sources import Cache
    from curate.stages.base import Build
    from curate.store import Store
    from curate.workspaces.placed import workspaces_of

    assert suite.generate is not None
    assert suite.source is not None
    recipe = _recipe(suite, suite.generate, surface)
    names = [stage.__name__ for stage in STAGES]
    key = hashlib.sha256(f"{project.root}\0{recipe.model_dump_json()}".encode()).hexdigest()[:16]
    beside = _Elsewhere(project.root, Cache.open().root / "suites" / key)
    beside.written.mkdir(parents=True, exist_ok=True)
    with Store.open(beside) as store, executor(jobs) as workers:
        build = Build(project, recipe, store, workers, progress)
        run(build, STAGES[: names.index("compose") + 1], lambda _done: None)
        rows = store.rows(SAMPLES, [recipe.corpus])
        chosen = _chosen(rows, suite.generate)
        places = workspaces_of(build, {row["workspace_id"] for row in chosen})
    if not chosen:
        raise CurateError(
            f"suite {suite.name}",
            f"no intent makes a prompt about {suite.source}",
            "name another source, or more intents",
        )
    return Generated(tuple(_asked(row, surface) for row in chosen), places)


@dataclass(frozen=True)
class _Elsewhere(Project):
    """A project whose database lies in another folder."""

    written: Path

    @property
    def out(self) -> Path:
        """The folder for the database."""
        return self.written / "out"


def _recipe(suite: Suite, wanted: Generate, surface: Surface) -> Recipe:
    """The recipe of a corpus that is never selected from nor exported."""
    many = max(FEWEST, 1 + wanted.count // PER_CANDIDATE)
    return Recipe.model_validate(
        {
            "corpus": "suite",
            "description": suite.description,
            "seed": wanted.seed,
            "system": suite.system,
            "sources": (suite.source,),
            "tools": suite.offers,
            "surface": surface,
            "scan": {
                "patterns": {
                    "note": r"\b(TODO|FIXME|XXX|HACK)\b",
                    "deprecation": "[Dd][Ee][Pp][Rr][Ee][Cc][Aa][Tt]",
                    "ty_ignored": '^ *(rules\\.)?all *= *"ignore"',
                }
            },
            "plant": {"workspaces_per_source": 6},
            "propose": {"intents": wanted.intents, "candidates_per_intent": many},
            "execute": {"max_result_chars": 3_000},
            "select": Select(tool_shares={"search": 1.0}).model_dump(),
            # held-out phrasings are for what is not in train: here, that is everything
            "split": Split(train=1, valid=10**6, held_out_fraction=HELD_OUT).model_dump(),
        }
    )


def _chosen(rows: Iterable[Mapping[str, Any]], wanted: Generate) -> list[dict[str, Any]]:
    """So many samples, the same number of each intent as far as it goes, drawn by the seed.

    None whose calls met an error: what is right then is not told by results alone.
    """
    by_intent: dict[str, list[dict[str, Any]]] = {}
    prompts: set[str] = set()
    for row in sorted(rows, key=lambda row: digest_of(wanted.seed, row["candidate_id"])):
        if row["prompt"].casefold() not in prompts and not _has_error(row):
            prompts.add(row["prompt"].casefold())
            by_intent.setdefault(row["intent"], []).append(dict(row))
    order = sorted(by_intent, key=lambda intent: digest_of(wanted.seed, intent))
    chosen: list[dict[str, Any]] = []
    turn = 0
    while len(chosen) < wanted.count and any(len(by_intent[name]) > turn for name in order):
        chosen += [by_intent[name][turn] for name in order if len(by_intent[name]) > turn]
        turn += 1
    return sorted(chosen[: wanted.count], key=lambda row: (row["category"], row["candidate_id"]))


def _has_error(row: Mapping[str, Any]) -> bool:
    calls = [call for turn in row["turns"] for call in json.loads(turn["trace"])]
    return not calls or any(json.loads(result).get("error") for _, _, result in calls)


def _asked(row: Mapping[str, Any], surface: Surface) -> Asked:
    """A sample as a prompt with its reference."""
    steps, snippets = [], []
    for turn in row["turns"]:
        if surface == "code":
            snippets.append(json.loads(turn["arguments"])["code"])
        for tool, arguments, _ in json.loads(turn["trace"]):
            given = {key: value for key, value in arguments.items() if value is not None}
            steps.append(Step(tool=tool, arguments=given))
    return Asked(
        id=f"{row['intent'].replace('_', '-')}-{row['candidate_id'][:8]}",
        category=row["category"],
        prompt=row["prompt"],
        answer=row["answer"],
        calls=tuple(steps),
        code=tuple(snippets),
        facts=tuple(facts_of(row["answer"])),
        enough=ENOUGH,
        workspace_id=row["workspace_id"],
    )


def facts_of(answer: str) -> list[str | int]:
    """What an answer states that can be looked for: code in backticks, and numbers."""
    ticked = [text for text in TICKED.findall(answer) if not text.isdigit()]
    numbers = [int(text.replace(",", "")) for text in NUMBER.findall(TICKED.sub(" ", answer))]
    return list(dict.fromkeys([*ticked, *numbers]))
