"""Rows made to hang, to fetch or to crash the audit: each is judged, and in under a second."""

import json
import socketserver
import threading
import time
from typing import Any

import pytest

from curate.datasets.checks import row_faults
from curate.datasets.columns import Columns
from curate.datasets.reading import read


def message(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}


def answered(content: str, **more: Any) -> dict[str, Any]:
    return {"messages": [message("user", "hello"), message("assistant", content)], **more}


def called(schema: Any, arguments: Any) -> dict[str, Any]:
    """A row with one call of a tool that has the schema."""
    call = {"type": "function", "function": {"name": "f", "arguments": arguments}}
    return {
        "tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}],
        "messages": [
            message("user", "go"),
            {"role": "assistant", "content": "", "tool_calls": [call]},
            message("tool", "fine"),
            message("assistant", "Done."),
        ],
    }


def of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def judged(row: dict[str, Any]) -> tuple[list[tuple[str, str]], float]:
    """The faults of a row, and the seconds of CPU that it took."""
    line = json.dumps(row).encode()
    before = time.process_time()
    reading = read(line)
    faults = [*reading.faults, *(row_faults(reading.row) if reading.row else ())]
    return [(fault.rule, fault.evidence) for fault in faults], time.process_time() - before


def rules(row: dict[str, Any]) -> list[str]:
    return [rule for rule, _ in judged(row)[0]]


DOUBLING = {
    f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}, {"$ref": f"#/$defs/d{i + 1}"}]}
    for i in range(30)
}
SCHEMAS = {
    "a pattern that takes years": (of(a={"type": "string", "pattern": "^(a+)+$"}), "a" * 40 + "!"),
    "the same behind a dialect": (
        of(a={"$schema": "http://json-schema.org/draft-07/schema#", "pattern": "^(a+)+$"}),
        "a" * 40 + "!",
    ),
    "a pattern of names": ({"patternProperties": {"^(a+)+$": {"type": "string"}}}, 1),
    "a pattern, for others": (
        {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": {"type": "string"}},
        1,
    ),
    "unevaluated": ({"patternProperties": {"^(a+)+$": {}}, "unevaluatedProperties": False}, 1),
    "unique items": (
        of(a={"type": "array", "uniqueItems": True}),
        [[i] for i in range(4_000)] + [{"q": i} for i in range(4_000)],
    ),
    "references that double": (
        {"$defs": {**DOUBLING, "d30": {"type": "string"}}, **of(a={"$ref": "#/$defs/d0"})},
        1,
    ),
    "a reference to itself": ({"$ref": "#"}, 1),
    "a loop of references": (
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
        1,
    ),
    "a dynamic reference": ({"$schema": "http://x/", "$id": "http://y/z", "$dynamicRef": "#q"}, 1),
    "a reference to no schema": ({**of(a={"$ref": "#/examples/0"}), "examples": [5]}, 1),
    "a reference to nothing": (of(a={"$ref": "#/$defs/none"}), 1),
    "a reference to the schema of schemas": (
        {"$ref": "https://json-schema.org/draft/2020-12/schema"},
        1,
    ),
    "a schema with the address of the schema of schemas": (
        {
            "$id": "https://json-schema.org/draft/2020-12/schema",
            **of(a={"$ref": "#/$defs/x"}),
            "$defs": {"x": {"pattern": "^(a+)+$"}},
        },
        "a" * 40 + "!",
    ),
    "a reference that is no address": (of(a={"$ref": "http://[/"}), 1),
    "many of many": (of(a={"items": {"enum": [str(i) for i in range(20_000)]}}), [1] * 20_000),
    "one of many": (
        of(a={"type": "array", "items": {"type": "integer", "enum": list(range(20_000))}}),
        [19_999] * 20_000,
    ),
    "many ways, one long value": (of(a={"anyOf": [{"type": "null"}] * 5_000}), "x" * 1_000_000),
    "a schema of 400 kB": (of(**{f"p{i}": {"type": "string"} for i in range(12_000)}), 1),
}


@pytest.fixture(autouse=True, scope="module")
def _warm():
    """What is imported and compiled once is no cost of a row."""
    judged(called(of(a={"type": "string"}), {"a": 1}))


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_hostile_schema_is_judged_in_time(name):
    schema, value = SCHEMAS[name]
    faults, seconds = judged(called(schema, {"a" * 40 if "for others" in name else "a": value}))
    assert "row_crashed" not in [rule for rule, _ in faults], faults
    assert len(faults) <= 21
    assert seconds < 1.5


def test_no_address_and_no_file_that_a_schema_names_is_read(tmp_path):
    asked = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked.append(self.request)

    schema = tmp_path / "s.json"
    schema.write_text('{"type": "string"}')
    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for address in (f"http://127.0.0.1:{server.server_address[1]}/s.json", schema.as_uri()):
            offered = of(a={"$ref": address}, b={"type": "string"})
            assert rules(called(offered, {"a": 1, "b": 2})) == ["call_schema"]
        server.shutdown()
    assert asked == []


def test_a_reference_within_a_schema_is_followed():
    schema = {"$defs": {"name": {"type": "string"}}, **of(a={"$ref": "#/$defs/name"})}
    assert judged(called(schema, {"a": 1}))[0] == [
        ("call_schema", "f: a: 1 is not of type 'string'")
    ]


def test_other_arguments_have_the_schema_of_the_others():
    schema = {**of(), "additionalProperties": {"type": "string"}}
    assert judged(called(schema, {"a": 1}))[0] == [
        ("call_schema", "f: a: 1 is not of type 'string'")
    ]


def test_what_is_wrong_with_a_call_is_said_twenty_times_at_most():
    schema = of(**{f"p{i}": {"type": "string"} for i in range(50)})
    assert rules(called(schema, {f"p{i}": i for i in range(50)})) == ["call_schema"] * 20


def code(text: str) -> dict[str, Any]:
    """A row whose only call runs the code."""
    return {
        "messages": [
            message("user", "go"),
            message(
                "assistant",
                "<tool_call>\n<function=execute_code>\n<parameter=code>\n"
                f"{text}\n</parameter>\n</function>\n</tool_call>",
            ),
            message("user", "<tool_response>\nx\n</tool_response>"),
            message("assistant", "ok"),
        ]
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("print(get_user(1234567890123456789))", []),
        (f"f(0x{'f' * 100})", []),
        (f"f(0x{'f' * 5000})", []),
        (f"f({'1' * 5000})", ["call_code_unparsable"]),
        ('f("\\ud800")', []),
        ('r = f()\nr["\\ud800"]', []),
        ("f('\ud800')", ["row_surrogate"]),
    ],
    ids=["long", "hex", "endless hex", "endless", "surrogate", "surrogate field", "raw surrogate"],
)
def test_a_literal_that_json_does_not_have_crashes_no_row(text, found):
    assert rules(code(text)) == found


def qwen(name: str, arguments: str) -> str:
    return f'<tool_call>\n{{"name": "{name}", "arguments": {arguments}}}\n</tool_call>'


def shows(result: str, answer: str) -> dict[str, Any]:
    """A row with a call, its result, and an answer."""
    return {
        "messages": [
            message("user", "x"),
            message("assistant", qwen("count", "{}")),
            message("user", f"<tool_response>\n{result}\n</tool_response>"),
            message("assistant", answer),
        ]
    }


def many(of_one: Any, count: int) -> dict[str, Any]:
    """A row of many messages."""
    made = [each for i in range(count) for each in of_one(i)]
    return {"messages": [message("user", "go"), *made, message("assistant", "done")]}


def at_once(count: int) -> dict[str, Any]:
    """A row with many calls in one message, and as many results."""
    calls = [
        {"type": "function", "function": {"name": "f", "arguments": {"a": f"value {i}"}}}
        for i in range(count)
    ]
    results = [message("tool", f"the result {i}") for i in range(count)]
    first = {"role": "assistant", "content": "", "tool_calls": calls}
    return {"messages": [message("user", "go"), first, *results, message("assistant", "done")]}


NASTY = {
    "a literal of 4 MB": lambda: answered(qwen("a", "{'x': [" + "1," * 2_000_000 + "1]}")),
    "numbers that nothing shows": lambda: shows(
        " ".join(str(i * 7919 % 1_000_003) for i in range(40)),
        " ".join(str(1_000_003 + i * 31) for i in range(5_000)),
    ),
    "lines that nothing shows": lambda: shows(
        "word\n" * 8_000 + " ".join(map(str, range(5_000))),
        ". ".join(f"It is on line {90_003 + i * 31}" for i in range(2_000)),
    ),
    "a number of 400 digits": lambda: shows("5", f"There are 1{'0' * 400}."),
    "opening tags of tools": lambda: {
        "messages": [message("system", "<tools>" * 20_000), *answered("y")["messages"]]
    },
    "calls with new paths": lambda: many(
        lambda i: [
            message("assistant", qwen("read_file", f'{{"path": "q/z{i}.py", "line": {i}}}'))
        ],
        1_600,
    ),
    "ten thousand calls in code": lambda: code("x = " + "f() or " * 10_000 + "1"),
    "tags in tags": lambda: answered("<tool_call>" * 3_600 + "</tool_call>" * 3_600),
    "answers by the thousand": lambda: {
        "messages": [
            message("user", "go"),
            message("assistant", '<tool_call>{"name": "f", "arguments": {}}</tool_call>'),
            message("tool", "3 of 4"),
            *(
                message("assistant", f"Line {i} of a_file_{i}.py is `name_{i}`.")
                for i in range(1_600)
            ),
        ]
    },
    "fields that double": lambda: code("r=f()\n" + "r = r.a if c else r.b\n" * 4_000),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_row_takes_less_than_a_second(name):
    faults, seconds = judged(NASTY[name]())
    assert "row_crashed" not in [rule for rule, _ in faults], faults
    assert seconds < 1


def test_thousands_of_calls_in_one_message_are_tables_in_time():
    reading = read(json.dumps(at_once(5_000)).encode())
    columns = Columns()
    before = time.process_time()
    columns.add(1, 1, reading.row, reading.faults)
    assert columns.tables()["dataset_results"].num_rows == 5_000
    assert time.process_time() - before < 1
