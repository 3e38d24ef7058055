"""Documents with near-duplicates planted among them, and the whole truth about their pairs.

The documents are spliced from function bodies of the running Python's standard library, read when
they are needed and never stored here. `exact_pairs` knows nothing of the package it judges: words
by a regular expression, shingles as tuples of words, sets of Python, no hash that can collide.
"""

import ast
import re
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

_WORD = re.compile(rb"[a-z0-9_\x80-\xff]+")
_MIN_WORDS, _MAX_WORDS = 40, 400  # of a body
# Aimed-at Jaccard of a planted copy with its original; 1.0 differs in case and punctuation only.
TARGETS = (1.0, 0.97, 0.94, 0.91, 0.88, 0.86, 0.84, 0.82, 0.81, 0.80, 0.79, 0.78, 0.75, 0.70, 0.6)


def words_of(text: str) -> list[bytes]:
    """The words of a text, ASCII letters in lower case."""
    return _WORD.findall(text.encode().lower())


def shingles_of(text: str, shingle_words: int) -> set[tuple[bytes, ...]]:
    """The shingle set of a text; a text with fewer words is one shingle."""
    words = words_of(text)
    if len(words) < shingle_words:
        return {tuple(words)} - {()}
    return set(zip(*(words[start:] for start in range(shingle_words)), strict=False))


def exact_pairs(
    texts: Sequence[str], shingle_words: int = 5, threshold: float = 0.8
) -> dict[tuple[int, int], float]:
    """Every pair (left < right) at or above the threshold, with its Jaccard similarity.

    A prefix filter over an inverted index: sets at Jaccard >= t share one of the
    size - ceil(t * size) + 1 rarest shingles of each. Exact; seconds for thousands of texts.
    """
    numbers: dict[tuple[bytes, ...], int] = {}
    sets = [
        {numbers.setdefault(shingle, len(numbers)) for shingle in shingles_of(text, shingle_words)}
        for text in texts
    ]
    frequency = Counter(number for numbers_of in sets for number in numbers_of)
    index: dict[int, list[int]] = {}
    found = {}
    for right, shingles in enumerate(sets):
        rarest = sorted(shingles, key=lambda number: (frequency[number], number))
        prefix = rarest[: len(shingles) - int(threshold * len(shingles) - 1e-9)]
        for left in sorted({row for number in prefix for row in index.get(number, ())}):
            shared = len(sets[left] & shingles)
            jaccard = shared / (len(sets[left]) + len(shingles) - shared)
            if jaccard >= threshold:
                found[left, right] = jaccard
        for number in prefix:
            index.setdefault(number, []).append(right)
    return found


def documents(count: int, seed: int = 1) -> tuple[list[str], list[tuple[int, int]]]:
    """Shuffled texts and the planted pairs (row of an original, row of its copy).

    Three in five are originals, each two random functions, one after the other; every copy has a
    run of its original's words replaced to reach one of `TARGETS`.
    """
    random = Random(seed)
    bodies = list(function_bodies(2 * count))
    originals = ["\n".join(random.sample(bodies, 2)) for _ in range(count - count * 2 // 5)]
    copies = []
    for number in range(count - len(originals)):
        original = random.randrange(len(originals))
        target = TARGETS[number % len(TARGETS)]
        copies.append((original, altered(originals[original], target, random)))
    texts = originals + [text for _, text in copies]
    order = list(range(count))
    random.shuffle(order)
    row = {old: new for new, old in enumerate(order)}
    pairs = [(row[old], row[len(originals) + n]) for n, (old, _) in enumerate(copies)]
    return [texts[old] for old in order], pairs


def altered(text: str, target: float, random: Random, shingle_words: int = 5) -> str:
    """A copy whose Jaccard similarity with `text` is about `target`.

    k new words in a row replace k + 4 of s shingles by as many: (s - k - 4) / (s + k + 4).
    """
    if target == 1.0:
        return re.sub(r"\s+", " ", text).upper() + " ;"
    words = [word.decode() for word in words_of(text)]
    lost = (len(words) - shingle_words + 1) * (1 - target) / (1 + target)
    run = max(1, round(lost) - shingle_words + 1)
    start = random.randrange(shingle_words, max(len(words) - run - shingle_words, 6))
    words[start : start + run] = [f"new{random.randrange(10**9)}" for _ in range(run)]
    return " ".join(words)


def with_boilerplate(count: int, seed: int = 1) -> list[str]:
    """Texts with the same 200 words in front of 60 to 160 of their own."""
    random = Random(seed)
    preamble = " ".join(f"rule{number}" for number in range(200))
    return [
        f"{preamble} "
        + " ".join(f"own{random.randrange(10**7)}" for _ in range(random.randrange(60, 160)))
        for _ in range(count)
    ]


def function_bodies(limit: int) -> Iterator[str]:
    """Source of functions of 40 to 400 words of the standard library, in the order of its files."""
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        for body in _bodies(path):
            if limit <= 0:
                return
            limit -= 1
            yield body


def _bodies(path: Path) -> Iterator[str]:
    try:
        source = path.read_text(encoding="utf-8")
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source)
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return  # the standard library's own tests hold files that are broken on purpose
    lines = source.split("\n")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = "\n".join(lines[node.lineno - 1 : node.end_lineno])
            if _MIN_WORDS <= len(words_of(body)) <= _MAX_WORDS:
                yield body
