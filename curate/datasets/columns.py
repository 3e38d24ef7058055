"""Rows as the columns of the tables in sql/dataset: what a process hands back of a chunk.

Every table is an Arrow table. `row_id` counts from 0 in the chunk; whoever puts chunks together
adds the number of rows before it.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec
import pyarrow as pa

from curate.datasets.checks.shapes import shape
from curate.datasets.hashing import hash_of
from curate.datasets.reading import dialects_of
from curate.datasets.row import Call, Fault, Result, Row

_HASH, _TEXTS = pa.uint64(), pa.list_(pa.string())
SCHEMAS: Mapping[str, pa.Schema] = {
    name: pa.schema(fields)
    for name, fields in {
        "dataset_rows": {
            "row_id": pa.int64(),
            "line": pa.int64(),
            "form": pa.string(),
            "dialects": _TEXTS,
            "kind": pa.string(),
            "surface": pa.string(),
            "count_bytes": pa.int64(),
            "row_hash": _HASH,
            "system_hash": _HASH,
            "first_user_hash": _HASH,
            "first_user_folded_hash": _HASH,
            "user_turns_hash": _HASH,
            "calls_hash": _HASH,
            "toolset_id": _HASH,
            "count_messages": pa.int32(),
            "last_role": pa.string(),
            "category": pa.string(),
            "first_user": pa.string(),
            "conversation": pa.string(),
        },
        "dataset_messages": {
            "row_id": pa.int64(),
            "ordinal": pa.int32(),
            "role": pa.string(),
            "source_role": pa.string(),
            "content": pa.string(),
            "count_calls": pa.int32(),
            "is_result": pa.bool_(),
            "has_prose": pa.bool_(),
        },
        "dataset_calls": {
            "row_id": pa.int64(),
            "ordinal": pa.int32(),
            "position": pa.int32(),
            "dialect": pa.string(),
            "tool": pa.string(),
            "arguments": pa.string(),
            "is_in_code": pa.bool_(),
            "fields": _TEXTS,
            "call_hash": _HASH,
        },
        "dataset_results": {
            "row_id": pa.int64(),
            "ordinal": pa.int32(),
            "position": pa.int32(),
            "tool": pa.string(),
            "content": pa.string(),
            "source_role": pa.string(),
            "wrapping": pa.string(),
            "content_hash": _HASH,
            "shape_hash": _HASH,
        },
        "dataset_toolsets": {
            "toolset_id": _HASH,
            "position": pa.int32(),
            "tool": pa.string(),
            "schema": pa.string(),
        },
        "dataset_faults": {
            "row_id": pa.int64(),
            "line": pa.int64(),
            "ordinal": pa.int32(),
            "rule": pa.string(),
            "evidence": pa.string(),
            "line_hash": _HASH,
        },
    }.items()
}


class Columns:
    """The tables of a chunk, as its rows are added."""

    def __init__(self) -> None:
        self.count_rows = 0
        self._values: dict[str, list[tuple[object, ...]]] = {name: [] for name in SCHEMAS}
        self._toolsets: set[int] = set()

    def add(self, line: int, count_bytes: int, row: Row, found: Sequence[Fault]) -> None:
        """The next row, with the faults of reading and of the checks."""
        row_id, values = self.count_rows, self._values
        self.count_rows += 1
        values["dataset_rows"].append(
            (
                row_id,
                line,
                row.form,
                dialects_of(row.calls),
                row.kind,
                row.surface,
                count_bytes,
                row.row_hash,
                row.system_hash,
                row.first_user_hash,
                row.first_user_folded_hash,
                row.user_turns_hash,
                row.calls_hash,
                row.toolset_id,
                len(row.messages),
                row.messages[-1].role if row.messages else None,
                row.category,
                row.first_user,
                row.conversation,
            )
        )
        values["dataset_messages"] += [
            (
                row_id,
                message.ordinal,
                message.role,
                message.source_role,
                message.content,
                message.count_calls,
                message.is_result,
                bool(message.prose) and not message.prose.isspace(),
            )
            for message in row.messages
        ]
        values["dataset_calls"] += [
            (
                row_id,
                call.ordinal,
                call.position,
                call.dialect,
                call.tool,
                call.canonical,
                call.is_in_code,
                call.fields,
                call.hash,
            )
            for call in row.calls
        ]
        before = _turns_with_calls(row.calls)
        values["dataset_results"] += [
            (
                row_id,
                result.ordinal,
                result.position,
                result.tool,
                result.content,
                result.source_role,
                result.wrapping,
                result.hash,
                _shape_hash(result, before),
            )
            for result in row.results
        ]
        values["dataset_faults"] += [
            (row_id, line, fault.ordinal, fault.rule, fault.evidence, None) for fault in found
        ]
        if row.toolset_id is not None and row.toolset_id not in self._toolsets:
            self._toolsets.add(row.toolset_id)
            values["dataset_toolsets"] += [
                (row.toolset_id, position, tool["name"], msgspec.json.encode(tool).decode())
                for position, tool in enumerate(row.tools)
            ]

    def refuse(self, line: int, raw: bytes, faults: Sequence[Fault]) -> None:
        """A line that is no row."""
        self._values["dataset_faults"] += [
            (None, line, fault.ordinal, fault.rule, fault.evidence, hash_of(raw.hex()))
            for fault in faults
        ]

    def tables(self) -> dict[str, pa.Table]:
        """What was added, by table; without those that have nothing."""
        return {
            name: _table(SCHEMAS[name], values) for name, values in self._values.items() if values
        }


def _turns_with_calls(calls: Sequence[Call]) -> dict[int, list[Call]]:
    """The calls of each message that has some, in order."""
    turns: dict[int, list[Call]] = {}
    for call in calls:
        turns.setdefault(call.ordinal, []).append(call)
    return turns


def _shape_hash(result: Result, turns: Mapping[int, Sequence[Call]]) -> int:
    """Hash of a result's text without the values of the calls in the turn before it."""
    ordinals = list(turns)
    place = bisect_left(ordinals, result.ordinal)
    return hash_of(shape(result.content, turns[ordinals[place - 1]])) if place else result.hash


def _table(schema: pa.Schema, values: list[tuple[object, ...]]) -> pa.Table:
    columns = zip(*values, strict=True)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
