"""Who speaks when: turns out of order, calls without results, calls that are announced or repeated.

system, user, assistant (calls), tool, assistant: that is how a row goes.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile

from curate.datasets.decoding import shown
from curate.datasets.row import Call, Fault, Message, Row

EMBEDDED = frozenset({"hermes", "qwen3_coder", "markdown_json", "python"})
TOOL_ROLES = frozenset({"tool", "function", "ipython"})  # `observation` belongs to its own form
OUTPUT = re.compile(r"\n|^\s*[\[{<(]|^\w+\(|^[\w./-]+\.\w+:|^[\w./-]*/[\w./-]+$")
WORDS = re.compile(r"[A-Za-z][a-z]*")
CHANGES = """
write edit create delete remove update insert replace patch apply move rename commit fix run exec
execute install set add append start stop send post put book order play click scroll press type go
save upload download reset
"""
CHANGING = frozenset(CHANGES.split())
UNSTABLE = frozenset(("random", "next", "roll", "shuffle", "poll", "wait", "sleep", "time", "now"))
ANNOUNCED = re.compile(
    r"\b(?:i['\u2019]ll|i will|let me|let's|i['\u2019]m going to|i am going to)\s+"
    r"(?:(?:now|just|quickly|first|go ahead and|take a look and)\s+)*"
    r"(?:use|run|call|check|search|look|find|get|read|grep|execute|open|fetch|list|query|examine"
    r"|investigate|analy[sz]e|scan|inspect|retrieve|calculate|compute|generate|locate|verify)\b",
    re.IGNORECASE,
)
OFFERS = re.compile(r"\?\s*$|:|\bif you\b|\bonce you\b|\bwhen you\b|\bplease\b", re.IGNORECASE)
ROLE_FAULTS = frozenset({"role_unknown", "role_missing", "message_not_object"})
LONGEST_ANNOUNCEMENT = 240  # characters; chosen by us, 2026-11-21: more is an answer


def faults(row: Row) -> Iterator[Fault]:
    """Faults of the order of turns."""
    if not row.messages or row.messages[0].role == "text":
        return  # a text without turns is a fault of its own
    last = row.messages[-1]
    if last.role != "assistant" and last.ordinal not in _misnamed(row):
        evidence = f"ends with {last.role}: {shown(last.content)}"
        yield Fault("last_not_assistant", evidence, last.ordinal)
    yield from _empty(row)
    yield from _order(row)
    if row.results:
        yield from _roles(row)
        yield from _unasked(row)
    if row.calls and all(fault.rule != "call_written_twice" for fault in row.faults):
        yield from _unanswered(row)
        yield from _repeated(row)
    yield from _announced(row)


def _empty(row: Row) -> Iterator[Fault]:
    broken = None
    for message in row.messages:
        if message.content and not message.content.isspace():
            continue
        if message.count_calls or message.is_result:
            continue
        if broken is None:
            broken = {fault.ordinal for fault in row.faults}
        if message.ordinal not in broken:
            yield Fault("content_empty", f"{message.role} says nothing", message.ordinal)


def _misnamed(row: Row) -> set[int | None]:
    """Messages of which nobody knows who speaks: a fault of its own."""
    return {fault.ordinal for fault in row.faults if fault.rule in ROLE_FAULTS}


def _order(row: Row) -> Iterator[Fault]:
    before, misnamed = None, _misnamed(row)
    for message in row.messages:
        if message.ordinal in misnamed:
            return
        if message.role == "system":
            # several at the head are read as one; later ones stand out of order
            if before is not None and before.role != "system":
                yield Fault("roles_order", f"system after {before.role}", message.ordinal)
                return
        elif before is None or before.role == "system":
            if message.role != "user" and not message.is_result:  # that is a result_unasked
                yield Fault("roles_order", f"begins with {message.role}", message.ordinal)
                return
        elif _is_twice(before, message):
            yield Fault("roles_order", f"{message.role} after {before.role}", message.ordinal)
            return
        before = message


def _is_twice(before: Message, message: Message) -> bool:
    if message.role != before.role or message.role == "tool":
        return False
    if message.role == "user":
        return not (before.is_result or message.is_result)
    return message.role == "assistant" and not before.count_calls  # else its result is missing


def _roles(row: Row) -> Iterator[Fault]:
    """A row whose results have a role of their own, though its calls are text."""
    dialects = {call.dialect for call in row.calls}
    if dialects.isdisjoint(EMBEDDED) or "openai" in dialects:
        return
    for result in row.results:
        if result.source_role in TOOL_ROLES:
            written = ", ".join(sorted(dialects & EMBEDDED))
            evidence = f"role {result.source_role} beside calls in {written}: "
            yield Fault("role_tool_embedded", evidence + shown(result.content), result.ordinal)
            return


def _unasked(row: Row) -> Iterator[Fault]:
    """The first result before which no call stands, nor what was meant as one."""
    meant = {fault.ordinal for fault in row.faults if fault.rule.startswith("call_")}
    meant |= _misnamed(row)
    is_awaited = False
    for message in row.messages:
        if message.is_result and not is_awaited:
            evidence = f"no call before {shown(message.content)}"
            yield Fault("result_unasked", evidence, message.ordinal)
            return
        if message.ordinal in meant:
            is_awaited = True
        elif message.role == "assistant":
            is_awaited = message.count_calls > 0


def _unanswered(row: Row) -> Iterator[Fault]:
    messages = row.messages
    for call, after in pairwise(messages):
        if not call.count_calls or after.is_result:
            continue
        if after.role == "user" and OUTPUT.search(after.content):
            yield Fault("result_untagged", shown(after.content), after.ordinal)
        elif not after.count_calls:
            evidence = f"{_first_call(row, call)}, then {after.role}: {shown(after.content)}"
            yield Fault("result_missing", evidence, call.ordinal)
    if messages[-1].count_calls:
        yield Fault("result_never_shown", _first_call(row, messages[-1]), messages[-1].ordinal)
    if row.results and len(row.results) < sum(message.count_calls for message in messages):
        yield from _short_of_results(row)


def _short_of_results(row: Row) -> Iterator[Fault]:
    """Turns with several calls and fewer results."""
    shown_in = Counter(result.ordinal for result in row.results)
    for message in row.messages:
        if message.count_calls > 1:
            after = takewhile(lambda turn: turn.is_result, row.messages[message.ordinal + 1 :])
            count_results = sum(shown_in[turn.ordinal] for turn in after)
            if 0 < count_results < message.count_calls:
                evidence = f"{message.count_calls} calls, results of {count_results}"
                yield Fault("result_missing", evidence, message.ordinal)


def _first_call(row: Row, message: Message) -> str:
    call = next(call for call in row.calls if call.ordinal == message.ordinal)
    return f"{call.tool} {shown(call.canonical)}"


def _repeated(row: Row) -> Iterator[Fault]:
    """A call made again, with nothing in between that could have changed its result."""
    seen: dict[int, Call] = {}
    asked = {
        message.ordinal
        for message in row.messages
        if message.role == "user" and not message.is_result
    }
    last = 0
    for call in row.calls:
        if call.is_in_code:
            continue
        if any(ordinal in asked for ordinal in range(last, call.ordinal)):
            seen.clear()  # the user may want it again
        last = call.ordinal
        words = _words(call.tool)
        if (
            call.hash in seen
            and words.isdisjoint(UNSTABLE)
            and _is_same_result(row, seen[call.hash], call)
        ):
            place = f"as in message {seen[call.hash].ordinal}"
            evidence = f"{call.tool} {shown(call.canonical)}, {place}"
            yield Fault("call_repeated", evidence, call.ordinal)
            return
        if not words.isdisjoint(CHANGING):
            seen.clear()
        seen[call.hash] = call


def _is_same_result(row: Row, first: Call, again: Call) -> bool:
    """Whether a call got the same twice, or one of both got nothing."""
    before, after = _results_of(row, first), _results_of(row, again)
    return not before or not after or before == after


def _results_of(row: Row, call: Call) -> list[int]:
    """The hashes of a call's results: its own, or all of its turn where they do not match up."""
    turns = takewhile(lambda turn: turn.is_result, row.messages[call.ordinal + 1 :])
    ordinals = {turn.ordinal for turn in turns}
    found = [result.hash for result in row.results if result.ordinal in ordinals]
    made = [one for one in row.calls if one.ordinal == call.ordinal and not one.is_in_code]
    place = next(number for number, one in enumerate(made) if one is call)
    return found[place : place + 1] if len(found) == len(made) else found


@lru_cache(1024)
def _words(tool: str) -> frozenset[str]:
    """The words of a tool's name: readFile and read_file are both read and file."""
    return frozenset(word.lower() for word in WORDS.findall(tool))


def _announced(row: Row) -> Iterator[Fault]:
    """A turn whose last words promise a call that is not in it."""
    for message in row.messages:
        content = message.content
        if (
            message.role != "assistant"
            or message.count_calls
            or not content
            or len(content) > LONGEST_ANNOUNCEMENT
            or not ANNOUNCED.search(content)
        ):
            continue
        last = re.split(r"(?<=[.!])\s+", content.strip())[-1]
        if not ANNOUNCED.search(last) or OFFERS.search(last) or _is_followed_by_call(row, message):
            continue
        if all(fault.ordinal != message.ordinal for fault in row.faults):
            yield Fault("call_announced", shown(content, 160), message.ordinal)


def _is_followed_by_call(row: Row, message: Message) -> bool:
    """Whether the assistant's next turn, with nobody in between, makes the call."""
    after = row.messages[message.ordinal + 1 : message.ordinal + 2]
    return bool(after) and after[0].role == "assistant" and after[0].count_calls > 0
