"""Choices that follow from a seed alone: the least md5 of a key and the seed."""

import hashlib
from collections.abc import Sequence


def pick_digest(seed: int, *key: object) -> str:
    """What choices are ordered by: the md5 of a key and the seed."""
    words = "\0".join(map(str, (*key, seed)))
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


def choose(seed: int, kind: str, key: str, options: Sequence[str]) -> str:
    """One of the options: the same one for the same seed and key."""
    return min(options, key=lambda option: pick_digest(seed, kind, key, option))
