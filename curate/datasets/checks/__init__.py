"""Checks of one row, each a module with `faults(row)`; the readers' workers run them all.

    row_faults(row)     # [Fault("result_placeholder", "“<result here>”", 3), ...]

A check is pure: values in, values out, no connection and no clock. Together they may take 100
microseconds a row, so each looks for a cheap sign first, a word or a character, before it parses.
A fault's `rule` is the file of that name in `sql/rules/`, which says what it means.
"""

from collections.abc import Callable, Iterator

from curate.datasets.checks import (
    grounded,
    invented,
    personal,
    placeholders,
    positions,
    schemas,
    secrets,
    turns,
)
from curate.datasets.checks.shapes import shape
from curate.datasets.row import Fault, Row

__all__ = ["CHECKS", "row_faults", "shape"]

CHECKS: tuple[Callable[[Row], Iterator[Fault]], ...] = (
    turns.faults,
    schemas.faults,
    placeholders.faults,
    invented.faults,
    grounded.faults,
    positions.faults,
    personal.faults,
    secrets.faults,
)


def row_faults(row: Row) -> list[Fault]:
    """What all checks find in a row."""
    return [fault for check in CHECKS for fault in check(row)]
