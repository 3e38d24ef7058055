"""The queries of sql/compare say what a row is, and hold to it."""

import re
from pathlib import Path

import pytest

from curate.project import Project
from curate.tracker import read
from tests.conftest import REPOSITORY

FILES = sorted((REPOSITORY / "sql/compare").glob("*.sql"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])
def test_a_view_has_a_header_and_its_grain_is_unique(path: Path, project: Project):
    text = path.read_text(encoding="utf-8")
    first, second = text.splitlines()[:2]
    assert re.match(r"-- One row per \w+", first)
    (grain,) = re.findall(r"^-- grain: (.+)$", second)
    assert text.count(";") == 0
    code = re.sub(r"--.*|'[^']*'", "", text)
    assert code == code.lower()
    count, distinct = read(project, f"select count(*), count(distinct ({grain})) from ({text})")[0]
    assert count == distinct > 0
