"""Which defect goes into which file of which workspace, so that all get their turn.

plan(sources, workspaces=12, most=3, seed=27)  ->  [PlannedWorkspace("svcs@26.2.0", (…), ()), …]

Pure: files and what fits into them in, workspaces out. The defect that was planted least comes
next, into the file that was changed least; what still is equal is ordered by md5.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from curate.defects import all_defects
from curate.defects.base import Planting, applied, line_after
from curate.defects.file import FilePlantings
from curate.defects.words import identifiers
from curate.drawing import digest_of

STATES = ("unstaged", "staged", "both", "committed")
LINES_APART = 4  # of two defects in one file, so that each has its own hunk of a diff
NO_SITE, NO_TOOL = "no_site", "no_tool"


class SourceFiles(NamedTuple):
    """The files of a source that may be changed; `tests` by path, where its tests are run.

    `unchecked` are paths that the project's own settings keep a type checker from.
    """

    source_id: str
    files: tuple[FilePlantings, ...]
    runs_tests: bool
    tests: Mapping[str, tuple["RunningTest", ...]]
    unchecked: frozenset[str]


class RunningTest(NamedTuple):
    """A test file, the names of the code that it calls, and what else speaks for it."""

    path: str
    called: frozenset[str]
    is_named: bool
    is_importing: bool
    count_tests: int


class PlannedDefect(NamedTuple):
    """A defect in a file; `is_staged` when the index or a commit holds it."""

    planting: Planting
    is_staged: bool
    line: int
    changed_line: int


@dataclass(frozen=True)
class PlannedChange:
    """A file with one defect in it, or two of which the first is staged; `content` is in the tree.

    `staged` is what the index holds where that is something else.
    """

    path: str
    state: str
    content: str
    staged: str | None
    defects: tuple[PlannedDefect, ...]


@dataclass(frozen=True)
class PlannedWorkspace:
    """What is changed of a source, and what cannot be planted in it, with the reason."""

    source_id: str
    changes: tuple[PlannedChange, ...]
    missing: tuple[tuple[str, str], ...]


@dataclass
class _Turns:
    """What was planted so far: by defect, by file, and by defect in a file."""

    seed: int
    defects: Counter[str] = field(default_factory=Counter)
    files: Counter[tuple[str, str]] = field(default_factory=Counter)
    pairs: set[tuple[str, str, str]] = field(default_factory=set)

    def note(self, source_id: str, change: PlannedChange) -> None:
        """Count a change."""
        self.files[source_id, change.path] += 1
        for one in change.defects:
            self.defects[one.planting.defect] += 1
            self.pairs.add((source_id, change.path, one.planting.defect))


def plan(
    sources: Sequence[SourceFiles], *, workspaces: int, most: int, seed: int
) -> list[PlannedWorkspace]:
    """Workspaces of 1 to `most` changed files for each source, in the order of the sources.

    Where tests run, the first change is one that tests may notice, and the others are not.
    """
    turns = _Turns(seed)
    planned = []
    for source in sources:
        used: Counter[str] = Counter()
        missing = _missing(source)
        states = _states(seed, source.source_id)
        for number in range(workspaces):
            changes: list[PlannedChange] = []
            for _ in range(1 + number % most):
                wanted = _in_turn(turns, used)
                if source.runs_tests and changes:
                    wanted = [name for name in wanted if not _is_tested(source, name)]
                elif source.runs_tests:
                    wanted.sort(key=lambda name: not _is_tested(source, name))
                taken = {change.path for change in changes}
                change = _change(source, turns, wanted, next(states), taken)
                if change is not None:
                    changes.append(change)
                    used.update(one.planting.defect for one in change.defects)
                    turns.note(source.source_id, change)
            told = () if number else missing  # once a source, with its first workspace
            planned.append(PlannedWorkspace(source.source_id, tuple(changes), told))
    return planned


def reports_of(source: SourceFiles, path: str, planting: Planting) -> dict[str, tuple[str, ...]]:
    """The tools that can report a planting in this source, with their codes."""
    silent = set()
    if path in source.unchecked:
        silent.add("typecheck")
    if not (source.runs_tests and source.tests.get(path)):
        silent.add("pytest_run")
    return {tool: codes for tool, codes in planting.reports.items() if tool not in silent}


def running_tests(source: SourceFiles, path: str, planting: Planting) -> list[str]:
    """The test files that run a planting, those first that call it, then the smaller ones."""
    names = set((planting.symbol or "").split("."))
    found = sorted(
        source.tests.get(path, ()),
        key=lambda one: (not one.called & names, not one.is_named, one.count_tests, one.path),
    )
    return [one.path for one in found]


def _states(seed: int, source_id: str) -> Iterator[str]:
    """The four states over and over, each round in an order of its own."""
    number = 0
    while True:
        yield from sorted(STATES, key=lambda state: digest_of(seed, source_id, number, state))
        number += 1


def _is_tested(source: SourceFiles, name: str) -> bool:
    """Whether tests may notice a defect: one a workspace, so that a failure has one cause."""
    return source.runs_tests and "pytest_run" in all_defects()[name].reports


def _in_turn(turns: _Turns, used: Counter[str]) -> list[str]:
    """The defects, the one first that this source, and then all of them, saw least of."""

    def key(name: str) -> tuple[float, int, str]:
        return (used[name], turns.defects[name], digest_of(turns.seed, name))

    return sorted(all_defects(), key=key)


def _missing(source: SourceFiles) -> tuple[tuple[str, str], ...]:
    """The defects that no file of a source has a place for, or no tool would report."""
    there = [(file.path, one) for file in source.files for one in file.plantings]
    placed = {one.defect for _, one in there}
    seen = {one.defect for path, one in there if _is_seen(source, path, one)}
    return tuple(
        (name, NO_TOOL if name in placed else NO_SITE)
        for name in sorted(all_defects())
        if name not in seen
    )


def _change(
    source: SourceFiles, turns: _Turns, wanted: Sequence[str], state: str, taken: set[str]
) -> PlannedChange | None:
    """The next change: the first defect in turn that a file of this workspace can still take."""
    for name in wanted:
        for file, planting in _places(source, turns, name, taken):
            if state != "both":
                lines = (planting.line, planting.changed_line)
                defect = PlannedDefect(planting, state != "unstaged", *lines)
                return PlannedChange(file.path, state, planting.text, None, (defect,))
            change = _two(source, turns, wanted, file, planting)
            if change is not None:
                return change
    return None


def _places(
    source: SourceFiles, turns: _Turns, name: str, taken: set[str]
) -> list[tuple[FilePlantings, Planting]]:
    """The files that take a defect, those first that were changed least."""
    found = [
        (file, planting)
        for file in source.files
        for planting in file.plantings
        if planting.defect == name
        and file.path not in taken
        and (source.source_id, file.path, name) not in turns.pairs
        and _is_seen(source, file.path, planting)
    ]
    return sorted(
        found,
        key=lambda one: (
            not reports_of(source, one[0].path, one[1]),
            turns.files[source.source_id, one[0].path],
            digest_of(turns.seed, source.source_id, one[0].path, name),
        ),
    )


def _is_seen(source: SourceFiles, path: str, planting: Planting) -> bool:
    """Whether some tool reports it, or only tests would, and this source's are not run."""
    is_for_tests = set(planting.reports) == {"pytest_run"}
    return is_for_tests or bool(reports_of(source, path, planting))


def _two(
    source: SourceFiles,
    turns: _Turns,
    wanted: Sequence[str],
    file: FilePlantings,
    first: Planting,
) -> PlannedChange | None:
    """A file with a staged defect and another one on top; None where it has no place for two."""
    by_name = {one.defect: one for one in file.plantings}
    for name in wanted:
        second = by_name.get(name)
        key = (source.source_id, file.path, name)
        if second is None or second is first or key in turns.pairs:
            continue
        if _is_tested(source, first.defect) and _is_tested(source, name):
            continue
        if not _is_apart(first, second) or not _is_seen(source, file.path, second):
            continue
        edits = (*first.edits, *second.edits)
        defects = tuple(
            PlannedDefect(
                one,
                one is first,
                line_after(file.text, edits, one.at),
                line_after(file.text, edits, one.edits[0].start),
            )
            for one in (first, second)
        )
        content = applied(file.text, edits)
        return PlannedChange(file.path, "both", content, first.text, defects)
    return None


def _is_apart(first: Planting, second: Planting) -> bool:
    """Whether two faults have nothing to do with each other: other definitions, lines and names."""
    if first.symbol == second.symbol or first.edits == second.edits:
        return False
    if abs(first.before_line - second.before_line) < LINES_APART:
        return False
    pairs = ((first, second), (second, first))
    return not any(identifiers(one.name) & identifiers(two.original) for one, two in pairs)
