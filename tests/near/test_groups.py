"""Clusters are connected components, named by their smallest row."""

import numpy as np

from curate.near import clusters
from curate.near.groups import first_of_equal


def test_clusters_are_named_by_their_smallest_row():
    left, right = np.array([4, 0, 5]), np.array([6, 3, 6])
    assert clusters(8, left, right).tolist() == [0, 1, 2, 0, 4, 4, 4, 7]


def test_a_chain_is_one_cluster():
    assert clusters(1000, np.arange(999), np.arange(1, 1000)).tolist() == [0] * 1000


def test_no_rows_have_no_clusters():
    none = np.zeros(0, np.int64)
    assert clusters(0, none, none).tolist() == []
    assert clusters(3, none, none).tolist() == [0, 1, 2]
    assert clusters(3, none, none).dtype == np.int64


def test_equal_rows_agree_in_digest_and_size_and_empty_rows_in_nothing():
    digests = np.array([7, 0, 7, 9, 7, 0], np.uint64)
    sizes = np.array([3, 0, 2, 3, 3, 0])
    assert first_of_equal(digests, sizes).tolist() == [0, 1, 2, 3, 0, 5]
