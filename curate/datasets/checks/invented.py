"""Results that nobody's tool returned: what gives them away on their face.

    hash="e4f5g6h"                          no git writes a g
    author="John Doe <john@example.com>"    nobody of that name
    src/a.py:120, and src/a.py has 12 lines

What a real tool returns in one of a million cases is not reported: hashes that merely look odd
count only where every hash of a result does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from curate.datasets.checks.texts import PATH_LINE, SHOWS_FILE, path_in
from curate.datasets.decoding import shown
from curate.datasets.row import Call, Fault, Message, Result, Row

NAMED_HASH = re.compile(
    r"\b(?:commit|hash|sha1?|revision|commit_hash|short_hash|commit_id|commit_sha)\b"
    r"[\"'`]?\s{0,2}[:=]?\s{0,2}[\"'`(]?([0-9a-z]{6,40})\b"
)
COMMIT = re.compile(r"^commit ([0-9a-z]{7,12}|[0-9a-z]{40})\b", re.MULTILINE)
LOG = re.compile(r"^commit [0-9a-z]{7}|^Author: |[\"']commit", re.MULTILINE)
LISTED_HASH = re.compile(r"^(?:\* )?([0-9a-z]{7,40})(?= \S)", re.MULTILINE)
HEX = re.compile(r"[0-9a-f]+")
DIGIT = re.compile(r"\d")
GIT_TOOL = re.compile(
    r"(?<![A-Za-z])(?:git|commits?|blame)(?![a-z])|Git(?![a-z])|Commits?(?![a-z])"
)
GIT_COMMAND = re.compile(r"(?:(?<![A-Za-z])|(?<=\\n))git ")
WORD = re.compile(r"[g-z]{3}")  # part of a name such as python3, not a hash that was made up
MADE_UP = (
    "abc123", "a1b2c3", "1a2b3c", "abcdef", "123456", "012345", "def456", "deadbee", "789abc",
)  # fmt: skip
RUNS = re.compile(r"(?:(.)\1+){1,4}")
PAIR = re.compile(r"([0-9a-z]{1,4})\1+[0-9a-z]{0,2}")
CHANGES = re.compile(r"write|edit|create|insert|append|patch|apply|replace", re.IGNORECASE)
PRINTS_ALL = re.compile(r"^[^;]{0,120}\\nprint\(\w+(?:\.(?:text|content))?\)(?:\\n)?\"\}$")
MIXED = 2  # tools called in one turn, whose results are to be told apart
_ordinal = attrgetter("ordinal")
FEWEST_LINES = 3  # fewer may be an error's; chosen by us, 2026-11-21
AUTHOR = re.compile(
    r"^.{0,80}\b(?:author|committer|committed[ _]by|commit_author)\b.{0,80}?"
    r"(?:\b(?:john|jane)[ ._](?:doe|smith|roe)\b|@example\.(?:com|org|net)\b)",
    re.IGNORECASE | re.MULTILINE,
)


def faults(row: Row) -> Iterator[Fault]:
    """Hashes, authors and lines that cannot be."""
    if not row.results:
        return
    is_any_git = any(map(_is_git, row.calls))
    turns = {of: [*calls] for of, calls in groupby(row.calls, _ordinal)} if is_any_git else {}
    for result in row.results:
        content = result.content
        is_git = is_any_git and any(map(_is_git, _answered(turns, result)))
        if is_git or "commit " in content:
            yield from _hashes(result, is_git=is_git)
        is_named = "xample." in content or " Doe" in content or " Smith" in content
        if is_named and (is_git or LOG.search(content)):
            match = AUTHOR.search(content)
            if match:
                yield Fault("result_author", shown(match[0].strip(), 120), result.ordinal)
    yield from _lines_beyond(row)


def _is_git(call: Call) -> bool:
    """Whether a call is to git: by its name, or in its command."""
    if GIT_TOOL.search(call.tool):
        return True
    return "git " in call.canonical and GIT_COMMAND.search(call.canonical) is not None


def _answered(turns: Mapping[int, list[Call]], result: Result) -> list[Call]:
    """The calls that a result may answer: of the last turn before it, and of its tool."""
    last = next((of for of in range(result.ordinal - 1, -1, -1) if of in turns), -1)
    asked = turns.get(last, [])
    if len({call.tool for call in asked if not call.is_in_code}) < MIXED:
        return asked
    return [call for call in asked if call.is_in_code or call.tool == result.tool]


def _hashes(result: Result, *, is_git: bool) -> Iterator[Fault]:
    tokens = COMMIT.findall(result.content)
    if is_git:
        tokens += NAMED_HASH.findall(result.content) + _listed(result.content)
    tokens = [token for token in tokens if DIGIT.search(token) and not WORD.search(token)]
    for token in tokens:
        if not HEX.fullmatch(token):
            yield Fault("result_hash", f"{shown(token)} is not hexadecimal", result.ordinal)
            return
        if token.startswith(MADE_UP):
            yield Fault("result_hash", f"{shown(token)} is counted up", result.ordinal)
            return
    if len(tokens) > 1 and all(map(_is_patterned, tokens)):
        evidence = f"{shown(', '.join(tokens))} are patterns"
        yield Fault("result_hash", evidence, result.ordinal)


def _listed(content: str) -> list[str]:
    """What stands where a log has its hashes, if most lines begin so."""
    tokens = LISTED_HASH.findall(content)
    lines = sum(not line.isspace() for line in content.splitlines() if line)
    return tokens if 2 * len(tokens) >= lines else []


def _is_patterned(token: str) -> bool:
    """Whether a token is one of a few repeated characters: one in some thousand real ones."""
    return RUNS.fullmatch(token) is not None or PAIR.fullmatch(token) is not None


def _lines_beyond(row: Row) -> Iterator[Fault]:
    """Places in files of which the row shows every line, behind the last of them."""
    counts: dict[str, int] = {}
    for result in row.results:
        if path := _whole_file(row.calls, result):
            counts[path] = result.content.strip("\n").count("\n") + 1
    if not counts or any(CHANGES.search(call.tool) for call in row.calls):
        return  # what is written may have grown
    for message in row.messages:
        yield from _beyond(message, counts)


def _whole_file(calls: Sequence[Call], result: Result) -> str | None:
    """The file that a result shows from its first line to its last, where that is plain."""
    content = result.content
    if content.count("\n") < FEWEST_LINES:
        return None
    before = [call for call in calls if call.ordinal == result.ordinal - 1]
    if len(before) == 2 and before[1].is_in_code and PRINTS_ALL.search(before[0].canonical):  # noqa: PLR2004
        before = before[1:]
    if len(before) != 1 or not SHOWS_FILE.search(before[0].tool):
        return None
    if content.rstrip().endswith(("...", "…", "]", "}")):
        return None
    arguments = before[0].arguments
    return path_in(next(iter(arguments.values()))) if len(arguments) == 1 else None


def _beyond(message: Message, counts: dict[str, int]) -> Iterator[Fault]:
    if message.role == "system" or (message.role == "user" and not message.is_result):
        return
    for path, line in PATH_LINE.findall(message.content):
        if path in counts and int(line) > counts[path]:
            evidence = f"{path}:{line}, and the file is shown with {counts[path]} lines"
            yield Fault("result_line_beyond", evidence, message.ordinal)
            return
