"""A row rendered as training renders it, and what is wrong with that for serving.

    rendering = rendered(chat, model)
    rendering.whole[len(rendering.prompt):]    # what is trained when the prompt is masked
    rendering.faults                           # (Fault("call_unserved", ..., ordinal=2),)

The server renders the messages before a reply and asks for it. Where that is no prefix of what was
trained, or where the reply reads otherwise than the row says, training and serving differ.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from curate.datasets.decoding import shown
from curate.datasets.row import Fault
from curate.datasets.tokens.chats import Chat, as_received
from curate.datasets.tokens.opening import Model
from curate.datasets.tokens.replies import difference
from curate.datasets.tokens.serving import read_reply

WORDS = re.compile(r"[\w .,;:()-]{8,}", re.ASCII)  # what no template or JSON writes otherwise
SHOWN_CHARS = 160
PAIR = ("prompt", "completion")


class Rendering(NamedTuple):
    """The texts of a row; `whole` is None where it cannot be rendered.

    prompt: what `--mask-prompt` does not train, as mlx-lm counts it: all but the last message.
    is_plain: `whole` is a text that no template has written.
    """

    whole: str | None
    prompt: str | None
    faults: tuple[Fault, ...]
    is_plain: bool = False

    @property
    def is_stable(self) -> bool:
        """Whether the whole text begins with the prompt, which masking takes for granted."""
        return bool(self.whole and self.prompt and self.whole.startswith(self.prompt))


class Reply(NamedTuple):
    """A message that is asked for: its number, what is rendered before it and with it."""

    number: int
    before: str
    after: str


def rendered(chat: Chat, model: Model) -> Rendering:
    """The texts of a conversation and its faults. A pure function."""
    if faults := tuple(_not_text(chat)):
        return Rendering(None, None, faults)
    try:
        whole = chat.text if chat.text is not None else _render(chat, None, model)
    except Exception as error:  # noqa: BLE001  templates are programs, and raise all kinds
        return Rendering(None, None, (Fault("render_failed", _told(error)),))
    found: list[Fault] = []
    prompt, head, last = None, None, len(chat.messages) - 1
    for number, message in enumerate(chat.messages):
        is_reply = message.get("role") == "assistant"
        if not number or not (is_reply or number == last):  # nobody asks for the first message
            continue
        try:
            before = _render(chat, number, model, is_asked=is_reply)
            is_whole = number == last and chat.text is None
            after = whole if is_whole else _render(chat, number + 1, model)
        except Exception as error:  # noqa: BLE001
            evidence = f"as far as it is asked for: {_told(error)}"
            found.append(_fault(chat, number, "render_failed", evidence))
            continue
        head = before if head is None else head
        prompt = before if is_whole else None
        if is_reply:
            found += _reply_faults(chat, Reply(number, before, after), whole, model)
    if chat.text is not None:
        return Rendering(whole, None, tuple(found), is_plain=True)
    found += _received_faults(chat, whole, model)
    found += _lost(chat, whole, head or whole, model)
    return Rendering(whole, prompt, tuple(found))


def _render(chat: Chat, count: int | None, model: Model, *, is_asked: bool = False) -> str:
    """The first messages of a conversation; raises what the template raises."""
    return model.template.render(chat.messages[:count], chat.tools, is_asked=is_asked)


def _received_faults(chat: Chat, whole: str, model: Model) -> Iterator[Fault]:
    """What the server changes in the messages that it gets, where that changes what is rendered."""
    replies = (n for n, one in enumerate(chat.messages) if one.get("role") == "assistant")
    number = max(replies, default=0)
    try:
        messages = as_received(chat.messages)
        if messages is None or not number:
            return
        before = model.template.render(messages[:number], chat.tools, is_asked=True)
    except Exception as error:  # noqa: BLE001  the server answers with an error, too
        evidence = f"as the server gets it: {_told(error)}"
        yield _fault(chat, number, "render_failed", evidence)
        return
    if not whole.startswith(before):
        yield _fault(chat, number, "template_unstable", _unlike(whole, before))


def _reply_faults(chat: Chat, reply: Reply, whole: str, model: Model) -> Iterator[Fault]:
    """What is wrong with one of the assistant's messages, when it is a reply to what is before."""
    number, before, after = reply
    for served in (before, after.rstrip()):
        if not whole.startswith(served):
            rule = "template_unstable" if chat.text is None else "text_unlike_served"
            yield _fault(chat, number, rule, _unlike(whole, served))
            break
    text = _text_of(chat, reply, model)
    if text is None:
        return
    ends = [place for stop in model.stops if (place := text.find(stop)) >= 0]
    if not ends:
        yield _fault(chat, number, "turn_unended", shown(text[-40:]) or "an empty reply")
    if model.parser is not None:
        read = read_reply(model, text[: min(ends, default=len(text))], before, chat.tools)
        if evidence := difference(chat.calls.get(number, ()), read):
            yield _fault(chat, number, "call_unserved", evidence)


def _text_of(chat: Chat, reply: Reply, model: Model) -> str | None:
    """The reply itself; None where the rendering does not tell what of it that is."""
    number, before, after = reply
    if after.startswith(before):
        return after[len(before) :]
    try:
        head = before.removeprefix(_render(chat, number, model))  # what a reply begins after
    except Exception:  # noqa: BLE001  it renders only when asked
        return None
    return after.rpartition(head)[2] if head and head in after else None


def _not_text(chat: Chat) -> Iterator[Fault]:
    """Prompts and completions that are lists of messages, or anything else."""
    for number, message in enumerate(chat.messages if chat.is_pair else ()):
        if not isinstance(message["content"], str):
            what = f"a {type(message['content']).__name__} as {PAIR[number]}"
            yield _fault(chat, number, "pair_not_text", what)


def _lost(chat: Chat, whole: str, head: str, model: Model) -> Iterator[Fault]:
    """What the row says and the rendering does not: tools that it offers, contents.

    head: what stands before the first reply.
    """
    if isinstance(chat.tools, list):
        names = [_name(tool) for tool in chat.tools]
        if lost := [name for name in names if name is not None and name not in head]:
            yield Fault("offer_unrendered", shown(f"without {', '.join(lost)}", SHOWN_CHARS))
    for number, message in enumerate(chat.messages):
        content = message.get("content")
        if not isinstance(content, str):
            continue
        if chat.is_pair and (mark := next((m for m in model.reserved if m in content), None)):
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


def _unlike(whole: str, served: str) -> str:
    """Both texts where they part."""
    place = _common(whole, served)
    return f"trained is {_at(whole, place)}, and served {_at(served, place)}"


def _at(text: str, place: int) -> str:
    return f"“{shown(text[max(0, place - 16) : place + 32], 60)}”"


def _told(error: Exception) -> str:
    return shown(f"{type(error).__name__}: {error}", SHOWN_CHARS)
