r"""The tokens of every row, and which of them are trained: each reply with its stop, nothing else.

    one, = encoded([{"messages": [...], "tools": [...]}], open_model("models/tiny"))
    one.tokens[one.is_trained]      # "The reply<|im_end|>", and so on for every reply of the row

Not trained are the system prompt, the tools, the user, what tools returned, `<|im_start|>assistant`
and the line break after the stop. A row is rendered by the tokenizer's own chat template, once
whole and once as far as each reply: as the server would ask for it. Where that is no prefix of the
whole, in text or in tokens, nothing is guessed and the row is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from curate.datasets.chatml import END, START
from curate.datasets.decoding import shown
from curate.datasets.reading import read
from curate.datasets.tokens.chats import Chat, chat_of
from curate.datasets.tokens.encoding import begins_with, count_of, plain
from curate.datasets.tokens.opening import Model
from curate.errors import CurateError

ASSISTANT = "assistant"
SHOWN_CHARS = 160


class Encoded(NamedTuple):
    """A row as it is trained. tokens: int32, shape (T,); is_trained: bool, shape (T,)."""

    tokens: npt.NDArray[np.int32]
    is_trained: npt.NDArray[np.bool_]

    @property
    def count_tokens(self) -> int:
        """The length of the row."""
        return len(self.tokens)

    @property
    def count_trained(self) -> int:
        """How many of its tokens are trained."""
        return int(self.is_trained.sum())


class UnmaskableError(Exception):
    """Why it cannot be told which tokens of a row are its replies."""


def encoded(rows: Iterable[Mapping[str, Any]], model: Model) -> list[Encoded]:
    """The tokens of each row, in order. Raises CurateError for the first that has no clear mask."""
    every = []
    for number, row in enumerate(rows, 1):
        try:
            every.append(encode(row, model))
        except UnmaskableError as error:
            raise CurateError(
                f"row {number}",
                f"cannot be masked\n{error}",
                "see what is wrong with it: curate audit DATA --tokenizer MODEL",
            ) from None
    return every


def encode(value: Mapping[str, Any], model: Model) -> Encoded:
    """The tokens of one row. Raises UnmaskableError. A pure function."""
    row = read(value).row
    if row is None:
        raise UnmaskableError(f"it is no conversation: {shown(str(value), SHOWN_CHARS)}")
    chat = chat_of(value, row)
    try:
        if chat.text is not None:
            return _marked(chat.text, list(_turns(chat.text)), model, is_plain=True)
        whole = _render(chat, None, model)
        return _marked(whole, list(_replies(chat, whole, model)), model)
    except UnmaskableError:
        raise
    except Exception as error:  # noqa: BLE001  templates are programs, and raise all kinds
        raise UnmaskableError(shown(f"{type(error).__name__}: {error}", SHOWN_CHARS)) from None


def _replies(chat: Chat, whole: str, model: Model) -> Iterator[tuple[int, int]]:
    """First character of each reply, and the one after its stop."""
    for number, message in enumerate(chat.messages):
        if message.get("role") != ASSISTANT:
            continue
        is_last = number == len(chat.messages) - 1
        after = whole if is_last else _render(chat, number + 1, model).rstrip()
        start = _start(chat, number, whole, model)
        if not whole.startswith(after):
            raise UnmaskableError(f"message {number} is rendered otherwise when more follows it")
        end = max(after.rfind(stop, start) + len(stop) for stop in _there(after, start, model))
        yield start, end


def _start(chat: Chat, number: int, whole: str, model: Model) -> int:
    """The first character of a reply."""
    if number:
        before = _render(chat, number, model, is_asked=True)
        if not whole.startswith(before):
            raise UnmaskableError(
                f"what is asked before message {number} does not begin what is trained"
            )
        return len(before)
    # nobody asks for the first message: what a reply begins after is seen behind it
    head = _render(chat, 1, model, is_asked=True).removeprefix(_render(chat, 1, model))
    place = whole.find(head) if head else -1
    if place < 0:
        raise UnmaskableError("the reply that is its first message cannot be found")
    return place + len(head)


def _there(text: str, start: int, model: Model) -> list[str]:
    """The stops that a reply has."""
    stops = [stop for stop in model.stops if stop in text[start:]]
    if not stops:
        raise UnmaskableError(
            f"no token ends the reply {shown(text[start:], 60)}: {', '.join(model.stops)}"
        )
    return stops


def _turns(text: str) -> Iterator[tuple[int, int]]:
    """The same of a text in ChatML. One that is not closed goes to the end of the text."""
    starts = list(_places(text, START))
    for start, following in pairwise([*starts, len(text)]):
        first = start + len(START)
        line = text.find("\n", first, following)
        if line < 0 or text[first:line].strip().lower() != ASSISTANT:
            continue
        end = text.find(END, line, following)
        yield line + 1, following if end < 0 else end + len(END)


def _places(text: str, mark: str) -> Iterator[int]:
    place = text.find(mark)
    while place >= 0:
        yield place
        place = text.find(mark, place + len(mark))


def _marked(
    text: str, spans: list[tuple[int, int]], model: Model, *, is_plain: bool = False
) -> Encoded:
    """The tokens of a text, with those of these spans marked."""
    edges = [edge for span in spans for edge in span]
    whole, *parts = model.encoder.encode([text, *(text[:edge] for edge in edges)])
    for edge, part in zip(edges, parts, strict=True):
        if not begins_with(whole, part):
            raise UnmaskableError(
                f"one token lies on both sides of “{shown(text[edge - 20 : edge + 20], 60)}”"
            )
    tokens = np.fromiter((token for piece in whole for token in piece), np.int32)
    is_trained = np.zeros(len(tokens), np.bool_)
    counts = [count_of(part) for part in parts]
    for first, last in zip(counts[::2], counts[1::2], strict=True):
        is_trained[first:last] = True
    one = Encoded(tokens, is_trained)
    return _as_read_plainly(one, text, model) if is_plain else one


def _as_read_plainly(one: Encoded, text: str, model: Model) -> Encoded:
    """With what the tokenizer puts around a text, and the stop that mlx-lm puts after one."""
    tokens = np.array(plain(model.tokenizer, [text], with_special=True)[0], np.int32)
    is_trained = np.zeros(len(tokens), np.bool_)
    first = next(
        (
            place
            for place in range(len(tokens) - len(one.tokens) + 1)
            if np.array_equal(tokens[place : place + len(one.tokens)], one.tokens)
        ),
        None,
    )
    if first is None:
        raise UnmaskableError("its tokens change with those that the tokenizer puts around a text")
    is_trained[first : first + len(one.tokens)] = one.is_trained
    eos = model.tokenizer.eos_token_id
    if len(one.tokens) and one.is_trained[-1] and one.tokens[-1] != eos:  # it was not closed
        tokens, is_trained = np.append(tokens, np.int32(eos)), np.append(is_trained, np.True_)
    return Encoded(tokens, is_trained)


def _render(chat: Chat, count: int | None, model: Model, *, is_asked: bool = False) -> str:
    return model.template.render(chat.messages[:count], chat.tools, is_asked=is_asked)
