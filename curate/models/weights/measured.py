"""The rows that two models are compared on: some of valid, spread evenly over it.

rows = measured_rows(data.folder, "models/tiny", 2_048)     # Encoded, 2,048 trained tokens
"""

from pathlib import Path

import numpy as np

from curate.datasets.tokens.opening import open_model
from curate.errors import CurateError
from curate.models.opening import weights_folder
from curate.models.training.dataset import read_split
from curate.models.training.masking import Encoded, encoded
from curate.models.weights.divergence import count_predicted

# Chosen by us, 2026-11-21: 20 of them lie above the 99th percentile, and with a vocabulary of
# 152 thousand what one model predicts for them takes 1.2 GB on disk.
MOST_TOKENS = 2_048


def measured_rows(folder: Path, model: str, most_tokens: int = MOST_TOKENS) -> list[Encoded]:
    """Rows of valid, as many as have this many trained tokens. Raises CurateError for none."""
    weights_folder(model)
    rows = read_split(folder, "valid")
    chosen: list[Encoded] = []
    count = 0
    opened = open_model(model)
    for number in _spread(len(rows)):
        if count >= most_tokens:
            break
        chosen += encoded([rows[number]], opened)
        count += count_predicted(chosen[-1:])
    if not count:
        raise CurateError(
            str(folder / "valid.jsonl"),
            "holds no trained token, so two models cannot be compared on it",
            "give --data with a corpus whose valid rows have replies",
        )
    chosen[-1] = _cut(chosen[-1], count - most_tokens)
    return chosen


def _spread(count: int) -> list[int]:
    """The numbers below count so that any first few of them are spread over all."""
    width = max(1, count - 1).bit_length()
    return [
        number for step in range(2**width) if (number := int(f"{step:0{width}b}"[::-1], 2)) < count
    ]


def _cut(row: Encoded, over: int) -> Encoded:
    """The row without its last trained tokens, so many of them."""
    if over <= 0:
        return row
    (trained,) = np.nonzero(row.is_trained)
    end = int(trained[len(trained) - over])
    return Encoded(row.tokens[:end], row.is_trained[:end])
