"""A row rendered as training renders it, and what is wrong with that for serving.

    rendering = rendered(chat, model)
    rendering.whole[len(rendering.prompt):]    # what is trained when the prompt is masked
    rendering.faults                           # (Fault("call_unserved", ..., ordinal=2),)

The server renders the messages before a reply and asks for it. Where that is no prefix of what was
trained, or where the reply reads otherwise than the row says, training and serving differ.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from curate.datasets.decoding import shown
from curate.datasets.hashing import canonical
from curate.datasets.row import Call, Fault
from curate.datasets.tokens.chats import Chat
from curate.datasets.tokens.opening import Model
from curate.datasets.tokens.serving import Reply, read_reply

WORDS = re.compile(r"[\w .,;:()-]{8,}", re.ASCII)  # what no template or JSON writes otherwise


class Rendering(NamedTuple):
    """The texts of a row; `whole` is None where it cannot be rendered.

    prompt: what `--mask-prompt` does not train, as mlx-lm counts it: all but the last message.
    is_plain: a text that no template was asked for.
    """

    whole: str | None
    prompt: str | None
    faults: tuple[Fault, ...]
    is_plain: bool = False

    @property
    def is_stable(self) -> bool:
        """Whether the whole text begins with the prompt, which masking takes for granted."""
        return bool(self.whole and self.prompt and self.whole.startswith(self.prompt))


def rendered(chat: Chat, model: Model) -> Rendering:
    """The texts of a conversation and its faults. A pure function that never raises."""
    try:
        whole = model.render(chat.messages, chat.tools, is_asked=False)
    except Exception as error:  # noqa: BLE001  templates are programs, and raise all kinds
        return Rendering(None, None, (Fault("render_failed", _told(error)),))
    faults: list[Fault] = []
    prompt, head = None, None
    for number, message in enumerate(chat.messages):
        is_last = number == len(chat.messages) - 1
        is_reply = message.get("role") == "assistant"
        if not (is_reply or is_last):
            continue
        try:
            before = model.render(chat.messages[:number], chat.tools, is_asked=is_reply)
        except Exception as error:  # noqa: BLE001
            if number:  # nothing is before the first message, and nothing asks for it
                faults.append(_fault(chat, number, "render_failed", f"before it: {_told(error)}"))
            continue
        head = before if head is None else head
        if is_reply:
            faults += _reply_faults(chat, number, whole, before, model)
        if is_last:
            prompt = before
    faults += _lost(chat, whole, head or whole, model)
    return Rendering(whole, prompt, tuple(faults))


def _reply_faults(
    chat: Chat, number: int, whole: str, before: str, model: Model
) -> Iterator[Fault]:
    """What is wrong with one of the assistant's messages, when it is a reply to what is before."""
    if whole.startswith(before):
        text = whole[len(before) :]
    else:
        place = _common(whole, before)
        evidence = f"trained: {_at(whole, place)}, asked for: {_at(before, place)}"
        yield _fault(chat, number, "template_unstable", evidence)
        alone = model.render(chat.messages[: number + 1], chat.tools, is_asked=False)
        text = alone[_common(alone, before) :]
    ends = [place for stop in model.stops if (place := text.find(stop)) >= 0]
    if not ends:
        yield _fault(chat, number, "turn_unended", f"...{shown(text[-40:])}")
    if model.parser is None:
        return
    stored = chat.calls.get(number, ())
    reply = read_reply(model, text[: min(ends, default=len(text))], before, chat.tools)
    if evidence := _difference(stored, reply):
        yield _fault(chat, number, "call_unserved", evidence)


def _difference(stored: Sequence[Call], reply: Reply) -> str | None:
    """How the calls that a client gets differ from those that the row holds."""
    if not stored and not reply.calls:
        return None
    reasons = reply.failures or ("the parser finds no call in the text",)
    for place in count():
        if place == len(reply.calls):
            if place == len(stored):
                return None
            return shown(f"{_named(stored[place])} is not read: {reasons[0]}", 240)
        tool, arguments = reply.calls[place]
        read = f"{tool} {canonical(arguments)}"
        if place == len(stored):
            return shown(f"read is a call that the row has not: {read}", 240)
        if tool != stored[place].tool or not _is_same(stored[place].arguments, arguments):
            return shown(f"{_named(stored[place])} is read as {read}", 240)
    return None


def _is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 2 and 2.0 are, 1 and true are not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(_is_same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_is_same, one, other))
    return one == other


def _lost(chat: Chat, whole: str, head: str, model: Model) -> Iterator[Fault]:
    """What the row says and the rendering does not: tools that it offers, contents.

    head: what stands before the first reply.
    """
    if isinstance(chat.tools, list):
        names = [_name(tool) for tool in chat.tools]
        if lost := [name for name in names if name is not None and name not in head]:
            yield Fault("offer_unrendered", shown(f"without {', '.join(lost)}"))
    for number, message in enumerate(chat.messages):
        content = message.get("content")
        if not isinstance(content, str):
            if chat.is_pair:
                what = f"a {type(content).__name__} as {'completion' if number else 'prompt'}"
                yield _fault(chat, number, "pair_not_text", what)
        elif chat.is_pair and (mark := next((m for m in model.reserved if m in content), None)):
            yield _fault(chat, number, "pair_rendered_twice", f"holds {mark}, and is put into it")
        elif content.strip() not in whole:
            # a template may write it as JSON, or without what was thought
            longest = max(WORDS.findall(content), key=len, default="").strip()
            if longest not in whole:
                yield _fault(chat, number, "content_unrendered", shown(longest))


def _name(tool: Any) -> str | None:
    function = tool.get("function", tool) if isinstance(tool, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    return name if isinstance(name, str) else None


def _named(call: Call) -> str:
    return f"{call.tool} {call.canonical}"


def _fault(chat: Chat, number: int, rule: str, evidence: str) -> Fault:
    return Fault(rule, evidence, chat.ordinals[number])


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _at(text: str, place: int) -> str:
    return f"...{shown(text[max(0, place - 10) : place + 30], 60)}"


def _told(error: Exception) -> str:
    return shown(f"{type(error).__name__}: {error}", 160)
