"""A raw reply read strictly: what it says, the calls it makes, and what is wrong with its form.

read_reply(Reply("<tool_call>{...", "stop", 0.1), parse, tools)
Read(content="", calls=(), reasons=(Reason("unclosed", "<tool_call> is not closed"),))

Nothing is mended: what a server would drop, or could read in two ways, is no call.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from curate.datasets.checks.schemas import faults as schema_faults
from curate.datasets.decoding import is_too_deep, mended, shown
from curate.datasets.embedded import embedded
from curate.datasets.found import Finds
from curate.datasets.hashing import canonical
from curate.dialects import Parse
from curate.dialects.fidelity import RESERVED
from curate.scoring.engine import Reply
from curate.scoring.reasons import Reason, because

THINK, THOUGHT = "<think>", "</think>"
MARKS = (*RESERVED, "<|im_start|>")
MAX_SEARCHED = 8_000  # characters that a loop is looked for in, from the end
LOOP = re.compile(r"(\S.{9,199}?)\1{3,}", re.DOTALL)
SHORT_LOOP = re.compile(r"(\b\w+\W+)\1{11,}")
EVIDENCE = 160
MOST_CALLS = 64  # of one reply; chosen by us, 2026-11-21: each of them is carried out


class Read(NamedTuple):
    """What a reply says besides its calls, its calls as `name` and `arguments`, and its faults."""

    content: str
    calls: tuple[dict[str, Any], ...]
    reasons: tuple[Reason, ...]


def read_reply(
    reply: Reply,
    parse: Parse,
    tools: Sequence[Mapping[str, Any]],
    known: Sequence[Mapping[str, Any]] = (),
) -> Read:
    """The reply, read by its dialect's strict parser, or the calls an endpoint has read.

    Where no tools are offered, `known` ones say the types of arguments.
    """
    if reply.fault is not None:
        return Read("", (), (because("no_reply", shown(reply.fault, EVIDENCE)),))
    reasons: list[Reason] = []
    if reply.finish == "length":
        reasons.append(because("endless", f"cut after {reply.count_tokens or 'its most'} tokens"))
    text = _spoken(reply.text, reasons)
    if mark := next((mark for mark in MARKS if mark in text), None):
        reasons.append(because("result_written", f"holds {mark}"))
    if loop := looping(text):
        reasons.append(because("looping", loop))
    content, calls = _calls(reply, text, parse, tools or known, reasons)
    if len(calls) > MOST_CALLS:
        reasons.append(because("looping", f"{len(calls):,} calls in one reply"))
    reasons += _call_reasons(calls, tools or known, is_offered=bool(tools))
    if not content.strip() and not calls and not reasons:
        reasons.append(because("empty", ""))
    return Read(content, tuple(calls), tuple(reasons))


def _spoken(text: str, reasons: list[Reason]) -> str:
    """The reply without what was thought."""
    if THOUGHT in text:
        return text.rpartition(THOUGHT)[2].lstrip("\n")
    if text.lstrip().startswith(THINK):
        reasons.append(because("no_answer", "thinks and comes to no end"))
        return ""
    return text


def _calls(
    reply: Reply,
    text: str,
    parse: Parse,
    tools: Sequence[Mapping[str, Any]],
    reasons: list[Reason],
) -> tuple[str, list[dict[str, Any]]]:
    content, calls = text, []
    try:
        content, calls = parse(text, tools)
    except (ValueError, RecursionError) as error:
        told = shown(str(error), EVIDENCE) or type(error).__name__
        is_tag = "is not closed" in told or "closes nothing" in told
        reasons.append(because("unclosed" if is_tag else "unparsable", told))
    for given in reply.calls or ():
        call = _structured(given)
        if call is None:
            reasons.append(because("unparsable", shown(str(given), EVIDENCE)))
        else:
            calls.append(call)
    sound = [call for call in calls if _is_json(call)]
    if len(sound) < len(calls):
        reasons.append(because("unparsable", "arguments that no JSON has, or nested too deep"))
    return content, sound


def _is_json(call: Mapping[str, Any]) -> bool:
    """Whether a call can be written as JSON: no half of a surrogate pair, no NaN, not too deep."""
    return not is_too_deep(call) and mended(call) == call


def _structured(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """A call as an endpoint gives it; None where it is none. Its arguments may be JSON text."""
    name, arguments = given.get("name"), given.get("arguments")
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}", parse_constant=_refuse)
        except (ValueError, RecursionError):
            return None
    if not isinstance(name, str) or not isinstance(arguments, dict):
        return None
    return {"name": name, "arguments": arguments}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _call_reasons(
    calls: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], *, is_offered: bool
) -> Iterable[Reason]:
    """Calls of what is not offered, calls that do not fit a schema, and calls made twice."""
    offered = {tool["function"]["name"]: tool["function"] for tool in tools}
    seen: set[str] = set()
    for call in calls:
        written = canonical(call)
        if written in seen:
            yield because("call_repeated", f"twice in one reply: {shown(written, EVIDENCE)}")
        seen.add(written)
        if call["name"] not in offered:
            if is_offered:
                yield because("tool_unknown", f"{call['name']}; offered: {', '.join(offered)}")
        elif complaint := misfit(call, offered[call["name"]]):
            yield because("arguments_schema", complaint)


def misfit(call: Mapping[str, Any], function: Mapping[str, Any]) -> str | None:
    """How a call's arguments do not fit the schema of its tool; None where they do."""
    from curate.datasets.reading import read

    message = {"role": "assistant", "content": "", "tool_calls": [{"function": dict(call)}]}
    row = read({"messages": [message], "tools": [{"function": dict(function)}]}).row
    if row is None:
        return "arguments that cannot be read"
    # as written: what is in a call's code is judged by running it
    outer = [one for one in row.calls if not one.is_in_code]
    for fault in schema_faults(_only(row, outer)):
        return fault.evidence
    return None


def _only(row: Any, calls: Sequence[Any]) -> Any:
    import msgspec

    return msgspec.structs.replace(row, calls=tuple(calls))


def looping(text: str) -> str | None:
    """What a text says four times in a row and more; None where it does not."""
    searched = text[-MAX_SEARCHED:]
    found = LOOP.search(searched)
    if found and len(re.findall(r"\w", found[1])) > 3:  # noqa: PLR2004  rulers and tables repeat
        return f"{len(found[0]) // len(found[1])} times {shown(found[1], 60)}"
    short = SHORT_LOOP.search(searched)
    if short:
        return f"{len(short[0]) // len(short[1])} times {shown(short[1], 60)}"
    return None


def described(text: str, names: Iterable[str]) -> str | None:
    """The call that a text talks about, or writes in another form; None where it does not."""
    finds = Finds([], [])
    embedded(text, {}, finds, is_call_role=False)
    if finds.calls:
        return f"{finds.calls[0].tool} written as {finds.calls[0].dialect}"
    for name in names:
        if re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", text):
            return f"{name}( in the text"
    for name in names:
        if "_" in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            return f"{name} in the text"
    for name in names:
        if re.search(rf"`{re.escape(name)}`|\bthe {re.escape(name)} tool\b", text):
            return f"{name} in the text"
    return None
