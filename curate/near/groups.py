"""Rows into groups: connected components of pairs, and rows whose shingle sets are equal."""

import numpy as np


def clusters(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The smallest row number in each row's connected component: int64, shape (count,).

    `left`, `right`: row numbers of the pairs, below `count`. A row in no pair is its own cluster.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    edges = coo_array((np.ones(len(left), np.bool_), (left, right)), shape=(count, count))
    total, labels = connected_components(edges, directed=False)
    smallest = np.empty(total, np.int64)
    smallest[labels[::-1]] = np.arange(count - 1, -1, -1)  # the last to be written stays
    return smallest[labels]


def first_of_equal(digests: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The first row with the same digest and size as each row: int64, shape (rows,).

    A row of size 0 is its own first.
    """
    order = np.lexsort((sizes, digests))
    same = (digests[order[1:]] == digests[order[:-1]]) & (sizes[order[1:]] == sizes[order[:-1]])
    new = np.concatenate([[True], ~same]) if len(order) else np.zeros(0, np.bool_)
    runs = np.cumsum(new) - 1
    firsts = np.empty(len(order), np.int64)
    firsts[order] = order[new][runs]  # lexsort is stable, so a run starts with its first row
    return np.where(sizes > 0, firsts, np.arange(len(order)))
