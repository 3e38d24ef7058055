"""No bytes, no JSON and no text make a reader raise; what comes out can always be stored."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from curate.datasets import read
from curate.datasets.columns import Columns
from curate.datasets.embedded import embedded
from curate.datasets.found import Finds

LIMITS = settings(max_examples=300, deadline=None)
FORM_KEYS = ("messages", "conversations", "text", "prompt", "completion", "instruction", "output")
TURN_KEYS = ("role", "from", "content", "value", "tool_calls", "function_call", "tool_call_id")
CALL_KEYS = ("function", "name", "tool", "arguments", "parameters", "properties", "description")
OTHER_KEYS = ("tools", "functions", "system", "history", "input", "type", "category", "metadata")
KEYS = st.sampled_from([*FORM_KEYS, *TURN_KEYS, *CALL_KEYS, *OTHER_KEYS])
MARKS = st.sampled_from(
    [
        "<tool_call>",
        "</tool_call>",
        "<function=f>",
        "<function=",
        "</function>",
        "<parameter=code>",
        "</parameter>",
        "<tool_response>",
        "</tool_response>",
        "<|im_start|>",
        "<|im_end|>",
        "<tools>",
        "</tools>",
        "```json\n",
        "```",
        "\n",
        '{"name": "f", "arguments": {"a": 1}}',
        '{"name": "execute_code", "arguments": {"code": "r = f(1)\\nr.x"}}',
        '{"tool": "f", "arguments": "{}"}',
        "f(x=1)",
        "r = g('a')\nprint(r.b)",
        "Tool result: ",
        "assistant\n",
        "user\n",
        "\ud800",
        "[",
        "]",
        "{",
        "}",
        '"',
    ]
)
TEXTS = st.lists(MARKS | st.text(max_size=5), max_size=8).map("".join)
ROLES = st.sampled_from(["system", "user", "assistant", "tool", "human", "gpt", "function_call"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | ROLES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=4),
    max_leaves=12,
)
MESSAGE = st.fixed_dictionaries(
    {"role": ROLES, "content": TEXTS}, optional={"tool_calls": VALUES, "name": VALUES}
)
ROWS = st.one_of(
    st.dictionaries(KEYS, VALUES, max_size=4),
    st.fixed_dictionaries({"messages": st.lists(MESSAGE, max_size=4)}, optional={"tools": VALUES}),
    st.fixed_dictionaries({"conversations": st.lists(MESSAGE, max_size=4)}),
    st.fixed_dictionaries({"text": TEXTS}),
    st.fixed_dictionaries({"prompt": TEXTS, "completion": TEXTS}),
)


def check(line: bytes) -> None:
    """The line is a row that can be stored, or has a fault, and nothing crashed on the way."""
    row, faults = read(line)
    assert "row_crashed" not in {fault.rule for fault in faults}, faults
    columns = Columns()
    if row is None:
        assert faults
        columns.refuse(1, line, faults)
    else:
        assert row.faults == faults
        assert [call.position for call in row.calls] == list(range(len(row.calls)))
        columns.add(1, len(line), row, faults)
    columns.tables()


@given(ROWS)
@LIMITS
def test_any_row_is_read_or_refused(value):
    check(json.dumps(value).encode())


@given(st.binary(max_size=200))
@LIMITS
def test_any_bytes_are_read_or_refused(line):
    check(line)


@given(ROWS, st.data())
@LIMITS
def test_a_row_that_is_cut_or_changed_anywhere_is_read_or_refused(value, data):
    line = bytearray(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    place = data.draw(st.integers(0, max(0, len(line) - 1)))
    if data.draw(st.booleans()):
        check(bytes(line[:place]))
    else:
        line[place : place + 1] = data.draw(st.binary(max_size=2))
        check(bytes(line))


@given(TEXTS, st.booleans())
@LIMITS
def test_what_a_message_says_besides_its_calls_stands_in_it(content, is_call_role):
    finds = Finds([], [])
    prose = embedded(content, {}, finds, is_call_role=is_call_role)
    assert len(prose) <= len(content)
    assert finds.calls or finds.faults or prose.strip() == content.strip()


@given(st.lists(TEXTS, min_size=1, max_size=4))
@LIMITS
def test_equal_rows_have_equal_hashes(texts):
    turns = [{"role": "user", "content": text} for text in texts]
    first, second = (read(json.dumps({key: turns}).encode()).row for key in ("messages",) * 2)
    assert first == second
