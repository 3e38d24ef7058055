r"""Texts as tokens, each piece between two special tokens encoded once.

    encoder = Encoder(tokenizer)
    pieces, = encoder.encode(["<|im_start|>user\nHi<|im_end|>"])
    count_of(pieces)                                        # 5

A tokenizer cuts a text at its special tokens first. So the system prompt and the tools that stand
in every row, and the prompt that stands in the row itself, have to be encoded but once.
"""

import re
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

Pieces = list["array[int]"]
KNOWN_PIECES = 20_000  # kept at most; chosen by us, 2026-11-21: some 20 MB
PROBE = "x{0}x y{0}\n\nz {0}  {0}w\t{0}é{0} "  # what tokenizers treat differently beside a mark


class Encoder:
    """Encodes as `tokenizer(text, add_special_tokens=False)` does, and remembers pieces."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, array[int]] = {}
        self._mark = _mark(tokenizer)

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        """The tokens of each text, in pieces; together they are those of the whole text."""
        if len(self._known) > KNOWN_PIECES:
            self._known.clear()
        cut = [self._mark.split(text) if self._mark else [text] for text in texts]
        new = [piece for piece in dict.fromkeys(chain(*cut)) if piece not in self._known]
        if new:
            encoded = plain(self._tokenizer, new)
            self._known.update(zip(new, (array("I", ids) for ids in encoded), strict=True))
        return [[self._known[piece] for piece in pieces] for pieces in cut]


def plain(tokenizer: Any, texts: list[str], *, with_special: bool = False) -> list[list[int]]:
    """The tokens of each text. with_special: and what the tokenizer itself puts around it."""
    if not texts:
        return []
    return tokenizer(texts, add_special_tokens=with_special, return_attention_mask=False)[
        "input_ids"
    ]


def count_of(pieces: Pieces) -> int:
    """The number of tokens."""
    return sum(map(len, pieces))


def begins_with(whole: Pieces, start: Pieces) -> bool:
    """Whether the tokens of a text begin with those of another, which its text begins with."""
    last = len(start) - 1
    return whole[:last] == start[:last] and whole[last][: len(start[last])] == start[last]


def _mark(tokenizer: Any) -> re.Pattern[str] | None:
    """A pattern of the special tokens at which this tokenizer's texts can be cut."""
    marks = [
        token.content
        for token in tokenizer.added_tokens_decoder.values()
        if token.special and not (token.lstrip or token.rstrip or token.single_word)
    ]
    if not marks:
        return None
    marks.sort(key=len, reverse=True)
    pattern = re.compile(f"({'|'.join(map(re.escape, marks))})")
    probe = "".join(PROBE.format(mark) for mark in marks)
    pieces = chain(*plain(tokenizer, pattern.split(probe)))
    return pattern if list(pieces) == plain(tokenizer, [probe])[0] else None
