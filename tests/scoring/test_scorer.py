"""The scorer's own test: right replies are right on every prompt, and wrong kinds are refused."""

import pytest

from curate.project import Project
from curate.scoring.reasons import REASONS, because
from curate.scoring.reference import Hands
from curate.scoring.suites import SURFACES
from tests.conftest import REPOSITORY, Mini
from tests.scoring.scripted import KINDS, judged, perfect, prepared

SHIPPED = ("discrimination", "standard", "phase26", "phase27")
HANDS = Hands()  # every call is made once in the session


@pytest.mark.parametrize("surface", SURFACES)
def test_the_reference_is_right_on_every_prompt(parcel: Mini, surface):
    tasks = prepared(parcel.project, "parcel", surface, HANDS).tasks
    assert judged(tasks, perfect, HANDS) == {task.prompt_id: () for task in tasks}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_kind_of_reply_is_refused_on_every_prompt_that_it_applies_to(
    parcel: Mini, surface, kind: str
):
    refuse(parcel.project, "parcel", surface, kind)


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("suite", SHIPPED)
def test_every_prompt_that_we_ship_is_answerable(suite: str, surface):
    tasks = prepared(Project(REPOSITORY), suite, surface, HANDS).tasks
    assert judged(tasks, perfect, HANDS) == {task.prompt_id: () for task in tasks}


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("suite", SHIPPED)
def test_every_wrong_kind_is_refused_on_every_prompt_that_we_ship(suite: str, surface):
    for kind in KINDS:
        refuse(Project(REPOSITORY), suite, surface, kind)


def refuse(project: Project, suite: str, surface, kind: str) -> None:
    """Every prompt of the suite that the kind applies to, refused for one of its reasons."""
    replying, reasons, applies = KINDS[kind]
    tasks = [task for task in prepared(project, suite, surface, HANDS).tasks if applies(task)]
    found = judged(tasks, replying, HANDS)
    codes = {prompt: {reason.code for reason in given} for prompt, given in found.items()}
    let_through = {prompt: found[prompt] for prompt, given in codes.items() if not given & reasons}
    assert let_through == {}, kind


def test_every_kind_applies_somewhere(parcel: Mini):
    for kind, (_, _, applies) in KINDS.items():
        tasks = [
            task
            for surface in SURFACES
            for task in prepared(parcel.project, "parcel", surface, HANDS).tasks
        ]
        assert any(applies(task) for task in tasks), kind


def test_a_reason_has_a_code_that_is_explained():
    assert because("empty").code in REASONS
    with pytest.raises(ValueError, match="odd"):
        because("odd")


def test_every_reason_is_met_by_some_kind():
    met = set().union(*(kind.reasons for kind in KINDS.values()))
    assert set(REASONS) - met == {"no_reply", "tool_forbidden", "tool_needless"}
