"""`curate score`: how often a model is right, on a suite, on a split, or on prompts made anew."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path
from typing import Any

import click

from curate import console
from curate.cli.group import in_project, json_option, main
from curate.project import Project

SHOWN = 5


@main.command()
@click.argument("model", required=False)
@click.option("--adapter", type=click.Path(path_type=Path), help="A LoRA adapter over the model.")
@click.option(
    "--suite",
    default="phase27",
    show_default=True,
    help="A suite's name, or a split: valid:CORPUS.",
)
@click.option(
    "--surface", help="code or direct; as the corpus of --corpus, else as the suite says."
)
@click.option("--dialect", help="How the model writes calls; as its chat template does.")
@click.option("--corpus", help="What the model was trained on; the suite's own when left out.")
@click.option(
    "--generate",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="N prompts that intents make instead.",
)
@click.option("--source", metavar="NAME", help="The source that --generate asks about.")
@click.option("--limit", type=click.IntRange(1), help="So many prompts, drawn by the seed.")
@click.option("--max-tokens", type=click.IntRange(1), default=1024, show_default=True)
@click.option("--max-turns", type=click.IntRange(1), default=5, show_default=True)
@click.option(
    "--batch", type=click.IntRange(1), default=1, show_default=True, help="Replies made at a time."
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--show",
    type=click.Choice(["wrong", "all", "none"]),
    help="Replies to show [default: the first 5 wrong ones].",
)
@click.option("--list", "is_list", is_flag=True, help="List the suites, and score nothing.")
@json_option
@in_project
def score(project: Project, **options: Any) -> None:
    """Score a model: replies parsed strictly, their calls executed, results compared.

    MODEL is a folder, a name of the hub, a part of a training run (base, adapter, fused,
    fused-5bit), or the URL of an OpenAI-compatible endpoint.

    \b
    Examples:
      curate score models/tiny --suite phase27
      curate score adapter --suite valid:phase27 --batch 16
      curate score fused-5bit --generate 40 --source pluggy
      curate score http://127.0.0.1:8080/v1 --suite standard --json
      curate score --list
    """
    if options["is_list"]:
        _list(project, as_json=options["as_json"])
        return
    if options["model"] is None:
        raise click.UsageError("Missing argument 'MODEL'.")
    from curate.models.naming import resolve
    from curate.scoring import How, StoppedError
    from curate.scoring import score as run
    from curate.scoring.telling import told

    names = ("surface", "dialect", "max_tokens", "max_turns", "seed", "batch", "corpus")
    how = How(**{name: options[name] for name in (*names, "generate", "source")})
    try:
        scored = run(
            project,
            resolve(project, options["model"], adapter=options["adapter"]),
            options["suite"],
            progress=console.Progress(is_quiet=options["as_json"]),
            limit=options["limit"],
            how=how,
        )
    except StoppedError as stopped:
        console.say(str(stopped))
        raise
    if options["as_json"]:
        console.show_json(scored.as_json())
    else:
        console.show(told(scored, options["show"]))


def _list(project: Project, *, as_json: bool) -> None:
    """The suites that there are."""
    from curate.scoring.tasks import listed

    rows = listed(project)
    if as_json:
        console.show_json(rows)
    else:
        console.show_table(list(rows[0]) if rows else [], [list(row.values()) for row in rows])
