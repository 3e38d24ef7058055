"""`curate run` and `curate verify`: tools called by hand, and recorded calls made again."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

import click

from curate import console
from curate.cli.group import JOBS, in_project, json_option, main
from curate.project import Project


@main.command()
@click.argument("corpus", required=False)
@click.option(
    "--sample", "count", type=click.IntRange(1), help="So many samples that are drawn, not all."
)
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Processes.")
@json_option
@in_project
def verify(
    project: Project, *, corpus: str | None, count: int | None, jobs: int, as_json: bool
) -> None:
    """Make every recorded call again, in workspaces made anew, and compare what comes back.

    Of the corpus built last when none is named. Ends with 1 when a result differs, and shows both.

    \b
    Examples:
      curate verify phase27
      curate verify phase27 --sample 50
    """
    from curate.verifying import verify as run
    from curate.verifying import verify_text

    found = run(project, corpus, count, jobs)
    if as_json:
        console.show_json(found)
    else:
        console.show(verify_text(found))
    if found["differences"]:
        raise click.exceptions.Exit(1)


@main.command("run")
@click.argument("tool")
@click.argument("arguments", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--source", metavar="NAME", help="The source to call it in.")
@click.option(
    "--workspace", "workspace_id", metavar="ID", help="A workspace of the built corpus instead."
)
@json_option
@in_project
def run_tool(
    project: Project,
    *,
    tool: str,
    arguments: tuple[str, ...],
    source: str | None,
    workspace_id: str | None,
    as_json: bool,
) -> None:
    """Call one tool by hand, and show what a model would be shown.

    A value is text, or JSON where the tool takes a number or a list; NAME=@FILE reads it from a
    file, NAME=@- from standard input.

    \b
    Examples:
      curate run ruff_check --source svcs path=src/svcs/_core.py
      curate run goto_definition --source svcs path=src/svcs/flask.py line=20 symbol=Container
      curate run execute_code --source svcs code=@snippet.py
      curate run git_status --workspace 5b1f0c
    """
    from curate.running import run_by_hand

    content, result = run_by_hand(project, tool, arguments, source, workspace_id)
    if as_json:
        console.show_json(result)
    else:
        console.show(content)
