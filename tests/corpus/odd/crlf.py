"""Lines end as on Windows."""

import functools


class Label:
    """A label.

    Sticks.
    """

    @functools.lru_cache(
        maxsize=None,
    )
    def text(self):
        return "a"
