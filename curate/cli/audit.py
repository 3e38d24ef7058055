"""`curate audit`: the truth about a dataset that somebody made, for people and for CI."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

from pathlib import Path
from typing import Any

import click

from curate import console
from curate.cli.group import JOBS, json_option, main
from curate.gates import FAIL_ON
from curate.reporting import FORMATS

FILE = click.Path(path_type=Path)


@main.command()
@click.argument("paths", nargs=-1, metavar="[FOLDER|FILE]...", type=FILE)
@click.option("--train", type=FILE, help="The file of this split, whatever its name.")
@click.option("--valid", type=FILE, help="The file of this split.")
@click.option("--test", type=FILE, help="The file of this split.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Form of the report on stdout.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Write a further report to a file; may be given several times.",
)
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Run only this; repeatable.")
@click.option("--limit", type=click.IntRange(0), help="Rows shown of each finding [default: 5].")
@click.option("--all", "everything", is_flag=True, help="Show every row of each finding.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    help="Exit with 1 for findings of this severity or worse [default: error].",
)
@click.option(
    "--max",
    "most",
    multiple=True,
    metavar="RULE=N",
    help="Exit with 1 for more than N rows of this rule, and for no fewer; repeatable.",
)
@click.option("--baseline", type=FILE, help="Leave out what this file knows.")
@click.option("--write-baseline", type=FILE, help="Make all that is found now known, in this file.")
@click.option("--fix", "out", type=FILE, help="Write a repaired copy, and a list of changes, here.")
@click.option(
    "--tokenizer",
    type=FILE,
    help="A model's folder or name: also count tokens, and read calls back as its server does.",
)
@click.option(
    "--max-seq-length", type=click.IntRange(1), help="Tokens after which training cuts a row off."
)
@click.option("--batch-size", type=click.IntRange(1), help="Rows of a step of training.")
@click.option("--config", type=FILE, help="A curate.toml or pyproject.toml, not the nearest one.")
@click.option("--jobs", type=click.IntRange(1), default=JOBS, show_default=True, help="Processes.")
@click.option("--list-rules", is_flag=True, help="List the rules, and look at no data.")
@json_option
def audit(**options: Any) -> None:
    """Audit a dataset: JSONL or Parquet of chats, prompts, ShareGPT or Alpaca, in any dialect.

    A folder holds train, valid and test; a file is of the split that its name says. Exits with 1
    when errors are found.

    \b
    Examples:
      curate audit data
      curate audit --train a.jsonl --valid b.jsonl --format github
      curate audit data --fail-on warning --max near_duplicate_leakage=0
      curate audit data --write-baseline audit-baseline.json
      curate audit data --fix out/clean
      curate audit --list-rules
    """
    if options["list_rules"]:
        _list_rules(options)
        return
    from curate.auditing import audit
    from curate.reporting import read_reports, render, write_reports
    from curate.requested import Request

    form = "json" if options["as_json"] else options["form"]
    progress = console.Progress(is_quiet=form == "json")
    request, reports = Request.of(options), read_reports(options["reports"])
    if options["out"] is None:
        audited = audit(request, progress)
    else:
        from curate.fixing import fix

        audited = fix(request, options["out"], progress)
    write_reports(audited, reports)
    console.show_report(render(audited, form))
    if not audited.is_sound:
        raise click.exceptions.Exit(1)


def _list_rules(options: dict[str, Any]) -> None:
    """What each rule looks for, and its severity here."""
    from curate.requested import Request, listed_rules

    rules = listed_rules(Request.of(options))
    if options["as_json"]:
        console.show_json(rules)
    else:
        console.show_table(list(rules[0]), [list(rule.values()) for rule in rules])
