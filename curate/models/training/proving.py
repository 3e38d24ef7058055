r"""Whether what is trained of a row is what its replies say, by a reader that knows no mask.

    unlike(value, one, model)     # None, or "reply 2 is trained as “...”, and is “...”"

The masker renders a row as far as each reply and counts tokens. This decodes the tokens and reads
the text again: its turns as ChatML, and the calls in them by mlx-lm's own parser. Both must come to
the same on every row, before a minute of training is spent.
"""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import numpy as np

from curate.datasets.chatml import END, START, turns_of_text
from curate.datasets.decoding import shown
from curate.datasets.reading import read
from curate.datasets.tokens.chats import chat_of
from curate.datasets.tokens.opening import Model
from curate.datasets.tokens.replies import difference
from curate.datasets.tokens.serving import read_reply
from curate.models.training.masking import ASSISTANT, Encoded

SHOWN_CHARS = 60


def unlike(value: Mapping[str, Any], one: Encoded, model: Model) -> str | None:
    """How what is trained differs from the row's replies; None where it does not."""
    trained = trained_texts(one, model)
    whole = _decoded(one.tokens, model)
    if START in whole:
        turns = [turn for turn in turns_of_text(whole, []) if turn.role == ASSISTANT]
        spans = [f"{turn.content}{END}" for turn in turns]
        for number, (text, span) in enumerate(zip_longest(trained, spans), 1):
            if text != span:
                return f"reply {number} is trained as {_quoted(text)}, and is {_quoted(span)}"
    return _unlike_row(value, trained, model)


def trained_texts(one: Encoded, model: Model) -> list[str]:
    """The text of each unbroken stretch of trained tokens."""
    flags = np.concatenate([[False], one.is_trained, [False]])
    edges = np.flatnonzero(flags[1:] != flags[:-1]).reshape(-1, 2)
    return [_decoded(one.tokens[first:last], model) for first, last in edges]


def _unlike_row(value: Mapping[str, Any], trained: list[str], model: Model) -> str | None:
    """The same against the messages of the row: their contents, their calls, their ends."""
    row = read(value).row
    if row is None:
        return "the row cannot be read"
    chat = chat_of(value, row)
    numbers = [n for n, one in enumerate(chat.messages) if one.get("role", "") == ASSISTANT]
    if len(numbers) != len(trained):
        return f"{len(trained)} replies are trained, and the row has {len(numbers)}"
    for number, text in zip(numbers, trained, strict=True):
        stop = next((stop for stop in model.stops if text.endswith(stop)), None)
        if stop is None:
            return f"the reply {_quoted(text)} is trained without a stop"
        reply = text.removesuffix(stop)
        content = chat.messages[number].get("content") or ""
        if isinstance(content, str) and content.strip() not in reply:
            return f"message {number} is {_quoted(content)}, and trained is {_quoted(reply)}"
        read_calls = read_reply(model, reply, "", chat.tools) if model.parser else None
        if read_calls and (how := difference(chat.calls.get(number, ()), read_calls)):
            return f"message {number}: {how}"
    return None


def _decoded(tokens: Any, model: Model) -> str:
    return model.tokenizer.decode(
        tokens.tolist(), skip_special_tokens=False, clean_up_tokenization_spaces=False
    )


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f"“{shown(text, SHOWN_CHARS)}”"
