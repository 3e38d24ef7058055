"""Python literals as JSON values."""

import ast
import warnings
from typing import Any

import msgspec

from curate.datasets.decoding import is_too_deep, mended

MAX_LITERAL_CHARS = 100_000  # as MAX_CODE_CHARS: its tree takes 500 times as much memory


def is_json(value: Any) -> bool:
    """Whether JSON has this value."""
    if isinstance(value, list | tuple):
        return all(is_json(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and is_json(value[key]) for key in value)
    if isinstance(value, float):
        return float("-inf") < value < float("inf")
    return isinstance(value, str | int | None)


def as_json(value: Any) -> Any:
    """The value with lists for tuples."""
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    return {key: as_json(item) for key, item in value.items()} if isinstance(value, dict) else value


def is_writable(value: Any) -> bool:
    """Whether JSON can be written of it: no half of a surrogate pair, no endless integer."""
    try:
        msgspec.json.encode(value)
    except (ValueError, OverflowError):
        return False
    return True


def literal_value(text: str) -> Any:
    """The value of a Python literal, as long as JSON has it; None for any other text."""
    if len(text) > MAX_LITERAL_CHARS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that a string should not have
            value = as_json(ast.literal_eval(text.strip()))
        if not is_json(value) or is_too_deep(value):
            return None
        msgspec.json.encode(mended(value))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, OverflowError):
        return None
    return mended(value)
