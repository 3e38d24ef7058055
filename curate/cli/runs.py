"""`curate runs`: every run that was made, and its curves."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project

VERBS = ("probe", "train", "fuse", "quantize", "score")


@main.command()
@click.argument("run", required=False)
@click.option("--corpus", help="Only runs of this corpus.")
@click.option("--verb", type=click.Choice(VERBS), help="Only runs of this command.")
@click.option(
    "--plot",
    "picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the curves, scores and quantised models as .html or .svg.",
)
@click.option("--sql", "query", help="Ask out/runs.duckdb with SQL. Reads only.")
@json_option
@in_project
def runs(
    project: Project,
    *,
    run: str | None,
    corpus: str | None,
    verb: str | None,
    picture: Path | None,
    query: str | None,
    as_json: bool,
) -> None:
    """List what was trained, fused, quantised and scored, across all corpora; or show one RUN.

    \b
    Examples:
      curate runs
      curate runs train-phase27-1
      curate runs --plot runs.html
      curate runs --sql "select model, suite, accuracy from latest_scores order by accuracy desc"
    """
    from curate import tracker
    from curate.tracker import past, plots

    if sum(one is not None for one in (run, picture, query)) > 1:
        raise click.UsageError("give one of RUN, --plot and --sql")
    if query is not None:
        columns, rows = tracker.ask(project, query)
    elif picture is not None:
        titles = plots.plot(project, picture, corpus=corpus)
        columns, rows = ["file", "plots"], [(str(picture), ", ".join(titles))]
    elif run is not None:
        one = past.shown(project, run)
        return console.show_json(one) if as_json else console.show(past.text(one))
    else:
        found = past.listed(project, corpus=corpus, verb=verb)
        if as_json:
            return console.show_json(found)
        columns, rows = past.COLUMNS, past.table(found)
    if as_json:
        return console.show_json([dict(zip(columns, row, strict=True)) for row in rows])
    return console.show_table(columns, rows)
