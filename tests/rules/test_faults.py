"""Every rule accepts the sound dataset and catches the fault it is there for, and no other rule does.

A plant names its rule first; `also` are rules that say the same thing at another level, such as a
leaked row's first user turn.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from curate.audits.rules import load_rules
from curate.datasets.row import Fault, Row
from tests.rules import sound
from tests.rules.conftest import SMALL, Audit

Data = dict[str, Any]
BASES = {
    "structured": sound.structured,
    "hermes": sound.embedded,
    "qwen3": lambda: sound.embedded("qwen3_coder"),
    "markdown": lambda: sound.embedded("markdown_json"),
    "chatml": sound.chatml,
    "sharegpt": sound.sharegpt,
}
KEY = (
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
)  # put together here: no scanner shall find it in this file
LEAK_LEVELS = ("leak_first_user", "leak_user_turns")
NEEDS_TOKENIZER = {name for name, rule in load_rules(None).items() if rule.needs == "tokenizer"}


class Plant(NamedTuple):
    """A change of a base dataset, and the rules that must report it."""

    rule: str
    what: str
    base: str
    change: Callable[[Data], object]
    also: tuple[str, ...] = ()
    settings: dict[str, Any] = {}  # noqa: RUF012  never changed


def messages(data: Data, row: int = 0, split: str = "train") -> list[dict[str, Any]]:
    """The messages of a row; row 0 calls find_text."""
    return data[split][row]["messages"]


def put(row: int, ordinal: int, split: str = "train", **values: Any) -> Callable[[Data], object]:
    """Change keys of a message."""
    return lambda data: messages(data, row, split)[ordinal].update(values)


def content(row: int, ordinal: int, old: str, new: str) -> Callable[[Data], object]:
    """Replace a text in a message."""

    def change(data: Data) -> None:
        message = messages(data, row)[ordinal]
        assert old in message["content"]
        message["content"] = message["content"].replace(old, new)

    return change


def arguments(row: int, value: Any) -> Callable[[Data], object]:
    """Other arguments of a structured call."""
    return lambda data: messages(data, row)[2]["tool_calls"][0]["function"].update(arguments=value)


def line(value: bytes | dict[str, Any]) -> Callable[[Data], object]:
    """Put another line among those of train."""
    return lambda data: data["train"].insert(7, value)


def text(old: str, new: str, row: int = 0) -> Callable[[Data], object]:
    """Replace a text in a row of ChatML."""

    def change(data: Data) -> None:
        assert old in data["train"][row]["text"]
        data["train"][row]["text"] = data["train"][row]["text"].replace(old, new, 1)

    return change


def copied(split: str, **changes: Any) -> Callable[[Data], object]:
    """A copy of a train row in a split, with other first user turn, or answer."""

    def change(data: Data) -> None:
        row = deepcopy(data["train"][2])
        row["messages"][1]["content"] = changes.get("asks", row["messages"][1]["content"])
        row["messages"][-1]["content"] = changes.get("answers", row["messages"][-1]["content"])
        data[split].append(row)

    return change


def every(split: str, change: Callable[[dict[str, Any], int], object]) -> Callable[[Data], object]:
    """Change every row of a split."""
    return lambda data: [change(row, number) for number, row in enumerate(data[split])]


def only(split: str, keep: Callable[[dict[str, Any]], bool]) -> Callable[[Data], object]:
    """Leave some rows of a split."""
    return lambda data: data.update({split: [row for row in data[split] if keep(row)]})


def mostly(tool: str) -> Callable[[Data], object]:
    """Leave one row of each other tool."""

    def change(data: Data) -> None:
        kept: list[dict[str, Any]] = []
        for row in data["train"]:
            if calls(row) in {None, tool} or calls(row) not in map(calls, kept):
                kept.append(row)
        data["train"] = kept

    return change


def calls(row: dict[str, Any]) -> str | None:
    """The tool that a structured row calls."""
    made = row["messages"][2].get("tool_calls")
    return made[0]["function"]["name"] if made else None


def add_turns(*turns: dict[str, Any], row: int = 0) -> Callable[[Data], object]:
    """Further turns at the end of a row."""
    return lambda data: messages(data, row).extend(turns)


def same_results(data: Data) -> None:
    """Six calls with one result, but for what was asked."""
    for row in data["train"]:
        if calls(row) == "count_lines":
            path = row["messages"][2]["tool_calls"][0]["function"]["arguments"]["path"]
            row["messages"][3]["content"] = f"the file {path} was counted and has 77 lines"
            row["messages"][4]["content"] = "77 lines."


def one_phrasing(data: Data) -> None:
    """Every file is asked for in the same words."""
    for row in data["train"]:
        if calls(row) == "count_lines":
            path = row["messages"][2]["tool_calls"][0]["function"]["arguments"]["path"]
            row["messages"][1]["content"] = f"Count the lines of {path} now"


def sorted_by_class(data: Data) -> None:
    """All rows of a tool together."""
    data["train"].sort(key=lambda row: calls(row) or "")


def categories(share: float) -> Callable[[Data], object]:
    """Give each row a category; the first has this share of train."""

    def change(data: Data) -> None:
        for rows in data.values():
            for number, row in enumerate(rows):
                row["category"] = "lookup" if number < share * len(rows) else "size"

    return change


def whole_file(data: Data) -> None:
    """An answer about line 40 of a file shown with four."""
    messages(data, 1)[-1]["content"] = "See notes/steeping.md:40."
    messages(data, 1)[1]["content"] += " I mean 40."


def code(text: str) -> Callable[[Data], object]:
    """Let row 0 call by code."""

    def change(data: Data) -> None:
        function = messages(data)[2]["tool_calls"][0]["function"]
        function.update(name="execute_code", arguments={"code": text})
        parameters = {"type": "object", "properties": {"code": {"type": "string"}}}
        offer = {"name": "execute_code", "parameters": parameters}
        data["train"][0]["tools"].append({"type": "function", "function": offer})

    return change


def several_in_block(data: Data) -> None:
    """Two functions in one tag, with a result of each."""
    turns = messages(data)
    second = "</function>\n<function=find_text>\n<parameter=pattern>\ndriver\n</parameter>\n</function>\n"
    turns[2]["content"] = turns[2]["content"].replace("</function>\n", second)
    turns[3]["content"] += "\n<tool_response>\nno match for the driver\n</tool_response>"


def leaked_call(data: Data) -> None:
    """A call of train under another question of test."""
    trained = next(row for row in data["train"] if calls(row) == "run_tests")
    tested = next(row for row in data["test"] if calls(row) == "find_text")
    for place in (2, 3):
        tested["messages"][place] = deepcopy(trained["messages"][place])
    tested["messages"][1]["content"] = "Tell me about test_pour.py right now: may I pour?"
    tested["messages"][4]["content"] = "Not yet: test_pour_spills_nothing fails."


def one_call_of_a_tool(data: Data) -> None:
    """All calls but one of a tool are gone."""
    found = [row for row in data["train"] if calls(row) == "run_tests"]
    data["train"] = [row for row in data["train"] if row not in found[1:]]


FAULTS = [
    # form
    Plant("row_unreadable", "a list for a row", "structured", line(b"[1, 2]")),
    Plant("row_unreadable", "no JSON at all", "structured", line(b"messages: none")),
    Plant("row_truncated", "half a row", "structured", line(b'{"messages": [{"role": "user", "cont')),
    Plant("row_not_utf8", "Latin-1", "structured", line('{"messages": "é"}'.encode("latin-1"))),
    Plant("row_blank", "a blank line", "structured", line(b"")),
    Plant("row_too_deep", "300 lists in each other", "structured", line(b'{"messages": ' + b"[" * 300 + b"]" * 300 + b"}")),
    Plant("row_too_long", "20 MB in a line", "structured", line(b'{"messages": "' + b"x" * 20_000_000 + b'"}')),
    Plant("row_form_unknown", "other keys", "structured", line({"question": "Why?", "reply": "So."})),
    Plant("row_nan", "not a number", "structured", lambda data: data["train"][0].update(score=float("nan"))),
    Plant("row_surrogate", "half a character", "structured", lambda data: data["train"][0]["messages"][-1].update(content="In brew/boiler.py \ud83d")),
    Plant("row_no_messages", "an empty list", "structured", line({"messages": []})),
    Plant("row_bom", "a byte order mark", "structured", lambda data: data["train"].__setitem__(0, b"\xef\xbb\xbf" + json.dumps(data["train"][0]).encode())),
    Plant("file_empty", "a file without a row", "structured", lambda data: data.update(test=b"")),
    Plant("file_not_utf8", "UTF-16", "structured", lambda data: data.update(test='{"messages": []}\n'.encode("utf-16"))),
    Plant("role_unknown", "a narrator", "structured", put(2, 1, role="narrator")),
    Plant("role_unknown", "a narrator at the end", "structured", put(2, 2, role="narrator")),
    Plant("role_unknown", "a name of ShareGPT", "structured", put(2, 1, role="human")),
    Plant("role_unknown", "capitals", "hermes", put(0, 4, role="Assistant")),
    Plant("role_unknown", "a blank behind", "hermes", put(0, 4, role="assistant ")),
    Plant("role_unknown", "the old name of a tool", "structured", put(0, 3, role="function")),
    Plant("role_unknown", "a name of ShareGPT in ChatML", "chatml", text("<|im_start|>user", "<|im_start|>human", 2)),
    Plant("role_missing", "nobody speaks", "structured", lambda data: messages(data, 2)[1].pop("role")),
    Plant("content_not_text", "a number", "structured", put(2, 2, content=42)),
    Plant("content_parts", "a list of texts", "structured", put(2, 2, content=[{"type": "text", "text": "A table of keys."}])),
    Plant("message_not_object", "a string", "structured", lambda data: messages(data, 2).insert(2, "hello")),
    Plant("text_without_turns", "prose", "chatml", lambda data: data["train"][2].update(text="A hash map finds values by key.")),
    Plant("chatml_unclosed", "no end of a turn", "chatml", lambda data: data["train"][2].update(text=data["train"][2]["text"].removesuffix("<|im_end|>"))),
    Plant("chatml_stray_text", "words between turns", "chatml", text("<|im_end|>\n<|im_start|>user", "<|im_end|>\nby the way\n<|im_start|>user", 2)),
    Plant("chatml_in_content", "a mark in an answer", "structured", put(2, 2, content="By its key.<|im_end|>")),
    Plant("tools_unreadable", "tools as prose", "structured", lambda data: data["train"][2].update(tools="find_text and read_file")),
    Plant("roles_order", "two questions", "structured", lambda data: messages(data, 2).insert(1, {"role": "user", "content": "Hi there."}),
          ()),
    Plant("roles_order", "a system prompt in the middle", "structured", lambda data: messages(data, 2).insert(2, {"role": "system", "content": sound.SYSTEM})),
    # calls
    Plant("call_unclosed", "no end tag", "hermes", content(0, 2, "\n</tool_call>", "")),
    Plant("call_unparsable", "a quote too few", "hermes", content(0, 2, '"find_text"', '"find_text')),
    Plant("call_wrong_key", "tool for name", "hermes", content(0, 2, '"name"', '"tool"')),
    Plant("call_arguments_string", "arguments as JSON text", "structured", arguments(0, '{"pattern": "kettle", "folder": "brew"}')),
    Plant("call_arguments_not_object", "arguments as a list", "structured", arguments(0, ["kettle", "brew"])),
    Plant("call_arguments_missing", "no arguments", "hermes", content(0, 2, ', "arguments": {"pattern": "kettle", "folder": "brew"}', "")),
    Plant("call_untagged", "a function without its tag", "qwen3", lambda data: put(0, 2, content=messages(data)[2]["content"].removeprefix("<tool_call>\n").removesuffix("\n</tool_call>"))(data)),
    Plant("call_several_in_block", "two functions in a tag", "qwen3", several_in_block),
    Plant("call_written_twice", "in the content, too", "structured", put(0, 2, content=sound.written("find_text", {"pattern": "kettle", "folder": "brew"}, "hermes"))),
    Plant("call_schema", "a number for a text", "structured", arguments(0, {"pattern": "kettle", "folder": 3})),
    Plant("call_schema", "an argument of its own", "structured", arguments(0, {"pattern": "kettle", "case": "any"})),
    Plant("call_schema", "a required one is missing", "structured", arguments(0, {"folder": "brew"})),
    Plant("call_repeated", "again", "structured", lambda data: messages(data).__setitem__(slice(4, 4), deepcopy(messages(data)[2:4]))),
    Plant("call_code_unparsable", "code with a slip", "structured", code("print(find_text('kettle')")),
    Plant("call_ungrounded", "a line out of nothing", "structured", arguments(1, {"path": "notes/steeping.md", "first_line": 17})),
    Plant("call_ungrounded", "a file out of nothing", "structured", arguments(3, {"path": "brew/kettle_curve.py"})),
    Plant("call_announced", "a promise", "structured", put(2, 2, content="I'll check the code for hash maps.")),
    Plant("last_not_assistant", "ends with thanks", "structured", add_turns({"role": "user", "content": "Thank you!"})),
    Plant("content_empty", "an empty answer", "structured", put(2, 2, content="  \n")),
    # results
    Plant("result_placeholder", "a result to come", "structured", put(0, 3, content="<tool result here>")),
    Plant("result_placeholder", "dots", "structured", put(4, 3, content="...")),
    Plant("result_empty", "nothing", "structured", put(8, 3, content=" ")),
    Plant("result_cut", "dots at the end", "structured", content(1, 3, "Black leaves take four.\n", "Black leaves take four.\n...")),
    Plant("result_line_beyond", "line 40 of four", "structured", whole_file),
    Plant("result_missing", "an answer at once", "structured", lambda data: messages(data).pop(3)),
    Plant("result_missing", "two calls, one result", "structured", lambda data: messages(data)[2]["tool_calls"].append(
        {"id": "c2", "type": "function", "function": {"name": "find_text", "arguments": {"pattern": "driver", "folder": "brew"}}})),
    Plant("result_unasked", "prose for a call", "hermes", put(0, 2, content="There is something in brew/boiler.py and brew/legacy.py.")),
    Plant("result_unasked", "prose for a call, and the role tool", "structured", lambda data: (messages(data)[2].pop("tool_calls"), put(0, 2, content="There is something.")(data))),
    Plant("result_never_shown", "a call at the end", "structured", lambda data: messages(data).__delitem__(slice(3, None))),
    Plant("role_tool_embedded", "a role beside text", "hermes", put(0, 3, role="tool", content="brew/boiler.py:14: kettle\nbrew/legacy.py:3: kettle")),
    Plant("result_untagged", "a result without tags", "hermes", put(0, 3, content="brew/boiler.py:14:# the kettle driver is gone\nbrew/legacy.py:3:import kettle")),
    Plant("result_untagged", "a result with a prefix", "hermes", put(0, 3, content="Tool result: brew/boiler.py:14:# the kettle driver\nbrew/legacy.py:3:import kettle")),
    Plant("result_wrapped_twice", "tags in tags", "hermes", lambda data: put(0, 3, content=f"<tool_response>\n{messages(data)[3]['content']}\n</tool_response>")(data)),
    Plant("result_wrapped_by_role", "tags in the role", "structured", put(0, 3, content="<tool_response>\nbrew/boiler.py:14: kettle\nbrew/legacy.py:3: kettle\n</tool_response>")),
    Plant("result_json_string", "a string in a string", "structured", put(0, 3, content=json.dumps("brew/boiler.py:14: kettle\nbrew/legacy.py:3: kettle"))),
    Plant("answer_ungrounded", "another file", "structured", content(0, 4, "brew/boiler.py", "brew/broiler.py")),
    Plant("answer_ungrounded", "another line", "structured", content(0, 4, "line 14", "line 814")),
    Plant("answer_ungrounded", "a name", "structured", put(4, 4, content="`test_pour_is_fast` fails.")),
    Plant("answer_ungrounded", "a number", "structured", content(3, 4, "212", "431")),
    Plant("result_identical", "one result for all", "structured", same_results),
    # duplicates
    Plant("duplicate_row", "a row twice", "structured", copied("train")),
    Plant("near_duplicate", "a sign more", "structured", copied("train", answers="It finds a value by its key in about constant time, whatever the number of keys is!")),
    # leakage
    Plant("leak_row", "a train row in valid", "structured", copied("valid"), LEAK_LEVELS),
    Plant("leak_first_user", "its question in valid", "structured", lambda data: (copied("valid", answers="For looking things up.")(data), messages(data, -1, "valid").extend(
        [{"role": "user", "content": "And a tree?"}, {"role": "assistant", "content": "For keeping order."}]))),
    Plant("leak_first_user_folded", "in other case", "structured", copied("valid", asks="what is a hash map  GOOD for?", answers="For looking things up.")),
    Plant("leak_user_turns", "its question, another answer", "structured", copied("valid", answers="For looking things up."), LEAK_LEVELS[:1]),
    Plant("leak_call", "its call in test", "structured", leaked_call),
    Plant("near_duplicate_leakage", "one word more in valid", "structured", copied("valid", asks="What is a hash map good for, then?")),
    # balance
    Plant("ratio_tool", "all rows call", "structured", only("train", lambda row: calls(row) is not None)),
    Plant("share_tool", "one tool only", "structured", mostly("find_text"), (), {"split_rows": 5, "tool_share_low": 0.3}),
    Plant("tool_rare", "one call of a tool", "structured", one_call_of_a_tool, (), {"tool_rows": 2, "split_rows": 10}),
    Plant("share_category", "nine of ten", "structured", categories(0.9)),
    Plant("category_unseen", "only in test", "structured", lambda data: (categories(0.5)(data), data["test"][0].update(category="brand new"))),
    Plant("tool_never_called", "a tool for nobody", "structured", lambda data: [row["tools"].append({"type": "function", "function": {"name": "drop_table", "parameters": {}}}) for rows in data.values() for row in rows]),
    Plant("call_not_offered", "a call of something else", "structured", lambda data: data["train"][0]["tools"].pop(0)),
    Plant("phrasing_few", "one phrasing", "structured", one_phrasing),
    Plant("order_clustered", "sorted by tool", "structured", sorted_by_class),
    # consistency
    Plant("system_prompts_several", "another prompt", "structured", put(2, 0, content="You are somebody else.")),
    Plant("system_prompts_several", "no prompt", "structured", lambda data: messages(data, 2).pop(0)),
    Plant("dialects_several", "one row in another dialect", "hermes", put(0, 2, content=sound.written("find_text", {"pattern": "kettle", "folder": "brew"}, "markdown_json"))),
    Plant("call_layouts_several", "no line break", "qwen3", content(0, 2, "<tool_call>\n", "<tool_call>")),
    Plant("call_layouts_several", "no line break in any call", "qwen3", lambda data: [every(split, lambda row, number: [m.update(content=m["content"].replace("<tool_call>\n", "<tool_call>")) for m in row["messages"]])(data) for split in data]),
    Plant("dialects_several", "valid in another dialect", "hermes", lambda data: data.update(valid=sound.embedded("qwen3_coder")["valid"])),
    Plant("dialects_several", "valid with tool_calls", "hermes", lambda data: data.update(valid=sound.structured()["valid"])),
    Plant("call_layouts_several", "valid without line breaks", "hermes", every("valid", lambda row, number: [m.update(content=m["content"].replace("<tool_call>\n", "<tool_call>")) for m in row["messages"]])),
    Plant("system_prompts_several", "another prompt in valid", "structured", every("valid", lambda row, number: row["messages"][0].update(content="You are somebody else."))),
    Plant("forms_several", "valid as ShareGPT", "structured", lambda data: data.update(valid=sound.sharegpt()["valid"]), ("dialects_several",)),
    Plant("forms_several", "a prompt and its completion", "structured", line({"prompt": "What is a stack?", "completion": "Last in, first out."}), ("system_prompts_several",)),
    Plant("prose_before_call", "prose before some", "structured", every("train", lambda row, number: row["messages"][2].update(content="Let me look.") if calls(row) == "find_text" else None)),
    Plant("offer_missing", "no tools", "structured", lambda data: data["train"][0].pop("tools")),
    Plant("decision_contradictory", "the same, without a call", "structured", line({"messages": [
        {"role": "system", "content": sound.SYSTEM}, {"role": "user", "content": sound.CALLS[0][0]}, {"role": "assistant", "content": "Nobody that I would know of."}],
        "tools": [sound.schema(name) for name in sound.TOOLS]})),
    # safety
    Plant("secret", "a live key", "structured", put(2, 2, content=f"Write it as {KEY} in the file.")),
    Plant("secret_assigned", "a password", "structured", put(2, 2, content='Set password = "q8Zt3vLw0pXr" there.')),
    Plant("email_address", "an address", "structured", put(2, 2, content="Ask m.teaman@brewers.org about it.")),
    Plant("home_path", "a home folder", "structured", put(2, 2, content="It is in /home/mteaman/brewer today.")),
    # git
    Plant("result_hash", "a hash with a g", "structured", put(0, 3, content="commit 9g3a81c\nbrew/boiler.py:14 and brew/legacy.py:3")),
    Plant("result_hash", "a hash counted up", "structured", put(0, 3, content="commit a1b2c3d\nbrew/boiler.py:14 and brew/legacy.py:3")),
    Plant("result_author", "John Doe", "structured", put(0, 3, content="Author: John Doe\nbrew/boiler.py:14\nbrew/legacy.py:3")),
]  # fmt: skip


@pytest.mark.parametrize("base", BASES)
def test_a_sound_dataset_is_reported_by_no_rule(base: str, audit: Audit):
    assert audit(BASES[base]()) == {}


@pytest.mark.parametrize("plant", [pytest.param(p, id=f"{p.rule}-{p.what}") for p in FAULTS])
def test_a_planted_fault_is_found_by_its_rule_and_no_other(plant: Plant, audit: Audit):
    data = BASES[plant.base]()
    plant.change(data)
    found = audit(data, SMALL | plant.settings)
    shown = {name: [row.evidence for row in one.rows[:2]] for name, one in found.items()}
    assert sorted(found) == sorted({plant.rule, *plant.also}), shown
    assert all(row.evidence and row.evidence.strip() for one in found.values() for row in one.rows)


def test_no_rule_lacks_a_planted_fault():
    planted = {plant.rule for plant in FAULTS} | {"row_crashed"}
    assert sorted(planted) == sorted(load_rules(None).keys() - NEEDS_TOKENIZER)


def test_a_check_that_crashes_is_a_finding(audit: Audit, monkeypatch: pytest.MonkeyPatch):
    def crash(row: Row) -> list[Fault]:
        if row.first_user == sound.CALLS[0][0]:
            raise ValueError("a bug of ours")
        return []

    monkeypatch.setattr("curate.datasets.loading.row_faults", crash)
    found = audit(sound.structured())
    assert [row.evidence for row in found["row_crashed"].rows] == [
        "a check: ValueError: a bug of ours"
    ]
    assert found.keys() == {"row_crashed"}
