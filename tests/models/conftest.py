"""A tiny model with random weights, written once, and a dataset that it can be trained on."""

import json
from pathlib import Path

import pytest

from curate.models.tiny import Shape, make_tiny
from tests.conftest import REPOSITORY
from tests.rules import sound

CHAT_TEMPLATE = REPOSITORY / "templates/models/qwen3_coder.jinja"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model of 107 thousand parameters that knows nothing."""
    pytest.importorskip("mlx.core")
    folder = tmp_path_factory.mktemp("models") / "tiny"
    make_tiny(texts(), CHAT_TEMPLATE.read_text(encoding="utf-8"), folder, Shape())
    return folder


def texts() -> list[str]:
    """What the sound dataset's messages say."""
    return [
        json.dumps(message, ensure_ascii=False)
        for rows in sound.structured().values()
        for row in rows
        for message in row["messages"]
    ]
