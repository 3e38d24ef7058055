"""Repairs of one row that invent nothing: functions from a row's JSON value to its repaired one.

Each gives a new row, or None where it has nothing to do. What a row says stays as it is; only how
it is written changes.
"""

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Repair = Callable[[Row], Row | None]
