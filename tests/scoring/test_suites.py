"""Suites: those that we ship, and every slip in one that a user writes."""

from collections import Counter
from pathlib import Path

import pytest

from curate.direct import read_direct
from curate.errors import CurateError
from curate.project import Project
from curate.recipes import load, recipes
from curate.scoring.leaks import leaked
from curate.scoring.suite_files import load_suite, read_suite, suites
from curate.scoring.suites import Suite
from curate.scoring.workspaces import workspace_of_suite
from tests.conftest import REPOSITORY, Mini
from tests.scoring.scripted import PARCEL

PROJECT = Project(REPOSITORY)
HEAD, _, PROMPTS = PARCEL.partition("[[prompts]]")


@pytest.fixture(params=["discrimination", "phase26", "phase27", "standard"])
def shipped(request: pytest.FixtureRequest) -> Suite:
    """Each suite that we ship."""
    return load_suite(PROJECT, request.param)


def test_the_suites_are_those_of_the_record():
    counts = {
        name: Counter(one.category for one in load_suite(PROJECT, name).prompts)
        for name in suites(PROJECT)
    }
    assert counts == {
        "discrimination": {"discrimination": 5},
        "phase26": dict.fromkeys(
            ("discrimination", "conditional", "field access", "iteration", "multi-step"), 5
        ),
        "phase27": dict.fromkeys(
            (
                *("direct", "definition and references", "hover and symbols", "git"),
                *("quality tools", "field access", "cross-tool", "discrimination"),
            ),
            5,
        ),
        "standard": {"direct": 1, "find": 1, "check and read": 1},
    }


def test_a_suite_asks_about_a_source_that_no_recipe_learns_from(shipped: Suite):
    learned = {source for name in recipes(PROJECT) for source in load(PROJECT, name).sources}
    assert shipped.source is not None
    assert shipped.source not in learned


def test_no_prompt_of_a_suite_is_a_question_of_the_direct_answers(shipped: Suite):
    questions = [
        question
        for answers in read_direct(PROJECT).values()
        for answer in answers
        for question in answer.questions
    ]
    assert leaked([one.prompt for one in shipped.prompts], questions) == []


def test_no_prompt_stands_in_two_suites():
    prompts = [one.prompt for name in suites(PROJECT) for one in load_suite(PROJECT, name).prompts]
    for number, prompt in enumerate(prompts):
        assert leaked([prompt], prompts[:number]) == []


def test_every_field_that_must_be_read_is_judged_without_code_too(shipped: Suite):
    for one in shipped.prompts:
        assert not one.calls or one.states or one.facts or one.says, one.id


def test_a_prompt_that_is_nearly_in_train_leaks():
    trained = ["How many places use the class Container of svcs?", "what is a heap"]
    prompts = [
        "how many   places use the class container of SVCS?",
        "How many places use the class Container of svcs, please?",
        "Which files use Container?",
    ]
    assert leaked(prompts, trained) == prompts[:2]


def written(tmp_path: Path, text: str) -> Suite:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_suite(path, "corpora/suites/mine.toml")


def prompt(lines: str) -> str:
    """The head with one prompt."""
    head = HEAD.partition("[[changes]]")[0]
    return f'{head}\n[[prompts]]\nid = "one"\ncategory = "c"\nprompt = "p"\n{lines}\n'


DIRECT = prompt('answer = "a"')
CALL = 'calls = [{ tool = "typecheck", arguments = { path = "src" } }]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "a = ",
            "corpora/suites/mine.toml: is not TOML: Invalid value (at end of document)\n"
            "fix: mend the line it names",
            id="no TOML",
        ),
        pytest.param(
            'name = "x"',
            "corpora/suites/mine.toml: unknown key name\n  a suite has its file's name\n"
            "fix: remove it",
            id="name",
        ),
        pytest.param(
            prompt('answer = "a"\nextra = 1'),
            "corpora/suites/mine.toml: prompt one: unknown key extra\nfix: remove or rename it",
            id="key of a prompt",
        ),
        pytest.param(
            "odd = 1\n" + DIRECT,
            "corpora/suites/mine.toml: unknown key odd\nfix: remove or rename it",
            id="key of a suite",
        ),
        pytest.param(
            HEAD.partition("[[changes]]")[0],
            "corpora/suites/mine.toml: a suite has either prompts or a table generate\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="no prompts",
        ),
        pytest.param(
            prompt(""),
            "corpora/suites/mine.toml: prompt one: neither calls nor an answer is given\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="nothing due",
        ),
        pytest.param(
            prompt(CALL),
            "corpora/suites/mine.toml: prompt one: nothing is asked of the answer\n"
            "  give states, facts or says\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="any answer",
        ),
        pytest.param(
            prompt(CALL.replace("path", "folder") + 'says = ["x"]'),
            "corpora/suites/mine.toml: prompt one: typecheck has no argument folder\n"
            "  arguments: path\nfix: change it (docs/scoring.md lists every key)",
            id="argument",
        ),
        pytest.param(
            prompt(CALL.replace(" } }", ' }, reads = ["errors[].row"] }') + 'says = ["x"]'),
            "corpora/suites/mine.toml: prompt one: typecheck returns no errors.row\n"
            "  fields: file, line, column, severity, code, message\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="field",
        ),
        pytest.param(
            prompt('answer = "a"\nnever = ["git_log"]'),
            "corpora/suites/mine.toml: prompt one: never is given, and calls are not\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="never without calls",
        ),
        pytest.param(
            prompt(CALL + 'states = ["error_count"]'),
            "corpora/suites/mine.toml: prompt one: states 'error_count' is no place in a result, "
            "as 0.error_count is\nfix: change it (docs/scoring.md lists every key)",
            id="place",
        ),
        pytest.param(
            prompt(CALL + 'says = ["("]'),
            "corpora/suites/mine.toml: prompt one: says is no regular expression: missing ), "
            "unterminated subpattern at position 0\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="pattern",
        ),
        pytest.param(
            DIRECT + "\n[[prompts]]" + DIRECT.partition("[[prompts]]")[2],
            "corpora/suites/mine.toml: two prompts have the id 'one'\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="twice",
        ),
        pytest.param(
            prompt(CALL + 'says = ["x"]').replace('"typecheck", "ruff_check"', '"ruff_check"'),
            "corpora/suites/mine.toml: one calls typecheck, which is not offered\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="not offered",
        ),
        pytest.param(
            prompt(CALL + 'says = ["x"]').replace('source = "parcelbox"', ""),
            "corpora/suites/mine.toml: source is missing, and tools are to be called in it\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="no source",
        ),
        pytest.param(
            DIRECT.replace('surface = "code"', 'surface = "bare"'),
            "corpora/suites/mine.toml: surface is 'bare'\n"
            "  input should be 'direct' or 'code'\n"
            "fix: change it (docs/scoring.md lists every key)",
            id="surface",
        ),
        pytest.param(
            DIRECT.replace('category = "c"\n', ""),
            "corpora/suites/mine.toml: prompt one: category is missing\n"
            "fix: add category (docs/scoring.md)",
            id="missing",
        ),
    ],
)
def test_a_slip_is_told_with_the_prompt_that_has_it(tmp_path: Path, text: str, message: str):
    with pytest.raises(CurateError) as caught:
        written(tmp_path, text)
    assert str(caught.value) == message.replace("\nfix:", "\n  fix:")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", "x = " + "[" * 5_000), "is not TOML: "),
        (("", f"x = {'9' * 5_000}"), "is not TOML: "),
        (('"^a"', f'"{"(" * 5_000}{")" * 5_000}"'), "says is no regular expression: "),
        (('"^a"', '"a{99999999999}"'), "says is no regular expression: "),
        (('"a.py"', "1979-05-27"), "arguments of typecheck are not what JSON has: "),
        (('"a.py"', "[nan]"), "arguments of typecheck are not what JSON has: "),
    ],
    ids=["deep", "digits", "pattern deep", "pattern long", "date", "nan"],
)
def test_what_no_suite_should_hold_is_a_slip(tmp_path: Path, change: tuple[str, str], told: str):
    asked = """[[prompts]]
    id = "a"
    category = "b"
    prompt = "c"
    says = ["^a"]
    calls = [{ tool = "typecheck", arguments = { path = "a.py" } }]
    """
    old, new = change
    path = tmp_path / "mine.toml"
    text = f"{HEAD}{asked.replace(old, new) if old else asked}\n{'' if old else new}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CurateError) as caught:
        read_suite(path, "corpora/suites/mine.toml")
    assert told in str(caught.value)


def test_no_suite_makes_prompts_without_end(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(f"{HEAD}[generate]\ncount = {10**40}", encoding="utf-8")
    with pytest.raises(CurateError, match="less than or equal to 100000"):
        read_suite(path, "corpora/suites/mine.toml")


def test_a_change_of_what_is_no_text_is_told(parcel_copy: Project):
    (parcel_copy.root / "parcelbox/logo.bin").write_bytes(b"\xff\x00")
    text = PARCEL.replace("notes.md", "logo.bin")
    (parcel_copy.root / "corpora/suites/parcel.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CurateError, match=r"changes: logo\.bin of parcelbox is no text"):
        workspace_of_suite(parcel_copy, load_suite(parcel_copy, "parcel"))


def test_an_unknown_suite_is_told_with_those_that_there_are(parcel: Mini):
    with pytest.raises(CurateError) as caught:
        load_suite(parcel.project, "phase28")
    assert str(caught.value) == (
        "suite phase28: there is no such suite\n"
        "  suites: discrimination, parcel, phase26, phase27, standard\n"
        "  fix: name one of them, write corpora/suites/phase28.toml, or score a split: valid:CORPUS"
    )


def test_a_suite_of_ones_own_replaces_ours(parcel_copy: Project):
    own = parcel_copy.root / "corpora/suites/standard.toml"
    own.write_text(prompt('answer = "a"'), encoding="utf-8")
    assert [one.id for one in load_suite(parcel_copy, "standard").prompts] == ["one"]
