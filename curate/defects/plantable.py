"""What the facts say of the files that defects may be planted in, and of the tests that run them.

source_files(build, {"svcs@26.2.0": Path("/…/tree")})  ->  [SourceFiles("svcs@26.2.0", (…), …)]
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from curate.defects.file import FilePlantings, FileTask, plantings_in
from curate.defects.planning import RunningTest, SourceFiles
from curate.defects.unchecked import unchecked
from curate.defects.words import STDLIB
from curate.drawing import digest_of

if TYPE_CHECKING:
    from curate.stages.base import Build

Tests = dict[str, dict[str, tuple[RunningTest, ...]]]

FILES_A_SOURCE = 20  # libcst and the search for places take 3 s a megabyte (2026-11-21)
FILES_IN_TASK = 4


def source_files(build: "Build", roots: Mapping[str, Path]) -> list[SourceFiles]:
    """The files of each source that may be changed, with what fits into them."""
    tests = _tests(build)
    running = _installed(build)
    tasks = _tasks(build, roots, tests)
    chunks = [tasks[start : start + FILES_IN_TASK] for start in range(0, len(tasks), FILES_IN_TASK)]
    found: dict[str, list[FilePlantings]] = defaultdict(list)
    for done, chunk in enumerate(build.executor.map(plantings_in, chunks), start=1):
        for file in chunk:
            found[file.source_id].append(file)
        build.progress(done, len(chunks), "files to plant in")
    return [
        SourceFiles(
            source_id,
            tuple(found[source_id]),
            _name(source_id) in running,
            tests[source_id],
            unchecked(_settings(root), [file.path for file in found[source_id]]),
        )
        for source_id, root in sorted(roots.items())
    ]


def _name(source_id: str) -> str:
    return source_id.partition("@")[0]


def _settings(root: Path) -> str:
    path = root / "pyproject.toml"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _installed(build: "Build") -> dict[str, frozenset[str]]:
    """The sources whose tests are run, with the packages that are there then, as imported."""
    from packaging.requirements import Requirement

    from curate.sources import read_registry

    registry = read_registry(*build.project.all_of("corpora/sources.toml"))
    sources = [registry[name] for name in build.recipe.sources]
    return {
        source.name: frozenset(
            Requirement(pin).name.lower().replace("-", "_") for pin in source.test_pins or []
        )
        for source in sources
        if source.run_tests
    }


def _tests(build: "Build") -> Tests:
    """source_id -> path -> the test files that run it, without those that lack a package."""
    packages, installed = _packages(build), _installed(build)
    lacking = set()
    for source_id, path, root in build.store.query(
        """
        select distinct source_id, path, split_part(module, '.', 1) from imports
        where is_test and scope is null and not is_type_checking and not starts_with(module, '.')
        """
    ):
        known = STDLIB | packages[source_id] | installed.get(_name(source_id), frozenset())
        if root not in known and root != "__future__":
            lacking.add((source_id, path))
    found: Tests = defaultdict(lambda: defaultdict(tuple))
    for source_id, path, test_path, called, *rest in build.store.query(
        """
        select source_id, path, test_path, called, is_named, is_importing, count_tests
        from int_tests_of order by all
        """
    ):
        if (source_id, test_path) not in lacking:
            found[source_id][path] += (RunningTest(test_path, frozenset(called), *rest),)
    return found


def _packages(build: "Build") -> dict[str, frozenset[str]]:
    """source_id -> the first names of its modules."""
    found: dict[str, set[str]] = defaultdict(set)
    for source_id, package in build.store.query(
        "select distinct source_id, split_part(module, '.', 1) from files where module is not null"
    ):
        found[source_id].add(package)
    return defaultdict(frozenset, {key: frozenset(value) for key, value in found.items()})


def _tasks(build: "Build", roots: Mapping[str, Path], tests: Tests) -> list[FileTask]:
    """The files to plant in: those that tests run come first, then the order is the seed's."""
    packages, seed = _packages(build), build.recipe.seed
    tasks: dict[str, list[FileTask]] = defaultdict(list)
    for source_id, path in build.store.query(
        "select source_id, path from int_plantable order by all"
    ):
        called = sorted({name for test in tests[source_id][path] for name in test.called})
        known = tuple(sorted(packages[source_id]))
        file = str(roots[source_id] / path)
        tasks[source_id].append(FileTask(source_id, path, file, known, tuple(called), seed))
    return [
        task
        for source_id in sorted(tasks)
        for task in sorted(
            tasks[source_id],
            key=lambda one: (not one.called, digest_of(seed, one.source_id, one.path)),
        )[:FILES_A_SOURCE]
    ]
