"""Boilerplate does not explode, and what a crowd hides is found all the same."""

from random import Random

import numpy as np
import pyarrow as pa

from curate.near import NearSettings, Texts, clusters, near_duplicate_pairs
from curate.near.candidates import PairSet
from curate.near.crowds import Sketches, add_crowds
from curate.near.shingles import Shingler

PREAMBLE = " ".join(f"rule{number}" for number in range(200))


def own(random: Random, count: int) -> list[str]:
    return [f"own{random.randrange(10**9)}" for _ in range(count)]


def test_a_common_preamble_costs_less_than_a_pair_a_row(planted):
    texts = planted.with_boilerplate(4_000)
    found = near_duplicate_pairs(pa.array(texts), NearSettings())
    assert len(found) == 0
    assert found.examined < len(texts)


def test_pairs_behind_a_common_preamble_are_found(planted):
    random = Random(5)
    texts = planted.with_boilerplate(3_000)
    copies = random.sample(range(len(texts)), 200)
    texts += [planted.altered(texts[row], 0.9, random) for row in copies]
    found = near_duplicate_pairs(pa.array(texts), NearSettings(max_bucket=32))
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    truth = planted.exact_pairs(texts)
    assert {(row, 3_000 + number) for number, row in enumerate(copies)} <= truth.keys()
    assert pairs <= truth.keys()
    assert len(pairs) / len(truth) >= 0.99
    assert found.examined < 20 * len(texts)


def test_rows_that_differ_from_the_boilerplate_by_little_are_one_cluster():
    """All 2,000 * 1,999 / 2 pairs are near; a star to the smallest stands for them."""
    random = Random(6)
    texts = [" ".join([PREAMBLE, *own(random, random.randrange(1, 15))]) for _ in range(2_000)]
    found = near_duplicate_pairs(pa.array(texts), NearSettings())
    assert set(clusters(len(texts), found.left, found.right).tolist()) == {0}
    assert found.examined < 200_000


def test_a_thousand_variants_of_one_text_are_one_cluster_without_all_their_pairs(planted):
    random = Random(7)
    text = " ".join(own(random, 200))
    texts = [planted.altered(text, 0.93, random) for _ in range(1_000)]
    found = near_duplicate_pairs(pa.array(texts), NearSettings())
    truth = planted.exact_pairs(texts[:100])
    assert len(truth) > 1_000  # most of the first hundred are near each other
    assert set(clusters(len(texts), found.left, found.right).tolist()) == {0}
    assert found.examined < 200 * len(texts)


def test_a_bucket_at_the_limit_gives_every_pair_and_one_above_it_a_cluster():
    random = Random(8)
    texts = [" ".join([PREAMBLE, *own(random, 3)]) for _ in range(41)]
    count = len(texts)
    every = near_duplicate_pairs(pa.array(texts), NearSettings(max_bucket=count))
    fewer = near_duplicate_pairs(pa.array(texts), NearSettings(max_bucket=count - 1))
    assert len(every) == count * (count - 1) // 2
    assert count - 1 <= len(fewer) <= len(every)
    assert np.array_equal(
        clusters(count, every.left, every.right), clusters(count, fewer.left, fewer.right)
    )


def candidates_of_a_crowd(texts: list[str], following: list[int], settings: NearSettings):
    """The pairs to count when all texts share one bucket; `following`: keys of the next band."""
    sizes = Shingler(settings.shingle_words).all_sets(Texts.of(pa.array(texts))).sizes
    keys = np.array([np.zeros(len(texts)), following], np.uint64)
    sketches = Sketches(keys, np.arange(len(texts), dtype=np.uint64), sizes)
    found = PairSet(sizes, settings.threshold)
    everyone = np.arange(len(texts))
    add_crowds([(0, everyone)], Texts.of(pa.array(texts)), sketches, settings, found)
    return found.pairs()


def test_a_crowd_hides_no_pair_that_shares_a_rare_shingle():
    """Each pair is at the threshold: 8 of 10 words; its first shared word is its prefix's last."""
    settings = NearSettings(shingle_words=1, max_bucket=2)
    texts = []
    for pair in range(30):
        shared = " ".join(f"shared{pair}_{number}" for number in range(8))
        texts += [f"{shared} a{pair} b{pair}", shared]
    left, right = candidates_of_a_crowd(texts, [0] * len(texts), settings)
    assert left.tolist() == list(range(0, 60, 2))
    assert right.tolist() == list(range(1, 60, 2))


def test_families_of_variants_within_one_crowd_stay_whole():
    """No word is rare and no two rows have one core; the smallest row is of one family only."""
    settings = NearSettings(shingle_words=1, max_bucket=4)
    size = 40
    family = [f"{name}{number}" for name in "ab" for number in range(size)]
    rows = [
        [word for word in family if word[0] == name and word != f"{name}{left_out}"]
        for name in "ab"
        for left_out in range(size)
    ]
    rows[0].pop()
    texts = [" ".join(words) for words in rows]
    left, right = candidates_of_a_crowd(texts, [1] * size + [2] * size, settings)
    same = (left < size) == (right < size)
    named = clusters(len(texts), left[same], right[same])
    assert named.tolist() == [0] * size + [size] * size
    assert len(left) < 10 * len(texts)
