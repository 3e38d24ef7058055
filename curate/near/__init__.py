"""Near-duplicate texts: which rows say almost the same, measured by word shingles.

    found = near_duplicate_pairs(pa.array(["a b c d e f", "A b c d e f!", "x"]), NearSettings())
    found.left, found.right, found.jaccard          # [0], [1], [1.0]
    clusters(3, found.left, found.right)            # [0, 0, 2]

A *word* is a run of ASCII letters, digits, underscores and bytes of 128 and more (so of every
character beyond ASCII, punctuation included); ASCII letters count as lower case. A *shingle* is
`shingle_words` words in a row; a text with fewer words is one shingle of all of them; a text
without a word has no shingle and is near to nothing. Two texts are near when the Jaccard
similarity of their shingle sets reaches the threshold: MinHash only proposes, and every pair that
is handed out was counted exactly. It does not stem, normalise Unicode or know a language.
"""

from curate.near.columns import Texts
from curate.near.groups import clusters
from curate.near.minhash import signatures
from curate.near.pairs import near_duplicate_pairs
from curate.near.settings import NearPairs, NearSettings

__all__ = [
    "NearPairs",
    "NearSettings",
    "Texts",
    "clusters",
    "near_duplicate_pairs",
    "signatures",
]
