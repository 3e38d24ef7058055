"""Both parsers as one fixture, and the unpacked sources that the slow test reads."""

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from curate.facts.python_ast import extract_ast
from curate.facts.python_cst import extract_cst
from curate.facts.rows import PythonFacts
from curate.facts.source_text import SourceText

Read = Callable[[str], PythonFacts]


@pytest.fixture(params=[extract_ast, extract_cst], ids=["ast", "libcst"])
def read(request: pytest.FixtureRequest) -> Read:
    """Reads dedented code with one of the parsers."""
    return lambda code: request.param(SourceText(dedent(code)))


@pytest.fixture(scope="session")
def source_trees() -> dict[str, Path]:
    """The unpacked sources by name; for now those of a folder named in the environment."""
    folder = os.environ.get("CURATE_TEST_SOURCES")
    if folder is None:
        pytest.skip("CURATE_TEST_SOURCES names no folder of unpacked sources")
    trees = sorted(path for path in Path(folder).iterdir() if path.is_dir())
    return {path.name.rpartition("-")[0]: path for path in trees}
