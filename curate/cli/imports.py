"""`curate import`: a dataset that somebody made becomes a corpus of the project."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import JOBS, in_project, json_option, main
from curate.project import Project

FILE = click.Path(path_type=Path)


@main.command("import")
@click.argument("paths", nargs=-1, metavar="[FOLDER|FILE]...", type=FILE)
@click.argument("word", type=click.Choice(["as"]), metavar="as")
@click.argument("name")
@click.option("--train", type=FILE, help="The file of this split, whatever its name.")
@click.option("--valid", type=FILE, help="The file of this split.")
@click.option("--test", type=FILE, help="The file of this split.")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Processes.")
@json_option
@in_project
def import_(
    project: Project,
    *,
    paths: tuple[Path, ...],
    word: str,  # noqa: ARG001  it only has to be there
    name: str,
    train: Path | None,
    valid: Path | None,
    test: Path | None,
    jobs: int,
    as_json: bool,
) -> None:
    """Make a dataset a corpus that can be asked with SQL, and mixed into others.

    Its rows are in the tables imported_rows, imported_messages, imported_calls, imported_results
    and imported_faults; a recipe with propose.imports takes its direct answers.

    \b
    Example:
      curate import data as old_phase27
    """
    from curate.importing import import_dataset

    given = {"train": train, "valid": valid, "test": test}
    named = {split: path for split, path in given.items() if path is not None}
    progress = console.Progress(is_quiet=as_json)
    done = import_dataset(project, list(paths), named, name, jobs=jobs, progress=progress)
    if as_json:
        console.show_json(done)
        return
    console.show(
        f"{done['corpus']}: {done['rows']:,} rows, {done['tool']:,} tool and {done['direct']:,} "
        f"direct; {done['equal']:,} equal and {done['near']:,} near to an earlier one; "
        f"{done['faults']:,} faults"
    )
