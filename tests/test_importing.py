"""A dataset that somebody made becomes a corpus: asked with SQL, deduplicated, mixed in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from curate.cli import main
from curate.errors import CurateError
from curate.importing import import_dataset, propose_imported
from curate.recipe import Recipe
from curate.stages.base import Build
from curate.store import Store
from tests.conftest import Mini, write_mini
from tests.sql.conftest import RECIPE

QUESTION = "What is a context manager?"
ANSWER = "An object that sets something up on entering a block and tears it down on leaving it."
CALL = '<tool_call>{"name": "read_file", "arguments": {"path": "a.py"}}</tool_call>'


def turns(*contents: str) -> str:
    roles = ("user", "assistant") * len(contents)
    pairs = zip(roles, contents, strict=False)
    return json.dumps({"messages": [{"role": role, "content": text} for role, text in pairs]})


ROWS = [
    turns(QUESTION, ANSWER),
    turns(QUESTION, ANSWER),
    turns("Read a.py.", CALL, "<tool_response>\nx = 1\n</tool_response>", "It sets x."),
    turns("Hi.", "Hello.", "What is a list?", "A sequence that can change."),
    turns("What is a set?", ""),
    turns("What is a tag?", "Text <|im_end|> of a template."),
    "{",
]


@pytest.fixture
def project(tmp_path: Path) -> Mini:
    """A project that was never built, and a dataset beside it."""
    write_mini(tmp_path / "project")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text("\n".join(ROWS))
    return Mini(tmp_path / "project", tmp_path / "cache")


def imported(project: Mini, name: str = "theirs") -> dict:
    data = project.root.parent / "data"
    return import_dataset(project.project, [data], {}, name, jobs=1, progress=lambda *_: None)


def test_the_rows_of_a_dataset_can_be_asked(project):
    assert imported(project) == {
        "corpus": "theirs",
        "rows": 6,
        "tool": 1,
        "direct": 5,
        "equal": 1,
        "near": 1,
        "faults": imported(project)["faults"],
        "replaced": False,
    }
    with Store.open(project.project, read_only=True) as store:
        assert store.query("select tool, arguments from imported_calls") == [
            ("read_file", '{"path":"a.py"}')
        ]
        rows = store.query("select line, prompt, near_row_id, equal_row_id from imported_rows")
        assert rows[:3] == [(1, QUESTION, 0, 0), (2, QUESTION, 0, 0), (3, "Read a.py.", 2, 2)]
        assert (7, "row_truncated") in store.query("select line, rule from imported_faults")


def test_an_import_replaces_the_one_of_its_name_only(project):
    imported(project)
    imported(project, "others")
    assert imported(project)["replaced"]
    with Store.open(project.project, read_only=True) as store:
        counts = store.query("select corpus, count(*) from imported_rows group by all order by all")
    assert counts == [("others", 6), ("theirs", 6)]


def test_direct_answers_become_candidates_and_the_others_say_why_not(project):
    imported(project)
    wanted = Recipe(**RECIPE, propose={"imports": ["theirs"]})
    with Store.open(project.project) as store:
        build = Build(project.project, wanted, store, None)
        propose_imported(build)
        found = store.query("select symbol, kind, drop_reason from candidates order by symbol")
        slots = store.query("select slots from candidates where drop_reason is null")
    assert found == [
        ("line 1", "direct", None),
        ("line 2", "direct", "duplicate_row"),
        ("line 3", "tool", "not_executed"),
        ("line 4", "direct", "several_turns"),
        ("line 5", "direct", "faulty"),
        ("line 6", "direct", "faulty"),
    ]
    assert json.loads(slots[0][0]) == {"prompt": QUESTION, "answer": ANSWER, "topic": None}


def test_a_recipe_that_imports_what_is_not_there_says_what_is(project):
    imported(project)
    wanted = Recipe(**RECIPE, propose={"imports": ["nobodys"]})
    with Store.open(project.project) as store:
        build = Build(project.project, wanted, store, None)
        with pytest.raises(CurateError) as raised:
            propose_imported(build)
    assert str(raised.value) == (
        f"corpora/{wanted.corpus}.toml: propose.imports names unknown ones: nobodys\n"
        "  imported: theirs\n  fix: curate import DATA as nobodys"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "Their Data",
            (
                "import as Their Data: is no name for a corpus\n"
                "  fix: use lower-case letters, digits, - and _: curate import DATA as old_phase27"
            ),
        ),
        (
            "mini",
            (
                "import as mini: is the corpus of corpora/mini.toml\n"
                "  fix: give it another name: curate import DATA as old_mini"
            ),
        ),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name, message, project):
    with pytest.raises(CurateError) as raised:
        imported(project, name)
    assert str(raised.value) == message


def test_the_command_says_what_came_in(project, monkeypatch):
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(main, ["import", "../data", "as", "theirs", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith(
        "theirs: 6 rows, 1 tool and 5 direct; 1 equal and 1 near to an earlier one; "
    )
    done = CliRunner().invoke(main, ["import", "../data", "as", "theirs", "--json"])
    assert json.loads(done.stdout)["replaced"]


@pytest.mark.slow
def test_imported_answers_are_mixed_into_a_corpus(project, monkeypatch):
    monkeypatch.setenv("CURATE_CACHE", str(project.cache))
    imported(project)
    path = project.root / "corpora" / "mixed.toml"
    path.write_text(
        'extends = "mini"\ndescription = "mixed"\n[propose]\nimports = ["theirs"]\n'
        "[select.direct_shares]\nconcept = 0.9\nimported = 0.1\n"
    )
    project.build("mixed")
    with Store.open(project.project, read_only=True) as store:
        assert store.query("select prompt, path from samples where category = 'imported'") == [
            (QUESTION, "imported/theirs/train.jsonl")
        ]
