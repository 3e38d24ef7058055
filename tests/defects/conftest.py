"""What tests of defects share: the project of tests/corpus, as texts and as a workspace."""

from pathlib import Path

import pytest

PARCELBOX = Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="session")
def source_files() -> list[str]:
    """The texts of the modules of parcelbox."""
    paths = sorted((PARCELBOX / "src").rglob("*.py"))
    return [path.read_text(encoding="utf-8") for path in paths if path.name != "__init__.py"]
