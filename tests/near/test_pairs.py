"""Near-duplicates are found, counted exactly, and the same however the rows lie."""

import time
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash, MinHashLSH

from curate.near import NearSettings, clusters, near_duplicate_pairs


def rows_of(found):
    return list(zip(found.left.tolist(), found.right.tolist(), found.jaccard.tolist(), strict=True))


def spread_out(count, found):
    """Every pair that the star of equal rows stands for: {(left, right): jaccard}."""
    equal = found.jaccard == 1.0
    first = clusters(count, found.left[equal], found.right[equal])
    members = {row: np.flatnonzero(first == row).tolist() for row in set(first.tolist())}
    pairs = {(a, b): 1.0 for group in members.values() for a in group for b in group if a < b}
    for left, right, jaccard in rows_of(found):
        if jaccard < 1.0:
            for a in members[left]:
                for b in members[right]:
                    pairs[min(a, b), max(a, b)] = jaccard
    return pairs


@pytest.fixture(scope="module")
def corpus(planted):
    texts, _ = planted.documents(5_000)
    return texts, planted.exact_pairs(texts)


def test_planted_pairs_are_found_and_nothing_else(corpus):
    texts, truth = corpus
    found = spread_out(len(texts), near_duplicate_pairs(pa.array(texts), NearSettings()))
    below_one = {pair for pair, jaccard in truth.items() if jaccard < 1}
    assert len(below_one) > 1000
    # Precision 1.0, and every similarity equal to the last bit.
    assert {pair: truth.get(pair) for pair in found} == found
    assert len(found) / len(truth) >= 0.99
    assert len(found.keys() & below_one) / len(below_one) >= 0.99


def test_it_is_ten_times_as_fast_as_datasketchs_documented_loop(corpus, planted):
    texts, _ = corpus
    column = pa.array(texts)
    some = texts[:1000]
    began = time.perf_counter()
    index = MinHashLSH(threshold=0.8, num_perm=128)
    for row, text in enumerate(some):
        signature = MinHash(num_perm=128)
        for shingle in planted.shingles_of(text, 5):
            signature.update(b" ".join(shingle))
        index.query(signature)
        index.insert(row, signature)
    theirs = (time.perf_counter() - began) * len(texts) / len(some)
    ours = []
    for _ in range(3):
        began = time.perf_counter()
        near_duplicate_pairs(column, NearSettings())
        ours.append(time.perf_counter() - began)
    assert theirs / min(ours) >= 10


def test_pairs_are_sorted_and_each_stands_once(corpus):
    texts, _ = corpus
    rows = [row[:2] for row in rows_of(near_duplicate_pairs(pa.array(texts), NearSettings()))]
    assert rows == sorted(set(rows))
    assert all(left < right for left, right in rows)


def test_two_runs_give_the_same_bytes(corpus):
    texts, _ = corpus
    runs = [near_duplicate_pairs(pa.array(texts), NearSettings()) for _ in range(2)]
    assert runs[0].left.tobytes() == runs[1].left.tobytes()
    assert runs[0].right.tobytes() == runs[1].right.tobytes()
    assert runs[0].jaccard.tobytes() == runs[1].jaccard.tobytes()


def test_clusters_do_not_depend_on_the_order_of_rows(corpus):
    texts, _ = corpus
    texts = texts[:1500] + texts[:200]

    def groups(order):
        found = near_duplicate_pairs(pa.array([texts[row] for row in order]), NearSettings())
        named = clusters(len(order), found.left, found.right)
        members = {}
        for place, row in enumerate(order):
            members.setdefault(named[place], set()).add(row)
        return sorted(sorted(group) for group in members.values())

    order = list(range(len(texts)))
    shuffled = Random(3).sample(order, len(order))
    assert groups(order) == groups(shuffled) == groups(order[::-1])


def test_equal_rows_are_a_star_to_the_first():
    found = near_duplicate_pairs(
        pa.array(["other words", "a b c d e f", "A b. c d e F", "", "a b c d e f"]), NearSettings()
    )
    assert rows_of(found) == [(1, 2, 1.0), (1, 4, 1.0)]


def test_a_hundred_thousand_equal_rows_are_as_many_pairs_less_one():
    found = near_duplicate_pairs(
        pa.array(["the same few words again and again"] * 100_000), NearSettings()
    )
    assert len(found) == 99_999
    assert found.left.max() == 0
    assert found.examined == 0


def test_repeated_words_do_not_make_a_different_set():
    found = near_duplicate_pairs(pa.array(["a " * 10, "a " * 50]), NearSettings())
    assert rows_of(found) == [(0, 1, 1.0)]


def test_texts_without_words_pair_with_nothing():
    found = near_duplicate_pairs(pa.array(["", "?!", "", None, " \n"]), NearSettings())
    assert rows_of(found) == []


def test_short_prompts_are_compared_by_all_their_words():
    prompts = ["Find usages", "find usages!", "find usages now", "usages find"]
    found = near_duplicate_pairs(pa.array(prompts), NearSettings(shingle_words=3))
    assert rows_of(found) == [(0, 1, 1.0)]


def test_the_threshold_itself_is_near():
    four, five = "a b c d", "a b c d e"
    found = near_duplicate_pairs(pa.array([four, five]), NearSettings(shingle_words=1, rows=1))
    assert rows_of(found) == [(0, 1, 0.8)]


def test_letters_beyond_ascii_keep_their_case_and_hold_words_together():
    found = near_duplicate_pairs(
        pa.array(["é a b", "É a b", "É A B", "日本、語", "日本 語", "日本、語。"]),
        NearSettings(shingle_words=1),
    )
    assert rows_of(found) == [(1, 2, 1.0)]


def test_a_text_larger_than_a_window_is_compared_whole():
    words = [f"w{number}" for number in range(200_000)]
    changed = [*words[:150_000], "other", *words[150_001:]]
    found = near_duplicate_pairs(
        pa.array(["x", " ".join(words), " ".join(changed)]), NearSettings()
    )
    shingles = len(words) - 4
    assert rows_of(found) == [(1, 2, (shingles - 5) / (shingles + 5))]


@pytest.mark.parametrize(
    ("threshold", "bands", "rows"), [(0.5, 42, 3), (0.8, 25, 5), (1.0, 1, 1)], ids=str
)
def test_short_prompts_give_every_pair_at_any_threshold(planted, threshold, bands, rows):
    random = Random(4)
    asked = ["where is", "please show me where", "find", "could you tell me where the code has"]
    names = [f"name{number}" for number in range(12)]
    ends = ["", "in this project", "defined in the module", "used, and by what?"]
    prompts = [
        " ".join(random.choice(part) for part in (asked, names, names, ends)) for _ in range(800)
    ]
    settings = NearSettings(
        threshold=threshold, bands=bands, rows=rows, shingle_words=2, max_bucket=len(prompts)
    )
    found = spread_out(len(prompts), near_duplicate_pairs(pa.array(prompts), settings))
    truth = planted.exact_pairs(prompts, 2, threshold)
    assert {pair: truth.get(pair) for pair in found} == found
    assert len(found) / len(truth) >= 0.99
