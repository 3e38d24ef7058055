"""What is looked for in arguments, results and answers, as pure functions over plain values.

fits("src/a.py", "./src/a.py", "path")       True
values_at([{"errors": [{"line": 3}]}], "0.errors.line")      [3]
is_stated(12, "It is used in twelve places.")      True
"""

import re
from collections.abc import Sequence
from typing import Any

from curate.calling import at_most
from curate.scoring.suites import Fits

WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
NOTHING = r"no|none|nothing|not|never|isn't|aren't|doesn't|without|clean"
ONCE = r"once|a single|the only|an?"
PATTERN_SECONDS = 5  # for one text; chosen by us, 2026-11-21
SPACE, QUOTES = re.compile(r"\s+"), re.compile("[`*\"'\u201c\u201d\u2018\u2019]")


def fits(wanted: Any, given: Any, name: str) -> bool:
    """Whether an argument is what is wanted: a value, one of several, or what `Fits` says."""
    if not isinstance(wanted, Fits):
        options = wanted if isinstance(wanted, tuple) else (wanted,)
        return any(_same(option, given, name) for option in options)
    if wanted.absent:
        return given is None
    text = str(given)
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return all(
        (
            not wanted.one_of or any(_same(option, given, name) for option in wanted.one_of),
            all(part.casefold() in text.casefold() for part in wanted.contains),
            wanted.matches is None or is_found(wanted.matches, text),
            wanted.least is None or (is_number and given >= wanted.least),
            wanted.most is None or (is_number and given <= wanted.most),
        )
    )


def is_found(pattern: str, text: str, flags: int = 0) -> bool:
    """Whether a suite's pattern is in a text. One that has no end of trying is not found."""
    try:
        with at_most(PATTERN_SECONDS):
            return re.search(pattern, text, flags) is not None
    except TimeoutError:
        return False


def _same(wanted: Any, given: Any, name: str) -> bool:
    if name == "path" and isinstance(given, str):
        return plain_path(given) == plain_path(str(wanted))
    if name in {"symbol", "query"} and isinstance(given, str):
        return given.rpartition(".")[2] == str(wanted).rpartition(".")[2]
    if isinstance(given, list):
        return sorted(map(str, given)) == sorted(map(str, wanted)) if wanted else not given
    return type(given) is type(wanted) and given == wanted


def plain_path(path: str) -> str:
    """A path without ./ before it and / after it."""
    return re.sub(r"/+", "/", path.removeprefix("./")).rstrip("/") or "."


def values_at(results: Sequence[Any], place: str) -> list[Any]:
    """The values at a place: of every element where it leads through a list. Raises LookupError."""
    number, *parts = place.split(".")
    found = [results[int(number)]]
    for part in parts:
        inner: list[Any] = []
        for one in found:
            if isinstance(one, list) and part.isdigit():
                inner.append(one[int(part)])
            elif isinstance(one, list):
                inner += [element[part] for element in one]
            else:
                inner.append(one[part])
        found = inner
    flat = [item for one in found for item in (one if isinstance(one, list) else [one])]
    return list(dict.fromkeys(value for value in flat if value is not None))


def is_stated(fact: Any, text: str) -> bool:
    """Whether a text states a value: a number in digits or as a word, a text as it is."""
    if isinstance(fact, bool):
        return True  # in words that nobody can list; `says` has them
    if isinstance(fact, int | float):
        return _is_number_stated(fact, text)
    wanted, said = _folded(str(fact)), _folded(text)
    if not wanted or wanted in said:
        return True
    return "/" in wanted and wanted.rpartition("/")[2] in said and wanted.rpartition("/")[2] != ""


def _is_number_stated(fact: float, text: str) -> bool:
    written = {str(fact), f"{fact:,}"}
    if any(re.search(rf"(?<![\w.]){re.escape(one)}(?!\w|[.,]\d)", text) for one in written):
        return True
    if isinstance(fact, int) and 0 <= fact < len(WORDS):
        words = WORDS[fact] + {0: f"|{NOTHING}", 1: f"|{ONCE}"}.get(fact, "")
        return re.search(rf"\b(?:{words})\b", text, re.IGNORECASE) is not None
    return False


def _folded(text: str) -> str:
    return SPACE.sub(" ", QUOTES.sub("", text)).strip().casefold()
