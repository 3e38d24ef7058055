"""Both parsers as one fixture."""

from collections.abc import Callable
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
