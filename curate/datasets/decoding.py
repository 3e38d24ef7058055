"""A line of a dataset as a JSON value, or the fault that keeps it from being one.

    decode(b'{"text": "hi"}')      # Decoded({"text": "hi"}, ())
    decode(b'{"text": "hi')        # Decoded(None, (Fault("row_truncated", ...),))

A sound line costs a few microseconds. What msgspec refuses is read again by the slower `json`: it
takes NaN and halves of surrogate pairs, as Python's own readers do, and says where it fails.
"""

import json
from typing import Any, NamedTuple

import msgspec

from curate.datasets.hashing import FORBIDDEN
from curate.datasets.row import Fault

MAX_ROW_BYTES = 16 * 1024 * 1024  # chosen by us, 2026-11-21: 4 million tokens; no model reads them
MAX_DEPTH = 200  # chosen by us, 2026-11-21: arguments of real tools nest 3 to 6 deep
BOM = b"\xef\xbb\xbf"
_decoder = msgspec.json.Decoder()


class Decoded(NamedTuple):
    """A JSON value and what was wrong with it; `value` is None when it is no row at all."""

    value: Any
    faults: tuple[Fault, ...]


def decode(line: bytes) -> Decoded:
    """The value of a line, with or without its end."""
    if len(line) > MAX_ROW_BYTES:
        return too_long(len(line))
    if not line.strip():
        return _unread("row_blank", "a blank line")
    try:
        value = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return decode_slowly(line)
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and is_too_deep(value):
        return _unread("row_too_deep", f"nested more than {MAX_DEPTH} deep")
    return Decoded(value, ())


def decode_slowly(line: bytes) -> Decoded:
    """What Python's `json` makes of a text that msgspec refuses, or why it makes nothing of it."""
    faults: list[Fault] = []
    if line.startswith(BOM):
        line = line[len(BOM) :]
        faults.append(Fault("row_bom", "a byte order mark stands before the first brace"))
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return _unread("row_not_utf8", f"byte 0x{byte:02x} at column {error.start + 1}")
    constants: list[str] = []
    try:
        value = json.loads(text, parse_constant=constants.append, parse_float=_float(constants))
    except json.JSONDecodeError as error:
        return _unread(*_why(error, text))
    except RecursionError:
        return _unread("row_too_deep", f"nested more than {MAX_DEPTH} deep")
    except ValueError as error:  # an integer of more digits than Python reads
        return _unread("row_unreadable", shown(str(error)))
    if is_too_deep(value):
        return _unread("row_too_deep", f"nested more than {MAX_DEPTH} deep")
    if constants:
        faults.append(Fault("row_nan", f"{', '.join(sorted(set(constants)))} is not JSON"))
    if FORBIDDEN.search(json.dumps(value, ensure_ascii=False)):
        faults.append(Fault("row_surrogate", "half of a surrogate pair in a string"))
    return Decoded(mended(value), tuple(faults))


def too_long(count_bytes: int) -> Decoded:
    """The verdict on a line over the limit, which nobody needs to have in memory for it."""
    return _unread("row_too_long", f"{count_bytes:,} bytes in one line")


def shown(text: str, limit: int = 80) -> str:
    """A text as evidence: one line, not longer than `limit`, and only what can be written."""
    line = repr(text[: limit + 1])[1:-1]
    return line if len(line) <= limit else f"{line[:limit]}..."


def is_too_deep(value: Any) -> bool:
    """Whether lists and objects nest more than `MAX_DEPTH` deep; never recurses itself."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return False
    return any(isinstance(item, (dict, list)) for item in level)


def mended(value: Any) -> Any:
    """A value without halves of surrogate pairs, NaN and infinities, which no JSON has.

    The first become U+FFFD, the others None.
    """
    if isinstance(value, str):
        return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, float):
        return value if float("-inf") < value < float("inf") else None
    if isinstance(value, list):
        return [mended(item) for item in value]
    if isinstance(value, dict):
        return {mended(key): mended(item) for key, item in value.items()}
    return value


def crashed(error: Exception, where: str = "") -> Fault:
    """The fault of a row that our own code failed at; `where` in it, with a colon and a blank."""
    return Fault("row_crashed", shown(f"{where}{type(error).__name__}: {error}"))


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _float(constants: list[str]) -> Any:
    """A reader of floats that notes those beyond a float's range."""

    def read(text: str) -> float | None:
        value = float(text)
        if value in {float("inf"), float("-inf")}:
            constants.append(shown(text, 20))
            return None
        return value

    return read


def _why(error: json.JSONDecodeError, text: str) -> tuple[str, str]:
    """Rule and evidence for a text that is no JSON."""
    rest = text[error.pos :].rstrip()
    is_at_end = error.msg.startswith("Unterminated string") or any(
        word.startswith(rest) and word != rest for word in ("true", "false", "null")
    )
    rule = "row_truncated" if is_at_end else "row_unreadable"
    around = text[max(0, error.pos - 30) : error.pos + 10].strip()
    return rule, f"{error.msg.removesuffix(' at')} at column {error.pos + 1}: {shown(around, 60)}"


def _unread(rule: str, evidence: str) -> Decoded:
    return Decoded(None, (Fault(rule, evidence),))
