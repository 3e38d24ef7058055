"""The author a release states in its own metadata, by name and never by e-mail address.

Author-email: Hynek Schlawack <hs@ox.cx>   ->   "Hynek Schlawack"
"""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses
from pathlib import Path

_NAME_CHARS = 100  # chosen by us, 2026-11-21


def stated_author(tree: Path, name: str) -> str:
    """The first author of the PKG-INFO in `tree`, else the first maintainer, else a general one.

    Asked in this order: Author, Author-email, Maintainer, Maintainer-email. `name` is the source's.
    """
    path = tree / "PKG-INFO"
    if path.is_file() and not path.is_symlink():
        text = path.read_text(encoding="utf-8", errors="replace")
        for author in _names(HeaderParser().parsestr(text)):
            plain = " ".join(re.sub(r"[\x00-\x1f\x7f<>]", " ", author).split())[
                :_NAME_CHARS
            ].strip()
            if plain and "@" not in plain and plain.upper() != "UNKNOWN":
                return plain
    return f"{name} maintainers"


def _names(fields: Message) -> Iterator[str]:
    """What the metadata calls its authors, the first of each field."""
    for role in ("Author", "Maintainer"):
        if value := _decoded(fields.get(role)):
            yield value.split(",")[0]
        for shown, _ in getaddresses([_decoded(fields.get(f"{role}-email"))]):
            yield shown


def _decoded(value: str | None) -> str:
    """A header in plain text: names beyond ASCII are often encoded as in an e-mail (RFC 2047)."""
    try:
        return str(make_header(decode_header(value or "")))
    except (HeaderParseError, LookupError, ValueError):
        return ""
