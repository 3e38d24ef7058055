"""The benchmark's planted documents and its hash-free truth, for the tests of near-duplicates."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

_PLANTED = Path(__file__).parents[2] / "bench" / "planted.py"


@pytest.fixture(scope="session")
def planted() -> ModuleType:
    spec = importlib.util.spec_from_file_location("planted", _PLANTED)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
