"""What is right in more than one way, and what is wrong though the answer is right."""

import pytest

from curate.scoring.calls import label
from curate.scoring.judging import judge
from curate.scoring.playing import Play, Task
from curate.scoring.reference import Hands, reference_of
from curate.scoring.suites import Asked, Step
from tests.conftest import Mini
from tests.scoring.scripted import call, calling, played, prepared, said
from tests.scoring.test_scorer import HANDS


@pytest.fixture
def tasks(parcel: Mini) -> dict[str, Task]:
    """The tasks of the suite `parcel`, each tool a function."""
    found = prepared(parcel.project, "parcel", "direct", HANDS).tasks
    return {task.prompt_id: task for task in found}


def replies(task: Task, *texts: str) -> Play:
    """The play of a task with these replies."""
    (one,) = played([task], lambda _task, turn: said(texts[turn]), HANDS)
    return one


def codes(task: Task, *texts: str) -> list[str]:
    return [reason.code for reason in judge(replies(task, *texts))]


def test_another_way_that_the_suite_names_is_right(tasks):
    grep = call("run_command", {"command": "grep -rn 'class Registered' src"})
    answer = "In `src/parcelbox/registry.py`, line 13."
    assert codes(tasks["where-registered"], grep, answer) == []


def test_the_same_path_written_otherwise_and_a_wider_check_that_shows_it_are_right(tasks):
    task = tasks["unused-imports"]
    answer = task.reference.answer
    assert codes(task, call("ruff_check", {"path": "./src/parcelbox/errors.py"}), answer) == []
    wider = codes(task, call("ruff_check", {"path": "src"}), answer)
    assert wider == ["argument_wrong"], "the suite says which file"


def test_looking_around_first_is_no_fault(tasks):
    task = tasks["count-errors"]
    look = call("run_command", {"command": "ls src/parcelbox"})
    check = call("typecheck", {"path": "src/parcelbox/billing.py"})
    assert codes(task, look, check, task.reference.answer) == []


def test_a_wrong_path_and_then_the_right_one_is_right(tasks):
    task = tasks["count-errors"]
    wrong = call("typecheck", {"path": "parcelbox/billing.py"})
    check = call("typecheck", {"path": "src/parcelbox/billing.py"})
    assert codes(task, wrong, check, task.reference.answer) == []


def test_a_tool_that_has_nothing_to_do_with_it_is_needless(tasks):
    task = tasks["count-errors"]
    check = call("typecheck", {"path": "src/parcelbox/billing.py"})
    log = call("git_log", {})
    assert codes(task, log, check, task.reference.answer) == ["tool_needless"]


def test_a_tool_that_is_ruled_out_is_refused_whatever_comes_of_it(tasks):
    task = tasks["unused-imports"]
    lint = call("ruff_check", {"path": "src/parcelbox/errors.py"})
    write = call("write_file", {"path": "other.py", "content": ""})
    assert codes(task, lint, write, task.reference.answer) == ["tool_forbidden"]


def test_two_calls_in_one_reply_are_two_calls(tasks):
    task = tasks["changed-then-lint"]
    both = "\n".join(
        [call("git_status", {}), call("ruff_check", {"path": "src/parcelbox/errors.py"})]
    )
    assert codes(task, both, task.reference.answer) == []


def test_what_is_written_in_one_play_is_not_there_in_another(tasks, parcel: Mini):
    task = tasks["write-then-lint"]
    write = call("write_file", {"path": "scratch.py", "content": "import sys\n"})
    lint = call("ruff_check", {"path": "scratch.py"})
    assert codes(task, write, lint, task.reference.answer) == []
    one = replies(tasks["untracked"], lint, "`notes.md`")
    assert "no such file" in one.turns[0].ran[0].content
    assert not (task.workspace.root / "scratch.py").exists()


def test_the_right_number_of_the_wrong_file_is_not_right(tasks):
    task = tasks["unused-imports"]
    assert codes(
        task, call("ruff_check", {"path": "src/parcelbox/cli.py"}), task.reference.answer
    ) == ["argument_wrong"]


def test_a_result_that_was_not_shown_cannot_be_answered_from(tasks):
    task = tasks["error-lines"]
    head = call("run_command", {"command": "head -3 src/parcelbox/billing.py"})
    found = codes(task, head, task.reference.answer)
    assert found[0] == "tool_wrong"


def test_code_is_judged_by_what_it_calls_not_by_how(parcel: Mini):
    found = prepared(parcel.project, "parcel", "code", HANDS).tasks
    (task,) = [task for task in found if task.prompt_id == "changed-then-lint"]
    code = """
files = [f for f in git_status().files if f.status == "modified"]
total = {f.file: ruff_check(path=f.file).violation_count for f in files}
print(total)
"""
    answer = task.reference.answer
    assert codes(task, call("execute_code", {"code": code}), answer) == []
    blind = 'print(ruff_check("src/parcelbox/errors.py").violation_count)'
    assert codes(task, call("execute_code", {"code": blind}), answer)[0] == "tool_wrong"


def test_the_first_reply_has_a_label(tasks):
    task = tasks["untracked"]
    assert label(replies(task, call("git_log", {}), "x")) == "git_log"
    assert label(replies(task, "Hm.")) == "none"
    assert label(replies(task, "<tool_call>{")) == "unparsable"


def test_code_without_a_tool_has_its_own_label(parcel: Mini):
    found = prepared(parcel.project, "parcel", "code", HANDS).tasks
    code = call("execute_code", {"code": "print(1)"})
    assert label(replies(found[-1], code, "x")) == "code without a tool"
    assert label(replies(found[-1], calling(found[-1], "git_log", {}).text, "x")) == "git_log"


def test_a_reference_that_meets_an_error_is_no_reference(tasks):
    from curate.errors import CurateError

    asked = Asked(
        id="gone",
        category="c",
        prompt="p",
        calls=(Step(tool="typecheck", arguments={"path": "gone.py"}),),
        states=("0.error_count",),
    )
    place = tasks["untracked"].workspace
    with pytest.raises(CurateError) as caught:
        reference_of(asked, place, Hands())
    assert str(caught.value) == (
        "prompt gone: its reference cannot be carried out\n"
        "  typecheck reports: gone.py: no such file or folder\n"
        "  fix: mend its calls: they must be right for the source as it is pinned"
    )
    odd = asked.model_copy(
        update={
            "calls": (Step(tool="git_status"),),
            "states": ("0.files.7.file",),
        }
    )
    with pytest.raises(CurateError, match="its results have no list index out of range"):
        reference_of(odd, place, Hands())


def test_an_edit_whose_text_is_not_there_is_told(parcel: Mini):
    from curate.errors import CurateError
    from curate.scoring.suite_files import load_suite
    from curate.scoring.suites import Edit
    from curate.scoring.workspaces import workspace_of_suite

    suite = load_suite(parcel.project, "parcel")
    edits = (Edit(path="README.md", old="not in it", new=""),)
    with pytest.raises(CurateError) as caught:
        workspace_of_suite(parcel.project, suite.model_copy(update={"changes": edits}))
    assert str(caught.value) == (
        "corpora/suites/parcel.toml: changes: 'not in it' stands 0 times in README.md\n"
        "  of parcelbox as it is pinned\n"
        "  fix: give more of the text, so that it stands there once"
    )
    two = (
        Edit(path="a.md", old="", new="a"),
        Edit(path="a.md", old="a", new="b", state="staged"),
    )
    with pytest.raises(CurateError, match=r"a\.md is changed in two ways"):
        workspace_of_suite(parcel.project, suite.model_copy(update={"changes": two}))
