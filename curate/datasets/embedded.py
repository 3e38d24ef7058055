r"""Calls that stand in the text of an assistant's message, in whatever dialect.

    embedded('Let me look.\n<tool_call>{"name": "f", "arguments": {}}</tool_call>', {}, finds)

returns "Let me look.\n", what is said besides, and adds Found("hermes", "f", {}) to `finds`. A JSON
fence counts as a call where the message ends with it; elsewhere it is an example in an answer.
"""

import re

from curate.datasets.call_json import is_call, is_vague, read_json, values_in
from curate.datasets.call_python import read_bare
from curate.datasets.call_xml import read_xml
from curate.datasets.decoding import shown
from curate.datasets.found import Finds, Signatures

START, END = "<tool_call>", "</tool_call>"
FUNCTION, FUNCTION_END = "<function=", "</function>"
FENCE = "```"
FENCE_WORDS = frozenset({"", "json", "json5", "tool_call", "tool_code", "tool"})
CUT = frozenset({"call_unclosed", "call_unparsable"})  # what a missing end brings with it
MOST_NESTED = 16  # opening tags in a block that are looked at; chosen by us, 2026-11-21
LOOKS_LIKE_CALL = re.compile(
    r'^\[?\s*\{\s*"(?:name|tool|function)"\s*:.*"arguments"\s*:', re.DOTALL
)


def embedded(content: str, signatures: Signatures, finds: Finds, *, is_call_role: bool) -> str:
    """What a message says besides its calls; these and their faults are added to `finds`.

    is_call_role: the message is a call by its role, so bare JSON or Python is one.
    """
    if START in content or END in content:
        return _tagged(content, signatures, finds)
    if FUNCTION in content:
        return _untagged(content, signatures, finds)
    if FENCE in content and (prose := _fenced(content, signatures, finds)) is not None:
        return prose
    body = content.strip()
    if is_call_role and body:
        read_block(body, signatures, finds, "json")
        return ""
    return "" if body.startswith(("{", "[")) and _is_bare(body, finds) else content


def read_block(text: str, signatures: Signatures, finds: Finds, dialect: str = "hermes") -> None:
    """Add the calls between two tags: JSON, XML or Python."""
    body = text.strip()
    if not body:
        finds.faults.append(("call_unparsable", "nothing between the tags"))
    elif body.startswith(FENCE):
        read_block(_without_fence(body), signatures, finds, dialect)
    elif FUNCTION in body and not body.startswith(("{", "[")):
        read_xml(text, signatures, finds)
    elif body.startswith("{") or (body.startswith("[") and values_in(body)[1] is None):
        read_json(body, dialect, finds)
    else:
        read_bare(text, signatures, finds)


def _tagged(content: str, signatures: Signatures, finds: Finds) -> str:
    prose, place = [], 0
    while (start := content.find(START, place)) >= 0:
        prose.append(content[place:start])
        inside = start + len(START)
        end, following = content.find(END, inside), content.find(START, inside)
        if end >= 0 and (following < 0 or end < following or _is_whole(content[inside:end])):
            body, place = content[inside:end], end + len(END)
            read_block(body, signatures, finds)
        else:
            place = following if following >= 0 else len(content)
            body = content[inside:place]
            finds.faults.append(("call_unclosed", f"no {END} after {shown(body.strip(), 50)}"))
            tried = Finds([], [])
            read_block(body, signatures, tried)
            _add_cut(tried, finds)
    prose.append(content[place:])
    if any(END in said for said in prose):
        finds.faults.append(("call_unclosed", f"{END} closes nothing"))
    return "".join(prose)


def _is_bare(body: str, finds: Finds) -> bool:
    """Whether a message is nothing but a call in JSON; it is added."""
    values, why = values_in(body)
    flat = values[0] if values and isinstance(values[0], list) else values
    if why and LOOKS_LIKE_CALL.match(body):
        finds.faults.append(("call_unparsable", f"{why}: {shown(body, 60)}"))
        return True
    if why or not flat or not all(is_call(value) for value in flat):
        return False
    read_json(body, "json", finds)
    return True


def _is_whole(body: str) -> bool:
    """Whether a body that holds an opening tag itself is a call all the same."""
    if body.count(START) > MOST_NESTED:
        return False
    tried = Finds([], [])
    read_block(body, {}, tried)
    return bool(tried.calls) and not tried.faults


def _add_cut(tried: Finds, finds: Finds) -> None:
    """Add the calls of a block that has no end; that it cannot be read to one is the same fault."""
    finds.calls.extend(tried.calls)
    finds.faults.extend(fault for fault in tried.faults if fault[0] not in CUT)


def _untagged(content: str, signatures: Signatures, finds: Finds) -> str:
    """`<function=...>` that no tag stands around: the server's parser never sees it."""
    start = content.find(FUNCTION)
    end = content.rfind(FUNCTION_END)
    after = end + len(FUNCTION_END) if end >= 0 else len(content)
    tried = Finds([], [])
    read_xml(content[start:after], signatures, tried)
    if not tried.calls or "`" in content[max(0, start - 1) : start]:
        return content  # an answer that talks about the tag
    finds.calls.extend(tried.calls)
    finds.faults.extend(tried.faults)
    finds.faults.append(("call_untagged", shown(content[start:after])))
    return content[:start] + content[after:]


def _fenced(content: str, signatures: Signatures, finds: Finds) -> str | None:
    """The text before the fences that end the message, if they are calls; they are added."""
    if content.count(FENCE) % 2:
        return _half_fenced(content, finds)
    text, bodies = content.rstrip(), []
    while text.endswith(FENCE):
        start = text.rfind(FENCE, 0, -len(FENCE))
        if start < 0:
            break
        language, newline, body = text[start + len(FENCE) : -len(FENCE)].partition("\n")
        if not newline or language.strip().lower() not in FENCE_WORDS:
            break
        if not _may_be_call(body, signatures):
            break
        bodies.append(body)
        text = text[:start].rstrip()
    if not bodies:
        return None
    for body in reversed(bodies):
        read_json(body.strip(), "markdown_json", finds)
    return text


def _half_fenced(content: str, finds: Finds) -> str | None:
    """The text before the last fence, if it opens a call and nothing closes it."""
    text, _, rest = content.rpartition(FENCE)
    language, newline, body = rest.partition("\n")
    if not newline or language.strip().lower() not in FENCE_WORDS:
        return None
    if not LOOKS_LIKE_CALL.match(body.strip()):
        return None
    finds.faults.append(("call_unclosed", f"no {FENCE} after {shown(body.strip(), 50)}"))
    tried = Finds([], [])
    read_json(body.strip(), "markdown_json", tried)
    _add_cut(tried, finds)
    return text


def _may_be_call(body: str, signatures: Signatures) -> bool:
    values, why = values_in(body.strip())
    if why:
        return LOOKS_LIKE_CALL.match(body.strip()) is not None
    flat = values[0] if isinstance(values[0], list) else values
    return bool(flat) and all(
        is_call(value) and (value.get("name") in signatures or not is_vague(value))
        for value in flat
    )


def _without_fence(body: str) -> str:
    inner = body.removeprefix(FENCE).removesuffix(FENCE)
    language, newline, rest = inner.partition("\n")
    is_language = newline and language.strip().isalnum()
    return rest if is_language or not language.strip() else inner
