"""`curate probe` and `curate train`."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from collections.abc import Callable
from typing import Any

import click

from curate import console
from curate.cli.group import JOBS, in_project, json_option, main
from curate.project import Project

COUNT = click.IntRange(1)


def training_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a model is trained with; both commands take all of it."""
    options = [
        click.option(
            "--type",
            "kind",
            type=click.Choice(["lora", "dora", "full"]),
            default="lora",
            show_default=True,
            help="Adapters, or all weights.",
        ),
        click.option("--rank", type=COUNT, default=16, show_default=True, help="Of the adapters."),
        click.option(
            "--scale", type=float, default=20.0, show_default=True, help="Of what an adapter adds."
        ),
        click.option("--dropout", type=float, default=0.0, show_default=True, help="In adapters."),
        click.option(
            "--layers", type=int, default=-1, show_default=True, help="The last blocks; -1 for all."
        ),
        click.option("--keys", help="Linear layers of a block, with commas [default: all]."),
        click.option("--iters", "iterations", type=COUNT, help="Batches to train on."),
        click.option("--epochs", type=float, help="The same in rounds over the data [default: 2]."),
        click.option("--batch-size", type=COUNT, default=4, show_default=True, help="Rows."),
        click.option(
            "--accumulate", type=COUNT, default=1, show_default=True, help="Batches of an update."
        ),
        click.option("--learning-rate", type=float, default=1e-5, show_default=True),
        click.option(
            "--schedule",
            type=click.Choice(["constant", "cosine"]),
            default="cosine",
            show_default=True,
            help="Of the learning rate.",
        ),
        click.option(
            "--warmup", type=click.IntRange(0), help="Updates [default: a tenth, at most 100]."
        ),
        click.option(
            "--max-seq-length",
            type=COUNT,
            default=2048,
            show_default=True,
            help="Tokens that every row must fit in: none is cut.",
        ),
        click.option("--seed", type=int, default=0, show_default=True),
        click.option("--grad-checkpoint", is_flag=True, help="Less memory for more time."),
        click.option(
            "--allow",
            multiple=True,
            metavar="RULE",
            help="Let this rule of the audit pass, or memory, or disk; repeatable, recorded.",
        ),
        click.option(
            "--jobs", type=COUNT, default=JOBS, show_default=True, help="Processes of the audit."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@main.command()
@click.argument("model")
@click.option("--data", required=True, help="A built corpus, or a folder with train and valid.")
@training_options
@json_option
@in_project
def probe(project: Project, *, model: str, data: str, as_json: bool, **options: Any) -> None:
    """Try whether a model will train here: all checks, then real steps on the longest rows.

    Says seconds an iteration, peak memory, and how long the training would take. Exits with 1
    when it would not work.

    \b
    Example:
      curate probe models/tiny --data out/phase27 --max-seq-length 8192
    """
    from curate.models.training.probing import probe_text
    from curate.models.training.told import run_probe

    found = run_probe(
        project, data, model, _settings(options), _telling(as_json), jobs=options["jobs"]
    )
    if as_json:
        console.show_json(found)
    else:
        console.show(probe_text(found))
    if not found["will_train"]:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("corpus", required=False)
@click.option("--model", help="A model's folder, or a name in the Hugging Face cache.")
@training_options
@click.option("--steps-per-report", type=COUNT, default=10, show_default=True)
@click.option("--steps-per-eval", type=COUNT, default=100, show_default=True)
@click.option("--save-every", type=COUNT, default=100, show_default=True, help="Checkpoints.")
@click.option("--resume", "run_id", metavar="RUN", help="Go on with a run that was stopped.")
@json_option
@in_project
@click.pass_context
def train(
    ctx: click.Context,
    project: Project,
    *,
    corpus: str | None,
    model: str | None,
    run_id: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Train a model on a corpus: adapters or all weights, every reply and nothing else.

    Everything is checked first. The run is kept in out/runs; its best adapter by validation loss
    is in adapter/. Ctrl-C stops after the step that it is in, and --resume goes on from there.

    \b
    Examples:
      curate train phase27 --model models/tiny --rank 16 --iters 600
      curate train --resume train-phase27-1
    """
    from curate.models.training.told import run_text, run_training

    if run_id is not None:
        _refuse_beside(ctx, run_id)
    settings, telling = _settings(options), _telling(as_json)
    run = run_training(
        project, corpus, model, settings, telling, run_id=run_id, jobs=options["jobs"]
    )
    if as_json:
        console.show_json(run._asdict())
    else:
        console.show(run_text(run))
    if run.state == "stopped":
        raise click.exceptions.Exit(130)


def _settings(options: dict[str, Any]) -> Any:
    """The settings that the options say."""
    from curate.models.training.settings import Settings

    given = {name: value for name, value in options.items() if name != "jobs"}
    given["keys"] = tuple(key for key in (given["keys"] or "").split(",") if key)
    given["iterations"] = given["iterations"] or 0
    given["warmup"] = -1 if given["warmup"] is None else given["warmup"]
    return Settings(**given)


def _telling(as_json: bool) -> Any:
    """Lines on stderr, and one of progress on a terminal; nothing with --json."""
    from curate.models.training.watching import Telling

    say = (lambda _line: None) if as_json else console.say
    return Telling(say, console.Progress(is_quiet=as_json))


def _refuse_beside(ctx: click.Context, run_id: str) -> None:
    """A run goes on with the settings that it has. Raises CurateError for others beside."""
    from click.core import ParameterSource

    from curate.errors import CurateError

    free = {"run_id", "jobs", "as_json"}
    given = [
        parameter.opts[0]
        for parameter in ctx.command.params
        if parameter.name not in free
        and ctx.get_parameter_source(parameter.name or "") is ParameterSource.COMMANDLINE
    ]
    if given:
        raise CurateError(
            f"--resume {run_id}",
            f"goes on as it began, and {', '.join(given)} is given",
            f"run: curate train --resume {run_id}",
        )
