"""Suites that intents make: about a source, in held-out phrasings, each prompt answerable."""

import pytest

from curate.scoring.generating import facts_of
from curate.scoring.reference import Hands
from curate.scoring.suites import SURFACES
from curate.scoring.tasks import Wanted, prepare
from tests.conftest import Mini
from tests.scoring.scripted import judged, nothing, perfect, said

WANTED = Wanted("parcel", generate=24, source="parcelbox")


def test_facts_of_an_answer_are_its_code_and_its_numbers():
    answer = "`Flask` is in `src/flask/app.py`, line 1,081 of 2024-05-06: 3 uses."
    assert facts_of(answer) == ["Flask", "src/flask/app.py", 1081, 3]


@pytest.mark.slow
@pytest.mark.parametrize("surface", SURFACES)
def test_generated_prompts_are_answerable_and_vague_answers_are_refused(parcel: Mini, surface):
    hands = Hands()
    found = prepare(parcel.project, WANTED._replace(surface=surface), hands, nothing)
    assert (found.suite, found.source, len(found.tasks)) == (
        "generated-parcelbox",
        "parcelbox",
        24,
    )
    assert len({task.asked.id.rpartition("-")[0] for task in found.tasks}) > 12
    assert judged(found.tasks, perfect, hands) == {task.prompt_id: () for task in found.tasks}
    vague = judged(found.tasks, lambda _task, _turn: said("All is well."), hands)
    assert {reason.code for reasons in vague.values() for reason in reasons} == {"no_call"}
    assert not (parcel.root / "out/curate.duckdb").exists()


@pytest.mark.slow
def test_the_same_seed_makes_the_same_prompts(parcel: Mini):
    def prompts(seed: int) -> list[str]:
        wanted = WANTED._replace(surface="direct", seed=seed)
        return [task.prompt for task in prepare(parcel.project, wanted, Hands(), nothing).tasks]

    assert prompts(0) == prompts(0)
    assert prompts(0) != prompts(1)
