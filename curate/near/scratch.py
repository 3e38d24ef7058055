"""Named work arrays that are allocated once and used for every window.

A cold NumPy run spends half its time on page faults of fresh arrays; these are touched once.
"""

import numpy as np


class Scratch:
    """Arrays by name, grown when a longer one is asked for; what they held is not kept."""

    def __init__(self) -> None:
        self._arrays: dict[str, np.ndarray] = {}

    def array(self, name: str, length: int, dtype: type) -> np.ndarray:
        """An uninitialised array of `length`; valid until the same name is asked for again."""
        held = self._arrays.get(name)
        if held is None or len(held) < length or held.dtype != dtype:
            held = self._arrays[name] = np.empty(length + length // 4, dtype)
        return held[:length]
