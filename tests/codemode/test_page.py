"""docs/code-mode.md: what its code prints is what it says."""

from itertools import pairwise

import pytest

from curate.tools.execute_code import ExecuteCode
from tests.conftest import REPOSITORY
from tests.pages import blocks

PAGE = REPOSITORY / "docs" / "code-mode.md"
SHOWN = [pair for pair in pairwise(blocks(PAGE)) if pair[0].language == "python"]


@pytest.mark.parametrize(("code", "output"), SHOWN, ids=lambda block: block.place)
def test_the_code_of_the_page_prints_what_stands_below_it(workspaces, code, output):
    tool = ExecuteCode()
    said = tool.content(tool.call(workspaces["bare"], {"code": code.text}))
    assert output.language == "text"
    assert said.rstrip("\n") == output.text.rstrip("\n")
