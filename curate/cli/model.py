"""`curate model`: models of our own."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project


@main.group()
def model() -> None:
    """Make models of our own.

    \b
    Example:
      curate model tiny --data tiny
    """


@model.command()
@click.option(
    "--data",
    default="tiny",
    show_default=True,
    metavar="CORPUS|FOLDER",
    help="Whose training rows the tokenizer is learned from.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder to write [default: out/models/tiny].",
)
@click.option(
    "--vocab", type=click.IntRange(264), default=1024, show_default=True, help="Tokens at most."
)
@click.option(
    "--hidden", type=click.IntRange(32), default=64, show_default=True, help="Width of a layer."
)
@click.option("--layers", type=click.IntRange(1), default=2, show_default=True, help="Layers.")
@click.option(
    "--heads", type=click.IntRange(1), default=4, show_default=True, help="Heads of attention."
)
@click.option("--seed", default=0, show_default=True, help="Draws the weights.")
@json_option
@in_project
def tiny(
    project: Project,
    *,
    data: str,
    to: Path | None,
    vocab: int,
    hidden: int,
    layers: int,
    heads: int,
    seed: int,
    as_json: bool,
) -> None:
    """Make a tiny model that knows nothing, to prove a pipeline with.

    The architecture of Qwen3 with random weights in float32, a tokenizer learned from a dataset,
    and a chat template in the form of Qwen3-Coder.

    \b
    Examples:
      curate model tiny
      curate model tiny --data phase27 --to out/models/small --hidden 128 --layers 4
    """
    from curate.models.tiny import Shape
    from curate.models.tiny_making import make_tiny_from

    shape = Shape(vocab=vocab, hidden=hidden, layers=layers, heads=heads)
    made = make_tiny_from(project, data, to, shape, seed=seed)
    if as_json:
        console.show_json(made._asdict())
    else:
        console.show(
            f"{made.folder}: {made.parameters:,} parameters, {made.vocab:,} tokens, "
            f"learned from {made.texts:,} texts of {made.data}"
        )
