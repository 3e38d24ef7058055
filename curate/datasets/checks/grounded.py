"""Answers that state what no result showed: a path, a line, a symbol or a number.

    result   src/a.py:3:class Alpha:
    answer   `Alpha` is in src/b.py, line 31.        src/b.py, line 31

Few false alarms count for more than every true one. A claim stands if its own words, its file's
name or its digits are anywhere in the conversation before it; a number also if it follows from
those shown by one step of arithmetic or by counting lines; what an answer proposes is no claim.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from curate.datasets.checks.derived import is_derived
from curate.datasets.checks.placeholders import is_hollow
from curate.datasets.checks.texts import DIGITS, HAS_EXTENSION, PATH
from curate.datasets.decoding import shown
from curate.datasets.row import Fault, Message, Row

FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
PROPOSES = re.compile(
    r"\b(?:could|should|would|might|may|can|consider|suggest\w*|recommend\w*|try|create|add|rename"
    r"|replace|write|put|move|instead|example|e\.g|such as|like|want|next|fix|change|import|run|use"
    r"|install|set|need|if|usually|typically|often|note|means?|similar|unless|ensure|make sure"
    r"|let me|i'll|i will)\b|\?\s*$",
    re.IGNORECASE,
)
DIGIT, EXTENSION = re.compile(r"\d"), re.compile(r"\.[a-z]")  # signs of a number, and of a path
LINE = re.compile(r"\blines?\s+(\d{1,6})(?:\s*(?:-|\u2013|to|and)\s*(\d{1,6}))?\b", re.IGNORECASE)
TICKED = re.compile(r"`([A-Za-z_][\w.]*(?:\(\))?)`")
SNAKE = re.compile(r"(?<![\w/.`-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/-]|\.\w)")
LOOKS_LIKE_CODE = re.compile(r"_|[a-z][A-Z]|\(\)$|\w\.\w")
NUMBER = re.compile(r"(?<![\w.,/:#$€£+-])\d[\d,]*(?:\.\d+)?(?![\w%/:-]|[.,]\d|°)")
LEAST = 21  # smaller numbers may have been counted; chosen by us, 2026-11-21
MOST_SHOWN = 3
MOST_ANSWERS = 200  # of a row that are looked at; chosen by us, 2026-11-21
MOST_CLAIMS = 200  # of a sentence, and of an answer, that are looked at; chosen by us, 2026-11-21
KNOWN = frozenset(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__)


class _Before:
    """What stands in a row before one of its messages."""

    def __init__(self, row: Row, ordinal: int) -> None:
        self._row, self._ordinal = row, ordinal

    @cached_property
    def text(self) -> str:
        """All of it, in lower case; calls as they stand, and with their arguments decoded."""
        parts = [m.content for m in self._row.messages[: self._ordinal]]
        parts += [call.canonical for call in self._row.calls if call.ordinal < self._ordinal]
        return "\n".join(parts).lower().replace("\\\\", "\\")

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every run of digits in it."""
        return frozenset(DIGITS.findall(self.text))

    @cached_property
    def values(self) -> Sequence[float]:
        """Every number in it, in order."""
        found = re.findall(r"\d[\d,]*(?:\.\d+)?", self.text)
        return sorted({float(text.replace(",", "")) for text in found if len(text) < 16})  # noqa: PLR2004

    @cached_property
    def start(self) -> int:
        """How far into a file a result may begin: a call's largest number below a million."""
        numbers = (int(number) for number in self.numbers if len(number) < 6)  # noqa: PLR2004
        return max(numbers, default=0) if self.count_lines > 1 else 0

    @cached_property
    def count_lines(self) -> int:
        """Of the longest result: so far lines may have been counted by hand."""
        results = [r for r in self._row.results if r.ordinal < self._ordinal]
        return max((result.content.count("\n") + 1 for result in results), default=0)


def faults(row: Row) -> Iterator[Fault]:
    """Answers with a claim that nothing before them shows."""
    if not row.results or any(is_hollow(result.content) for result in row.results):
        return  # what a hollow result does not show is its own fault
    first = row.results[0].ordinal
    answers = (
        message
        for message in row.messages[first + 1 :]
        if message.role == "assistant" and not message.count_calls and message.content
    )
    for message in islice(answers, MOST_ANSWERS):
        claims = list(islice(_unshown(row, message), MOST_CLAIMS))
        if claims:
            more = f" and {len(claims) - MOST_SHOWN} more" if len(claims) > MOST_SHOWN else ""
            evidence = f"no result shows {', '.join(claims[:MOST_SHOWN])}{more}"
            yield Fault("answer_ungrounded", shown(evidence, 240), message.ordinal)


def _unshown(row: Row, message: Message) -> Iterator[str]:
    """The claims of an answer that stand nowhere before it, each once."""
    before = _Before(row, message.ordinal)
    text = message.content
    if "```" in text:
        text = FENCE.sub(" ", text)
    if (
        "`" not in text
        and "_" not in text
        and not EXTENSION.search(text)
        and not DIGIT.search(text)
    ):
        return
    seen: set[str] = set()
    for sentence in SENTENCE.split(text):
        found = islice(_claims(sentence, before), MOST_CLAIMS)
        claims = [claim for claim in found if claim not in seen]
        if claims and not PROPOSES.search(sentence):
            seen.update(claims)
            yield from dict.fromkeys(claims)


def _claims(sentence: str, before: _Before) -> Iterator[str]:
    """What a sentence states that stands nowhere before it."""
    if "." in sentence and HAS_EXTENSION.search(sentence):
        for match in PATH.finditer(sentence):
            if match[0].rpartition("/")[2].lower() not in before.text:
                yield match[0]
    if "line" in sentence or "Line" in sentence:
        yield from _lines(sentence, before)
    if "`" in sentence or "_" in sentence:
        yield from _names(sentence, before)
    for match in NUMBER.finditer(LINE.sub(" ", sentence)):
        if not _is_number_shown(match[0], before):
            yield match[0]


def _names(sentence: str, before: _Before) -> Iterator[str]:
    """Names in backticks that look like code, and names with an underscore."""
    for name in TICKED.findall(sentence):
        if LOOKS_LIKE_CODE.search(name) and not _is_known(name, before):
            yield f"`{name}`"
    for name in SNAKE.findall(sentence):
        if not _is_known(name, before):
            yield name


def _lines(sentence: str, before: _Before) -> Iterator[str]:
    for match in LINE.finditer(sentence):
        for number in filter(None, match.groups()):
            if number not in before.numbers and int(number) > before.count_lines + before.start:
                yield f"line {number}"


def _is_known(name: str, before: _Before) -> bool:
    """Whether a name, or each part of a dotted one, was named before, or is Python's own."""
    parts = name.removesuffix("()").split(".")
    return parts[0] in KNOWN or all(part.lower() in before.text for part in parts if part)


def _is_number_shown(number: str, before: _Before) -> bool:
    digits = number.replace(",", "")
    value = float(digits)
    if value < LEAST or digits in before.numbers or digits in before.text:
        return True
    return value <= before.count_lines or is_derived(digits, before.values)
