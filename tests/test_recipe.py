"""Recipes: what they hold, how they extend one another, and what is said of wrong ones."""

from pathlib import Path

import pytest

from curate.errors import CurateError
from curate.project import Project
from curate.recipes import load, on_surface, only_recipe, recipes
from curate.tools import all_tools
from tests.conftest import REPOSITORY

WHOLE = """
description = "A corpus"
seed = 1
system = "Be brief."
sources = ["flask"]
tools = ["read_file"]

[select]
tool_shares = { read = 1.0 }

[split]
train = 10
valid = 2
"""


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "corpora").mkdir()
    return Project(tmp_path)


def write(project: Project, name: str, text: str) -> None:
    (project.root / f"corpora/{name}.toml").write_text(text, encoding="utf-8")


def message(project: Project, name: str = "mine") -> str:
    with pytest.raises(CurateError) as caught:
        load(project, name)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_phase27_asks_for_what_it_promises():
    recipe = load(Project(REPOSITORY), "phase27")
    assert (recipe.split.train, recipe.split.valid, recipe.split.size) == (1053, 111, 1164)
    assert (recipe.select.tool.min, recipe.select.tool.max) == (0.76, 0.82)
    assert (recipe.select.max_source_fraction, recipe.select.max_intent_fraction) == (0.2, 0.1)
    assert recipe.select.max_median_result_chars == 1200
    assert len(recipe.sources) == 11
    assert {*recipe.tools} == {*all_tools()} - {"execute_code"}
    assert {*recipe.select.tools} == {*recipe.tools}
    assert min(band.min for band in recipe.select.tools.values()) >= 0.03
    traits = {name: (band.min, band.max) for name, band in recipe.select.traits.items()}
    assert traits == {
        "several_turns": (0.25, 0.5), "cross_family": (0.15, 0.4), "failed_or_empty": (0.06, 0.12),
    }  # fmt: skip
    assert recipe.surface == "code"


def test_a_surface_takes_the_recipe_of_that_name_else_the_same_recipe_with_it():
    project = Project(REPOSITORY)
    assert on_surface(project, "phase27", None) == load(project, "phase27")
    assert on_surface(project, "phase27", "code") == load(project, "phase27")
    assert on_surface(project, "phase27", "direct") == load(project, "phase27-direct")
    code = on_surface(project, "phase27-direct", "code")
    assert (code.corpus, code.surface) == ("phase27-direct", "code")
    assert load(project, "phase27-direct").surface == "direct"


def test_the_file_of_the_sources_is_no_recipe():
    assert "phase27" in recipes(Project(REPOSITORY))
    assert "sources" not in recipes(Project(REPOSITORY))


def test_what_a_recipe_does_not_say_has_the_documented_value(project):
    write(project, "mine", WHOLE)
    recipe = load(project, "mine")
    assert recipe.corpus == "mine"
    assert (recipe.near.num_perm, recipe.near.bands, recipe.near.rows) == (128, 25, 5)
    assert recipe.near.threshold == 0.8
    assert (recipe.export.format, recipe.export.dialect) == ("messages", "hermes")
    assert recipe.split.test == 0


def test_a_recipe_extends_another_table_by_table(project):
    write(project, "base", WHOLE)
    write(project, "mine", 'extends = "base"\nseed = 2\n\n[split]\nvalid = 5\n')
    recipe = load(project, "mine")
    assert (recipe.corpus, recipe.seed, recipe.description) == ("mine", 2, "A corpus")
    assert (recipe.split.train, recipe.split.valid) == (10, 5)
    assert load(project, "base").seed == 1


def test_shares_are_replaced_whole_for_halves_of_two_would_not_sum_to_one(project):
    write(project, "base", WHOLE)
    write(
        project, "mine", 'extends = "base"\n[select]\ntool_shares = { search = 0.4, count = 0.6 }'
    )
    assert load(project, "mine").select.tool_shares == {"search": 0.4, "count": 0.6}


def test_of_several_recipes_the_later_wins_and_the_own_keys_win_over_all(project):
    write(project, "base", WHOLE)
    write(project, "long", "seed = 5\n[split]\ntrain = 100\n")
    write(project, "mine", 'extends = ["base", "long"]\n[split]\nvalid = 7\n')
    recipe = load(project, "mine")
    assert (recipe.seed, recipe.split.train, recipe.split.valid) == (5, 100, 7)
    write(project, "mine", 'extends = ["long", "base"]\n')
    recipe = load(project, "mine")
    assert (recipe.seed, recipe.split.train) == (1, 10)


def test_a_chain_of_recipes_is_followed_to_its_end(project):
    write(project, "base", WHOLE)
    write(project, "middle", 'extends = "base"\nseed = 3\n')
    write(project, "mine", 'extends = "middle"\ndescription = "Mine"\n')
    recipe = load(project, "mine")
    assert (recipe.seed, recipe.description, recipe.split.train) == (3, "Mine", 10)


def test_two_recipes_may_extend_the_same_one(project):
    write(project, "base", WHOLE)
    write(project, "left", 'extends = "base"\nseed = 3\n')
    write(project, "right", 'extends = "base"\n[split]\ntrain = 20\n')
    write(project, "mine", 'extends = ["left", "right"]\n')
    assert load(project, "mine").split.train == 20


def test_a_circle_of_recipes_is_shown(project):
    write(project, "mine", 'extends = "other"\n')
    write(project, "other", 'extends = "third"\n')
    write(project, "third", 'extends = "mine"\n')
    assert message(project) == (
        "corpora/mine.toml: recipes extend each other in a circle: mine -> other -> third -> mine\n"
        "  fix: remove one `extends`"
    )


def test_a_recipe_that_is_not_there_names_those_that_are(project):
    write(project, "mine", WHOLE)
    assert message(project, "yours") == (
        "corpora/yours.toml: there is no such recipe\n"
        "  recipes: mine, phase27-direct, phase27, tiny\n"
        "  fix: name one of them, or write this file"
    )


def test_a_missing_parent_names_its_own_file(project):
    write(project, "mine", 'extends = "nobody"\n')
    assert message(project) == (
        "corpora/nobody.toml: there is no such recipe\n"
        "  recipes: mine, phase27-direct, phase27, tiny\n"
        "  fix: name one of them, or write this file"
    )


def test_extends_is_a_name_or_names(project):
    write(project, "mine", "extends = 5\n")
    assert message(project) == (
        "corpora/mine.toml: extends is 5\n  it is the name of a recipe, or a list of names\n"
        '  fix: write extends = "phase27"'
    )


def test_broken_toml_names_the_line(project):
    write(project, "mine", "seed = 1\nsystem = \n")
    assert message(project) == (
        "corpora/mine.toml: is not TOML: Invalid value (at line 2, column 10)\n"
        "  fix: mend the line it names"
    )


TOP = (
    "description, seed, system, sources, tools, surface, scan, plant, propose, execute, near, "
    "select, split, export"
)
NEAR = "num_perm, bands, rows, threshold, prompt_shingle_words, conversation_shingle_words"
BAND = "select.tools.read_file.minimum"
UNKNOWN = {
    "top": ("sead = 1", "sead", TOP),
    "table": ("[near]\nnum_perms = 1", "near.num_perms", NEAR),
    "band": ("[select.tool]\nmaximum = 1", "select.tool.maximum", "min, max, target"),
    "named band": ("[select.tools.read_file]\nminimum = 1", BAND, "min, max"),
    "unknown table": ("[quotas]\nx = 1", "quotas", TOP),
}


@pytest.mark.parametrize(("text", "key", "accepted"), UNKNOWN.values(), ids=UNKNOWN)
def test_an_unknown_key_is_refused_with_the_accepted_ones(project, text, key, accepted):
    bands = "[select.tool]\nmin = 0\ntarget = 0.5\nmax = 1\n"
    bands += "[select.tools.read_file]\nmin = 0\nmax = 1\n"
    write(project, "base", WHOLE + bands)
    write(project, "mine", f'extends = "base"\n{text}\n')
    assert message(project) == (
        f"corpora/mine.toml: unknown key {key}\n  accepted here: {accepted}\n"
        "  fix: remove or rename it"
    )


def test_the_name_of_a_corpus_is_its_files(project):
    write(project, "mine", 'corpus = "yours"\n' + WHOLE)
    assert message(project) == (
        "corpora/mine.toml: unknown key corpus\n  a corpus has its file's name\n  fix: remove it"
    )


WRONG = {
    "[split]\ntrain = 0": ("split.train is 0", "input should be greater than 0", "split.train"),
    "seed = 'x'": (
        "seed is 'x'",
        "input should be a valid integer, unable to parse string as an integer",
        "seed",
    ),
    "[select]\nmax_source_fraction = 1.4": (
        "select.max_source_fraction is 1.4",
        "input should be less than or equal to 1",
        "select.max_source_fraction",
    ),
    "[export]\nformat = 'csv'": (
        "export.format is 'csv'",
        "input should be 'messages', 'chatml' or 'embedded'",
        "export.format",
    ),
    "sources = []": (
        "sources is []",
        "tuple should have at least 1 item after validation, not 0",
        "sources",
    ),
    "split = 3": (
        "split is 3",
        "input should be a valid dictionary or instance of split",
        "split",
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_a_wrong_value_is_shown_with_what_is_accepted(project, text, said):
    write(project, "base", WHOLE)
    write(project, "mine", f'extends = "base"\n{text}\n')
    first, second, key = said
    assert message(project) == (
        f"corpora/mine.toml: {first}\n  {second}\n"
        f"  fix: change {key} (docs/recipe.md lists every key)"
    )


def test_shares_that_do_not_sum_to_one_are_refused(project):
    write(project, "mine", WHOLE.replace("{ read = 1.0 }", "{ read = 0.5, count = 0.4 }"))
    assert message(project) == (
        "corpora/mine.toml: select: tool_shares sum to 0.9, not to 1\n"
        "  fix: change select (docs/recipe.md lists every key)"
    )


def test_a_band_out_of_order_is_refused(project):
    write(project, "mine", WHOLE + "[select.tool]\nmin = 0.8\ntarget = 0.7\nmax = 0.9\n")
    assert message(project) == (
        "corpora/mine.toml: select.tool: min <= target <= max does not hold\n"
        "  fix: change select.tool (docs/recipe.md lists every key)"
    )


def test_a_missing_key_is_named(project):
    write(project, "mine", WHOLE.replace("seed = 1\n", ""))
    assert message(project) == (
        "corpora/mine.toml: seed is missing\n  fix: add seed (docs/recipe.md has an example)"
    )


def test_the_page_that_the_errors_name_is_there():
    page = Path(REPOSITORY, "docs/recipe.md").read_text(encoding="utf-8")
    for key in ("num_perm", "max_source_fraction", "held_out_fraction", "extends", "batch_size"):
        assert key in page


def test_a_corpus_need_not_be_named_where_the_project_has_one_recipe(project):
    write(project, "mine", WHOLE)
    assert only_recipe(project) == "mine"
    write(project, "other", WHOLE)
    with pytest.raises(CurateError) as raised:
        only_recipe(project)
    assert str(raised.value) == (
        "curate build: no corpus is named\n"
        f"  recipes: {', '.join(recipes(project))}\n"
        "  fix: name one of them"
    )
