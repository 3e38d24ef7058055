"""Every defect carries its own examples, and they hold."""

import inspect
from collections import Counter
from pathlib import Path

import libcst as cst
import pytest

from curate.defects import all_defects
from curate.defects.base import Planted, Untouched
from curate.tools import all_tools
from tests.pages import rows_of

MODULES = {name: inspect.getmodule(type(defect)) for name, defect in all_defects().items()}
CASES = [
    pytest.param(name, case, id=f"{name} {number}")
    for name, module in MODULES.items()
    for number, case in enumerate(module.CASES)
]


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_defect_does_what_its_case_says(name, case):
    defect = all_defects()[name]
    if isinstance(case, Untouched):
        assert defect.plant(case.code) is None
        return
    planting = defect.plant(case.before, case.symbol, case.seed)
    assert planting is not None
    assert planting.text == case.after
    cst.parse_module(planting.text)


@pytest.mark.parametrize("name", MODULES)
def test_a_defect_has_cases_of_both_kinds_and_they_are_python(name):
    kinds = Counter(type(case) for case in MODULES[name].CASES)
    assert kinds[Planted] >= 1
    assert kinds[Untouched] >= 1
    for case in MODULES[name].CASES:
        cst.parse_module(case.before if isinstance(case, Planted) else case.code)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_a_case_differs_in_one_line_and_the_facts_are_of_it(name, case):
    if isinstance(case, Untouched):
        return
    planting = all_defects()[name].plant(case.before, case.symbol, case.seed)
    before, after = case.before.splitlines(keepends=True), case.after.splitlines(keepends=True)
    old = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    assert (len(old), len(new)) in {(1, 1), (0, 1), (1, 0)}
    assert [planting.original] == ([line.strip() for line in old] or [""])
    assert [planting.planted] == ([line.strip() for line in new] or [""])
    if new:
        assert after[planting.changed_line - 1] == new[0]
    if old:
        assert before[planting.before_line - 1] == old[0]


def test_there_are_the_defects_of_the_design():
    assert list(all_defects()) == [
        "attribute_typo",
        "inverted_condition",
        "missing_argument",
        "mutable_default",
        "none_comparison",
        "off_by_one",
        "removed_return",
        "renamed_function",
        "undefined_export",
        "unresolved_name",
        "unused_import",
        "unused_variable",
        "wrong_argument_type",
        "wrong_return_type",
    ]


def test_the_page_about_defects_lists_them_with_their_tools():
    page = Path(__file__).parents[2] / "docs/defect.md"
    listed = rows_of(page, "| defect | reported by |")
    assert listed == [
        [f"`{name}`", ", ".join(f"`{tool}`" for tool in defect.reports)]
        for name, defect in all_defects().items()
    ]


@pytest.mark.parametrize("name", MODULES)
def test_a_defect_is_a_file_of_its_name_that_says_who_reports_it(name):
    defect = all_defects()[name]
    assert Path(MODULES[name].__file__).stem == name
    assert defect.summary
    assert len(set(defect.messages)) >= 3
    assert defect.reports.keys() <= {"typecheck", "ruff_check", "pytest_run"} <= all_tools().keys()
    assert all(codes or tool == "pytest_run" for tool, codes in defect.reports.items())
