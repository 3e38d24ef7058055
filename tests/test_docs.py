"""Every code block of the README and of docs/ is run, or read by what it is written for.

A page is a script. A block after a line that is nothing but `path`: is that file; the others are run in
their order, in a project with one source, parcelbox, built as docs/recipe.md shows.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import Any

import click
import pytest
from markdown_it import MarkdownIt
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from curate.asking import ask
from curate.cli import main
from curate.docs import generated_pages
from curate.errors import CurateError
from curate.phrases import environment
from curate.project import Project
from curate.recipe import Recipe
from curate.sources.pypi import mismatch
from curate.sources.registry import KEYS, read_registry
from curate.verdict import EXPECTATIONS
from tests.conftest import MINI, REPOSITORY, Mini, write_mini

README = REPOSITORY / "README.md"
DOCS = REPOSITORY / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
FIRST_COMMANDS = [
    "pip install uv && uv run curate build phase27",
    "pip install uv && uv run pytest",
]


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the file that it is, if any."""

    place: str
    language: str
    text: str
    path: str | None


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page in their order."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for index, token in enumerate(tokens):
        if token.type == "fence":
            before = tokens[index - 2].content if index > 2 else ""
            path = re.fullmatch(r"`([^`]+)`:", before)
            assert token.map is not None
            yield Block(f"{page.name}:{token.map[0] + 1}", token.info, token.content, path and path[1])


def rows_of(page: Path, header: str) -> list[list[str]]:
    """The cells of the table under this header line."""
    _, _, body = page.read_text(encoding="utf-8").partition(f"{header}\n")
    table = body.partition("\n\n")[0].splitlines()[1:]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


class Shell:
    """Runs a page's commands in a project, with `curate` as this environment has it."""

    def __init__(self, mini: Mini) -> None:
        self.mini = mini
        self.site = mini.root.parent / "site-packages"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        self.environment = {
            **os.environ,
            "PATH": path,
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
        """What `pip install -e .` leaves of the project's entry points, without asking an index."""
        project = tomllib.loads((self.mini.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        folder = self.site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        folder.mkdir(parents=True)
        lines = [line for group, names in project["entry-points"].items() for line in (f"[{group}]", *(f"{k} = {v}" for k, v in names.items()))]
        (folder / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        (folder / "METADATA").write_text(metadata, encoding="utf-8")


def write(root: Path, block: Block) -> None:
    """Write the file that a block is."""
    assert block.path is not None
    path = root / block.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")


def perform(block: Block, shell: Shell) -> None:
    """Do what a block is for: write it, run it, or read it as its language."""
    if block.path is not None:
        write(shell.mini.root, block)
    match block.language:
        case "sh":
            for line in block.text.splitlines():
                if command := line.partition(" # ")[0].strip():
                    perform_command(command, shell)
        case "console":
            for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, wanted = session.partition("\n")
                perform_session(command, wanted, shell)
        case "sql" if block.path is None:
            columns, rows = ask(shell.mini.project, block.text, 1_000)
            assert columns
            assert rows, "a useful query has an answer"
        case "toml":
            read_toml(block, shell)
        case "python":
            compile(block.text, block.place, "exec")
        case "json":
            json.loads(block.text)
        case "jinja":
            environment().parse(block.text)
        case "sql" | "text":
            pass
        case other:
            pytest.fail(f"{block.place}: a block says its language, not {other!r}")


def perform_command(command: str, shell: Shell) -> None:
    """Run a command; those that need the network or a model are read by their own parser."""
    words = shlex.split(command)
    if command in FIRST_COMMANDS:
        assert command in (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
    elif command == "pip install -e .":
        shell.install()
    elif words[:3] == ["curate", "sources", "pin"]:
        parsed(words[1:])
    elif words[0] == "mlx_lm.lora":
        from mlx_lm.lora import build_parser

        assert build_parser().parse_args(words[1:]).train
    else:
        status, output = shell.run(command)
        assert status == 0, f"{command}\n{output}"


def perform_session(command: str, wanted: str, shell: Shell) -> None:
    """Run a command that is shown with its output; `...` stands for anything, blanks for any blanks."""
    status, output = shell.run(command)
    is_alike = OutputChecker().check_output(wanted, output, ELLIPSIS | NORMALIZE_WHITESPACE)
    assert is_alike, f"$ {command}\n{output}\nis not as the page says:\n{wanted}"
    assert (status != 0) == ("  fix: " in wanted), f"$ {command} exits with {status}"


def read_toml(block: Block, shell: Shell) -> None:
    """Read a block as TOML; one of sources as such."""
    if "sources" in tomllib.loads(block.text) and "[sources." in block.text:
        path = shell.mini.root / "read_sources.toml"
        path.write_text(block.text, encoding="utf-8")
        assert read_registry(path).sources


def parsed(words: list[str]) -> click.Context:
    """The context of a command line of curate, parsed and not run. Raises click's UsageError."""
    command: click.Command = main
    context = command.make_context("curate", [*words])
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            return context
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command, context = found, found.make_context(name, rest, parent=context)
    return context


@pytest.fixture(scope="session")
def built_parcelbox(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """The project of docs/recipe.md, its corpus parcelbox built."""
    folder = tmp_path_factory.mktemp("docs")
    mini = Mini(folder / "project", folder / "cache")
    write_mini(mini.root)
    for block in blocks(DOCS / "recipe.md"):
        if block.path is not None:
            write(mini.root, block)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CURATE_CACHE", str(mini.cache))
        mini.build("parcelbox")
    return mini


@pytest.fixture
def shell(built_parcelbox: Mini, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A copy of that project for one page."""
    mini = Mini(tmp_path / "project", tmp_path / "cache")
    shutil.copytree(built_parcelbox.root, mini.root)
    shutil.copytree(built_parcelbox.cache, mini.cache, symlinks=True)
    monkeypatch.setenv("CURATE_CACHE", str(mini.cache))
    return Shell(mini)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_shows(page: Path, shell: Shell):
    if page.stem == "recipe":
        shutil.rmtree(shell.mini.root / "out")
    if page == README:  # its phase27 is a small one here; .ci/run builds the real one
        (shell.mini.root / "corpora/phase27.toml").write_text(MINI, encoding="utf-8")
    for block in blocks(page):
        try:
            perform(block, shell)
        except (AssertionError, CurateError, click.UsageError, ValueError) as error:
            pytest.fail(f"{block.place}: {error}")


def test_the_first_commands_of_the_readme_are_those_that_ci_runs():
    first = next(blocks(README)).text.splitlines()
    assert [line.partition(" # ")[0].strip() for line in first] == FIRST_COMMANDS


def test_sql_md_asks_ten_questions():
    assert sum(block.language == "sql" for block in blocks(DOCS / "sql.md")) == 10


@pytest.mark.parametrize("name", ["audits.md", "tools.md"])
def test_a_generated_page_is_up_to_date(name: str):
    wanted = generated_pages(Project(REPOSITORY))[name]
    assert (DOCS / name).read_text(encoding="utf-8") == wanted, "run: python -m curate.docs"


def test_every_key_of_a_recipe_stands_in_its_page_with_its_default():
    said = {row[0].strip("`"): row[2] for row in rows_of(DOCS / "recipe.md", "| key | type | default | meaning |")}
    assert said == dict(recipe_keys(Recipe))


def recipe_keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a recipe with its default, written as TOML in backticks."""
    for name, field in model.model_fields.items():
        section = field.annotation
        if name == "corpus":  # the file's name
            continue
        if isinstance(section, type) and issubclass(section, BaseModel) and section.__name__ != "Band":
            yield from recipe_keys(section, f"{name}.")
        else:
            default = field.default
            yield above + name, "required" if default is PydanticUndefined else f"`{as_toml(default)}`"


def as_toml(value: Any) -> str:
    """A value as it is written in a recipe."""
    if isinstance(value, BaseModel):
        return f"{{ {', '.join(f'{key} = {number}' for key, number in value.model_dump().items())} }}"
    return json.dumps(value)


def test_every_expectation_stands_in_the_intent_page():
    said = {row[0].strip("`") for row in rows_of(DOCS / "intent.md", "| key | holds when |")}
    assert said == {*EXPECTATIONS, "without_codes"}


def test_every_filter_stands_in_the_intent_page_and_gives_what_it_says():
    from jinja2 import Environment

    rows = rows_of(DOCS / "intent.md", "| filter | `{{ … }}` | gives |")
    assert {row[0].strip("`") for row in rows} == environment().filters.keys() - Environment().filters.keys()  # noqa: S701
    for _, expression, wanted in rows:
        text = environment().from_string(f"{{{{ {expression.strip('`')} }}}}").render()
        assert f"`` {text} ``" == wanted if "`" in text else f"`{text}`" == wanted


def test_every_key_of_a_source_stands_in_its_page():
    cells = " ".join(row[0] for row in rows_of(DOCS / "sources.md", "| key | kinds | meaning |"))
    assert set(re.findall(r"`(\w+)`", cells)) == {*KEYS} - {"kind"}


def test_a_hash_that_does_not_match_is_shown_as_the_page_says():
    (shown,) = [block.text for block in blocks(DOCS / "sources.md") if block.language == "text"]
    pinned, received = re.findall(r"[0-9a-f]{64}", shown)
    assert f"{mismatch('flask-3.1.3.tar.gz', pinned, received, 'the file has')}\n" == shown


def commands(group: click.Group = main, above: str = "curate") -> Iterator[tuple[str, click.Command]]:
    """Every command with its words."""
    for name, command in group.commands.items():
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")


@pytest.mark.parametrize(("words", "command"), [pytest.param(*one, id=one[0]) for one in commands()])
def test_the_help_of_a_command_ends_with_examples_of_it(words: str, command: click.Command):
    head, _, examples = (command.help or "").partition("Example")
    lines = [line.strip() for line in examples.splitlines()[1:] if line.strip()]
    assert head.strip()
    assert lines
    for line in lines:
        assert line.startswith(words)
        parsed(shlex.split(re.sub(r"\$\(.*\)", "random", line))[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_to_a_file(page: Path):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []
