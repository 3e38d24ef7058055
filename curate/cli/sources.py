"""`curate sources` and `curate sources pin`: what facts come from."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project


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
@click.option(
    "--tests", "with_tests", is_flag=True, help="Also pin what its tests need, to run them."
)
@json_option
@in_project
def pin(
    project: Project, requirement: str, category: str | None, with_tests: bool, as_json: bool
) -> None:
    """Pin a release in corpora/sources.toml: the newest stable one, or the one named.

    The releases before it are pinned with it, as its history.

    \b
    Examples:
      curate sources pin httpx==0.28.1
      curate sources pin click --tests
    """
    from curate.building import pin_source

    pinned = pin_source(
        project,
        requirement,
        category,
        console.Progress(is_quiet=as_json),
        with_tests=with_tests,
    )
    if as_json:
        console.show_json(pinned)
    else:
        console.show("{name} {version} {license_spdx} sha256 {sha256}".format_map(pinned))
