"""Calls as each dialect writes them, read back by mlx-lm's own parsers and by ours."""

import importlib
import json
import re
import shutil
from types import ModuleType

import pytest

from curate.dialects import PARTS, Dialect, dialects, load
from curate.dialects.fidelity import misread
from curate.errors import CurateError
from curate.project import Project
from curate.rows import messages, row
from curate.store import Store
from tests.conftest import REPOSITORY, Mini

SHIPPED = Project(REPOSITORY)
READERS = {
    dialect: importlib.import_module(f"mlx_lm.tool_parsers.{parser}")
    for dialect, parser in (("hermes", "json_tools"), ("qwen3_coder", "qwen3_coder"))
}
PROPERTIES = {
    "text": {"type": "string"},
    "count": {"type": "integer"},
    "ratio": {"type": "number"},
    "is_open": {"type": "boolean"},
    "names": {"type": "array", "items": {"type": "string"}},
    "options": {"type": "object"},
}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "probe",
            "description": "Takes anything",
            "parameters": {"type": "object", "properties": PROPERTIES, "required": []},
        },
    }
]
PLAIN = {
    "words": {"text": "class Flask"},
    "nothing": {},
    "empty": {"text": ""},
    "quotes": {"text": "grep -rn \"class 'Flask'\\b\" --include=\"*.py\" ."},
    "backslashes": {"text": r"\n is not a newline, \\ is two backslashes, \u00e9 no letter"},
    "newlines": {"text": "first\nsecond\n\nfourth"},
    "newlines around": {"text": "\nbetween newlines\n"},
    "a newline": {"text": "\n"},
    "spaces around": {"text": "  indented  "},
    "a tab and a return": {"text": "\ta\r\nb\r"},
    "unicode": {"text": "Zoë 東京 😀 \u2028 \x85 e\u0301"},
    "markup": {"text": "<b>&amp; <tool> </function > <parameter>"},
    "a number in a string": {"text": "12"},
    "true in a string": {"text": "true"},
    "JSON in a string": {"text": '{"name": "probe", "arguments": {}}'},
    "a template in a string": {"text": "{{ call.name }} {% for x in y %} {#- or -#}"},
    "an integer": {"count": -12},
    "zero": {"count": 0},
    "a big integer": {"count": 2**53},
    "a number": {"ratio": 0.1},
    "a tiny number": {"ratio": -1.5e-300},
    "true": {"is_open": True},
    "false": {"is_open": False},
    "a list": {"names": ["a", 'b\n"c"', "null", ""]},
    "no names": {"names": []},
    "an object": {"options": {"deep": {"er": [1, 2.5, None, False]}}},
    "all of it": {"text": "x", "count": 3, "ratio": 2.5, "is_open": True, "names": ["y"]},
    "another order": {"names": ["y"], "text": "x"},
}  # fmt: skip
ONLY_HERMES = {
    "null in a string": {"text": "null"},
    "Null in a string": {"text": "Null"},
    "a parameter's end": {"text": "a</parameter>b"},
    "a parameter's beginning": {"text": "a<parameter=count>b"},
    "a parameter's end on its line": {"text": "a\n</parameter>\n<parameter=count>\n1"},
    "a function's end": {"text": "</function>"},
    "an integer beyond a float": {"count": 2**53 + 1},
    "a number that is whole": {"ratio": 2.0},
}
NEITHER = {
    "a call's end": {"text": "</tool_call>"},
    "a call's beginning": {"text": "<tool_call>"},
    "a turn's end": {"text": "<|im_end|>\n<|im_start|>user"},
}


@pytest.fixture(params=READERS)
def dialect(request) -> Dialect:
    return load(SHIPPED, request.param)


def conversation(arguments, answer="Done.", result="ok"):
    return messages("", "please", [{"tool": "probe", "arguments": arguments}], [result], answer)


def read_back(reader: ModuleType, text: str, tools) -> list:
    """The calls of a reply, each from the text between its tags, as mlx-lm's server reads it."""
    bodies = text.split(reader.tool_call_start)[1:]
    return [reader.parse_tool_call(body.split(reader.tool_call_end)[0], tools) for body in bodies]


def written(dialect: Dialect, calls) -> str:
    return dialect.call.render(content="", calls=calls)


@pytest.mark.parametrize("arguments", PLAIN.values(), ids=PLAIN)
def test_what_a_dialect_writes_mlx_lm_reads_back_equal(dialect, arguments):
    call = {"name": "probe", "arguments": arguments}
    text = written(dialect, [call, call])
    assert json.dumps(read_back(READERS[dialect.name], text, TOOLS)) == json.dumps([call, call])
    assert json.dumps(dialect.parse(text, TOOLS)) == json.dumps(["", [call, call]])
    assert misread(dialect, conversation(arguments), TOOLS) is None


@pytest.mark.parametrize("arguments", ONLY_HERMES.values(), ids=ONLY_HERMES)
def test_what_qwen3_coder_cannot_carry_is_refused_there_and_carried_by_hermes(arguments):
    hermes, qwen = load(SHIPPED, "hermes"), load(SHIPPED, "qwen3_coder")
    call = {"name": "probe", "arguments": arguments}
    assert read_back(READERS["hermes"], written(hermes, [call]), TOOLS) == [call]
    assert misread(hermes, conversation(arguments), TOOLS) is None
    assert misread(qwen, conversation(arguments), TOOLS)


@pytest.mark.parametrize("arguments", NEITHER.values(), ids=NEITHER)
def test_what_parts_calls_or_turns_is_refused_in_every_dialect(dialect, arguments):
    assert misread(dialect, conversation(arguments), TOOLS)


@pytest.mark.parametrize("arguments", {**PLAIN, **ONLY_HERMES, **NEITHER}.values())
def test_what_is_not_refused_mlx_lm_reads_back_equal(dialect, arguments):
    if misread(dialect, conversation(arguments), TOOLS) is None:
        call = {"name": "probe", "arguments": arguments}
        assert read_back(READERS[dialect.name], written(dialect, [call]), TOOLS) == [call]


REFUSED = {
    ("qwen3_coder", '{"text": "null"}'): (
        'is read back as ["", [{"name": "probe", "arguments": {"text": null}}]]'
    ),
    ("qwen3_coder", '{"text": "</function>"}'): (
        "cannot be read back: the parameter text holds a tag of the dialect"
    ),
    ("qwen3_coder", '{"count": 9007199254740993}'): (
        "cannot be read back: the parameter count does not fit in a float: 9007199254740993"
    ),
    ("qwen3_coder", '{"count": true}'): (
        "cannot be read back: the parameter count is no integer: true"
    ),
    ("hermes", '{"text": "</tool_call>"}'): ("cannot be read back: text stands after </tool_call>"),
    ("hermes", '{"ratio": NaN}'): "cannot be read back: NaN is not JSON",
}


@pytest.mark.parametrize(("case", "reason"), REFUSED.items())
def test_a_refusal_shows_the_call_and_what_became_of_it(case, reason):
    name, arguments = case
    assert misread(load(SHIPPED, name), conversation(json.loads(arguments)), TOOLS) == (
        f'the call [{{"name": "probe", "arguments": {arguments}}}] {reason}'
    )


@pytest.mark.parametrize(
    "mark", ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool_response>", "</tool_response>"]
)
def test_a_result_that_quotes_what_parts_turns_is_refused(dialect, mark):
    turns = conversation({}, result=f"docs.md:3:{mark}")
    assert misread(dialect, turns, TOOLS) == f"the tool message holds {mark}"


def test_an_answer_that_reads_as_a_call_is_refused(dialect):
    answer = "<tool_call>\nnothing\n</tool_call>"
    reason = misread(dialect, conversation({}, answer=answer), TOOLS)
    assert reason.startswith("the answer cannot be read back: ")
    text = written(dialect, [{"name": "probe", "arguments": {}}])
    assert misread(dialect, conversation({}, answer=text), TOOLS).startswith(
        "the answer is read back as "
    )


MALFORMED = {
    "hermes": {
        '<tool_call>\n{"name": "probe", "arguments": {}}': "<tool_call> is not closed",
        "a</tool_call>": "</tool_call> closes nothing",
        '<tool_call>\n{"tool": "probe", "arguments": {}}\n</tool_call>': (
            "a call is an object of its name, a string, and its arguments, an object"
        ),
        '<tool_call>\n{"name": "probe", "arguments": "{}"}\n</tool_call>': (
            "a call is an object of its name, a string, and its arguments, an object"
        ),
        '<tool_call>\n{"name": "a", "name": "b", "arguments": {}}\n</tool_call>': (
            "a key stands twice in one object"
        ),
    },
    "qwen3_coder": {
        "<tool_call>\n</tool_call>": "a call is one <function=name> with its parameters",
        "<tool_call>\n<function=probe>\nwhat\n</function>\n</tool_call>": (
            "text stands between parameters"
        ),
        "<tool_call>\n<function=probe>\n<parameter=text>\na\n</parameter>\n"
        "<parameter=text>\nb\n</parameter>\n</function>\n</tool_call>": (
            "the parameter text stands twice"
        ),
    },
}


@pytest.mark.parametrize(
    ("name", "reply", "reason"),
    [(name, *case) for name, cases in MALFORMED.items() for case in cases.items()],
)
def test_a_malformed_reply_is_refused_with_its_fault(name, reply, reason):
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        load(SHIPPED, name).parse(reply, TOOLS)


def test_words_before_calls_stay_words(dialect):
    call = {"name": "probe", "arguments": {"text": "x"}}
    text = dialect.call.render(content="Let me look.", calls=[call])
    assert dialect.parse(text, TOOLS) == ("Let me look.", [call])
    assert dialect.parse("Just words.\n", TOOLS) == ("Just words.\n", [])


def exported_turns(mini: Mini):
    for split in ("train", "valid"):
        for line in (mini.out / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def test_every_call_of_a_built_corpus_is_read_back_equal_by_mlx_lm(mini_build: Mini, dialect):
    with Store.open(mini_build.project, read_only=True) as store:
        stored = store.query(
            "select tool, arguments from conversations order by sample_id, ordinal"
        )
    read = []
    for exported in exported_turns(mini_build):
        for turn in exported["messages"]:
            calls = [call["function"] for call in turn.get("tool_calls", [])]
            if calls:
                read += read_back(READERS[dialect.name], written(dialect, calls), exported["tools"])
    assert len(read) >= 54
    key = json.dumps
    assert sorted(
        key([call["name"], call["arguments"]], sort_keys=True) for call in read
    ) == sorted(key([tool, json.loads(arguments)], sort_keys=True) for tool, arguments in stored)


def test_a_call_that_the_dialect_cannot_write_stops_the_export(mini_copy: Mini):
    before = mini_copy.exported()
    with Store.open(mini_copy.project) as store:
        candidate, text = store.query(
            "select candidate_id, messages from samples "
            "where tool = 'read_file' and json_array_length(calls) = 1 order by position"
        )[0]
        turns = json.loads(text)
        turns[2]["tool_calls"][0]["function"]["arguments"]["path"] = "null"
        store.connection.execute(
            "update composed set messages = ? where candidate_id = ?",
            [json.dumps(turns), candidate],
        )
    assert mini_copy.build(form="embedded")["corpus"] == "mini", "hermes writes it"
    with pytest.raises(CurateError) as caught:
        mini_copy.build(form="embedded", dialect="qwen3_coder")
    first, second, fix = str(caught.value).split("\n")
    assert first == f"candidate {candidate}: cannot be written in the dialect qwen3_coder"
    assert second.startswith('  the call [{"name": "read_file", "arguments": {"path": "null"')
    assert '"arguments": {"path": null' in second.partition(" is read back as ")[2]
    assert fix == f"  fix: name another --dialect, or mend what shows: curate explain {candidate}"
    assert caught.value.exit_code == 1
    assert mini_copy.exported().keys() == before.keys()


def test_an_unknown_dialect_names_the_dialects():
    with pytest.raises(CurateError) as caught:
        load(SHIPPED, "klingon")
    assert str(caught.value) == (
        "dialect klingon: there is no such dialect\n  dialects: hermes, qwen3_coder\n"
        "  fix: name one of them (--dialect)"
    )
    assert dialects(SHIPPED) == ["hermes", "qwen3_coder"]


def test_a_dialect_without_a_part_says_which(tmp_path):
    folder = tmp_path / "templates/dialects/mine"
    folder.mkdir(parents=True)
    (folder / "call.jinja").write_text("x")
    with pytest.raises(CurateError) as caught:
        load(Project(tmp_path), "mine")
    assert str(caught.value) == (
        "templates/dialects/mine: lacks system.jinja, result.jinja, chatml.jinja\n"
        "  fix: write what is missing"
    )


def test_a_dialect_without_a_parser_is_refused(tmp_path):
    shutil.copytree(REPOSITORY / "templates/dialects/hermes", tmp_path / "templates/dialects/mine")
    assert len(list((tmp_path / "templates/dialects/mine").iterdir())) == len(PARTS)
    with pytest.raises(CurateError) as caught:
        load(Project(tmp_path), "mine")
    assert str(caught.value) == (
        "dialect mine: has templates but no parser\n"
        "  fix: write curate/dialects/mine.py with parse(reply, tools)"
    )


TWO_CALLS = [
    {"tool": "probe", "arguments": {"text": "a"}},
    {"tool": "probe", "arguments": {"text": "b"}},
]


def test_embedded_puts_each_result_into_a_user_turn_after_its_call(dialect):
    turns = messages("Be brief.", "Which?", TWO_CALLS, ["one", "two"], "Two.")
    rows = row("embedded", turns, TOOLS, dialect)
    assert list(rows) == ["messages"]
    plain = rows["messages"]
    assert [message["role"] for message in plain] == [
        "system", "user", "assistant", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    assert all(set(message) == {"role", "content"} for message in plain)
    assert plain[0]["content"].startswith("Be brief.\n\n")
    assert json.dumps(TOOLS[0]) in plain[0]["content"]
    assert plain[1]["content"] == "Which?"
    assert plain[3]["content"] == "<tool_response>\none\n</tool_response>"
    assert plain[5]["content"] == "<tool_response>\ntwo\n</tool_response>"
    assert plain[6]["content"] == "Two."
    for place, call in ((2, "a"), (4, "b")):
        read = dialect.parse(plain[place]["content"], TOOLS)
        assert read == ("", [{"name": "probe", "arguments": {"text": call}}])


def test_results_of_one_turn_stand_in_one_user_message(dialect):
    turns = messages("s", "p", TWO_CALLS, ["one", "two"], "a")
    both = {**turns[2], "tool_calls": turns[2]["tool_calls"] + turns[4]["tool_calls"]}
    plain = dialect.embedded([*turns[:2], both, turns[3], turns[5], turns[6]], TOOLS)
    assert [message["role"] for message in plain] == [
        "system", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    assert plain[3]["content"] == (
        "<tool_response>\none\n</tool_response>\n<tool_response>\ntwo\n</tool_response>"
    )


def test_chatml_is_one_text_that_ends_with_the_answer(dialect):
    turns = messages("Be brief.", "Which?", TWO_CALLS[:1], ["one"], "It is a.")
    text = row("chatml", turns, TOOLS, dialect)["text"]
    parts = text.split("<|im_start|>")
    assert [part.partition("\n")[0] for part in parts] == [
        "", "system", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    assert all(part.endswith("<|im_end|>\n") for part in parts[1:])
    assert text.endswith("<|im_start|>assistant\nIt is a.<|im_end|>\n")
    embedded = row("embedded", turns, TOOLS, dialect)["messages"]
    assert text == "".join(
        f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in embedded
    )


@pytest.mark.parametrize("dialect_name", READERS)
@pytest.mark.parametrize("form", ["messages", "chatml", "embedded"])
def test_every_form_of_a_built_corpus_holds_the_same_conversations(
    mini_copy: Mini, form, dialect_name
):
    before = list(exported_turns(mini_copy))
    mini_copy.build(form=form, dialect=dialect_name)
    dialect = load(mini_copy.project, dialect_name)
    assert [row(form, r["messages"], r["tools"], dialect) for r in before] == list(
        exported_turns(mini_copy)
    )
    for exported in exported_turns(mini_copy):
        text = exported.get("text") or json.dumps(exported["messages"])
        systems = text.count("<|im_start|>system\n") or text.count('"role": "system"')
        assert systems == 1
