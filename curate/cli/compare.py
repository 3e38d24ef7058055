"""`curate compare`: models and phases side by side."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project


@main.command()
@click.argument("models", nargs=-1, metavar="MODEL...")
@click.option("--suite", default="phase27", show_default=True, help="A suite, or valid:CORPUS.")
@click.option(
    "--run", metavar="RUN|CORPUS", help="Whose base, adapter and fused [default: the last run]."
)
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a report.")
@click.option(
    "--score/--no-score",
    "is_scored",
    default=True,
    show_default=True,
    help="Score what has no score on the suite yet.",
)
@click.option("--limit", type=click.IntRange(1), help="So many prompts, where it is scored now.")
@click.option("--max-tokens", type=click.IntRange(1), help="Of a reply, where it is scored now.")
@click.option(
    "--batch", type=click.IntRange(1), default=1, show_default=True, help="Replies at a time."
)
@json_option
@in_project
def compare(
    project: Project,
    *,
    models: tuple[str, ...],
    suite: str,
    run: str | None,
    html: Path | None,
    is_scored: bool,
    limit: int | None,
    max_tokens: int | None,
    batch: int,
    as_json: bool,
) -> None:
    """Compare models on a suite: what they cost, what they get right, and whether they differ.

    The first is what the others are compared with, prompt by prompt. Scores that are recorded are
    taken, unless the weights are newer.

    \b
    Examples:
      curate compare base adapter fused-4bit fused-5bit fused-8bit --suite phase27
      curate compare train-phase26-1/fused train-phase27-1/fused --html out/compare.html
    """
    from curate.comparing import Asking
    from curate.comparing import compare as compare_models
    from curate.comparing.told import notes, table

    if html is not None:
        from curate.comparing.plots import require_matplotlib

        require_matplotlib()
    asking = Asking(run, is_scored, limit, max_tokens, batch)
    progress = console.Progress(is_quiet=as_json)
    compared = compare_models(project, models, suite, asking, progress=progress)
    if html is not None:
        from curate.comparing.report import write_report

        write_report(project, compared, html)
    if as_json:
        console.show_json(compared.as_json())
        return
    shown = table(compared)
    console.show_table(shown.columns, shown.rows)
    for note in notes(compared):
        console.say(note)
    if html is not None:
        console.show(str(html))
