"""The command `curate`: one verb each, which parses, calls one function and prints its result."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from curate import console
from curate.edge import Commands
from curate.project import Project

JOBS = os.cpu_count() or 1


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="curate-toolcalls", prog_name="curate")
def main() -> None:
    """Make, prove and hand over tool-calling training data.

    \b
    Example:
      curate build phase27
    """


def corpus_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--corpus: which corpus is meant where several are built."""
    return click.option("--corpus", help="The corpus; the one built last when left out.")(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--json: the result as one JSON document on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        function
    )


def in_project(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command the project of the working folder."""

    @wraps(function)
    def command(*args: Any, **options: Any) -> Any:
        return function(Project.find(Path.cwd()), *args, **options)

    return command


@main.command()
@click.argument("corpus", required=False)
@click.option("--until", "last", metavar="STAGE", help="Stop after this stage.")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Processes.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["messages", "chatml", "embedded"]),
    help="Form of a row, instead of the recipe's.",
)
@click.option(
    "--rows",
    type=click.Choice(["conversation", "turn"]),
    help="A row a conversation, or one each turn of the assistant's, instead of the recipe's.",
)
@click.option(
    "--dialect", help="Dialect of calls in chatml and embedded rows, instead of the recipe's."
)
@click.option(
    "--again", is_flag=True, help="Run every stage, changed or not. Facts and executions are kept."
)
@json_option
@in_project
def build(
    project: Project,
    *,
    corpus: str | None,
    last: str | None,
    jobs: int,
    form: str | None,
    rows: str | None,
    dialect: str | None,
    again: bool,
    as_json: bool,
) -> None:
    """Build a corpus: from pinned sources to checked JSONL in out/<corpus>.

    The name may be left out where the project has one recipe.

    \b
    Examples:
      curate build phase27
      curate build phase27 --until scan
      curate build phase27 --rows turn
      curate build phase27 --format embedded --dialect qwen3_coder
    """
    from curate.building import build_corpus

    summary = build_corpus(
        project,
        corpus,
        last=last,
        jobs=jobs,
        form=form,
        rows=rows,
        dialect=dialect,
        again=again,
        is_quiet=as_json,
    )
    if as_json:
        console.show_json(summary)


@main.command()
@click.argument("query")
@click.option(
    "--limit", type=click.IntRange(1), default=1_000, show_default=True, help="Most rows printed."
)
@json_option
@in_project
def sql(project: Project, query: str, limit: int, as_json: bool) -> None:
    """Ask the corpus with SQL (DuckDB). Reads only.

    \b
    Examples:
      curate sql "select tool, count(*) from samples group by all"
      curate sql "select stage, drop_reason, count(*) from fates group by all order by 3 desc"
      curate sql "show tables"
    """
    from curate.asking import ask

    columns, rows = ask(project, query, limit)
    if as_json:
        console.show_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        console.show_table(columns, rows)


@main.command()
@click.argument("sample_id")
@corpus_option
@json_option
@in_project
def show(project: Project, sample_id: str, corpus: str | None, as_json: bool) -> None:
    """Show a sample: the conversation, readable, with where it comes from.

    The first characters of an id are enough; `random` shows any sample.

    \b
    Example:
      curate show random
    """
    from curate.asking import sample, sample_text

    found = sample(project, sample_id, corpus)
    if as_json:
        console.show_json(found)
    else:
        console.show(sample_text(found))


@main.command()
@click.argument("candidate_id")
@corpus_option
@json_option
@in_project
def explain(project: Project, candidate_id: str, corpus: str | None, as_json: bool) -> None:
    """Explain what became of a candidate: the stage and the reason it was dropped, or its sample.

    \b
    Example:
      curate explain $(curate sql "select candidate_id from fates where drop_reason is not null limit 1" | tail -n 1)
    """  # noqa: E501  a command is pasted as one line
    from curate.asking import candidate, candidate_text

    found = candidate(project, candidate_id, corpus)
    if as_json:
        console.show_json(found)
    else:
        console.show(candidate_text(found))


@main.command()
@json_option
@in_project
def intents(project: Project, as_json: bool) -> None:
    """List the intents: category, phrasings, and what one candidate is.

    \b
    Example:
      curate intents
    """
    from curate.asking import intent_rows

    rows = intent_rows(project)
    if as_json:
        console.show_json(rows)
    else:
        console.show_table(list(rows[0]), [list(row.values()) for row in rows])


@main.group(invoke_without_command=True)
@json_option
@click.pass_context
def sources(ctx: click.Context, as_json: bool) -> None:
    """List the pinned sources, or pin one.

    \b
    Examples:
      curate sources
      curate sources pin httpx
      curate sources pin flask==3.1.3
    """
    if ctx.invoked_subcommand is None:
        from curate.asking import source_rows

        rows = source_rows(Project.find(Path.cwd()))
        if as_json:
            console.show_json(rows)
        else:
            console.show_table(list(rows[0]), [list(row.values()) for row in rows])


@sources.command()
@click.argument("requirement", metavar="NAME[==VERSION]")
@click.option(
    "--category", help="web, testing, cli, async, typing or tools; needed for a new source."
)
@json_option
@in_project
def pin(project: Project, requirement: str, category: str | None, as_json: bool) -> None:
    """Pin a release in corpora/sources.toml: the newest stable one, or the one named.

    \b
    Example:
      curate sources pin httpx==0.28.1
    """
    from curate.building import pin_source

    pinned = pin_source(project, requirement, category, console.Progress(is_quiet=as_json))
    if as_json:
        console.show_json(pinned)
    else:
        console.show("{name} {version} {license_spdx} sha256 {sha256}".format_map(pinned))


@main.command()
@click.option(
    "--cache", "with_cache", is_flag=True, help="Also remove downloads and unpacked sources."
)
@json_option
@in_project
def clean(project: Project, with_cache: bool, as_json: bool) -> None:
    """Remove out/: the database and the exported datasets. They can be built again.

    \b
    Example:
      curate clean
    """
    from curate.building import clean as remove

    removed = remove(project, with_cache=with_cache)
    if as_json:
        console.show_json(removed)
    else:
        lines = [f"removed {name}  {size_bytes:,} bytes" for name, size_bytes in removed.items()]
        console.show("\n".join(lines) or "nothing to remove")
