"""Signatures are datasketch's: bit for bit, and its index answers for them."""

import numpy as np
import pyarrow as pa
import pytest
from datasketch import LeanMinHash, MinHash, MinHashLSH

from curate.near import NearSettings, Texts, signatures
from curate.near.shingles import Shingler


@pytest.mark.parametrize(
    "settings",
    [
        NearSettings(),
        NearSettings(num_perm=64, bands=16, rows=4, seed=7),
        NearSettings(shingle_words=2, seed=2**32 - 1),
    ],
    ids=["default", "64 of seed 7", "largest seed"],
)
def test_signatures_equal_datasketchs_on_the_same_shingles(planted, settings):
    texts = [*planted.function_bodies(40), "", "two words", "...", "x"]
    rows = signatures(pa.array(texts), settings)
    sets = Shingler(settings.shingle_words).all_sets(Texts.of(pa.array(texts)))
    expected = []
    for low, high in zip(sets.starts[:-1], sets.starts[1:], strict=True):
        signature = MinHash(settings.num_perm, settings.seed, hashfunc=lambda shingle: shingle)
        signature.update_batch((sets.shingles[low:high] & np.uint64(2**32 - 1)).tolist())
        expected.append(signature.hashvalues)
    assert rows.dtype == np.uint32
    assert np.array_equal(rows, np.array(expected))


def test_a_row_is_queried_in_datasketchs_own_index(planted):
    texts = list(planted.function_bodies(30))
    settings = NearSettings()
    rows = signatures(pa.array([*texts, texts[17].upper()]), settings)
    sketches = [LeanMinHash(seed=settings.seed, hashvalues=row, scheme="affine32") for row in rows]
    index = MinHashLSH(num_perm=settings.num_perm, params=(settings.bands, settings.rows))
    for row, sketch in enumerate(sketches[:-1]):
        index.insert(row, sketch)
    assert 17 in index.query(sketches[-1])
    assert sketches[17].jaccard(sketches[-1]) == 1.0


def test_signatures_estimate_jaccard_within_their_error(planted):
    texts, pairs = planted.documents(400)
    rows = signatures(pa.array(texts), NearSettings())
    errors = []
    for left, right in pairs:
        a, b = (planted.shingles_of(texts[row], 5) for row in (left, right))
        errors.append(np.mean(rows[left] == rows[right]) - len(a & b) / len(a | b))
    assert abs(np.mean(errors)) < 0.02
    assert np.std(errors) < 0.5 / np.sqrt(128)
