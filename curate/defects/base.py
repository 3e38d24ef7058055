"""What a defect is: a codemod that plants one known fault, and what it says of the fault.

A defect is one file of this folder (or an entry point of the group `curate.defects`) with one
subclass of `Defect` and its CASES. It names `Site`s: edits within single lines, so that every other
byte of the file stays; which of them is taken follows from a seed. What really comes of a fault is
for the tools to say, not for this room.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from curate.defects.code import Code, CodeError
from curate.drawing import choose, digest_of

Reports = Mapping[str, tuple[str, ...]]
"""The tools that can report a fault, the best one first, with the codes they give it."""
HUSHED = re.compile(r"#.*\b(?:type: *ignore|noqa|ty: *ignore|pyright|mypy|pragma|fmt)")
MAX_LINE = 300  # characters: a longer line is data, and makes HUSHED slow
MAX_MESSAGE = 72  # what git's own guide asks of the first line
MODULE = "the module"  # what messages call the place of a fault outside of any definition


class Edit(NamedTuple):
    """A span of a text, as offsets into it, and what stands there afterwards."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Site:
    """A place where a defect fits.

    `at` is the offset, in the text before, of what a tool reports. A lower `rank` is a better
    place. `words` are what the messages name besides `name` and `symbol`. `silent` names the tools
    that do not see the fault in this place, and `messages` replace the defect's own.
    """

    edits: tuple[Edit, ...]
    at: int
    symbol: str | None
    name: str
    rank: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Planting:
    """A file with one fault in it. All lines count from 1.

    `line` is where a tool reports it and `changed_line` where the text differs, both in `text`;
    `before_line` is `changed_line` in the text before. `original` and `planted` are the line that
    differs, without its indentation, before and after: empty where a line was added or removed.
    `reports` are the tools that can report it here, with their codes. `edits` and `at` are of its
    site.
    """

    defect: str
    text: str
    line: int
    changed_line: int
    before_line: int
    symbol: str | None
    name: str
    original: str
    planted: str
    message: str
    reports: Reports
    edits: tuple[Edit, ...]
    at: int


class Planted(NamedTuple):
    """A case: the text before and after."""

    before: str
    after: str
    symbol: str | None = None
    seed: int = 0


class Untouched(NamedTuple):
    """A case: a text with no place for the defect."""

    code: str


class Defect(ABC):
    """One known fault. Subclasses set the class variables and write `sites`.

    `reports` says which tools can report it, the best one first, and with which codes; pytest_run
    has no codes. `messages` are those of a commit that brings it, with {name}, {symbol} and the
    words of a site.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    reports: ClassVar[Reports]
    messages: ClassVar[tuple[str, ...]]

    @abstractmethod
    def sites(self, code: Code, seed: int) -> Iterator[Site]:
        """Every place of a file where it fits, in any order."""

    def plant(
        self, text: str, symbol: str | None = None, seed: int = 0, packages: Iterable[str] = ()
    ) -> Planting | None:
        """The file with the fault in it; None where there is no place for it.

        `symbol` wants it in that definition; `packages` are the source's own top-level ones.
        """
        try:
            code = Code(text, frozenset(packages))
        except CodeError:
            return None
        return self.plant_in(code, () if symbol is None else (symbol,), seed, is_bound=True)

    def plant_in(
        self, code: Code, symbols: Sequence[str], seed: int, *, is_bound: bool = False
    ) -> Planting | None:
        """As `plant`, in a file read before, in these definitions if any of them has a place.

        `is_bound`: in these, or not at all. No symbols are no wish.
        """
        found = sorted(
            (site for site in self.sites(code, seed) if not _is_hushed(code.text, site)),
            key=lambda site: site.edits,
        )
        wished = set(symbols)
        inside = [s for s in found if not wished or s.symbol in wished]
        chosen = inside or ([] if is_bound else found)
        if not chosen:
            return None
        # A better place first; the same seed takes the same one of its equals.
        site = min(
            enumerate(chosen),
            key=lambda one: (one[1].rank, digest_of(seed, self.name, one[1].name, one[0])),
        )[1]
        return self._planting(code.text, site, seed)

    def _planting(self, text: str, site: Site, seed: int) -> Planting:
        (start, end, new), after = site.edits[0], applied(text, site.edits)
        changed_line = line_after(text, site.edits, start)
        is_added = start == end and new.endswith("\n")
        is_removed = not new and text[start:end].endswith("\n")
        within = (site.symbol or MODULE).rpartition("<locals>.")[2]
        words = {**site.words, "name": site.name, "symbol": within}
        return Planting(
            defect=self.name,
            text=after,
            line=line_after(text, site.edits, site.at),
            changed_line=changed_line,
            before_line=line_of(text, start),
            symbol=site.symbol,
            name=site.name,
            original="" if is_added else _line_at(text, start),
            planted="" if is_removed else after.split("\n")[changed_line - 1].strip(),
            message=_message(seed, site.messages or self.messages, words),
            reports={k: v for k, v in self.reports.items() if k not in site.silent},
            edits=site.edits,
            at=site.at,
        )


def _message(seed: int, templates: Sequence[str], words: Mapping[str, str]) -> str:
    """The message of a commit, of those that fit a line, or the shortest."""
    texts = sorted((template.format(**words) for template in templates), key=len)
    short = [text for text in texts if len(text) <= MAX_MESSAGE] or texts[:1]
    return choose(seed, "message", words["name"], short)


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def line_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def line_after(text: str, edits: Iterable[Edit], offset: int) -> int:
    """The line on which what stands at an offset stands after the edits.

    What an edit inserts right there stands there, and pushes the rest down.
    """
    line = line_of(text, offset)
    for start, end, new in edits:
        if start < offset:
            line += new.count("\n") - text.count("\n", start, min(end, offset))
    return line


def _is_hushed(text: str, site: Site) -> bool:
    """Whether a comment tells checkers to be silent about a line of the site, or it is no line."""
    places = (site.at, *(edit.start for edit in site.edits))
    lines = [_line_at(text, place) for place in places]
    return any(len(line) > MAX_LINE or HUSHED.search(line) for line in lines)


def _line_at(text: str, offset: int) -> str:
    """The line of an offset without its indentation."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return text[start : len(text) if end < 0 else end].strip()
