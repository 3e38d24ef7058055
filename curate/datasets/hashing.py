"""64-bit hashes of what a row says, the same on every machine and in every version."""

import re
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

FORBIDDEN = re.compile("[\ud800-\udfff]")  # halves of a pair: UTF-8 has no bytes for them
_canonical = msgspec.json.Encoder(order="deterministic")


def hash_of(text: str) -> int:
    """BLAKE2b of a text, 64 bits of it: two of a million texts agree once in 40 million times."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def hash_of_all(texts: Iterable[str]) -> int:
    """Hash of several texts in their order, that knows where one ends."""
    return hash_of("\x1e".join(texts))


def folded(text: str) -> str:
    """The text as a reader compares it: without case, with every run of space as one blank."""
    return " ".join(text.casefold().split())


def canonical(value: object) -> str:
    """A JSON value as text, keys sorted, so that equal values have equal texts."""
    return _canonical.encode(value).decode()
