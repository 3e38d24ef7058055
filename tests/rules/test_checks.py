"""The checks of one row: what each sees, and above all what it leaves alone."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.datasets import read
from curate.datasets.checks import row_faults, shape
from curate.datasets.checks.derived import is_derived
from curate.datasets.row import Row


def row_of(*messages: dict[str, Any], **keys: Any) -> Row:
    """The row of these messages."""
    row = read({"messages": list(messages), **keys}).row
    assert row is not None
    return row


def faults(row: Row) -> list[tuple[str, str]]:
    return [(fault.rule, fault.evidence) for fault in row_faults(row)]


def says(answer: str) -> Row:
    """A direct answer."""
    return row_of({"role": "user", "content": "So?"}, {"role": "assistant", "content": answer})


def looked(asked: str, result: str, answer: str, tool: str = "search", **arguments: Any) -> Row:
    """A question, one call, its result, and the answer."""
    call = {"type": "function", "function": {"name": tool, "arguments": arguments}}
    return row_of(
        {"role": "user", "content": asked},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "name": tool, "content": result},
        {"role": "assistant", "content": answer},
    )


RESULT = "src/tea/pot.py:12:class Pot:\nsrc/tea/cup.py:40:    pot = Pot()\n"


@pytest.mark.parametrize(
    "answer",
    [
        "`Pot` is defined in `src/tea/pot.py` on line 12 and used in cup.py, line 40.",
        "It is in src/tea/pot.py:12.",
        "Two places: pot.py and cup.py.",
        "You could add a test in tests/test_pot.py for it.",
        "Consider `functools.cached_property` here.",
        "There are 28 lines between them.",
        "`ValueError` is not raised.",
        "```python\nfrom tea import kettle_42\n```",
        "About 120 % more, or 1,000 € in 2024/25.",
        "Would you like me to open src/tea/kettle.py?",
    ],
)
def test_a_grounded_answer_is_left_alone(answer: str):
    assert faults(looked("Where is Pot?", RESULT, answer, pattern="Pot")) == []


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        ("It is in src/tea/kettle.py.", "src/tea/kettle.py"),
        ("It is on line 912.", "line 912"),
        ("`Pot` inherits from `BaseVessel`.", "`BaseVessel`"),
        ("It calls heat_water twice.", "heat_water"),
        ("The class has 7,431 subclasses.", "7,431"),
    ],
)
def test_an_answer_that_states_what_nothing_showed_is_seen(answer: str, claim: str):
    found = faults(looked("Where is Pot?", RESULT, answer, pattern="Pot"))
    assert found == [("answer_ungrounded", f"no result shows {claim}")]


@pytest.mark.parametrize(
    ("number", "shown"),
    [("150", [120.0, 30.0]), ("90", [120.0, 30.0]), ("3600", [60.0]), ("12.75", [85.0, 15.0]),
     ("22.9", [70.0, 22.857]), ("45", [30.0, 60.0]), ("1200", [1176.0])],
)  # fmt: skip
def test_a_number_that_follows_from_others_is_derived(number: str, shown: list[float]):
    assert is_derived(number, shown)


def test_a_number_out_of_nothing_is_not_derived():
    assert not is_derived("7431", [12.0, 40.0])


@pytest.mark.parametrize(
    "answer",
    [
        "Write to you@example.com or root@localhost.",
        "git clone git@github.com:tea/pot.git",
        "import pytest\n@pytest.fixture\ndef pot(): ...",
        "It lies in /home/user/project, or in ~/project, or in /home/<name>/x.",
        '@app.route("/home/dashboard/")',
        "urlpatterns = [path('/Users/list', users)]",
        "The key is called AKIAIOSFODNN7EXAMPLE in the manual.",
        'Set password = "your-password-here" or token="<token>".',
        "postgresql://user:password@localhost/tea is the address.",
        "-----BEGIN RSA PRIVATE KEY----- is how it begins.",
        'get_secret(token_name="a_long_name_for_it")',
    ],
)
def test_what_is_nobodys_is_no_secret_and_no_person(answer: str):
    assert faults(says(answer)) == []


@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        ("ghp_" + "a8Kd02Lq7Wm4Xz91Bv6Nc3Rt5Yp0Hs2Jf7Gd", "secret"),
        ("AKIA" + "Q7ZL2M4X9B6V1C3N", "secret"),
        ("hf_" + "aZ3kQ9wLmN7rT2vXcB5yUdPfGhJsEoKiWq", "secret"),
        ("AIza" + "SyD3kQ9wLmN7rT2vXcB5yUdPfGhJsEoKiWq", "secret"),
        (
            "github_pat_" + "11ABCDEFG0aZ3kQ9wLmN7r_T2vXcB5yUdPfGhJsEoKiWqZk3Q9wLmN7rT2vXcB5yU",
            "secret",
        ),
        ("sk-ant-" + "api03-Zk3Q9wLmN7rT2vXcB5yUdPfGhJsEoKiWqZk3Q9wLmN7rT2vXcB5yU-AA", "secret"),
        ("gsk_" + "aZ3kQ9wLmN7rT2vXcB5yUdPfGhJsEoKiWqZk3Q9wLmN7rT2vXcB5", "secret"),
        ("npm_" + "aZ3kQ9wLmN7rT2vXcB5yUdPfGhJsEoKiWq12", "secret"),
        ("xapp-" + "1-A0B1C2D3E4F-1029384756-9f8e7d6c5b4a39281706f5e4d3c2b1a0", "secret"),
        ("ya29." + "a0AfH6SMBx9wLmN7rT2vXcB5yUdPfGhJsEoKiWq", "secret"),
        ("dop_v1_" + "9f8e7d6c5b4a3928" * 4, "secret"),
        ("glpat-" + "aZ3kQ9wLmN7rT2vXcB5y", "secret"),
        ("https://tea:Latest" + "99xq@db.internal/pots", "secret"),
        ("postgresql://tea:w8Hq2" + "Zr9@db.internal/pots", "secret"),
        ("-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7f3k" * 3, "secret"),
        ('api_key = "' + 'h3K9x0QpZ7vL2m"', "secret_assigned"),
        ("Ask anna.berg@teahouse.se.", "email_address"),
        ("See C:\\Users\\aberg\\pots.", "home_path"),
        ("See /Users/aberg/pots.", "home_path"),
        ('open(path="/home/aberg/pots.py")', "home_path"),
        ('cwd = "/home/aberg"', "home_path"),
    ],
)
def test_what_is_somebodys_is_seen(answer: str, rule: str):
    assert [name for name, _ in faults(says(answer))] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "ghp_" + "x" * 36 + " is how a token looks.",
        "hf_" + "x" * 34,
        "https://tea:test@db.internal",
    ],
)
def test_a_stand_in_for_a_token_is_no_secret(text: str):
    assert faults(says(text)) == []


def test_each_of_two_tokens_is_told_once():
    first, second = (f"ghp_{start}8Kd02Lq7Wm4Xz91Bv6Nc3Rt5Yp0Hs2Jf7Gd" for start in "ab")
    told = [evidence for _, evidence in faults(says(f"{first}, {second}, {first}"))]
    assert told == ["GitHub Token: ghp_... (40 characters)"] * 2


@pytest.mark.parametrize(
    "text",
    ["/" * 40_000 + ":_authToken", "sk-" * 13_000 + " T3BlbkFJ", "eyJ" * 13_000, "xapp-" * 9_000],
)
def test_a_long_line_of_marks_takes_no_time(text: str):
    begun = time.perf_counter()
    faults(says(text + "a" * 16))
    assert time.perf_counter() - begun < 2


def test_a_secret_is_not_repeated_in_its_evidence():
    key = "ghp_" + "a8Kd02Lq7Wm4Xz91Bv6Nc3Rt5Yp0Hs2Jf7Gd"
    ((_, evidence),) = faults(says(f"Use {key}."))
    assert evidence == "GitHub Token: ghp_... (40 characters)" or key not in evidence


@pytest.mark.parametrize(
    "result",
    [
        "commit 3f9c1d2\nAuthor: Anna Berg",
        "3f9c1d2 Cool the pot\n9b04e7a Heat it",
        "hash: none yet",
    ],
)
def test_a_real_hash_is_left_alone(result: str):
    assert faults(looked("The last commits?", result, "Those.", tool="git_log")) == []


@pytest.mark.parametrize(
    ("tool", "result", "found"),
    [
        ("read_file", 'author = "Jane Doe"\nassert author', []),
        ("git_log", "3f9c1d2 by author Jane Doe", ["result_author"]),
        ("history", "Author: John Doe <john@example.com>", ["result_author"]),
        ("history", '{"commit": "3f9c1d2", "author": "jane@example.org"}', ["result_author"]),
    ],
)
def test_an_author_who_is_nobody_counts_in_a_history_alone(
    tool: str, result: str, found: list[str]
):
    assert [rule for rule, _ in faults(looked("Who wrote it?", result, "She.", tool=tool))] == found


@pytest.mark.parametrize(
    ("result", "evidence"),
    [
        ("commit 3g9c1d2\n", "3g9c1d2 is not hexadecimal"),
        ("GitCommit(hash='a1b2c3d', message='Heat')", "a1b2c3d is counted up"),
        ("aaa1111 Heat\nbbb2222 Cool", "aaa1111, bbb2222 are patterns"),
    ],
)
def test_an_invented_hash_is_seen(result: str, evidence: str):
    found = faults(looked("The last commits?", result, "Those.", tool="git_log"))
    assert found == [("result_hash", evidence)]


@pytest.mark.parametrize(
    "text",
    [
        "<result>",
        "[tool output here]",
        "...",
        "TODO",
        "(result goes here)",
        "Tool result here",
        "Result of the tool call",
        "<tool execution result>",
        "placeholder",
    ],
)
def test_a_placeholder_is_seen(text: str):
    assert [name for name, _ in faults(looked("Look.", text, "Done."))] == ["result_placeholder"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "ok",
        "no match",
        "<html></html>",
        '{"data": []}',
        "[1, 2]",
        "-1",
        "The data is here: 4",
        "(no output)",
        "[no content]",
        "(output truncated)",
        "Dummy user created with id 5",
        "<app.models.Data object at 0x7f8e2c1d>",
        "<generator object data at 0x7f>",
        "Fake server listening on port 8000",
        "Placeholder image written to img/p.png",
        "N/A",
        "-",
        "<text>",
        "<output>",
        "None",
    ],
)
def test_a_short_result_is_no_placeholder(text: str):
    assert faults(looked("Look.", text, "Done.")) == []


def test_a_file_shown_whole_bounds_its_lines():
    shown = "one\ntwo\nthree\nfour\n"
    row = looked(
        "Read a/pot.py, see 90.", shown, "At a/pot.py:90.", tool="read_file", path="a/pot.py"
    )
    assert faults(row) == [
        ("result_line_beyond", "a/pot.py:90, and the file is shown with 4 lines")
    ]
    part = looked(
        "Read a/pot.py, see 90.",
        shown,
        "At a/pot.py:90.",
        tool="read_file",
        path="a/pot.py",
        start=88,
    )
    assert faults(part) == []


def test_a_call_again_after_a_change_is_no_repetition():
    def call(name: str, **arguments: Any) -> list[dict[str, Any]]:
        made = {"type": "function", "function": {"name": name, "arguments": arguments}}
        return [
            {"role": "assistant", "content": "", "tool_calls": [made]},
            {"role": "tool", "name": name, "content": "fine"},
        ]

    ends = ({"role": "assistant", "content": "Done."},)
    asks = ({"role": "user", "content": "Mend pot.py."},)
    check, edit = call("check", path="pot.py"), call("edit_file", path="pot.py")
    assert faults(row_of(*asks, *check, *edit, *check, *ends)) == []
    assert [name for name, _ in faults(row_of(*asks, *check, *check, *ends))] == ["call_repeated"]
    assert faults(row_of(*asks, *check, *ends, *asks, *check, *ends)) == []
    done = [check[0], {**check[1], "content": "done"}]
    assert faults(row_of(*asks, *check, *done, *ends)) == []


@pytest.mark.parametrize(
    ("answer", "is_announced"),
    [
        ("I'll check the diff.", True),
        ("Sure. Let me search the code for it.", True),
        ("Let me know if you need more.", False),
        ("I'll check it if you give me the path.", False),
        ("Let me check: a pot holds two cups.", False),
        ("Use grep to find it. It prints lines.", False),
    ],
)
def test_a_promise_without_a_call_is_seen(answer: str, *, is_announced: bool):
    assert faults(says(answer)) == ([("call_announced", answer)] if is_announced else [])


def test_a_result_keeps_its_shape_without_the_values_of_its_call():
    row = looked("Where is Pot?", RESULT, "There.", pattern="Pot")
    other = looked("Where is Cup?", RESULT.replace("Pot", "Cup"), "There.", pattern="Cup")
    shapes = {shape(one.results[0].content, one.calls) for one in (row, other)}
    assert shapes == {RESULT.replace("Pot", "\0")}
    long = "x" * 5_000
    assert shape(long, row.calls) == long


PIECES = st.sampled_from([
    "<tool_call>", "</tool_call>", '{"name": "read_file", "arguments": {"path": "a.py"}}', "\n", " ", "`pot.brew()`",
    "line 12", "src/a.py:3", "commit a1b2c3d", "Author: John Doe", "...", "I'll check it.", "://u:p@h", "PRIVATE KEY-----",
    "<tool_response>", "</tool_response>", "```", "password = 'q8Zt3vLw0pXr'", "/home/x", "@", "1,024.5", "€", "\x00", "{", "[",
])  # fmt: skip
ROLES = st.sampled_from(["system", "user", "assistant", "tool", "function", "narrator"])
TURNS = st.builds(
    lambda role, pieces: {"role": role, "content": "".join(pieces)},
    ROLES,
    st.lists(PIECES, max_size=8),
)


@given(st.lists(TURNS, max_size=7))
def test_no_row_makes_a_check_fail(turns: list[dict[str, Any]]):
    row = read({"messages": turns}).row
    assert row is None or all(fault.evidence for fault in row_faults(row))


@pytest.mark.parametrize(
    "text",
    [
        "a/" * 200_000,
        "@a" * 200_000,
        "+a" * 200_000,
        "a.b" * 100_000,
        "1," * 200_000,
        "x_" * 200_000,
        "-----BEGIN RSA PRIVATE KEY-----\nA: " + " \n" * 100_000,
    ],
    ids=["slashes", "ats", "pluses", "dots", "digits", "underscores", "key"],
)
def test_a_long_text_takes_no_long_time(text: str):
    row = looked("Where?", text, text, tool="git_log", path="a.py")
    start = time.process_time()
    row_faults(row)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("tool", "command", "result"),
    [
        (
            "run_command",
            "git status -s && cat run.sh",
            "#!/bin/sh\npython3 manage.py migrate\nsqlite3 app.db .tables",
        ),
        ("run_command", "git show -s --format=%B", "python3 is wanted from now on"),
        ("run_command", "git grep -h sum", "hash = sha256sum1(x)"),
        ("digital_sign", "a.pdf", "hash 9g3a81c"),
    ],
)
def test_a_word_beside_git_is_no_hash(tool: str, command: str, result: str):
    assert faults(looked("What is there?", result, "That.", tool=tool, command=command)) == []
