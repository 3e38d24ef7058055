"""The shingle sets of the flat way are those of words counted one by one in Python."""

import pyarrow as pa
import pytest

from curate.near import NearSettings, Texts, near_duplicate_pairs
from curate.near.shingles import Shingler

M = 2**64
PLACE, NEXT_WORD = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
TEXTS = [
    "def f(x): return f(x)",
    "",
    "a",
    "... !!",
    "naïve Ünïcode 日本語のテキスト word_1 __init__ eightbyt ninebytes",
    "aBC" * 4000 + " tail of a very_long_identifier_of_more_than_two_reads",
    "one two",
    "same same same same same same",
    "nul\0splits words",
]


def mix(value: int) -> int:
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % M
    value = (value ^ value >> 27) * 0x94D049BB133111EB % M
    return value ^ value >> 31


def word_hash(word: bytes) -> int:
    reads = [int.from_bytes(word[at : at + 8], "little") for at in range(0, len(word), 8)]
    return sum(mix((read + place * PLACE) % M) for place, read in enumerate(reads)) % M


def shingle_number(words: tuple[bytes, ...]) -> int:
    number = 0
    for word in words:
        number = (number * NEXT_WORD + word_hash(word)) % M
    return mix(number) >> 12


@pytest.mark.parametrize("width", [1, 2, 3, 5, 40])
def test_shingle_sets_equal_those_counted_in_python(planted, width):
    sets = Shingler(width).all_sets(Texts.of(pa.array(TEXTS)))
    rows = [
        sets.shingles[low:high].tolist()
        for low, high in zip(sets.starts[:-1], sets.starts[1:], strict=True)
    ]
    assert rows == [sorted(map(shingle_number, planted.shingles_of(text, width))) for text in TEXTS]


def test_a_word_never_reaches_into_the_next_row():
    found = near_duplicate_pairs(pa.array(["ab", "abab", "ab"]), NearSettings())
    assert list(zip(found.left, found.right, strict=True)) == [(0, 2)]


def test_real_functions_have_no_two_shingles_with_one_number(planted):
    texts = list(planted.function_bodies(2000))
    shingles = set().union(*(planted.shingles_of(text, 5) for text in texts))
    sets = Shingler(5).all_sets(Texts.of(pa.array(texts)))
    assert len(set(sets.shingles.tolist())) == len(shingles)
