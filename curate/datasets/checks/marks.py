"""Which of many marks stand in a text, found in one pass over it.

The automaton is Aho and Corasick's, by the ahocorasick_rs library: fifty marks cost what two
searches for one mark cost.
"""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

LONGEST = 1_000_000  # characters; the automaton lists every place of a mark, `in` the first


class Marks:
    """Marks, compared without case."""

    def __init__(self, marks: Iterable[str]) -> None:
        self.all = frozenset(mark.lower() for mark in marks)
        self._in_order = sorted(self.all)
        self._automaton = AhoCorasick(self._in_order)

    def seen_in(self, text: str) -> frozenset[str]:
        """The marks that stand in a text, in lower case."""
        lowered = text.lower()
        if len(lowered) > LONGEST:
            return frozenset(mark for mark in self.all if mark in lowered)
        found = self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        return frozenset(self._in_order[place] for place, _, _ in found)
