"""Every audit accepts a sound corpus and catches the fault it is there for."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from curate.errors import CurateError
from curate.stages.audit import audit, audits
from curate.stages.base import Build
from tests.sql.conftest import SAMPLES, Sample, findings, put

ALPHA, JSON_IMPORT, DELTA, EPSILON, CLOSURE, LOCKS = SAMPLES
Plant = Callable[[Build], None]


def sql(*statements: str) -> Plant:
    """Plant a fault by SQL."""

    def plant(build: Build) -> None:
        for statement in statements:
            build.store.connection.execute(statement)

    return plant


def add(*samples: Sample) -> Plant:
    """Plant further samples."""

    def plant(build: Build) -> None:
        for sample in samples:
            put(build.store, sample)

    return plant


def answer(text: str) -> Plant:
    """Let the first sample answer something else."""
    return sql(f"update composed set answer = '{text}' where sample_id = 'a1'")


def result(text: str) -> Plant:
    """Let the first sample's tool have returned something else, in the message and in its execution."""
    turns = f"replace(messages::varchar, {_quoted(json.dumps(ALPHA.result))}, {_quoted(json.dumps(text))})"
    return sql(
        f"update composed set results = [{_quoted(text)}], messages = {turns} where sample_id = 'a1'",
        f"update executions set content = {_quoted(text)} where execution_id = 'x-a1'",
    )


def second(arguments: dict[str, str]) -> Plant:
    """Let the first sample make a second call."""
    call = _quoted(json.dumps({"tool": "read_file", "arguments": arguments}))
    return sql(
        f"update composed set calls = json_array(calls->0, {call}::json), results = [results[1], 'x'], "
        "execution_ids = ['x-a1', 'x-a2'] where sample_id = 'a1'"
    )


def call(tool: str, arguments: dict[str, Any]) -> Plant:
    """Let the first sample make another call."""
    made = _quoted(json.dumps([{"tool": tool, "arguments": arguments}]))
    return sql(f"update composed set calls = {made} where sample_id = 'a1'")


def setting(path: str, value: str) -> Plant:
    """Change a number of the recipe that the views read."""
    return sql(
        f"update settings set recipe = json_merge_patch(recipe, '{_nested(path.split('.'), value)}')"
    )


def _nested(keys: list[str], value: str) -> str:
    return value if not keys else f'{{"{keys[0]}": {_nested(keys[1:], value)}}}'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


LONG = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
HELD_OUT = (
    "update composed set is_held_out = true where sample_id = 'a3'",
    "update composed set prompt = 'where is `src/delta.py`?' where sample_id = 'a1'",
)
FAULTS: list[tuple[str, str, Plant]] = [
    ("duplicate_exact", "the same conversation twice", add(replace(CLOSURE, sample_id="d9"))),
    ("duplicate_near", "one word more", add(replace(CLOSURE, sample_id="d8", prompt=LONG), replace(CLOSURE, sample_id="d9", prompt=f"{LONG} more"))),
    ("leak_conversation", "a train row in valid", add(replace(CLOSURE, sample_id="d9", split="valid"))),
    ("leak_prompt", "a prompt in other case and spaces", add(replace(CLOSURE, sample_id="d9", split="valid", prompt="what is  A closure?", answer="Something else."))),
    ("leak_call", "a call of train in valid", add(replace(ALPHA, sample_id="a9", split="valid", prompt="Alpha, where", symbol="Other"))),
    ("leak_near", "a near-duplicate over the border", add(replace(CLOSURE, sample_id="d8", prompt=LONG), replace(CLOSURE, sample_id="d9", prompt=f"{LONG} more", split="valid"))),
    ("leak_symbol", "one symbol in two splits", add(replace(ALPHA, sample_id="a9", split="valid", prompt="look up Alpha", arguments={"command": "grep Alpha src/alpha.py"}))),
    ("leak_phrasing", "a held-out phrasing in train", sql("update composed set is_held_out = true where sample_id = 'a1'")),
    ("leak_name", "a held-out name in train", sql(*HELD_OUT, "update settings set recipe = json_merge_patch(recipe, '{\"split\": {\"held_out_names\": true}}')")),
    ("ratio_tool", "too many direct rows", sql("update composed set kind = 'direct' where sample_id in ('a2', 'a3')")),
    ("quota_stratum", "a stratum over its quota", add(replace(CLOSURE, sample_id="d9", prompt="How about closures?", answer="Fine."))),
    ("quota_tool", "a tool beyond its band", sql("update composed set tools = ['run_command', 'read_file'] where sample_id in ('a2', 'a4')")),
    ("cap_source", "one source with everything", setting("select.max_source_fraction", "0.5")),
    ("source_unused", "a source without a sample", sql("insert into corpus_sources values ('tiny', 'spare@1')")),
    ("cap_intent", "one intent with three of four", sql("update composed set intent = 'find_class' where tool is not null")),
    ("cap_result_length", "long results", setting("select.max_median_result_chars", "20")),
    ("result_hollow", "an empty result", result("  \n")),
    ("result_hollow", "a placeholder", result("<result here>")),
    ("result_hollow", "three dots", result("...")),
    ("result_invented", "a result that no call returned", sql("update executions set content = 'src/alpha.py:4:class Alpha:' where execution_id = 'x-a1'")),
    ("result_invented", "a result of another call", sql("update executions set arguments = '{\"command\": \"ls\"}' where execution_id = 'x-a1'")),
    ("result_invented", "a result of another workspace", sql("update executions set workspace_id = 'u' where execution_id = 'x-a1'")),
    ("call_repeated", "one call twice", sql(
        "update composed set calls = json_array(calls->0, calls->0), results = [results[1], results[1]], execution_ids = ['x-a1', 'x-a1'] where sample_id = 'a1'")),
    ("call_not_offered", "a tool the recipe does not offer", sql("update composed set calls = '[{\"tool\": \"delete_all\", \"arguments\": {}}]' where sample_id = 'a1'")),
    ("call_schema", "a line number as text", sql(
        "update composed set calls = '[{\"tool\": \"read_file\", \"arguments\": {\"path\": \"src/delta.py\", \"start_line\": \"one\"}}]' where sample_id = 'a3'")),
    ("call_schema", "an argument the schema does not know", sql(
        "update composed set calls = '[{\"tool\": \"read_file\", \"arguments\": {\"path\": \"src/delta.py\", \"mode\": \"r\"}}]' where sample_id = 'a3'")),
    ("roles", "an answer before the result", sql(
        "update composed set messages = json_array(messages->0, messages->1, messages->4, messages->2, messages->3) where sample_id = 'a1'")),
    ("roles", "a result under the user's role", sql("update composed set messages = replace(messages::varchar, '\"tool\", \"tool_call_id\"', '\"user\", \"tool_call_id\"') where sample_id = 'a1'")),
    ("roles", "no last answer", sql("update composed set messages = json_array(messages->0, messages->1, messages->2, messages->3) where sample_id = 'a1'")),
    ("machine_path", "the project's folder in an answer", lambda build: sql(
        f"update composed set messages = replace(messages::varchar, 'src/alpha.py', '{build.project.root}/src/alpha.py') where sample_id = 'a1'")(build)),
    ("lineage", "a source that is not the corpus's", sql("update composed set source_id = 'other@2' where sample_id = 'a1'")),
    ("lineage", "a file that the source does not have", sql("update composed set path = 'src/zeta.py' where sample_id = 'a1'")),
    ("lineage", "a call without its execution", sql("update composed set execution_ids = [] where sample_id = 'a1'")),
    ("lineage", "a sample without a candidate", sql("delete from candidates where candidate_id = 'c-d1'")),
    ("rows_conserved", "a row that vanished in a stage", sql("update stage_runs set rows_out = 5 where stage = 'dedupe'")),
    ("rows_conserved", "a row that vanished between stages", sql("update stage_runs set rows_in = 5, rows_out = 5 where stage = 'select'")),
    ("grounded", "another file", answer("`Alpha` is in `src/alfa.py` on line 3.")),
    ("grounded", "another file, without backticks", answer("It is in src/alfa.py, line 3.")),
    ("grounded", "another line", answer("`Alpha` is in `src/alpha.py` on line 31.")),
    ("grounded", "a line with its path", answer("It is at `src/alpha.py:4`.")),
    ("grounded", "a number nobody can count", answer("There are 7 of them.")),
    ("grounded", "a quotation", answer("It says “class Alfa”.")),
    ("grounded", "a quoted line", answer("> class Alfa:")),
    ("grounded", "code", answer("```python\nclass Alpha(Base):\n```")),
    ("lineage", "a workspace of another source", sql("update workspaces set source_id = 'other@2'")),
    ("leak_call", "a call of train in valid, in code", add(
        replace(ALPHA, sample_id="a8", prompt="Alpha once more", tool="execute_code", arguments={"code": "print(1)"}),
        replace(ALPHA, sample_id="a9", split="valid", prompt="Alpha, where", symbol="Other", tool="execute_code", arguments={"code": "print(1)"}))),
    ("quota_trait", "too many of several turns", sql("update composed set count_turns = 2 where sample_id in ('a1', 'a2')")),
    ("call_position", "a line that nobody gave", call("find_references", {"path": "src/alpha.py", "line": 6, "symbol": "Alpha"})),
    ("call_position", "a line that nobody gave, in code", call("execute_code", {"code": 'print(hover("src/alpha.py", 6, "Alpha").content)'})),
    ("call_position", "the same by its name", call("execute_code", {"code": 'hover("src/alpha.py", line=6, symbol="Alpha")'})),
    ("call_unfounded", "a second call out of nothing", second({"path": "src/zeta.py"})),
    ("call_unfounded", "a second call with only what was asked", second({"path": "Alpha"})),
    ("call_unfounded", "a second call in code out of nothing", second({"code": 'print(read_file("src/zeta.py").text)'})),
    ("call_outside", "a tool that is not the recipe's, in code", sql("update executions set trace = '[[\"ruff_check\", {}, \"{}\"]]' where execution_id = 'x-a1'")),
    ("call_outside", "code that calls nothing", sql("update executions set trace = '[]' where execution_id = 'x-a1'")),
    ("cap_conversation", "too many turns", sql("update composed set count_turns = 6 where sample_id = 'a1'")),
    ("cap_conversation", "too many characters", sql("update composed set answer = repeat('x', 12000) where sample_id = 'a1'")),
    ("defect_unreported", "a finding on another line", sql("update candidates set expected = '{\"reports\": {\"line\": 4, \"codes\": [\"class\"]}}' where candidate_id = 'c-a1'")),
    ("defect_unreported", "a finding of another code", sql("update candidates set expected = '{\"reports\": {\"line\": 3, \"codes\": [\"F401\"]}}' where candidate_id = 'c-a1'")),
    ("defect_unreported", "no test that fails", sql("update candidates set expected = '{\"fails\": 1}' where candidate_id = 'c-a1'")),
    ("answer_unpolished", "a hole of a template", answer("It is in None.")),
    ("answer_unpolished", "a wrong plural", answer("It stands on 1 lines.")),
    ("answer_unpolished", "a doubled word", answer("It is in the the file.")),
]  # fmt: skip


def test_a_sound_corpus_passes_every_audit(tiny: Build):
    assert findings(tiny) == {}
    report = audit(tiny)
    assert (report.rows_in, report.rows_out, report.note) == (
        6,
        6,
        f"{len(audits(tiny.project))} audits",
    )


@pytest.mark.parametrize(
    ("name", "fault", "plant"),
    FAULTS,
    ids=[f"{name}-{fault.replace(' ', '_')}" for name, fault, _ in FAULTS],
)
def test_a_planted_fault_is_found(tiny: Build, name: str, fault: str, plant: Plant):
    plant(tiny)
    assert findings(tiny).get(name), f"{name} did not see {fault}"


def test_every_audit_has_a_planted_fault(tiny: Build):
    assert set(audits(tiny.project)) == {name for name, _, _ in FAULTS}


def test_a_failing_audit_names_itself_its_count_and_its_rows(tiny: Build):
    answer("`Alpha` is in `src/alfa.py` on line 31.")(tiny)
    with pytest.raises(CurateError) as raised:
        audit(tiny)
    assert str(raised.value) == (
        "corpus tiny: 1 audit found bad rows\n"
        "  grounded: 2 rows: Answers of tool samples that state a name, path, quotation or number that no result showed.\n"
        "    sample_id=a1 kind=name claim=src/alfa.py\n"
        "    sample_id=a1 kind=number claim=31\n"
        '  fix: curate sql "select * from grounded"'
    )
    assert raised.value.exit_code == 1


def test_at_most_five_rows_of_an_audit_are_shown(tiny: Build):
    answer("`b1` `b2` `b3` `b4` `b5` `b6` `b7`")(tiny)
    with pytest.raises(CurateError, match="grounded: 7 rows") as raised:
        audit(tiny)
    assert str(raised.value).count("kind=name") == 5


@pytest.mark.parametrize(
    "text",
    [
        "`Alpha` is in `src/alpha.py` on line 3.",
        "It is at `src/alpha.py:3`.",
        "1 line of 1 file has it.",
        "“class Alpha:” is on line 3.",
        "> class Alpha:\n\nThat is `Alpha`.",
        "```python\nclass Alpha:\n```",
    ],
)
def test_an_answer_that_a_result_shows_is_grounded(tiny: Build, text: str):
    answer(text)(tiny)
    assert "grounded" not in findings(tiny)


@pytest.mark.parametrize(
    "arguments",
    [
        {"path": "src/alpha.py"},
        {"path": "src/alpha.py", "start_line": 3},
        {"code": 'print(read_file("src/alpha.py", 3, 3).text)'},
    ],
)
def test_a_call_that_uses_an_earlier_result_is_founded(tiny: Build, arguments: dict[str, str]):
    second(arguments)(tiny)
    assert "call_unfounded" not in findings(tiny)


def test_a_line_that_was_asked_for_or_that_code_looks_up_is_no_invention(tiny):
    for made in (
        call("find_references", {"path": "src/alpha.py", "line": 3, "symbol": "Alpha"}),
        call("execute_code", {"code": 'hover("src/alpha.py", found.line, "Alpha")'}),
    ):
        sql(
            "update composed set prompt = 'who uses Alpha, src/alpha.py:3?' where sample_id = 'a1'"
        )(tiny)
        made(tiny)
        assert "call_position" not in findings(tiny)


def test_a_name_is_held_out_only_where_the_recipe_wants_it(tiny: Build):
    torn = "select sample_id from int_caps where drop_reason = 'name_held_out'"
    sql(*HELD_OUT)(tiny)
    assert tiny.store.query(torn) == []
    assert "leak_name" not in findings(tiny)
    setting("split.held_out_names", "true")(tiny)
    assert tiny.store.query(torn) == [("a1",)]
