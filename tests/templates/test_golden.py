"""Every template of an intent, rendered with a real candidate of the fixture corpus.

`pytest tests/templates --update-golden` rewrites the golden files; the diff is read before it is
committed.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from curate.calling import Traced
from curate.phrases import Forms, read_answers, read_prompts, read_turns
from curate.plans import view
from curate.project import Project
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
    ("search_symbols", "empty"): {"query": "feed_pigeon"},
}
# What only projects with earlier releases can give.
COMMIT = {"hash": "0123456789", "message": "Release 0.3.0", "author": "Ada", "day": "2025-05-01"}
OF_RELEASES = {
    "since_release": {
        "project": "parcelbox", "release": "Release 0.4.0", "version": "0.4.0", "count": 1,
        "commits": [COMMIT], "uncommitted": [],
    },
    "where_did_file_go": {
        "path": "src/parcelbox/old.py", "last": COMMIT, "before": COMMIT, "count": 2,
    },
}  # fmt: skip
CANDIDATE = """
select c.candidate_id, c.slots, r.execution_ids
from candidates c
join candidate_results r using (corpus, candidate_id)
where c.corpus = ? and c.intent = ? and c.outcome = coalesce(?, c.outcome) and r.drop_reason is null
order by c.outcome desc, length(c.slots::varchar) desc, c.candidate_id
limit 1
"""
EXECUTION = "select content, trace from executions where execution_id = ?"


def values_for(store: Store, intent: str, outcome: str | None) -> dict[str, Any]:
    """What the first candidate of this intent and outcome gives its templates."""
    if outcome and (intent, outcome) in ELSEWHERE:
        return ELSEWHERE[intent, outcome]
    if intent in OF_RELEASES:
        return OF_RELEASES[intent]
    corpora = ("everything", "code")  # some intents are only for code
    found = [row for corpus in corpora for row in store.query(CANDIDATE, [corpus, intent, outcome])]
    assert found, f"the fixture corpus has no candidate for {intent} {outcome}"
    _, slots, execution_ids = found[0]
    ran = [store.query(EXECUTION, [key])[0] for key in execution_ids]
    steps = [view(Traced(*call)) for _, trace in ran for call in json.loads(trace)]
    printed = ran[-1][0].splitlines()
    return {**json.loads(slots), "shown": steps[-1], "steps": steps, "printed": printed}


def rendered(forms: Forms, values: dict[str, Any], parting: str) -> str:
    """All forms, one after the other."""
    return parting.join(forms.render(index, values) for index in range(len(forms.forms))) + "\n"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_its_golden_file_says(
    everything: Mini, name: str, update_golden: bool
):
    intent, file = Path(name).parts
    is_answer = file not in ("prompts.jinja", "code.jinja")
    with Store.open(everything.project, read_only=True) as store:
        values = values_for(store, intent, Path(file).stem if is_answer else None)
    if file == "prompts.jinja":
        text = rendered(read_prompts(TEMPLATES[name], name), values, "\n")
    elif file == "code.jinja":
        turns = read_turns(TEMPLATES[name], name)
        text = "\n-----\n".join(rendered(form, values, "\n- - -\n") for form in turns)
    else:
        text = rendered(read_answers(TEMPLATES[name], name), values, "\n-----\n")
    golden = GOLDEN / intent / f"{Path(file).stem}.txt"
    if update_golden:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over():
    expected = {Path(name).with_suffix(".txt").as_posix() for name in TEMPLATES}
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.txt")} == expected
