"""Every defect carries its own examples, and they hold."""

import importlib
import inspect

import pytest

from curate.defects import all_defects
from curate.defects.base import Planted, Untouched

CASES = [
    pytest.param(defect, case, id=f"{name} {number}")
    for name, defect in all_defects().items()
    for number, case in enumerate(inspect.getmodule(type(defect)).CASES)
]


@pytest.mark.parametrize(("defect", "case"), CASES)
def test_a_defect_does_what_its_case_says(defect, case):
    if isinstance(case, Untouched):
        assert defect.plant(case.code) is None
        return
    planting = defect.plant(case.before, case.symbol, case.seed)
    assert planting is not None
    assert planting.text == case.after
