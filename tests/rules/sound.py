"""A sound dataset of forty rows about an invented project, in several ways of writing it.

No rule reports it. Plants change copies of it.
"""

import json
from typing import Any

TRAIN, VALID, TEST = 32, 5, 5  # rows
SYSTEM = (
    "You help with the project in this folder. Look things up with the tools; else just answer."
)
TOOLS = {
    "find_text": {"pattern": "string", "folder": "string"},
    "read_file": {"path": "string", "first_line": "integer"},
    "count_lines": {"path": "string"},
    "run_tests": {"path": "string"},
}

# prompt, tool, arguments, result, answer
CALLS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("Who still mentions the old kettle driver?", "find_text", {"pattern": "kettle", "folder": "brew"}, "brew/boiler.py:14:# the kettle driver is gone\nbrew/legacy.py:3:import kettle", "Two files do: brew/boiler.py on line 14 and brew/legacy.py on line 3."),
    ("Show me what notes/steeping.md says, please.", "read_file", {"path": "notes/steeping.md"}, "# Steeping\n\nGreen leaves take two minutes.\nBlack leaves take four.\n", "It gives two minutes for green leaves and four for black ones."),
    ("How long is brew/timer.py by now?", "count_lines", {"path": "brew/timer.py"}, "brew/timer.py has 212 lines", "brew/timer.py has 212 lines."),
    ("Are the tests in tests/test_pour.py green?", "run_tests", {"path": "tests/test_pour.py"}, "9 passed, 1 failed: test_pour_spills_nothing", "Nearly: 9 pass, and test_pour_spills_nothing fails."),
    ("I need every place where a temperature is rounded.", "find_text", {"pattern": "round(", "folder": "sensors"}, "sensors/probe.py:41:    return round(raw / 16, 1)", "There is one, in sensors/probe.py on line 41."),
    ("Open the settings of the pump, pump.toml.", "read_file", {"path": "pump.toml"}, "[pump]\nspeed = 3\nreverse = false\nprime_seconds = 12\n", "The pump runs at speed 3, not in reverse, and primes for 12 seconds."),
    ("Has scheduler.py outgrown a screen?", "count_lines", {"path": "scheduler.py"}, "scheduler.py has 388 lines", "By far: it has 388 lines."),
    ("Run whatever covers the grinder in tests/test_grinder.py.", "run_tests", {"path": "tests/test_grinder.py"}, "14 passed", "All 14 tests pass."),
    ("Is anybody catching BaseException anywhere under api?", "find_text", {"pattern": "except BaseException", "folder": "api"}, "no match", "No, nothing under api catches it."),
    ("What does the licence file LICENCE.txt allow?", "read_file", {"path": "LICENCE.txt"}, "Do what you like with it.\nThere is no warranty.\nKeep this note.\n", "Everything, without warranty, as long as the note stays."),
    ("Tell me the size of ui/panel.py in lines.", "count_lines", {"path": "ui/panel.py"}, "ui/panel.py has 97 lines", "It has 97 lines."),
    ("Did my change break tests/test_alarm.py?", "run_tests", {"path": "tests/test_alarm.py"}, "3 passed, 2 failed: test_alarm_rings, test_alarm_snoozes", "Yes: test_alarm_rings and test_alarm_snoozes fail."),
    ("Where do we parse the recipe cards?", "find_text", {"pattern": "def parse_card", "folder": "recipes"}, "recipes/cards.py:58:def parse_card(text):", "In recipes/cards.py, where parse_card starts on line 58."),
    ("Please read me the head of recipes/oolong.yaml.", "read_file", {"path": "recipes/oolong.yaml"}, "name: Oolong\ngrams: 6\ncelsius: 90\nrounds: 5\n", "Oolong: 6 grams at 90 degrees, in 5 rounds."),
    ("Count what is in sensors/flow.py for me.", "count_lines", {"path": "sensors/flow.py"}, "sensors/flow.py has 145 lines", "145 lines."),
    ("Check the suite tests/test_menu.py once more.", "run_tests", {"path": "tests/test_menu.py"}, "no test was collected", "Nothing was collected from it, so nothing was checked."),
    ("Which modules write to the journal?", "find_text", {"pattern": "journal.write", "folder": "core"}, "core/boot.py:19:    journal.write(started)\ncore/halt.py:7:    journal.write(stopped)", "core/boot.py (line 19) and core/halt.py (line 7)."),
    ("I forgot what docs/cleaning.md recommends.", "read_file", {"path": "docs/cleaning.md"}, "Rinse daily.\nDescale every six weeks.\nNever use soap.\n", "Rinsing daily, descaling every six weeks, and no soap."),
    ("Would ui/themes.py fit on one page?", "count_lines", {"path": "ui/themes.py"}, "ui/themes.py has 61 lines", "Just about, with its 61 lines."),
    ("Make sure that tests/test_cups.py holds.", "run_tests", {"path": "tests/test_cups.py"}, "27 passed, 4 skipped", "It holds: 27 pass and 4 are skipped."),
    ("Look for leftovers of the word FIXME in the sensors.", "find_text", {"pattern": "FIXME", "folder": "sensors"}, "sensors/weight.py:88:# FIXME drifts when warm", "One is left, in sensors/weight.py on line 88: it drifts when warm."),
    ("What is written in CHANGES.rst?", "read_file", {"path": "CHANGES.rst"}, "2.4\n---\nFaster cooling.\n\n2.3\n---\nQuieter pump.\n", "Version 2.4 cools faster, and 2.3 made the pump quieter."),
    ("Give me the line count of api/routes.py.", "count_lines", {"path": "api/routes.py"}, "api/routes.py has 254 lines", "api/routes.py counts 254 lines."),
    ("Try the valve tests, tests/test_valve.py.", "run_tests", {"path": "tests/test_valve.py"}, "error: tests/test_valve.py does not import valve", "They cannot start: tests/test_valve.py does not import valve."),
    ("Search ui for hard-coded colours.", "find_text", {"pattern": "#[0-9a-f]{6}", "folder": "ui"}, "ui/panel.py:12:BACK = '#20262e'", "One stands in ui/panel.py, line 12."),
    ("Does setup.cfg pin anything?", "read_file", {"path": "setup.cfg"}, "[metadata]\nname = brewer\n\n[options]\npython_requires = >=3.11\n", "Only Python itself: 3.11 or newer."),
    ("Number of lines in core/boot.py?", "count_lines", {"path": "core/boot.py"}, "core/boot.py has 33 lines", "33."),
    ("Let tests/test_scale.py run and tell me.", "run_tests", {"path": "tests/test_scale.py"}, "6 passed in order", "All 6 of them pass."),
    ("Any debug prints left behind in the pump folder?", "find_text", {"pattern": "print(", "folder": "pump"}, "pump/prime.py:26:    print(level)", "Yes, pump/prime.py prints the level on line 26."),
    ("Quote docs/warranty.md to me.", "read_file", {"path": "docs/warranty.md"}, "Two years on parts.\nNone on leaves.\nKeep the bill.\n", "Two years on parts, none on leaves, and the bill has to be kept."),
]  # fmt: skip
DIRECT: list[tuple[str, str]] = [
    ("What is a hash map good for?", "It finds a value by its key in about constant time, whatever the number of keys."),
    ("Why do people fear floating point money?", "Because most decimal fractions have no exact binary form, so cents get lost in sums."),
    ("When would I pick a tuple over a list?", "When the number of items is fixed and each place means something of its own."),
    ("Explain back-pressure to me in a sentence.", "A slow consumer makes its producer wait instead of letting work pile up between them."),
    ("Is a linked list ever faster?", "For inserting at a known node, yes; for nearly all else, arrays win through the cache."),
    ("What does idempotent mean?", "Doing it again changes nothing more than doing it once."),
    ("How do semaphores differ from locks?", "A semaphore lets a number of holders in at once, a lock only one."),
    ("Should every function have a docstring?", "Those that others call, yes: say what the caller gets; obvious private ones need none."),
    ("What is a race condition?", "A result that depends on which of two things happens first, with nobody deciding it."),
    ("Why is global state hard to test?", "Each test finds what the one before left behind, so their order starts to matter."),
    ("What is tail latency?", "How slow the slowest few requests are, say one in a hundred."),
    ("Name one use of a bloom filter.", "To skip a costly lookup when a key is surely absent."),
]  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    """A tool as a row offers it."""
    properties = {key: {"type": kind} for key, kind in TOOLS[name].items()}
    parameters = {"type": "object", "properties": properties, "required": [*properties][:1]}
    function = {"name": name, "description": f"Does {name}.", "parameters": parameters}
    return {"type": "function", "function": function}


def call_row(number: int) -> dict[str, Any]:
    """The row of a call, with `tool_calls` and the role tool."""
    prompt, tool, arguments, result, answer = CALLS[number]
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": tool, "arguments": dict(arguments)},
    }
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "name": tool, "content": result},
            {"role": "assistant", "content": answer},
        ],
        "tools": [schema(name) for name in TOOLS],
    }


def direct_row(number: int) -> dict[str, Any]:
    """The row of a direct answer."""
    prompt, answer = DIRECT[number]
    return {
        "messages": [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": prompt},
            {"role": "assistant", "content": answer},
        ],
        "tools": [schema(name) for name in TOOLS],
    }


def rows() -> list[dict[str, Any]]:
    """All rows, direct ones between those with calls."""
    mixed = []
    for number in range(len(CALLS)):
        mixed.append(call_row(number))
        if number % 5 in {1, 3}:
            mixed.append(direct_row(number // 5 * 2 + (number % 5 == 3)))
    return mixed


def structured() -> dict[str, list[Any]]:
    """Rows by split, with calls in `tool_calls`."""
    every = rows()
    ends = (TRAIN, TRAIN + VALID, TRAIN + VALID + TEST)
    return {
        "train": every[: ends[0]],
        "valid": every[ends[0] : ends[1]],
        "test": every[ends[1] : ends[2]],
    }


def embedded(dialect: str = "hermes") -> dict[str, list[Any]]:
    """Rows by split, with calls in the content and results in a user turn."""
    return {split: [embed(row, dialect) for row in some] for split, some in structured().items()}


def embed(row: dict[str, Any], dialect: str = "hermes") -> dict[str, Any]:
    """A row with its calls written into the content."""
    messages = []
    for message in row["messages"]:
        if message["role"] == "tool":
            text = f"<tool_response>\n{message['content']}\n</tool_response>"
            messages.append({"role": "user", "content": text})
        elif "tool_calls" in message:
            function = message["tool_calls"][0]["function"]
            text = written(function["name"], function["arguments"], dialect)
            messages.append({"role": "assistant", "content": text})
        else:
            messages.append(message)
    return {**row, "messages": messages}


def written(tool: str, arguments: dict[str, Any], dialect: str) -> str:
    """A call as a dialect writes it."""
    if dialect == "hermes":
        return f"<tool_call>\n{json.dumps({'name': tool, 'arguments': arguments})}\n</tool_call>"
    if dialect == "markdown_json":
        return f"```json\n{json.dumps({'name': tool, 'arguments': arguments})}\n```"
    inside = "".join(
        f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in arguments.items()
    )
    return f"<tool_call>\n<function={tool}>\n{inside}</function>\n</tool_call>"


def chatml() -> dict[str, list[Any]]:
    """Rows by split, as ChatML text."""
    return {
        split: [{"text": as_text(row["messages"])} for row in some]
        for split, some in embedded().items()
    }


def as_text(messages: list[dict[str, Any]]) -> str:
    """Messages as ChatML."""
    return "\n".join(f"<|im_start|>{m['role']}\n{m['content']}<|im_end|>" for m in messages)


def sharegpt() -> dict[str, list[Any]]:
    """Rows by split, as ShareGPT with function calls and observations."""
    return {split: [as_sharegpt(row) for row in some] for split, some in structured().items()}


def as_sharegpt(row: dict[str, Any]) -> dict[str, Any]:
    """A row as ShareGPT; system and tools beside the conversation."""
    turns = []
    for message in row["messages"][1:]:
        if "tool_calls" in message:
            function = message["tool_calls"][0]["function"]
            turns.append({"from": "function_call", "value": json.dumps(function)})
        else:
            names = {"user": "human", "assistant": "gpt", "tool": "observation"}
            turns.append({"from": names[message["role"]], "value": message["content"]})
    tools = json.dumps([tool["function"] for tool in row["tools"]])
    return {"conversations": turns, "system": SYSTEM, "tools": tools}
