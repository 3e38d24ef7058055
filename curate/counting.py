"""`curate stats`: how many samples a corpus has of each tool, category, surface and turn count.

tool      surface  samples  fraction  1 turn  2 turns  3 or more
git_diff  code     61       0.066     38      20       3
"""

from typing import Any

from curate.errors import CurateError
from curate.project import Project
from curate.store import Store

COUNTS = """
with counted as (
  select {value} as value, surface, count_turns from samples where corpus = ? and kind = 'tool'
),

total as (
  select count(*) as count_all from samples where corpus = ? and kind = 'tool'
)

select
  value as {name},
  surface,
  count(*) as samples,
  round(count(*) / any_value(count_all), 3) as fraction,
  count(*) filter (count_turns = 1) as "1 turn",
  count(*) filter (count_turns = 2) as "2 turns",
  count(*) filter (count_turns > 2) as "3 or more"
from counted, total
group by all
order by samples desc, 1, 2
"""
VALUES = {"tool": "unnest(tools)", "category": "category", "outcome": "outcome"}
TRAITS = """
select
  count(*) as samples,
  round(count(*) filter (count_turns > 1) / count(*), 3) as several_turns,
  round(count(*) filter (len(families) > 1) / count(*), 3) as cross_family,
  round(count(*) filter (count_setbacks > 0) / count(*), 3) as failed_or_empty
from samples where corpus = ? and kind = 'tool'
"""


def stats(project: Project, corpus: str | None) -> dict[str, Any]:
    """`corpus`, `traits`, and rows of counts `by_tool`, `by_category` and `by_outcome`.

    Of the tool samples; one counts under each tool that it calls, in code or not. Raises
    CurateError for a corpus that is not built.
    """
    with Store.open(project, read_only=True) as store:
        name = corpus or store.built_last()
        (traits,) = store.rows(TRAITS, [name])
        if not traits["samples"]:
            raise CurateError(
                f"corpus {name}", "has no samples with calls here", f"run: curate build {name}"
            )
        return {
            "corpus": name,
            "traits": traits,
            **{
                f"by_{key}": store.rows(COUNTS.format(name=key, value=value), [name, name])
                for key, value in VALUES.items()
            },
        }


def markdown(counted: dict[str, Any]) -> str:
    """The counts as Markdown tables."""
    traits = counted["traits"]
    lead = (
        f"{traits['samples']:,} samples call tools: {traits['several_turns']:.1%} in several "
        f"turns, {traits['cross_family']:.1%} with tools of two families, "
        f"{traits['failed_or_empty']:.1%} with a call that failed or found nothing. "
        "A sample counts under each tool that it calls."
    )
    tables = [_table(counted[f"by_{key}"]) for key in VALUES]
    return "\n\n".join([f"## {counted['corpus']}", lead, *tables])


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([*row.values()] for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)
