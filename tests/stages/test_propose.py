"""Candidates: what is said of an intent that is wrong, and that sampling follows the seed alone."""

import pytest

from curate.errors import CurateError
from curate.intents import COLUMNS, intents
from curate.store import Store
from curate.tools import all_tools
from tests.conftest import Mini

INTENT = """-- A file, by its path.
-- grain: source_id, path
-- category: search
select
  source_id,
  path,
  path as symbol,
  'found' as outcome,
  {path: path} as slots,
  [{tool: 'run_command', arguments: to_json({command: 'ls ' || path})}] as calls,
  to_json({lines: [path]}) as expected
from files
where path like 'src/%.py'
"""
PROMPTS = """{#- How a file is asked for. vars: path -#}
is {{ path }} there?
{#- held out -#}
ls {{ path }}
"""
FOUND = "{#- A file is there. vars: path -#}\n`{{ path }}` is there.\n"


def add(mini: Mini, sql: str = INTENT, prompts: str = PROMPTS, found: str = FOUND) -> None:
    folder = mini.root / "templates/intents/find_one"
    folder.mkdir(parents=True)
    (mini.root / "sql/intents").mkdir(parents=True)
    (mini.root / "sql/intents/find_one.sql").write_text(sql)
    (folder / "prompts.jinja").write_text(prompts)
    (folder / "found.jinja").write_text(found)


def message(mini: Mini, last: str = "propose") -> str:
    with pytest.raises(CurateError) as caught:
        mini.build(last=last)
    return str(caught.value)


def rows(mini: Mini, query: str):
    with Store.open(mini.project, read_only=True) as store:
        return store.query(query)


def test_an_intent_of_the_projects_own_becomes_samples(mini_copy: Mini):
    add(mini_copy)
    mini_copy.build()
    composed = rows(mini_copy, "select prompt, answer from composed where intent = 'find_one'")
    assert ("is src/parcelbox/cli.py there?", "`src/parcelbox/cli.py` is there.") in composed
    assert {intent.name for intent in intents(mini_copy.project).values()} >= {"find_one"}


def test_an_intent_without_a_category_is_refused(mini_copy: Mini):
    add(mini_copy, INTENT.replace("-- category: search\n", ""))
    assert message(mini_copy) == (
        "sql/intents/find_one.sql: has no category\n  fix: add a line: -- category: search"
    )


def test_an_intent_with_other_columns_is_refused(mini_copy: Mini):
    add(mini_copy, INTENT.replace("path as symbol", "path as name"))
    assert message(mini_copy) == (
        "sql/intents/find_one.sql: selects calls, expected, name, outcome, path, slots, source_id\n"
        f"  an intent selects {', '.join(COLUMNS)}\n"
        "  fix: rename or add the columns (docs/intent.md)"
    )


def test_a_candidate_twice_is_refused(mini_copy: Mini):
    add(mini_copy, INTENT.replace("from files", "from files, range(2)"))
    assert message(mini_copy) == (
        "sql/intents/find_one.sql: selects a candidate twice: "
        '{"path":"src/parcelbox/__init__.py"}\n'
        "  fix: group or de-duplicate the rows by its grain"
    )


@pytest.mark.parametrize("key", ["intents = ['find_two']", "without = ['find_two']"])
def test_a_recipe_that_names_an_unknown_intent_is_refused(mini_copy: Mini, key):
    mini_copy.edit("corpora/mini.toml", "[propose]", f"[propose]\n{key}")
    first, names, fix = message(mini_copy).split("\n")
    assert first == "corpora/mini.toml: propose names unknown intents: find_two"
    assert names == f"  intents: {', '.join(intents(mini_copy.project))}"
    assert fix == "  fix: name intents that exist (curate intents)"


@pytest.mark.parametrize("name", ["prompts", "found"])
def test_an_intent_without_its_templates_is_refused(mini_copy: Mini, name):
    add(mini_copy)
    (mini_copy.root / f"templates/intents/find_one/{name}.jinja").unlink()
    assert message(mini_copy, last="compose") == (
        f"templates/intents/find_one/{name}.jinja: is missing\n"
        "  fix: write its forms (docs/intent.md)"
    )


def test_what_the_facts_do_not_say_is_dropped_not_answered(mini_copy: Mini):
    add(mini_copy, INTENT.replace("to_json({lines: [path]})", "to_json({lines: ['elsewhere']})"))
    mini_copy.build(last="compose")
    assert rows(
        mini_copy,
        """
        select distinct stage, drop_reason from fates
        where intent = 'find_one' and stage <> 'propose'
        """,
    ) == [("execute", "contradicts_facts")]


def test_every_candidate_keeps_its_row_and_its_reason(mini_build: Mini):
    lost = """
        select count(*) from fates where (drop_reason is null) <> (split is not null)
    """
    assert rows(mini_build, lost) == [(0,)]
    assert rows(mini_build, "select count(*) from fates") == rows(
        mini_build, "select count(*) from candidates"
    )


def test_a_recipe_with_an_unknown_tool_is_refused_before_anything_is_run(fixture_project: Mini):
    fixture_project.edit("corpora/mini.toml", '"typecheck"]', '"typecheque"]')
    with pytest.raises(CurateError) as raised:
        fixture_project.build(last="propose")
    assert str(raised.value) == (
        "corpora/mini.toml: tools names unknown ones: typecheque\n"
        f"  tools: {', '.join(all_tools())}\n"
        "  fix: name tools that exist"
    )
