"""Every template of an intent, rendered with a real candidate of the fixture corpus.

`pytest tests/templates --update-golden` rewrites the golden files; the diff is read before it is
committed.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from curate.phrases import Forms, read_answers, read_prompts
from curate.project import Project
from curate.stages.compose import shown
from curate.store import Store
from tests.conftest import REPOSITORY, Mini

GOLDEN = REPOSITORY / "tests" / "golden"
TEMPLATES = Project(REPOSITORY).files("templates/intents", "*/*.jinja")
# Names that only other projects have: the fixture corpus has one project.
ELSEWHERE = {
    ("find_class", "empty"): {"name": "CarrierPigeon"},
    ("find_function", "empty"): {"name": "feed_pigeon"},
    ("find_decorator_uses", "empty"): {"decorator": "pigeon.fly"},
    ("find_doc_section", "empty"): {"title": "Feeding the pigeons"},
}
CANDIDATE = """
select c.slots, c.calls, e.result
from candidates c
join candidate_results r using (corpus, candidate_id)
join executions e on e.execution_id = r.execution_ids[-1]
where c.intent = ? and c.outcome = coalesce(?, c.outcome) and r.drop_reason is null
order by c.outcome desc, length(c.slots::varchar) + length(e.content) desc, c.candidate_id
limit 1
"""


def values_for(store: Store, intent: str, outcome: str | None) -> dict[str, Any]:
    """What the first candidate of this intent and outcome gives its templates."""
    if outcome and (intent, outcome) in ELSEWHERE:
        return ELSEWHERE[intent, outcome]
    rows = store.query(CANDIDATE, [intent, outcome])
    assert rows, f"the fixture corpus has no candidate for {intent} {outcome}"
    slots, calls, result = rows[0]
    return {**json.loads(slots), "shown": shown(json.loads(calls)[-1], result)}


def rendered(forms: Forms, values: dict[str, Any], parting: str) -> str:
    """All forms, one after the other."""
    return parting.join(forms.render(index, values) for index in range(len(forms.forms))) + "\n"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_its_golden_file_says(
    mini_build: Mini, name: str, update_golden: bool
):
    intent, file = Path(name).parts
    is_prompts = file == "prompts.jinja"
    read = read_prompts if is_prompts else read_answers
    with Store.open(mini_build.project, read_only=True) as store:
        values = values_for(store, intent, None if is_prompts else Path(file).stem)
    text = rendered(read(TEMPLATES[name], name), values, "\n" if is_prompts else "\n-----\n")
    golden = GOLDEN / intent / f"{Path(file).stem}.txt"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    expected = {Path(name).with_suffix(".txt").as_posix() for name in TEMPLATES}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.txt")} == expected
