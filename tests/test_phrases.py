"""Templates of intents: what is said of wrong ones, and what holds for all that are shipped."""

import json
import re
from collections import defaultdict

import pytest

from curate.calling import Traced
from curate.errors import CurateError
from curate.intents import OUTCOMES, intents
from curate.phrases import (
    HEADER,
    OR,
    environment,
    lines,
    names,
    places,
    plural,
    read_answers,
    read_prompts,
    sentence,
    tally,
    used_variables,
)
from curate.plans import view
from curate.project import Project
from curate.store import Store
from tests.conftest import REPOSITORY, Mini

SHIPPED = Project(REPOSITORY)
INTENTS = intents(SHIPPED)
TEMPLATES = {
    f"{folder}/{name}": path
    for folder in ("templates/intents", "templates/dialects", "templates/card")
    for name, path in SHIPPED.files(folder, "**/*.jinja").items()
}
NO_ANSWERS = {"prompts", "code"}
SURFACES = {"everything": "direct", "code": "code"}
# What only other projects can give: releases before this one.
ELSEWHERE = {"since_release", "where_did_file_go"}
PROMPTS = (
    "{#- What is asked. vars: name -#}\nwhere is {{ name }}?\n{#- held out -#}\nfind {{ name }}\n"
)


def write(tmp_path, text):
    path = tmp_path / "prompts.jinja"
    path.write_text(text, encoding="utf-8")
    return path


def message(read, path):
    with pytest.raises(CurateError) as caught:
        read(path, "templates/intents/find_it/prompts.jinja")
    return str(caught.value)


def test_prompts_are_lines_and_those_below_held_out_come_last(tmp_path):
    forms = read_prompts(write(tmp_path, PROMPTS), "here")
    assert [forms.render(index, {"name": "x"}) for index in range(2)] == ["where is x?", "find x"]
    assert (forms.count_held_out, forms.variables) == (1, {"name"})


def test_turns_go_round_the_open_phrasings_and_round_the_held_out_ones(tmp_path):
    text = "{#- What. vars: x -#}\na\nb\nc\n{#- held out -#}\nd\ne\n"
    forms = read_prompts(write(tmp_path, text), "here")
    assert [forms.choose(turn) for turn in range(4)] == [0, 1, 2, 0]
    assert [forms.choose(turn, is_held_out=True) for turn in range(4)] == [3, 4, 3, 4]


def test_answers_are_parted_by_or(tmp_path):
    text = "{#- What. vars: n -#}\nIt is {{ n }}.\n\nReally.\n{#- or -#}\n{{ n }}, I say.\n"
    forms = read_answers(write(tmp_path, text), "here")
    assert [forms.render(i, {"n": 3}) for i in range(2)] == ["It is 3.\n\nReally.", "3, I say."]
    assert forms.choose(5) == 1


@pytest.mark.parametrize("read", [read_prompts, read_answers])
def test_a_file_without_a_header_is_refused(tmp_path, read):
    assert message(read, write(tmp_path, "where is {{ name }}?\n")) == (
        "templates/intents/find_it/prompts.jinja: has no header\n"
        "  fix: begin it with: {#- What it says, of what. vars: name, path -#}"
    )


@pytest.mark.parametrize("text", ["a\n", "{#- held out -#}\na\n", "a\n{#- held out -#}\n"])
def test_prompts_need_open_and_held_out_phrasings(tmp_path, text):
    assert message(read_prompts, write(tmp_path, "{#- What. vars: x -#}\n" + text)) == (
        "templates/intents/find_it/prompts.jinja: needs phrasings above and below its line "
        "{#- held out -#}\n  fix: write both (docs/intent.md)"
    )


@pytest.mark.parametrize("read", [read_prompts, read_answers])
def test_broken_jinja_is_refused(tmp_path, read):
    path = write(tmp_path, PROMPTS.replace("{{ name }}?", "{{ name ?"))
    assert message(read, path) == (
        "templates/intents/find_it/prompts.jinja: is not Jinja: unexpected char '?' at 17\n"
        "  fix: mend the line it names"
    )


def test_a_value_that_the_sql_does_not_select_is_an_error_that_names_the_file(tmp_path):
    forms = read_prompts(write(tmp_path, PROMPTS), "templates/intents/find_it/prompts.jinja")
    with pytest.raises(CurateError) as caught:
        forms.render(1, {"nam": "x"})
    assert str(caught.value) == (
        "templates/intents/find_it/prompts.jinja: form 2 cannot be rendered: 'name' is undefined\n"
        "  fix: select the value in the intent's SQL"
    )


def test_the_filters_write_english():
    assert [names(["a"]), names(["a", "b"]), names(["a", "b", "c"]), names([])] == [
        "`a`", "`a` and `b`", "`a`, `b` and `c`", "",
    ]  # fmt: skip
    assert [plural(1, "file", "files"), plural(0, "file", "files")] == ["1 file", "0 files"]
    assert [lines([3]), lines([3, 10, 22])] == ["line 3", "lines 3, 10 and 22"]
    assert places([{"path": "a.py", "line": 3}, {"path": "b.py", "line": 10}]) == (
        "`a.py:3` and `b.py:10`"
    )
    assert tally([{"code": "E5"}, {"code": "F4"}, {"code": "D1"}, {"code": "F4"}], "code") == [
        {"value": "F4", "count": 2},
        {"value": "D1", "count": 1},
        {"value": "E5", "count": 1},
    ]
    assert sentence(" undefined\n  name `x`. ") == "undefined name `x`"


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_header_of_a_template_names_exactly_the_variables_it_uses(name):
    text = TEMPLATES[name].read_text(encoding="utf-8")
    header = HEADER.match(text)
    assert header, "the first line says what it is, and its vars"
    told = {variable.strip() for variable in header["vars"].split(",")} - {"none"}
    assert told == used_variables(text[header.end() :])


def test_there_are_sixteen_intents_or_more_each_with_templates():
    assert len(INTENTS) >= 16
    folders = {path.parts[-2] for name, path in ((n, TEMPLATES[n]) for n in TEMPLATES)
               if name.startswith("templates/intents/")}  # fmt: skip
    assert folders == set(INTENTS)


@pytest.mark.parametrize("intent", INTENTS)
def test_an_intent_has_fifteen_phrasings_of_which_three_or_more_are_held_out(intent):
    name = f"templates/intents/{intent}/prompts.jinja"
    forms = read_prompts(TEMPLATES[name], name)
    assert len(forms.forms) >= 15
    assert 3 <= forms.count_held_out <= len(forms.forms) - 12


@pytest.mark.parametrize("intent", INTENTS)
def test_the_phrasings_of_an_intent_differ_in_more_than_case(intent):
    text = TEMPLATES[f"templates/intents/{intent}/prompts.jinja"].read_text(encoding="utf-8")
    phrasings = [line.casefold().strip(" .?!") for line in text.splitlines() if line[:3] != "{#-"]
    assert len(phrasings) == len(set(phrasings))


def test_no_two_intents_ask_in_the_same_words():
    asked = defaultdict(set)
    for intent in INTENTS:
        text = TEMPLATES[f"templates/intents/{intent}/prompts.jinja"].read_text(encoding="utf-8")
        for line in text.splitlines()[1:]:
            asked[line.casefold().strip(" .?!")].add(intent)
    asked.pop("{#- held out -#}", None)
    assert {line: who for line, who in asked.items() if len(who) > 1} == {}


@pytest.mark.parametrize("intent", INTENTS)
def test_every_outcome_an_intents_sql_can_give_has_an_answer_in_two_forms_or_more(intent):
    sql = INTENTS[intent].path.read_text(encoding="utf-8")
    answers = {
        name.rpartition("/")[2].removesuffix(".jinja"): path
        for name, path in TEMPLATES.items()
        if name.startswith(f"templates/intents/{intent}/") and path.stem not in NO_ANSWERS
    }
    given = {outcome for outcome in OUTCOMES if re.search(rf"'{outcome}'", sql)}
    assert set(answers) == given
    for outcome, path in answers.items():
        forms = read_answers(path, outcome).forms
        assert len(forms) >= 2
        bodies = path.read_text(encoding="utf-8").partition("-#}\n")[2].split(OR)
        assert len({body.strip() for body in bodies}) == len(forms), "two forms are the same"


@pytest.mark.parametrize("corpus", ["everything", "code"])
def test_every_form_of_every_answer_can_be_rendered_for_real_candidates(everything: Mini, corpus):
    """Each form with the slots and results of a candidate that has its outcome."""
    with Store.open(everything.project, read_only=True) as store:
        rows = store.query(
            """
            select intent, outcome, min_by(slots, candidate_id), min_by(execution_ids, candidate_id)
            from candidates join candidate_results r using (corpus, candidate_id)
            where corpus = ? and r.drop_reason is null group by all order by all
            """,
            [corpus],
        )
        ran = dict(store.query("select execution_id, trace from executions"))
        printed = dict(store.query("select execution_id, content from executions"))
    surfaces = {name for name, intent in INTENTS.items() if SURFACES[corpus] in intent.surfaces}
    missing = surfaces - {intent for intent, *_ in rows} - ELSEWHERE
    assert missing == set(), "every intent yields in the fixture corpus"
    for intent, outcome, slots, execution_ids in rows:
        name = f"templates/intents/{intent}/{outcome}.jinja"
        forms = read_answers(TEMPLATES[name], name)
        steps = [view(Traced(*call)) for key in execution_ids for call in json.loads(ran[key])]
        lines = printed[execution_ids[-1]].splitlines()
        shown = {"shown": steps[-1], "steps": steps, "printed": lines}
        values = {**json.loads(slots), **shown}
        for index in range(len(forms.forms)):
            text = forms.render(index, values)
            assert text, f"{name} form {index + 1} says nothing"
            assert "{{" not in text, name
            assert "None" not in text.split("`")[0::2], f"{name} prints a missing value"


def test_the_environment_refuses_what_is_undefined():
    with pytest.raises(Exception, match="'nothing' is undefined"):
        environment().from_string("{{ nothing }}").render()
