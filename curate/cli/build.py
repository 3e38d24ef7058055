"""`curate build` and `curate clean`: what writes out/."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from typing import Literal

import click

from curate import console
from curate.cli.group import JOBS, in_project, json_option, main
from curate.project import Project


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
    "--surface",
    type=click.Choice(["direct", "code"]),
    help="How tools are offered: the recipe CORPUS-SURFACE where there is one, else this one so.",
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
    surface: Literal["direct", "code"] | None,
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
      curate build phase27 --surface direct
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
        surface=surface,
        again=again,
        is_quiet=as_json,
    )
    if as_json:
        console.show_json(summary)


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
