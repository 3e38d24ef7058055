"""The real ty and ruff report what is planted, with the code and on the line that it says."""

import shutil
from inspect import getmodule
from pathlib import Path

import pytest

from curate.defects import all_defects
from curate.defects.base import Planted
from curate.tools import all_tools
from curate.tools.base import Workspace
from tests.defects.conftest import PARCELBOX

FAULTY = {"__init__.py", "billing.py", "reports.py"}  # their own faults stand on the same lines
MODULES = sorted(
    path.relative_to(PARCELBOX).as_posix()
    for path in (PARCELBOX / "src").rglob("*.py")
    if path.name not in FAULTY
)


def reported(root: Path, tool: str, path: str, codes: tuple[str, ...]) -> list[tuple[int, str]]:
    """The lines and codes that a tool reports of a file; ruff is asked for these codes."""
    arguments = {"path": path} | ({"select": [*codes]} if tool == "ruff_check" else {})
    result = all_tools()[tool].call(Workspace("w", root), arguments)
    assert result.error is None
    found = result.errors if tool == "typecheck" else result.violations
    return [(one.line, one.code) for one in found]


CHECKED = [
    pytest.param(defect, tool, id=f"{name} {tool}")
    for name, defect in all_defects().items()
    for tool in defect.reports
    if tool != "pytest_run"
]


@pytest.mark.parametrize(("defect", "tool"), CHECKED)
def test_what_is_planted_is_reported_where_it_says(defect, tool, tmp_path: Path):
    texts = {path: (PARCELBOX / path).read_bytes().decode() for path in MODULES}
    cases = [case for case in getmodule(type(defect)).CASES if isinstance(case, Planted)]
    texts |= {f"src/parcelbox/case_{n}.py": case.before for n, case in enumerate(cases)}
    count = 0
    for path, text in texts.items():
        planting = defect.plant(text, seed=7, packages=["parcelbox"])
        if planting is None or tool not in planting.reports:
            continue
        root = tmp_path / path.replace("/", "-")
        shutil.copytree(PARCELBOX, root)
        codes = planting.reports[tool]
        (root / path).write_bytes(text.encode())
        before = reported(root, tool, path, codes)
        (root / path).write_bytes(planting.text.encode())
        after = reported(root, tool, path, codes)
        assert any((planting.line, code) in after for code in codes), (path, planting, after)
        counts = [sum(code in codes for _, code in found) for found in (before, after)]
        assert counts[0] < counts[1]
        count += 1
    assert count >= 2
