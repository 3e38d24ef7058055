"""The group `curate`, and the options that its commands share."""
# ruff: noqa: D301  click's mark for lines that are not rewrapped is the character \b itself

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from curate.edge import Commands
from curate.project import Project

JOBS = os.cpu_count() or 1


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="curate-toolcalls", prog_name="curate")
def main() -> None:
    """Make, prove and hand over tool-calling training data.

    \b
    Example:
      curate build phase27
    """


def corpus_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--corpus: which corpus is meant where several are built."""
    return click.option("--corpus", help="The corpus; the one built last when left out.")(function)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--json: the result as one JSON document on stdout."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        function
    )


def in_project(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command the project of the working folder."""

    @wraps(function)
    def command(*args: Any, **options: Any) -> Any:
        return function(Project.find(Path.cwd()), *args, **options)

    return command
