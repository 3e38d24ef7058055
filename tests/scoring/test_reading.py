"""A raw reply read strictly: what is a call, and what is wrong with the form of a reply."""

import pytest

from curate.scoring.engine import Reply
from curate.scoring.reading import described, looping, read_reply
from curate.tools import all_tools
from tests.scoring.scripted import HERMES, call, said

TOOLS = [all_tools()[name].schema() for name in ("typecheck", "hover")]


def read(text: str, finish: str = "stop", **more):
    return read_reply(said(text, finish)._replace(**more), HERMES.parse, TOOLS)


def codes(text: str, finish: str = "stop", **more) -> list[str]:
    return [reason.code for reason in read(text, finish, **more).reasons]


def test_a_call_is_read_with_what_is_said_before_it():
    found = read("Let me look.\n" + call("typecheck", {"path": "a.py"}))
    assert found == ("Let me look.", ({"name": "typecheck", "arguments": {"path": "a.py"}},), ())


def test_what_was_thought_is_no_part_of_a_reply():
    assert read("<think>\nwhat now\n</think>\n\nYes.").content == "Yes."
    assert codes("<think>\nwhat now") == ["no_answer"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<tool_call>\n{", ("unclosed", "<tool_call> is not closed")),
        ("</tool_call>", ("unclosed", "</tool_call> closes nothing")),
        (
            "<tool_call>{}</tool_call>",
            (
                "unparsable",
                "a call is an object of its name, a string, and its arguments, an object",
            ),
        ),
        (
            call("rm", {"path": "a"}),
            ("tool_unknown", "rm; offered: typecheck, hover"),
        ),
        (
            call("typecheck", {"path": 3}),
            ("arguments_schema", "typecheck: path: 3 is not of type 'string'"),
        ),
        (
            call("typecheck", {"file": "a.py", "path": "a.py"}),
            ("arguments_schema", "typecheck: file is no parameter; there are path"),
        ),
        (
            call("hover", {"path": "a.py", "line": 3}),
            ("arguments_schema", "hover: 'symbol' is a required property"),
        ),
        ("", ("empty", "")),
        ("Yes.<|im_end|>", ("result_written", "holds <|im_end|>")),
    ],
)
def test_the_form_of_a_reply_has_one_reason(text: str, reason: tuple[str, str]):
    assert read(text).reasons == (reason,)


def test_a_reply_that_was_cut_is_endless_whatever_it_says():
    assert codes("It is", "length") == ["endless"]
    assert codes("<tool_call>\n{", "length") == ["endless", "unclosed"]


def test_an_endpoints_own_calls_are_read_as_strictly():
    good = {"name": "typecheck", "arguments": '{"path": "a.py"}'}
    found = read("", calls=(good,))
    assert found.calls == ({"name": "typecheck", "arguments": {"path": "a.py"}},)
    for bad in (
        {**good, "arguments": '{"path": '},
        {**good, "arguments": "[]"},
        {**good, "name": None},
        {"call": 3},
    ):
        assert codes("", calls=(bad,)) == ["unparsable"]
    assert codes("", calls=({**good, "arguments": "{}"},)) == ["arguments_schema"]


def test_an_endpoints_fault_is_told():
    reply = Reply("", "unusable", 0.1, fault="no JSON: <html>")
    assert read_reply(reply, HERMES.parse, TOOLS).reasons == (("no_reply", "no JSON: <html>"),)


@pytest.mark.parametrize(
    "text",
    [
        "Let me check the file again. " * 4,
        "line one of it\nline two of it\n" * 4,
        "no " * 12,
    ],
)
def test_what_is_said_four_times_in_a_row_loops(text: str):
    assert looping(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Let me check the file again. " * 3,
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "-" * 200,
        "a = 1\n" + " " * 400,
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]",
        "\n".join(f"src/a_{number}.py: {number} errors" for number in range(40)),
    ],
)
def test_tables_rulers_and_lists_do_not_loop(text: str):
    assert looping(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I would call typecheck(path) for that.", "typecheck( in the text"),
        ("Use find_references for that.", "find_references in the text"),
        ("The `hover` of an editor shows it.", "hover in the text"),
        ("Hover over the name.", None),
        ('{"name": "typecheck", "arguments": {"path": "a"}}', "typecheck written as json"),
        ("my_typecheck(3)", None),
    ],
)
def test_a_call_that_is_talked_about_is_told_from_prose(text: str, found: str | None):
    assert described(text, ["typecheck", "find_references", "hover"]) == found


@pytest.mark.parametrize(
    "arguments",
    [{"path": "\ud800"}, {"path": float("nan")}, {"path": [[[]]]}, '{"path": NaN}', '{"a":' * 999],
    ids=["surrogate", "nan", "deep", "nan as text", "deep text"],
)
def test_a_call_that_no_json_has_is_none(arguments: object):
    if arguments == {"path": [[[]]]}:
        for _ in range(300):
            arguments = {"path": arguments}
    found = read("", calls=({"name": "typecheck", "arguments": arguments},))
    assert (found.calls, [reason.code for reason in found.reasons]) == ((), ["unparsable"])


def test_half_of_a_pair_in_a_call_of_the_text_makes_it_none():
    text = call("typecheck", {"path": "here"}).replace("here", "\\ud800")
    assert codes(text) == ["unparsable"]


def test_calls_without_end_are_not_carried_out():
    function = [{"name": "typecheck", "arguments": {"path": f"{n}.py"}} for n in range(65)]
    assert codes("", calls=tuple(function[:64])) == []
    found = read("", calls=tuple(function))
    assert found.reasons == (("looping", "65 calls in one reply"),)


def test_evidence_is_short_and_gives_a_terminal_no_command():
    name = "\x1b[2J" + "x" * 5000
    (reason,) = read("", calls=({"name": name, "arguments": {}},)).reasons
    assert reason.evidence.startswith(r"\x1b[2Jxxx")
    assert len(reason.evidence) < 1_100
