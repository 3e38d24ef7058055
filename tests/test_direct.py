"""Direct answers: the shipped ones, how one becomes a candidate, and what is said of wrong ones."""

import json
import re

import pytest

from curate.direct import direct_answers, read_direct
from curate.errors import CurateError
from curate.project import Project
from tests.conftest import REPOSITORY

SHIPPED = read_direct(Project(REPOSITORY))
ONE = """
[[answers]]
id = "one"
topic = "python"
questions = ["What is one?", "one, please"]
answer = "It is the number after zero."
"""


@pytest.fixture
def project(tmp_path) -> Project:
    """A project whose shipped files are emptied, so that it holds only its own."""
    folder = tmp_path / "corpora/direct"
    folder.mkdir(parents=True)
    for category in SHIPPED:
        (folder / f"{category}.toml").write_text("answers = []\n")
    return Project(tmp_path)


def write(project: Project, text: str, category: str = "concept") -> None:
    (project.root / f"corpora/direct/{category}.toml").write_text(text, encoding="utf-8")


def message(project: Project) -> str:
    with pytest.raises(CurateError) as caught:
        read_direct(project)
    return str(caught.value)


def test_at_least_200_answers_are_shipped_in_the_seven_categories():
    assert sorted(SHIPPED) == [
        "architecture", "best_practice", "comparison", "concept", "requests", "syntax",
        "tool_choice",
    ]  # fmt: skip
    assert sum(len(answers) for answers in SHIPPED.values()) >= 200


def test_every_shipped_answer_has_two_to_six_sentences():
    wrong = {}
    for answers in SHIPPED.values():
        for answer in answers:
            prose = re.sub(r"```.*?```", " ", answer.answer, flags=re.DOTALL)
            prose = re.sub(r"`[^`]*`", "x", prose)
            count = len(re.findall(r"[.!?:](?=\s|$)", prose))
            if not 2 <= count <= 8:
                wrong[answer.id] = count
    assert wrong == {}


def test_every_shipped_question_is_asked_once_and_is_no_essay():
    questions = [q for answers in SHIPPED.values() for a in answers for q in a.questions]
    assert len(questions) == len({question.casefold() for question in questions})
    assert max(len(question) for question in questions) < 200


def test_an_answer_becomes_a_candidate_without_calls(project):
    write(project, ONE)
    frame = direct_answers(project, "mine", 7)
    (row,) = frame.to_dicts()
    slots = json.loads(row.pop("slots"))
    assert slots.pop("prompt") in {"What is one?", "one, please"}
    assert slots == {"answer": "It is the number after zero.", "topic": "python"}
    assert re.fullmatch("[0-9a-f]{16}", row.pop("candidate_id"))
    assert row == {
        "corpus": "mine",
        "kind": "direct",
        "intent": "direct_concept",
        "category": "concept",
        "outcome": "direct",
        "symbol": "one",
        "calls": "[]",
        "expected": "{}",
        "path": "corpora/direct/concept.toml",
    }


def test_the_seed_chooses_the_question_and_nothing_else(project):
    write(project, ONE)
    asked = {
        json.loads(direct_answers(project, "mine", seed)["slots"][0])["prompt"]
        for seed in range(20)
    }
    assert asked == {"What is one?", "one, please"}
    first, second = (direct_answers(project, "mine", 3) for _ in range(2))
    assert first.equals(second)


def test_the_same_id_twice_is_refused(project):
    write(project, ONE + ONE.replace("one,", "two,").replace("What is one", "What is two"))
    assert message(project) == (
        "corpora/direct/concept.toml: 'one' stands in corpora/direct/concept.toml (one) already\n"
        "  fix: remove or reword one of them"
    )


def test_the_same_question_in_two_files_is_refused_whatever_its_case(project):
    write(project, ONE)
    write(project, ONE.replace('"one"', '"uno"').replace("one, please", "uno"), "syntax")
    assert message(project) == (
        "corpora/direct/syntax.toml: 'what is one?' stands in corpora/direct/concept.toml (one) "
        "already\n  fix: remove or reword one of them"
    )


def test_broken_toml_names_the_line(project):
    write(project, "[[answers]]\nid = \n")
    assert message(project) == (
        "corpora/direct/concept.toml: is not TOML: Invalid value (at line 2, column 6)\n"
        "  fix: mend the line it names"
    )


@pytest.mark.parametrize(
    ("text", "held"),
    [("", "nothing"), (ONE.replace("answers", "answer"), "answer"), ("answers = 3", "answers")],
)
def test_a_file_that_is_no_list_of_answers_is_refused(project, text, held):
    write(project, text)
    assert message(project) == (
        f"corpora/direct/concept.toml: holds {held}\n"
        "  a file of direct answers is a list of tables\n"
        "  fix: begin each answer with [[answers]]"
    )


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ('id = "one"', 'id = "One!"', "id",
         "string should match pattern '^[a-z0-9]+(-[a-z0-9]+)*$'"),
        ('topic = "python"\n', "", "topic", "field required"),
        ('["What is one?", "one, please"]', "[]", "questions",
         "tuple should have at least 1 item after validation, not 0"),
        ("It is the number after zero.", "Yes.", "answer",
         "string should have at least 20 characters"),
        ("topic", "note = 'x'\ntopic", "note", "extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_by_its_number_and_key(project, old, new, key, reason):
    write(project, ONE.replace(old, new))
    assert message(project) == (
        f"corpora/direct/concept.toml: answer 1: {key} is wrong\n  {reason}\n"
        "  fix: write id, topic, questions and answer (docs/recipe.md has an example)"
    )
