"""An audit from end to end: files read into tables, rules run over them, what they found judged.

    audited = audit(Request(paths=(Path("data"),)))
    audited.findings[0].rule, audited.is_sound         # duplicate_row, False

Everything lies in a DuckDB database of its own, in a temporary folder that is gone afterwards.
"""

import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from curate.audits.finding import Finding
from curate.audits.rules import Rule
from curate.configuration import check_names
from curate.datasets.database import open_database
from curate.gates import failures
from curate.reporting.audited import Audited, FileRead, RuleRun, in_order
from curate.requested import Request, chosen_rules, files_of, left_out_of
from curate.thresholds import check_threshold

if TYPE_CHECKING:
    import duckdb

    from curate.audits.measures import Measure

MEMORY_LIMIT = "1500MB"  # of the 4 GB that a million rows may take, workers included; ours
# What `curate.fixing` repairs.
FIXABLE = frozenset(
    {
        "duplicate_row",
        "near_duplicate",
        "leak_row",
        "leak_first_user",
        "leak_first_user_folded",
        "leak_user_turns",
        "near_duplicate_leakage",
        "call_arguments_string",
        "dialects_several",
        "call_layouts_several",
        "role_tool_embedded",
        "result_wrapped_by_role",
        "result_wrapped_twice",
        "order_clustered",
    }
)
Progress = Callable[[int, int, str], None]


def in_silence(_done: int, _total: int, _what: str) -> None:
    """No progress."""


def audit(request: Request, progress: Progress = in_silence) -> Audited:
    """What the rules find in the files. Raises CurateError for what cannot be read at all."""
    from curate.audits.measures import measures
    from curate.datasets.loading import load
    from curate.datasets.tokens.loading import count_tokens

    runs = chosen_rules(request)
    rules = [rule for rule, skipped in runs if skipped is None]
    files = files_of(request)
    with database() as connection:
        load(files, connection, jobs=request.jobs, progress=progress, project=request.project)
        set_thresholds(connection, request)
        if request.tokenizer is not None:
            tokenizer, jobs = str(request.tokenizer), request.jobs
            count_tokens(files, connection, tokenizer, jobs=jobs, progress=progress)
        measured: list[Measure] = []

        def measure() -> None:
            if not request.rules:
                measured.extend(measures(connection, request.project))

        known, found = judged_rows(connection, rules, request, progress, measure)
        found = in_order(found)
        fail_on = request.fail_on or request.configuration.fail_on
        return Audited(
            words=request.given,
            files=_files_read(connection),
            left_out=left_out_of(request),
            count_tool=_count_tool(connection),
            forms=_counts(connection, "form"),
            dialects=_counts(connection, "unnest(dialects)"),
            rules=tuple(_rule_run(*run) for run in runs),
            findings=found,
            failures=failures(found, fail_on, {**request.configuration.max, **request.most}),
            fail_on=fail_on,
            count_known=known,
            measures=tuple(measured),
            fixable=FIXABLE,
            limit=request.listed,
            folder=Path.cwd(),
            root=repository_root(Path.cwd()),
        )


@contextmanager
def database() -> "Generator[duckdb.DuckDBPyConnection]":
    """An empty database in a folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="curate-audit-") as folder,
        open_database(Path(folder), MEMORY_LIMIT) as connection,
    ):
        yield connection


def set_thresholds(connection: "duckdb.DuckDBPyConnection", request: Request) -> None:
    """Write the one row of dataset_settings: its defaults, and what is configured.

    Raises CurateError for a threshold that there is not, or a value that it cannot have.
    """
    wanted = dict(request.configuration.thresholds)
    for name in ("max_seq_length", "batch_size"):
        if (given := getattr(request, name)) is not None:
            wanted[name] = given
    columns = [row[0] for row in connection.execute("describe dataset_settings").fetchall()]
    where = request.configuration.where
    check_names(f"{where}: thresholds", "threshold", wanted, columns)
    connection.execute("delete from dataset_settings")
    connection.execute("insert into dataset_settings default values")
    for name, value in wanted.items():
        option = f"--{name.replace('_', '-')}"
        is_option = getattr(request, name, None) is not None
        check_threshold(option if is_option else f"{where}: thresholds", name, value)
        connection.execute(f"update dataset_settings set {name} = ?", [value])


def judged_rows(
    connection: "duckdb.DuckDBPyConnection",
    rules: Sequence[Rule],
    request: Request,
    progress: Progress,
    meanwhile: Callable[[], None],
) -> tuple[int, list[Finding]]:
    """Run the rules; how many rows the baseline knows, and what is found besides.

    meanwhile: what else is to be done with the rows, while near-duplicates are found.
    """
    from curate.audits.rules import findings, run_rules
    from curate.known import forget_known, write_known

    run_rules(connection, rules, progress=progress, meanwhile=meanwhile)
    if request.write_baseline is not None:
        write_known(connection, request.write_baseline)
    baseline = request.write_baseline or request.baseline or request.configuration.baseline
    known = forget_known(connection, baseline) if baseline is not None else 0
    return known, findings(connection, rules, shown=request.shown)


def repository_root(folder: Path) -> Path:
    """The nearest folder at or above that is a Git repository's; the folder itself without one."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)


def _rule_run(rule: Rule, skipped: str | None) -> RuleRun:
    unit = "finding"
    if rule.grain.startswith("row_id"):
        unit = "row" if rule.grain == "row_id" else "place"
    return RuleRun(
        rule.rule, rule.title, rule.severity, rule.group, rule.why, rule.remedy, skipped, unit
    )


def _files_read(connection: "duckdb.DuckDBPyConnection") -> tuple[FileRead, ...]:
    rows = connection.execute(
        """
        select files.path, files.split, count(rows.row_id), files.count_bytes
        from dataset_files as files left join dataset_rows as rows using (file_id)
        group by files.file_id, files.path, files.split, files.count_bytes order by files.file_id
        """
    ).fetchall()
    return tuple(FileRead(*row) for row in rows)


def _count_tool(connection: "duckdb.DuckDBPyConnection") -> int:
    query = "select count(*) from dataset_rows where kind = 'tool'"
    return connection.execute(query).fetchall()[0][0]


def _counts(connection: "duckdb.DuckDBPyConnection", column: str) -> dict[str, int]:
    """Rows of each value of a column of dataset_rows, the most frequent first."""
    rows: Iterable[tuple[str, int]] = connection.execute(
        f"""
        select value, count(*) as count_rows from (select {column} as value from dataset_rows)
        where value is not null group by value order by count_rows desc, value
        """
    ).fetchall()
    return dict(rows)
