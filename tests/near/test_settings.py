"""Settings that cannot work are refused in words that say what to write."""

import pytest

from curate.errors import CurateError
from curate.near import NearSettings


def refusal(**values: object) -> str:
    with pytest.raises(CurateError) as caught:
        NearSettings(**values)
    return str(caught.value)


def test_more_rows_than_permutations_are_refused():
    assert refusal(bands=26) == (
        "near-duplicate settings: bands * rows is 26 * 5 = 130, and num_perm is 128\n"
        "  every row of every band takes one permutation\n"
        "  fix: lower bands or rows, or write num_perm = 130"
    )


@pytest.mark.parametrize("threshold", [0, 1.2, True, "0.8", float("nan")], ids=repr)
def test_a_threshold_that_is_no_similarity_is_refused(threshold):
    assert refusal(threshold=threshold) == (
        f"near-duplicate settings: threshold is {threshold!r}\n"
        "  a Jaccard similarity is above 0 and at most 1\n"
        "  fix: write threshold = 0.8"
    )


@pytest.mark.parametrize(
    ("name", "value", "smallest", "usual"),
    [
        ("num_perm", 0, 1, 128),
        ("bands", 0, 1, 25),
        ("rows", 2.5, 1, 5),
        ("shingle_words", 0, 1, 5),
        ("seed", -1, 0, 1),
        ("max_bucket", 1, 2, 128),
        ("bands", True, 1, 25),
    ],
    ids=str,
)
def test_a_number_out_of_its_range_is_refused(name, value, smallest, usual):
    assert refusal(**{name: value}) == (
        f"near-duplicate settings: {name} is {value!r}\n"
        f"  it is a whole number of {smallest} or more\n"
        f"  fix: leave {name} out, or write {name} = {usual}"
    )


def test_a_seed_that_numpy_does_not_take_is_refused():
    assert refusal(seed=2**32) == (
        "near-duplicate settings: seed is 4294967296\n"
        "  the largest seed is 4294967295\n"
        "  fix: leave seed out, or write seed = 1"
    )
