"""`curate fuse`, `curate quantize` and `curate serve`."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project

FOLDER = click.Path(path_type=Path)
TOKENS = 2_048


@main.command()
@click.argument("run", required=False, metavar="[CORPUS|RUN]")
@click.option("--model", help="The base, where no run is named.")
@click.option("--adapter", type=FOLDER, help="Its adapter, where no run is named.")
@click.option("--to", type=FOLDER, help="The folder to write; `fused` in the run's when left out.")
@click.option("--data", help="A corpus or folder; the two models are compared on its valid rows.")
@click.option("--suite", help="Score the model before and after by this suite, too.")
@click.option("--tokens", type=click.IntRange(1), default=TOKENS, show_default=True,
              help="Trained tokens that they are compared on.")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace what curate wrote there before.")
@json_option
@in_project
def fuse(
    project: Project,
    *,
    run: str | None,
    model: str | None,
    adapter: Path | None,
    to: Path | None,
    data: str | None,
    suite: str | None,
    tokens: int,
    force: bool,
    as_json: bool,
) -> None:
    """Fuse the best adapter of a training run into its base, dequantised, and check the result.

    Of the last run of a corpus, or the last run of all. A fused model that is not what was trained
    is not written. Ends with 1 then, and when the suite says that something was lost.

    \b
    Examples:
      curate fuse phase27
      curate fuse phase27 --suite phase27
      curate fuse --model models/base --adapter adapters --to models/fused --data phase27
    """
    from curate.models.weights.fuse_asked import FuseAsked, fuse_asked
    from curate.models.weights.told import fused_text, next_words

    asked = FuseAsked(run, model, adapter, to, data, suite, force, tokens)
    told = fuse_asked(project, asked, console.Progress(is_quiet=as_json))
    if as_json:
        console.show_json(told)
    else:
        console.show(fused_text(told))
        is_elsewhere = model is not None or to is not None
        console.say(f"next: curate quantize {next_words(told, run, is_elsewhere=is_elsewhere)}")
    if told["is_lost"]:
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("model", metavar="CORPUS|RUN|MODEL")
@click.option("--bits", type=click.Choice(["3", "4", "5", "6", "8"]), multiple=True,
              help="Bits a weight, 5 when left out; several make a ladder.")  # fmt: skip
@click.option("--ladder", "is_ladder", is_flag=True, help="4, 5, 6 and 8 bits.")
@click.option("--group-size", type=click.Choice(["32", "64", "128"]),
              help="Weights that share a scale; 64 when left out.")  # fmt: skip
@click.option("--mode", type=click.Choice(["affine", "mxfp4", "nvfp4", "mxfp8"]), default="affine",
              show_default=True, help="How mlx-lm quantises.")  # fmt: skip
@click.option("--base", help="What the model was trained from; the run knows it.")
@click.option("--to", type=FOLDER, help="Where to write, without the bits: models/mine-5bit.")
@click.option("--data", help="A corpus or folder; models are compared on its valid rows.")
@click.option("--suite", help="Score the model before and after by this suite, too.")
@click.option("--tokens", type=click.IntRange(1), default=TOKENS, show_default=True,
              help="Trained tokens that models are compared on.")  # fmt: skip
@click.option(
    "--allow-skipped", is_flag=True, help="Leave layers whole that the group divides not."
)
@click.option("--force", is_flag=True, help="Replace what curate wrote there before.")
@json_option
@in_project
def quantize(
    project: Project,
    *,
    model: str,
    bits: tuple[str, ...],
    is_ladder: bool,
    group_size: str | None,
    mode: str,
    base: str | None,
    to: Path | None,
    data: str | None,
    suite: str | None,
    tokens: int,
    allow_skipped: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Quantise a fused model, and say what of what it had learned is left.

    The model before and after are compared on valid rows (KL, most likely token) and by a suite.
    Ends with 1 when layers would be skipped, or when every result has lost what was learned.

    \b
    Examples:
      curate quantize phase27
      curate quantize phase27 --ladder --suite phase27
      curate quantize models/fused --base models/base --data phase27 --bits 4 --bits 8
    """
    from curate.models.weights import told as telling
    from curate.models.weights.quantize_asked import QuantizeAsked, quantize_asked
    from curate.models.weights.quantizing import ladder_of

    ladder = ladder_of([int(one) for one in bits], group_size, mode, is_ladder=is_ladder)
    asked = QuantizeAsked(model, ladder, base, to, data, suite, force, allow_skipped, tokens)
    told = quantize_asked(project, asked, console.Progress(is_quiet=as_json))
    if as_json:
        console.show_json(told)
    else:
        console.show_table(telling.COLUMNS, telling.ladder_rows(told))
        for line in telling.ladder_text(told):
            console.say(line)
    if all(one["is_lost"] for one in told):
        raise click.exceptions.Exit(1)


@main.command()
@click.argument("model")
@click.option("--adapter", type=FOLDER, help="The folder of an adapter.")
@click.option("--run", help="The run or corpus whose base, adapter or fused MODEL is.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True,
              help="The port; 0 finds a free one.")  # fmt: skip
@click.option("--wait", "ready_seconds", type=click.FloatRange(1), default=600, show_default=True,
              help="Seconds the model may take to load.")  # fmt: skip
@json_option
@in_project
def serve(
    project: Project,
    *,
    model: str,
    adapter: Path | None,
    run: str | None,
    host: str,
    port: int,
    ready_seconds: float,
    as_json: bool,
) -> None:
    """Serve a model as an OpenAI-compatible endpoint with mlx-lm's server, until Ctrl-C.

    MODEL is a folder, a name in the Hugging Face cache, or `base`, `adapter`, `fused`,
    `fused-5bit` of the last training run. The base URL is printed when the model has answered.

    \b
    Examples:
      curate serve adapter
      curate serve models/base --adapter adapters --port 0 --json
    """
    from curate.models.served_here import Asked, serve_until_stopped

    asked = Asked(model, adapter, run, host, port, ready_seconds)
    raise click.exceptions.Exit(serve_until_stopped(project, asked, as_json=as_json))
