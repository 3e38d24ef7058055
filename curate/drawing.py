"""Choices that follow from a key and a seed alone: nothing is random, and no order of arrival."""

import hashlib
from collections.abc import Sequence


def digest_of(seed: int, *key: object) -> str:
    """What choices are ordered by: the md5 of a key and the seed."""
    return _md5("\0".join(map(str, (*key, seed)))).hexdigest()


def choose(seed: int, kind: str, key: str, options: Sequence[str]) -> str:
    """One of the options: the same one for the same seed and key."""
    return min(options, key=lambda option: digest_of(seed, kind, key, option))


def number_of(key: str) -> int:
    """A number from 0 to 2**128 - 1, drawn for a key."""
    return int.from_bytes(_md5(key).digest())


def share_of(key: str) -> float:
    """A fraction from 0 to 1, drawn for a key."""
    return number_of(key) / 2**128


def _md5(text: str) -> "hashlib._Hash":
    return hashlib.md5(text.encode(), usedforsecurity=False)
