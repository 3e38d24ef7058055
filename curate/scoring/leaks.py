"""Prompts of a suite that a model has seen: those that stand in what it was trained on.

    leaked(["Where is A?"], ["where is A"])     # ["Where is A?"]

The same text but for case and blanks, or nearly the same words: by the measure that corpora are
split with.
"""

from collections.abc import Sequence

from curate.datasets.hashing import folded

SHINGLE_WORDS = 3  # as phase27 measures prompts
THRESHOLD = 0.8


def leaked(prompts: Sequence[str], trained: Sequence[str]) -> list[str]:
    """The prompts that are in `trained`, or nearly so, in their order."""
    import pyarrow as pa

    from curate.near import NearSettings, near_duplicate_pairs

    known = {folded(text) for text in trained}
    border = len(trained)
    found = {border + n for n, prompt in enumerate(prompts) if folded(prompt) in known}
    settings = NearSettings(shingle_words=SHINGLE_WORDS, threshold=THRESHOLD)
    near = near_duplicate_pairs(pa.array([*trained, *prompts], pa.string()), settings)
    pairs = [(int(left), int(right)) for left, right in zip(near.left, near.right, strict=True)]
    found |= {right for left, right in pairs if left < border <= right}
    # prompts of the same words are compared with train only once, as the first of them
    same = [pair for pair, jaccard in zip(pairs, near.jaccard, strict=True) if jaccard == 1]
    found |= {right for left, right in same if border <= left and left in found}
    return [prompt for number, prompt in enumerate(prompts, border) if number in found]
