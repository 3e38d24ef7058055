"""What the README and docs/ show is run, and what they list is all there is."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jinja2.defaults import DEFAULT_FILTERS
from pydantic import BaseModel

from curate.cli import main
from curate.docs import generated_pages
from curate.docs import main as write_docs
from curate.errors import CurateError
from curate.phrases import environment
from curate.project import Project
from curate.recipe import Band, Recipe
from curate.sources.pypi import mismatch
from curate.sources.registry import KEYS
from curate.verdict import EXPECTATIONS
from tests.conftest import MINI, REPOSITORY, Mini, write_mini
from tests.pages import FIRST_COMMANDS, Shell, blocks, commands_of, parsed, perform, rows_of

README, DOCS = REPOSITORY / "README.md", REPOSITORY / "docs"
PAGES = [pytest.param(page, id=page.stem) for page in (README, *sorted(DOCS.glob("*.md")))]


@pytest.fixture(scope="session")
def built_parcelbox(tmp_path_factory: pytest.TempPathFactory) -> Mini:
    """The project of docs/recipe.md, its corpus parcelbox built."""
    folder = tmp_path_factory.mktemp("docs")
    mini = Mini(folder / "project", folder / "cache")
    write_mini(mini.root)
    for block in blocks(DOCS / "recipe.md"):
        block.write(mini.root)
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
@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_shows(page: Path, shell: Shell):
    if page.stem == "recipe":  # it builds parcelbox itself
        shutil.rmtree(shell.mini.root / "out")
    if page == README:  # its phase27 is a small one here; .ci/run builds the real one
        (shell.mini.root / "corpora/phase27.toml").write_text(MINI, encoding="utf-8")
    for block in blocks(page):
        try:
            perform(block, shell)
        except (AssertionError, CurateError, click.UsageError, ValueError) as error:
            pytest.fail(f"{block.place}: {error}")


def test_the_first_commands_of_the_readme_are_those_that_ci_runs():
    assert commands_of(next(blocks(README))) == FIRST_COMMANDS


def test_the_page_about_sql_asks_ten_questions():
    assert sum(block.language == "sql" for block in blocks(DOCS / "sql.md")) == 10


@pytest.mark.parametrize("name", ["audits.md", "rules.md", "tools.md"])
def test_a_generated_page_is_up_to_date(name: str):
    wanted = generated_pages(Project(REPOSITORY))[name]
    assert (DOCS / name).read_text(encoding="utf-8") == wanted, "run: python -m curate.docs"


def test_generated_pages_are_checked_or_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert write_docs(["--check"], tmp_path) == 1
    assert list(tmp_path.iterdir()) == []
    assert write_docs([], tmp_path) == 0
    assert write_docs(["--check"], tmp_path) == 0
    assert capsys.readouterr().err.splitlines() == [
        "docs/audits.md is out of date: python -m curate.docs",
        "docs/rules.md is out of date: python -m curate.docs",
        "docs/tools.md is out of date: python -m curate.docs",
        "docs/audits.md was written",
        "docs/rules.md was written",
        "docs/tools.md was written",
    ]


def test_every_key_of_a_recipe_stands_in_its_page_with_its_default():
    rows = rows_of(DOCS / "recipe.md", "| key | type | default | meaning |")
    assert {key.strip("`"): default for key, _, default, _ in rows} == dict(recipe_keys(Recipe))


def recipe_keys(model: type[BaseModel], above: str = "") -> Iterator[tuple[str, str]]:
    """Every key of a recipe with its default as the page writes it."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and not issubclass(kind, Band):
            yield from recipe_keys(kind, f"{name}.")
        elif name != "corpus":  # which is the file's name
            yield above + name, "required" if field.is_required() else as_toml(field.default)


def as_toml(value: Any) -> str:
    """A value as it is written in a recipe, in backticks."""
    if isinstance(value, Band):
        pairs = ", ".join(f"{key} = {number}" for key, number in value.model_dump().items())
        return f"`{{ {pairs} }}`"
    return f"`{json.dumps(value)}`"


def test_every_expectation_stands_in_the_page_about_intents():
    said = {row[0].strip("`") for row in rows_of(DOCS / "intent.md", "| key | holds when |")}
    assert said == set(EXPECTATIONS)


def test_every_filter_stands_in_the_page_about_intents_and_gives_what_it_says():
    rows = rows_of(DOCS / "intent.md", "| filter | `{{ … }}` | gives |")
    assert {row[0].strip("`") for row in rows} == environment().filters.keys() - {*DEFAULT_FILTERS}
    for _, expression, gives in rows:
        given = environment().from_string(f"{{{{ {expression.strip('`')} }}}}").render()
        assert gives in (f"`{given}`", f"`` {given} ``")


def test_every_key_of_a_source_stands_in_its_page():
    cells = " ".join(row[0] for row in rows_of(DOCS / "sources.md", "| key | kinds | meaning |"))
    assert set(re.findall(r"`(\w+)`", cells)) == {*KEYS} - {"kind"}


def test_a_hash_that_does_not_match_is_shown_as_the_page_says():
    (shown,) = [block.text for block in blocks(DOCS / "sources.md") if block.language == "text"]
    pinned, received = re.findall(r"[0-9a-f]{64}", shown)
    assert shown == f"{mismatch('flask-3.1.3.tar.gz', pinned, received, 'the file has')}\n"


def commands(group: click.Group, above: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its words."""
    for name, command in group.commands.items():
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")


@pytest.mark.parametrize(
    ("words", "command"), [pytest.param(*one, id=one[0]) for one in commands(main, "curate")]
)
def test_the_help_of_a_command_ends_with_examples_of_it(words: str, command: click.Command):
    head, _, examples = (command.help or "").partition("Example")
    lines = [line.strip() for line in examples.splitlines()[1:] if line.strip()]
    assert head.strip()
    assert lines
    for line in lines:
        assert line.startswith(words)
        parsed(shlex.split(re.sub(r"\$\(.*\)", "random", line))[1:])


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_to_a_file(page: Path):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
