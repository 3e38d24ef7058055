"""`ast` and libcst give equal facts: on the fixture corpus, and on every file of the sources."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import libcst
import pytest

from curate.facts.python import decode
from curate.facts.python_ast import extract_ast
from curate.facts.python_cst import extract_cst
from curate.facts.rows import Drop

CORPUS = Path(__file__).parents[1] / "corpus"
COUNTED = ("symbols", "imports", "calls", "bases", "decorators")


def differences(paths: list[Path]) -> tuple[list[str], int, int]:
    """How the parsers differ on these files; how many files and rows were compared."""
    found: list[str] = []
    count_files = count_rows = 0
    for path in paths:
        source = decode(path.read_bytes(), 10**9)
        if isinstance(source, Drop):
            continue
        try:
            fast, exact = extract_ast(source), extract_cst(source)
        except (SyntaxError, libcst.ParserSyntaxError):  # libcst's validation is a SyntaxError
            continue
        count_files += 1
        for name in fast._fields[1:]:  # all but the parser's name
            ours, theirs = getattr(fast, name), getattr(exact, name)
            count_rows += len(ours) if name in COUNTED else 0
            if ours != theirs:
                found.append(f"{path} {name}: {_first_difference(ours, theirs)}")
    return found, count_files, count_rows


def _first_difference(ours: object, theirs: object) -> str:
    if isinstance(ours, list) and isinstance(theirs, list):
        for a, b in zip(ours, theirs, strict=False):
            if a != b:
                return f"{a} != {b}"
        return f"{len(ours)} rows, {len(theirs)} rows"
    return f"{ours!r} != {theirs!r}"


def python_files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.suffix in {".py", ".pyi"})


def test_on_the_fixture_corpus():
    found, count_files, count_rows = differences(python_files(CORPUS))
    assert found == []
    assert count_files >= 15
    assert count_rows >= 200


@pytest.mark.slow
def test_on_every_file_of_the_sources(source_trees):
    paths = [path for root in source_trees.values() for path in python_files(root)]
    paths.sort(key=lambda path: -path.stat().st_size)
    chunks = [paths[i : i + 16] for i in range(0, len(paths), 16)]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(differences, chunks))
    assert [difference for found, _, _ in results for difference in found] == []
    count_files = sum(count for _, count, _ in results)
    assert count_files > 0.85 * len(paths)  # the rest is empty, or wrong on purpose
