"""Results that are none: nothing, a word that stands in for one, or one that was cut in silence."""

import re
from collections.abc import Iterator

from curate.datasets.decoding import shown
from curate.datasets.row import Fault, Row

LONGEST = 200  # characters of a placeholder; chosen by us, 2026-11-21
WORDS = r"(?:results?|outputs?|responses?|contents?|data)"
WHOSE = (
    "tool|function|command|call|execution|expected|simulated|actual|your|some|sample|mock|dummy"
    "|fake|example"
)
HERE = r"(?:here|goes\s+here|placeholder|would\s+(?:be|go|appear)\b.*)"
INSIDE = r"[^<>\[\](){}\"'=:,/\\]*"
MARKS = (
    r"here|goes|placeholder|todo|insert|your\s+" + WORDS
    + r"|(?:tool|function|command|call|execution)\s+(?:\w+\s+)?" + WORDS
)  # fmt: skip
SAYS_SO = re.compile(r"\W*(?:no|empty|nothing)\b|.*(?:object at 0x|truncated)", re.IGNORECASE)
PLACEHOLDER = re.compile(
    rf"""\s*(?:
      [.…]{{1,6}} | todo\W* | tbd | x{{3,}} | lorem\s+ipsum.* | placeholder
      | [<\[({{]+ {INSIDE} \b(?:{MARKS})\b {INSIDE} [>\])}}]+
      | [<\[({{]+ \s* results? \s* [>\])}}]+
      | (?:the\s+)? (?:(?:{WHOSE})\s+)+
        {WORDS} (?:\s+{HERE})? \.?
      | {WORDS} \s+ {HERE} \.?
      | {WORDS} \s+ (?:of|from|for) \s+ (?:the\s+)?
        (?:tool|function|command|call)\w* (?:\s+call)? \.?
      | (?:simulated|mocked|dummy|fake|placeholder) \s+ {WORDS} \s* : .{{0,80}}
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
CUT = ("\n...", "\n…", "\n[...]", "\n[…]")


def is_hollow(content: str) -> bool:
    """Whether a result says nothing: it is empty, or a placeholder."""
    if not content or content.isspace():
        return True
    if len(content) > LONGEST or SAYS_SO.match(content):
        return False
    return PLACEHOLDER.fullmatch(content) is not None


def faults(row: Row) -> Iterator[Fault]:
    """Empty results, placeholders, and results that end in three dots on a line of their own."""
    for result in row.results:
        content = result.content
        if not content or content.isspace():
            yield Fault("result_empty", f"of {result.tool or 'a call'}", result.ordinal)
        elif is_hollow(content):
            yield Fault("result_placeholder", shown(content), result.ordinal)
        elif content.rstrip().endswith(CUT):
            yield Fault("result_cut", f"ends: {shown(content.rstrip()[-60:])}", result.ordinal)
