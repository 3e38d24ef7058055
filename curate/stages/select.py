"""The samples of a corpus: SQL views apply the recipe's caps and quotas.

What is not selected keeps its reason.
"""

from curate.errors import CurateError
from curate.stages.base import Build, Contract, StageReport, dropped_counts

CONTRACT = Contract(
    writes=("sample_selection",),
    code=(),
    files=("sql/intermediate",),
    keys=("seed", "select", "split"),
)

SHORT = """
with reasons as (
  select corpus, kind, stratum, drop_reason, count(*) as count_rows from int_selection group by all
)
select
  quotas.kind, quotas.stratum, quotas.quota,
  coalesce(sum(count_rows) filter (drop_reason is null), 0)::bigint as count_selected,
  string_agg(count_rows || ' ' || drop_reason, ', ' order by count_rows desc, drop_reason) as lost
from int_quotas quotas
left join reasons using (corpus, kind, stratum)
where quotas.corpus = ?
group by all
having count_selected < quota
order by all
"""


def select(build: Build) -> StageReport:
    """Reads int_selection over composed and sample_clusters; writes sample_selection.

    Raises CurateError when a quota cannot be met, naming each, and where its samples went.
    """
    short = build.store.query(SHORT, [build.corpus])
    if short:
        raise _shortage(build, short)
    with build.store.transaction():
        build.store.connection.execute(
            "delete from sample_selection where corpus = ?", [build.corpus]
        )
        build.store.connection.execute(
            """
            insert into sample_selection by name
            select corpus, sample_id, drop_reason from int_selection where corpus = ?
            """,
            [build.corpus],
        )
    rows = build.store.query(
        "select count(*) from sample_selection where corpus = ?", [build.corpus]
    )[0][0]
    dropped = dropped_counts(build, "sample_selection")
    return StageReport("select", rows, rows - sum(dropped.values()), dropped)


def _shortage(build: Build, short: list[tuple[object, ...]]) -> CurateError:
    lines = [
        f"{kind} {stratum}: {quota} wanted, {found} there" + (f", {lost}" if lost else "")
        for kind, stratum, quota, found, lost in short
    ]
    return CurateError(
        f"corpora/{build.corpus}.toml",
        "\n".join(["quotas cannot be met", *lines]),
        "lower these shares, loosen the caps that are named, raise propose.candidates_per_intent, "
        'or add sources or intents (curate sql "select * from fates")',
        exit_code=1,
    )
