"""Rules: each a select in `sql/rules/` for rows of a dataset that are at fault.

    rules = load_rules(None)
    rules["leak_row"].severity            # error
    run_rules(connection, rules.values()) # fills rule_rows
    findings(connection, rules.values())  # [Finding("leak_row", ...), ...]

The comments at the head of a file say what it is; nothing else has to be registered anywhere.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from curate.audits.finding import SEVERITIES, Finding, FindingRow
from curate.audits.headers import GROUPS, Rule, read_rule
from curate.audits.near import ensure_pairs
from curate.errors import CurateError
from curate.project import PACKAGE, Project

if TYPE_CHECKING:
    import duckdb

RULE_ROWS = """
create or replace table rule_rows (
  rule varchar not null,
  row_id bigint,
  other_row_id bigint,
  ordinal integer,
  file_id integer,
  line bigint,
  evidence varchar not null
)
"""
SHOWN = """
select
  found.rule,
  files.path,
  coalesce(rows.line, found.line) as line,
  found.evidence,
  other_files.path as other_path,
  others.line as other_line,
  found.ordinal,
  to_hex(rows.row_hash) as key
from (
  select * from rule_rows
  qualify row_number() over (
    partition by rule
    order by row_id nulls last, file_id, line, ordinal, other_row_id, evidence
  ) <= ?
) found
left join dataset_rows rows using (row_id)
left join dataset_files files on files.file_id = coalesce(rows.file_id, found.file_id)
left join dataset_rows others on others.row_id = found.other_row_id
left join dataset_files other_files on other_files.file_id = others.file_id
order by found.rule, found.row_id nulls last, found.file_id, found.line, found.ordinal,
  found.other_row_id, found.evidence
"""
COUNTED = """
select found.rule, coalesce(rows.split, files.split) as split, count(*)
from rule_rows found
left join dataset_rows rows using (row_id)
left join dataset_files files on files.file_id = found.file_id
group by all
order by found.rule, min(found.row_id) nulls last, split
"""
EVERY = 2**62
Progress = Callable[[int, int, str], None]


def load_rules(project: Project | None) -> dict[str, Rule]:
    """Every rule by its id, worst first in each group: shipped ones and those of the project.

    Raises CurateError for a file whose head is not a rule's.
    """
    # a folder without rules of its own: what is shipped
    files = (project or Project(PACKAGE)).files("sql/rules", "*.sql")
    rules = [read_rule(path) for path in files.values()]
    rules.sort(
        key=lambda rule: (GROUPS.index(rule.group), SEVERITIES.index(rule.severity), rule.rule)
    )
    return {rule.rule: rule for rule in rules}


def run_rules(
    connection: "duckdb.DuckDBPyConnection",
    rules: Iterable[Rule],
    *,
    progress: Progress | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Fill rule_rows with what each rule finds in the dataset that the connection holds.

    A rule that needs a tokenizer is left out where there is none. Near-duplicate pairs are found
    while the rules run that do not need them, and while `meanwhile` does what else is to be done
    with the dataset. Raises CurateError for a rule that is no select of these columns.
    """
    chosen = list(rules)
    connection.execute(RULE_ROWS)
    if not _count(connection, "dataset_settings"):
        connection.execute("insert into dataset_settings default values")
    runnable = [rule for rule in chosen if _has_what_it_needs(connection, rule)]
    runnable.sort(key=lambda rule: rule.needs == "near")
    count_before = sum(rule.needs != "near" for rule in runnable)

    def run(start: int, end: int) -> None:
        for number in range(start, end):
            if progress is not None:
                progress(number, len(runnable), runnable[number].rule)
            _run(connection, runnable[number])

    with connection.cursor() as other, ThreadPoolExecutor(1) as beside:
        pairs = beside.submit(ensure_pairs, other) if count_before < len(runnable) else None
        run(0, count_before)
        meanwhile()
        if pairs is not None:
            pairs.result()
        run(count_before, len(runnable))


def findings(
    connection: "duckdb.DuckDBPyConnection", rules: Iterable[Rule], *, shown: int | None = 20
) -> list[Finding]:
    """What rule_rows holds of these rules, in their order; a rule that found nothing has none.

    `shown`: how many rows of each are handed out, in the order of the files; None for all.
    """
    counts = defaultdict[str, dict[str, int]](dict)
    for rule, split, count in connection.execute(COUNTED).fetchall():
        counts[rule][split] = count
    rows = defaultdict[str, list[FindingRow]](list)
    limit = EVERY if shown is None else shown
    for rule, file, line, evidence, other, other_line, ordinal, key in connection.execute(
        SHOWN, [limit]
    ).fetchall():
        pair = None if other is None else (other, other_line)
        rows[rule].append(FindingRow(file, line, evidence, pair, ordinal, key))
    return [
        Finding(
            rule=rule.rule,
            severity=rule.severity,
            group=rule.group,
            title=rule.title,
            why=rule.why,
            remedy=rule.remedy,
            count=sum(counts[rule.rule].values()),
            rows=tuple(rows[rule.rule]),
            by_split={split: count for split, count in counts[rule.rule].items() if split},
        )
        for rule in rules
        if rule.rule in counts
    ]


def _run(connection: "duckdb.DuckDBPyConnection", rule: Rule) -> None:
    import duckdb

    body = rule.path.read_text(encoding="utf-8")
    try:
        # on one line with the body: DuckDB's LINE n is the file's line
        connection.execute(
            f"insert into rule_rows by name select '{rule.rule}' as rule, found.* from ({body}\n) "
            "as found"
        )
    except duckdb.Error as error:
        raise CurateError(
            f"sql/rules/{rule.path.name}",
            f"cannot be run\n{error}",
            "a rule is one select of row_id and evidence, and of other_row_id, ordinal, file_id "
            "or line where it has them",
        ) from None


def _has_what_it_needs(connection: "duckdb.DuckDBPyConnection", rule: Rule) -> bool:
    return rule.needs != "tokenizer" or (
        _exists(connection, "dataset_tokens") and _count(connection, "dataset_tokens") > 0
    )


def _exists(connection: "duckdb.DuckDBPyConnection", table: str) -> bool:
    query = "select count(*) from information_schema.tables where table_name = ?"
    return bool(connection.execute(query, [table]).fetchall()[0][0])


def _count(connection: "duckdb.DuckDBPyConnection", table: str) -> int:
    return connection.execute(f"select count(*) from {table}").fetchall()[0][0]
