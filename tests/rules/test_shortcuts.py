"""What is looked for by a cheap sign first is found as if every text were looked through in full."""

import random
import re
from collections.abc import Iterator

import pytest

from curate.datasets import call_xml, read
from curate.datasets.checks import grounded, positions, secrets
from curate.datasets.checks.marks import Marks
from curate.datasets.row import Row

KEYS = (
    "AKIA" + "Q7ZL2M4X9B6V1C3N",
    "ghp_" + "a8Kd02Lq7Wm4Xz91Bv6Nc3Rt5Yp0Hs2Jf7Gd",
    "https://tea:w8Hq2" + "Zr9@pots.io",
    'api_key = "' + 'h3K9x0QpZ7vL2m"',
    "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA7f3k" * 3,
    "SG." + "a8Kd02Lq7Wm4Xz91Bv6Nc3.t5Yp0Hs2Jf7Gda8Kd02Lq7Wm4Xz91Bv6Nc3R2wE4tQ9",
    "secret=`" + "q8Zt3vLw0pXr`",
)
WORDS = ("key", "to\u212aen", "aws", "://", "@", '"', "'", "=", "\n", " ", "é", "٣", "4", "x" * 16)
TAGS = ("<function=", "</function>", "<parameter=", "</parameter>", "a", "b>", ">", "\n", " ", "é")


def spliced(pieces: tuple[str, ...], count: int) -> Iterator[str]:
    """Texts of these pieces at random, the same ones each time."""
    chance = random.Random(27)
    for _ in range(count):
        yield "".join(chance.choices(pieces, k=chance.randrange(12)))


def row(answer: str) -> Row:
    messages = [{"role": "user", "content": "?"}, {"role": "assistant", "content": answer}]
    found = read({"messages": messages}).row
    assert found is not None
    return found


def test_no_secret_is_lost_to_the_marks_that_are_looked_for_first(monkeypatch):
    rows = [row(text) for text in (*KEYS, *spliced((*KEYS, *WORDS), 2_000))]
    quick = [list(secrets.faults(one)) for one in rows]
    everything = secrets.MARKS.seen_in("".join(secrets.MARKS.all))
    assert everything == secrets.MARKS.all
    monkeypatch.setattr(secrets.MARKS, "seen_in", lambda text: everything)
    assert quick == [list(secrets.faults(one)) for one in rows]
    assert all(quick[: len(KEYS)])
    assert not all(quick)


def test_marks_are_those_that_a_search_for_each_finds(monkeypatch):
    marks = Marks(("AKIA", "ASIA", "aws", "key", "rekey", "token", "://"))
    texts = list(
        spliced(("AKI", "ASIA", "laws", "re", "KEY", "to\u212aen", "://", " ", "é"), 5_000)
    )
    found = [marks.seen_in(text) for text in texts]
    assert found == [{mark for mark in marks.all if mark in text.lower()} for text in texts]
    monkeypatch.setattr("curate.datasets.checks.marks.LONGEST", 0)
    assert found == [marks.seen_in(text) for text in texts]


def test_signs_of_claims_are_those_of_one_pattern():
    for text in spliced((*WORDS, ".", "p", "y", "a.b"), 2_000):
        is_sign = bool(grounded.DIGIT.search(text) or grounded.EXTENSION.search(text))
        assert is_sign == bool(re.search(r"\d|\.[a-z]", text))


def test_a_number_is_not_a_part_of_a_longer_one():
    before = positions._Before(row("lines 12 and 345"))
    before.read_on(2)
    assert [before.has_number(n) for n in ("12", "345", "1", "34", "6")] == [True] * 2 + [False] * 3


@pytest.mark.parametrize("word", ["function", "parameter"])
def test_elements_are_what_a_pattern_that_tries_every_character_finds(word):
    pattern = re.compile(rf"<{word}=\s*([^\s<>=]+)\s*>?(.*?)(</{word}>|(?=<{word}=)|\Z)", re.DOTALL)
    opening = {"function": call_xml.FUNCTION, "parameter": call_xml.PARAMETER}[word]
    for text in spliced(TAGS, 5_000):
        assert list(call_xml._elements(text, opening, word)) == [
            (match[1], match[2], match.start(), match.end(), bool(match[3]))
            for match in pattern.finditer(text)
        ]
