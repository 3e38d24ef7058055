"""`curate sql`, `show`, `explain`, `stats` and `intents`: what reads a built corpus."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

import click

from curate import console
from curate.cli.group import corpus_option, in_project, json_option, main
from curate.project import Project


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
@click.argument("corpora", nargs=-1, metavar="[CORPUS]...")
@json_option
@in_project
def stats(project: Project, corpora: tuple[str, ...], as_json: bool) -> None:
    """Count the samples of each tool, category, outcome, surface and number of turns.

    Printed as Markdown tables, of the corpus built last when none is named.

    \b
    Examples:
      curate stats
      curate stats phase27 phase27-direct
    """
    from curate.counting import markdown
    from curate.counting import stats as count

    counted = [count(project, corpus) for corpus in corpora or (None,)]
    if as_json:
        console.show_json(counted)
    else:
        console.show("\n\n".join(map(markdown, counted)))


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
