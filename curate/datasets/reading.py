"""One row of a dataset, read: from the bytes of a line, or from the object in it.

    read(b'{"messages": [{"role": "user", "content": "Where is A?"}, ...]}')

A pure function: values in, values out. It never raises; what cannot be read is a fault.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from curate.datasets.call_json import read_object
from curate.datasets.call_python import code_of, read_inner
from curate.datasets.decoding import Decoded, crashed, decode, shown
from curate.datasets.embedded import embedded
from curate.datasets.forms import category_of, form_of, turns_in
from curate.datasets.found import Finds, Found, Signatures
from curate.datasets.hashing import canonical, folded, hash_of, hash_of_all
from curate.datasets.offered import Toolset, offered
from curate.datasets.results import is_result, results_in
from curate.datasets.row import Call, Fault, Message, Result, Row
from curate.datasets.turns import CALL_ROLES, Turn, listed

CHATML = "<|im_"


class Reading(NamedTuple):
    """A row with its faults in it; or None, and the faults why the line is none."""

    row: Row | None
    faults: tuple[Fault, ...]


def read(line: bytes | object) -> Reading:
    """The row of a line, or of a value that is decoded already."""
    return read_decoded(decode(line) if isinstance(line, bytes) else Decoded(line, ()))


def read_decoded(decoded: Decoded) -> Reading:
    """The row of a line that is decoded; the faults of decoding it are the first of it."""
    try:
        return _read(decoded)
    except RecursionError:
        return Reading(None, (Fault("row_too_deep", "nested too deep to be read"),))
    except Exception as error:  # noqa: BLE001  one row must not end the audit of a million
        return Reading(None, (crashed(error),))


def _read(decoded: Decoded) -> Reading:
    value, faults = decoded.value, list(decoded.faults)
    if not isinstance(value, dict):
        if value is not None or not faults:
            faults.append(Fault("row_unreadable", f"no object: {shown(str(value))}"))
        return Reading(None, tuple(faults))
    form = form_of(value)
    if form is None:
        keys = ", ".join(map(str, value)) or "none"
        return Reading(None, (*faults, Fault("row_form_unknown", f"keys: {shown(keys)}")))
    turns = turns_in(value, form, faults)
    tools = offered(value, turns, faults)
    conversation = _Conversation(tools.signatures, faults)
    for ordinal, turn in enumerate(turns):
        conversation.add(ordinal, turn, is_split=form == "text")
    row = conversation.row(form, tools, category_of(value))
    return Reading(row, row.faults)


class _Conversation:
    """The messages, calls and results of one row, as its turns are added."""

    def __init__(self, signatures: Signatures, faults: list[Fault]) -> None:
        self._signatures, self._faults = signatures, faults
        self._messages: list[Message] = []
        self._calls: list[Call] = []
        self._results: list[Result] = []
        self._awaited: list[str] = []  # tools that were called and whose results are not there yet
        self._said: list[str] = []  # what near-duplicates are found by
        self._whole: list[str] = []  # what makes the row this row

    def add(self, ordinal: int, turn: Turn, *, is_split: bool) -> None:
        """The next turn. is_split: it was cut out of ChatML, so no mark of it can be left."""
        content = turn.content
        if CHATML in content and not is_split:
            self._faults.append(Fault("chatml_in_content", shown(_around(content)), ordinal))
        result = is_result(turn, is_after_call=bool(self._awaited))
        self._whole += (turn.role, content)
        prose, count_calls = content, 0
        if result:
            found = results_in(turn, ordinal, self._awaited, self._faults)
            self._results += found
            del self._awaited[: len(found)]
        elif turn.role == "assistant":
            prose, count_calls = self._said_and_called(ordinal, turn)
        elif turn.role != "system":
            self._said.append(content)
        self._messages.append(
            Message(ordinal, turn.role, turn.source_role, content, prose, count_calls, result)
        )

    def _said_and_called(self, ordinal: int, turn: Turn) -> tuple[str, int]:
        """What an assistant's turn says besides its calls, and their number."""
        finds = Finds([], [])
        is_call_role = turn.source_role in CALL_ROLES
        prose = embedded(turn.content, self._signatures, finds, is_call_role=is_call_role)
        in_content = len(finds.calls)
        if turn.calls is not None:
            _read_structured(turn.calls, finds)
            self._whole += (
                canonical([call.tool, call.arguments]) for call in finds.calls[in_content:]
            )
            written = {call.tool for call in finds.calls[:in_content]}
            if written & {call.tool for call in finds.calls[in_content:]}:
                finds.faults.append(("call_written_twice", "in `tool_calls` and in the content"))
        if prose:
            self._said.append(prose)
        self._awaited = [] if finds.calls or not finds.faults else [""]
        top = finds.calls
        for found in top:
            self._add_call(ordinal, found, finds)
        self._faults += [Fault(rule, evidence, ordinal) for rule, evidence in finds.faults]
        return prose, len(top)

    def _add_call(self, ordinal: int, found: Found, finds: Finds) -> None:
        code = code_of(found.tool, found.arguments)
        written = canonical(found.arguments)
        self._said.append(code if code is not None else f"{found.tool} {written}")
        self._awaited.append(found.tool)
        self._calls.append(self._call(ordinal, found, written))
        if code is not None:
            inner = Finds([], finds.faults)
            read_inner(code, self._signatures, inner)
            self._calls += [
                self._call(ordinal, call, canonical(call.arguments), len(self._calls) + place)
                for place, call in enumerate(inner.calls)
            ]

    def _call(self, ordinal: int, found: Found, written: str, position: int | None = None) -> Call:
        return Call(
            ordinal,
            len(self._calls) if position is None else position,
            found.dialect,
            found.tool,
            found.arguments,
            written,
            found.is_in_code,
            found.fields,
            hash_of(f"{found.tool}\x1e{written}"),
        )

    def row(self, form: str, tools: Toolset, category: str | None) -> Row:
        """The row, when all turns are in it."""
        calls, faults = self._calls, self._faults
        asked = [
            message.content
            for message in self._messages
            if message.role == "user" and not message.is_result
        ]
        systems = [message.content for message in self._messages if message.role == "system"]
        is_tool = bool(calls) or any(fault.rule.startswith("call_") for fault in faults)
        first = asked[0] if asked else None
        first_hash = None if first is None else hash_of(first)
        return Row(
            form=form,
            kind="tool" if is_tool else "direct",
            surface=_surface(calls),
            messages=tuple(self._messages),
            calls=tuple(calls),
            results=tuple(self._results),
            tools=tools.tools,
            faults=tuple(faults),
            category=category,
            first_user=first,
            conversation="\n".join(self._said),
            row_hash=hash_of_all((*self._whole, str(tools.toolset_id))),
            system_hash=hash_of_all(systems) if systems else None,
            first_user_hash=first_hash,
            first_user_folded_hash=None if first is None else hash_of(folded(first)),
            user_turns_hash=hash_of_all(asked) if len(asked) > 1 else first_hash,
            calls_hash=hash_of_all(str(call.hash) for call in calls) if calls else None,
            toolset_id=tools.toolset_id,
        )


def _read_structured(given: Any, finds: Finds) -> None:
    """Add the calls of `tool_calls`, or of the older `function_call`."""
    calls = [given] if isinstance(given, dict) else listed(given)
    if calls is None:
        finds.faults.append(("call_unparsable", f"tool_calls: {shown(str(given), 60)}"))
        return
    for call in calls:
        read_object(call, "openai", finds)


def _surface(calls: Sequence[Call]) -> str | None:
    if not calls:
        return None
    in_code = any(
        call.is_in_code or code_of(call.tool, dict(call.arguments)) is not None for call in calls
    )
    return "code" if in_code else "direct"


def _around(content: str) -> str:
    place = content.find(CHATML)
    return content[max(0, place - 20) : place + 40]


def dialects_of(calls: Sequence[Call]) -> list[str]:
    """The dialects in which a row's own calls are written, by name."""
    return sorted({call.dialect for call in calls if call.dialect != "code"})
