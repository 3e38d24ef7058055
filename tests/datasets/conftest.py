"""Models' folders for tests, each written once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.datasets import models


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a model with one of models.TEMPLATES."""
    pytest.importorskip("transformers")
    written: dict[str, Path] = {}

    def folder(template: str) -> Path:
        if template not in written:
            written[template] = models.write(tmp_path_factory.mktemp(template), template)
        return written[template]

    return folder
