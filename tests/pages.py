"""A page of the documentation as a script: its blocks in their order, and what is done with each.

A block after a line that is nothing but `path`: is that file of the project. `console` is run and
its output compared, `sh` is run, `sql` is asked; other languages are read by their own parser.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path

import click
import yaml
from markdown_it import MarkdownIt

from curate.asking import ask
from curate.cli import main
from curate.phrases import environment
from curate.sources.registry import read_registry
from tests.conftest import REPOSITORY, Mini

FIRST_COMMANDS = [
    "pip install uv && uv run curate build phase27",
    "pip install uv && uv run pytest",
]

MODEL_VERBS = ("probe", "train", "fuse", "quantize", "score", "compare", "serve", "model", "runs")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the file that it is, if any."""

    place: str
    language: str
    text: str
    path: str | None

    def write(self, root: Path) -> None:
        """Write the file that this block is, if it is one."""
        if self.path is not None:
            (root / self.path).parent.mkdir(parents=True, exist_ok=True)
            (root / self.path).write_text(self.text, encoding="utf-8")


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page in their order."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for index, token in enumerate(tokens):
        if token.type == "fence":
            assert token.map is not None
            path = re.fullmatch(r"`([^`]+)`:", tokens[index - 2].content if index > 1 else "")
            place = f"{page.name}:{token.map[0] + 1}"
            yield Block(place, token.info, token.content, path and path[1])


def rows_of(page: Path, header: str) -> list[list[str]]:
    """The cells of the table under this header line."""
    _, _, body = page.read_text(encoding="utf-8").partition(f"{header}\n")
    lines = body.partition("\n\n")[0].splitlines()[1:]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip().replace(r"\|", "|") for cell in row] for row in cells]


class Shell:
    """Runs a page's commands in a project, with `curate` as this environment has it."""

    def __init__(self, mini: Mini) -> None:
        self.mini = mini
        self.site = mini.root.parent / "site-packages"
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "CURATE_CACHE": str(mini.cache),
            "PYTHONPATH": os.pathsep.join([str(mini.root), str(self.site)]),
        }

    def run(self, command: str) -> tuple[int, str]:
        """Exit status and output of a command line; `uv run` is this environment."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command.replace("uv run ", "")],
            cwd=self.mini.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout

    def install(self) -> None:
        """Leave what `pip install -e .` leaves of the project's entry points, without an index."""
        text = (self.mini.root / "pyproject.toml").read_text(encoding="utf-8")
        project = tomllib.loads(text)["project"]
        name, version = project["name"].replace("-", "_"), project["version"]
        folder = self.site / f"{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n"
        (folder / "METADATA").write_text(metadata, encoding="utf-8")
        lines = []
        for group, entries in project["entry-points"].items():
            lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items())]
        (folder / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")


def perform(block: Block, shell: Shell) -> None:
    """Do what a block is for. Raises AssertionError, or its parser's error, when it is not true."""
    assert block.language in PERFORMERS, f"a block says its language, not {block.language!r}"
    block.write(shell.mini.root)
    PERFORMERS[block.language](block, shell)


def is_of_models(command: str) -> bool:
    """Whether a command line needs a model or a run of one; tests/models runs those."""
    words = command.split()
    return words[0] == "curate" and words[1] in MODEL_VERBS


def commands_of(block: Block) -> list[str]:
    """The command lines of a block, without comments."""
    lines = [line.partition(" # ")[0].strip() for line in block.text.splitlines()]
    return [line for line in lines if line]


def parsed(words: list[str]) -> click.Context:
    """The context of a command line of curate, read and not run. Raises click's UsageError."""
    command: click.Command = main
    context = command.make_context("curate", [*words])
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, command, rest = command.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context)
    return context


def _console(block: Block, shell: Shell) -> None:
    """Run each command; `...` stands for any output, blanks for any blanks."""
    for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, wanted = session.partition("\n")
        status, output = shell.run(command)
        is_alike = OutputChecker().check_output(wanted, output, ELLIPSIS | NORMALIZE_WHITESPACE)
        assert is_alike, f"$ {command}\n{output}\nis not as the page says:\n{wanted}"
        assert (status != 0) == ("  fix: " in wanted), f"$ {command} exits with {status}"


def _sh(block: Block, shell: Shell) -> None:
    """Run each command; those that need a network or a model are read by their own parser."""
    for command in commands_of(block):
        words = shlex.split(command)
        if command in FIRST_COMMANDS:
            assert command in (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
        elif command == "pip install -e .":
            shell.install()
        elif words[:3] == ["curate", "sources", "pin"] or is_of_models(command):
            parsed(words[1:])
        elif words[0] == "mlx_lm.lora":
            from mlx_lm.lora import build_parser

            build_parser().parse_args(words[1:])
        else:
            status, output = shell.run(command)
            assert status == 0, f"$ {command}\n{output}"


def _sql(block: Block, shell: Shell) -> None:
    """Ask; a view is asked by the commands that follow it."""
    if block.path is None:
        _, rows = ask(shell.mini.project, block.text, 1_000)
        assert rows, "a useful query has an answer"


def _toml(block: Block, shell: Shell) -> None:
    """Read it, and pins as pins."""
    if isinstance(tomllib.loads(block.text).get("sources"), dict):
        path = shell.mini.root.parent / "sources.toml"
        path.write_text(block.text, encoding="utf-8")
        assert read_registry(path).sources


PERFORMERS: Mapping[str, Callable[[Block, Shell], object]] = {
    "console": _console,
    "sh": _sh,
    "sql": _sql,
    "toml": _toml,
    "python": lambda block, shell: compile(block.text, block.place, "exec"),
    "json": lambda block, shell: json.loads(block.text),
    "jsonl": lambda block, shell: [json.loads(line) for line in block.text.splitlines()],
    "yaml": lambda block, shell: yaml.safe_load(block.text),
    "jinja": lambda block, shell: environment().parse(block.text),
    "text": lambda block, shell: None,
}
