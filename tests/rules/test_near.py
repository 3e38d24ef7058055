"""Near-duplicates of a dataset, against a truth that knows nothing of MinHash."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


@pytest.mark.slow
def test_planted_near_duplicates_are_found_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    leakage = import_module("leakage")
    try:
        leakage.write(tmp_path, 800)
        judged, _ = leakage.judge(tmp_path)
    finally:
        for name in ("leakage", "planted"):
            sys.modules.pop(name, None)
    assert [one.rule for one in judged] == ["near_duplicate", "near_duplicate_leakage"]
    for one in judged:
        assert one.count_true > 10
        assert one.recall >= 0.98
        assert one.precision == 1.0
