r"""Text of a dataset, made fit to be shown: a row may hold anything, a terminal's commands as well.

A character that would act is written out as Python writes it: a bell is the four letters \x07.
"""

import re
from collections.abc import Sequence

# Controls but tab and newline, marks that turn the direction of writing or separate lines, lone
# surrogates, and what is no character in XML.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# What the runner of GitHub Actions obeys: `::error::` at the start of a line, `##[error]` anywhere.
COMMAND = re.compile(r"^([^\S\n]*):(?=:)|##\[", re.MULTILINE)
MAX_CHARS = 160
BYTES_A_UNIT = 1000


def visible(text: str) -> str:
    """The text with what a terminal or a viewer would act upon written out as escapes."""
    return UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def inert(text: str) -> str:
    """The text with no line in it that gives a step of GitHub Actions a command."""
    return COMMAND.sub(lambda found: r"##\x5b" if found[1] is None else rf"{found[1]}\x3a", text)


def cut(text: str, length: int = MAX_CHARS) -> str:
    """At most `length` characters, the last of them … where there were more."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def one_line(text: str, length: int = MAX_CHARS) -> str:
    """The text on one line, its blanks folded, visible, and cut."""
    return cut(visible(" ".join(text[: 4 * length].split())), length)


def lines_of(evidence: str, length: int = MAX_CHARS) -> list[str]:
    """Evidence as lines, each visible and cut; at least one, which may be empty."""
    return [cut(visible(line.rstrip()), length) for line in evidence.split("\n")] or [""]


def counted(count: int, one: str, many: str | None = None) -> str:
    """1 row, 1,053 rows."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def some_of(names: Sequence[str], most: int = 5) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def percent(fraction: float) -> str:
    """79 %; never 0 or 100 % of what is not none or all."""
    rounded = f"{100 * fraction:.0f}"
    if (rounded == "0") != (fraction == 0) or (rounded == "100") != (fraction == 1):
        rounded = f"{100 * fraction:.2f}"
    return f"{rounded} %"


def size(count_bytes: int) -> str:
    """770 kB."""
    amount, unit = float(count_bytes), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < BYTES_A_UNIT:
            break
        amount, unit = amount / BYTES_A_UNIT, larger
    return f"{amount:,.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"  # noqa: PLR2004
