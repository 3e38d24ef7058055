"""Executions: every planned call of every candidate, for real, and whether the facts agree with it.

Candidates go on turn by turn, all of them at once: what a turn gave is what the next one may use. A
call that ran before in the same workspace with the same tool version is not run again.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from curate.calling import CODE
from curate.errors import CurateError
from curate.executions import executed
from curate.plans import Plan, Snippets, plan_of, view
from curate.stages.base import Build, Contract, StageReport, dropped_counts
from curate.tools import ROOMS, all_tools
from curate.tools.base import Workspace
from curate.verdict import verdict
from curate.workspaces.placed import changed, workspaces_of

CONTRACT = Contract(
    writes=("candidate_results",),
    code=(
        *ROOMS,
        *("calling.py", "drawing.py", "executions.py", "plans.py", "phrases.py", "verdict.py"),
    ),
    files=("templates/code", "templates/intents/*/code.jinja"),
    keys=("tools", "surface", "execute", "seed"),
    versions=lambda _build: [tool.installed() for tool in all_tools().values()],
)


def execute(build: Build) -> StageReport:
    """Reads candidates and workspaces; writes executions and candidate_results.

    What is not true gets a drop_reason.
    """
    rows, places = _rows(build)
    is_code = build.recipe.surface == "code"
    plans = [
        plan_of(row, places[row["workspace_id"]], build.recipe.seed, is_code=is_code)
        for row in rows
    ]
    snippets = Snippets.read(build.project)
    count_new, count_calls = carry_out(build, plans, snippets)
    _refuse_changed(build, places)
    results = _judged(build, plans, {row["candidate_id"]: row for row in rows})
    with build.store.transaction():
        build.store.replace("candidate_results", results, {"corpus": build.corpus})
    dropped = dropped_counts(build, "candidate_results")
    note = f"{count_new:,} of {count_calls:,} calls were new"
    return StageReport(
        "execute", results.height, results.height - sum(dropped.values()), dropped, note
    )


def _rows(build: Build) -> tuple[list[dict[str, Any]], dict[str, Workspace]]:
    """The candidates to carry out, and their workspaces on disk."""
    rows = build.store.rows(
        """
        select candidate_id, intent, workspace_id, slots, calls, outcome, expected from candidates
        where corpus = ? and kind = 'tool' and drop_reason is null order by candidate_id
        """,
        [build.corpus],
    )
    return rows, workspaces_of(build, {row["workspace_id"] for row in rows})


def _refuse_changed(build: Build, places: dict[str, Workspace]) -> None:
    """Raises CurateError when a tool wrote into a workspace: what was seen there is forgotten."""
    if broken := changed(build, places):
        build.store.connection.execute(
            "delete from executions where workspace_id in (select unnest(?::varchar[]))", [broken]
        )
        raise CurateError(
            f"workspace {broken[0]}",
            f"was written to while tools ran in it, as were {len(broken) - 1} others"
            if broken[1:]
            else "was written to while tools ran in it",
            "leave out the tool that writes there, and run again: it is made anew",
            exit_code=1,
        )


def carry_out(build: Build, plans: Sequence[Plan], snippets: Snippets) -> tuple[int, int]:
    """Carry out all plans, turn by turn. Returns how many calls were new, and how many there were.

    A plan of more turns than the recipe allows is not begun.
    """
    for plan in plans:
        if plan.count_turns(snippets) > build.recipe.execute.max_turns:
            plan.drop_reason = "too_many_turns"
    new, ids = 0, set()
    going = list(plans)
    while going:
        wanted = [(plan, call) for plan in going if (call := plan.next_call(snippets))]
        known, count_new = executed(build, [call for _, call in wanted])
        for plan, call in wanted:
            plan.done(known[call.execution_id])
        new, ids = new + count_new, ids | set(known)
        going = [plan for plan, _ in wanted]
    return new, len(ids)


def _judged(
    build: Build, plans: Sequence[Plan], candidates: Mapping[str, Mapping[str, Any]]
) -> Any:
    """Each candidate's executions and the verdict over them."""
    import polars as pl

    rows = []
    for plan in plans:
        candidate = candidates[plan.candidate_id]
        reason = (
            plan.drop_reason
            or _code_error(plan)
            or verdict(
                candidate["outcome"],
                json.loads(candidate["expected"]),
                [view(call) for call in plan.trace],
                [executed.content for executed in plan.ran],
                build.recipe.execute.max_result_chars,
            )
        )
        ids = [executed.execution_id for executed in plan.ran]
        rows.append((build.corpus, plan.candidate_id, ids, reason))
    columns = {
        "corpus": pl.String,
        "candidate_id": pl.String,
        "execution_ids": pl.List(pl.String),
        "drop_reason": pl.String,
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def _code_error(plan: Plan) -> str | None:
    """Code that raised says nothing of the tools."""
    is_broken = any(row.tool == CODE and not row.success for row in plan.ran)
    return "code_raised" if is_broken else None
