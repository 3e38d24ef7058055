"""Rows that are written otherwise and say the same: which, for which rule, and by which repair."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from curate.audits.rules import Rule, run_rules
from curate.datasets.forms import form_of, turns_in
from curate.datasets.found import Signatures
from curate.datasets.offered import offered
from curate.repairs import Repair, Row
from curate.repairs.arguments import to_objects
from curate.repairs.dialect import Style, to_dialect, to_layout
from curate.repairs.roles import fold, unwrap_role, unwrap_twice
from curate.repairs.usual import lines_in_other_dialects, lines_with_calls, usual_style

if TYPE_CHECKING:
    import duckdb

# What a result that is folded into a user turn does no more: bring tags under the role `tool`.
SETTLES = ("result_wrapped_by_role", "result_wrapped_twice")
# In this order: a result that is folded into a user turn has its tags from there.
REWRITES: Mapping[str, tuple[Repair, ...]] = {
    "call_arguments_string": (to_objects,),
    "role_tool_embedded": (fold,),
    "result_wrapped_twice": (unwrap_twice, unwrap_role),
    "result_wrapped_by_role": (unwrap_role,),
}
DIALECT, LAYOUT = "dialects_several", "call_layouts_several"  # which speak of a whole dataset
STYLES: Mapping[str, Callable[[Style, Signatures], Repair]] = {
    DIALECT: to_dialect,
    LAYOUT: to_layout,
}
Flagged = dict[int, dict[int, set[str]]]


def flagged(
    connection: "duckdb.DuckDBPyConnection", rules: Mapping[str, Rule]
) -> tuple[Flagged, Style | None]:
    """The rules that each line is to be rewritten for, by file_id and line; and the style.

    A dataset that is written in several styles is to be in its commonest one, every row of it.
    """
    chosen = [rule for name, rule in rules.items() if name in {*REWRITES, *STYLES}]
    run_rules(connection, chosen)
    lines: Flagged = defaultdict(lambda: defaultdict(set))
    found = connection.execute(
        """
        select distinct found.rule, rows.file_id, rows.line
        from rule_rows as found join dataset_rows as rows using (row_id)
        """
    ).fetchall()
    style = usual_style(connection) if any(rule in STYLES for rule, _, _ in found) else None
    for rule, file_id, line in found:
        of_rule = [line]
        if style is not None and rule == DIALECT:
            of_rule = lines_in_other_dialects(connection, file_id, style)
        elif rule == LAYOUT:
            of_rule = lines_with_calls(connection, file_id)
        for one in of_rule:
            lines[file_id][one].add(rule)
    return lines, style


class Rewritten(NamedTuple):
    """A row or its line, the rules that it was changed for, and those that nothing was done for."""

    row: Any
    changed: set[str]
    left: set[str]


def repaired(row: Row, rules: set[str], style: Style | None) -> Rewritten:
    """The row repaired for these rules."""
    repairs = {rule: REWRITES[rule] for rule in REWRITES if rule in rules}
    if style is not None:
        signatures = _signatures(row)
        repairs |= {rule: (STYLES[rule](style, signatures),) for rule in STYLES if rule in rules}
    changed: set[str] = set()
    for rule, steps in repairs.items():
        for step in steps:
            new = step(row)
            if new is not None:
                row = new
                changed.add(rule)
    settled = {LAYOUT, *(SETTLES if "role_tool_embedded" in changed else ())}
    return Rewritten(row, changed, rules - changed - settled)


def rewritten_line(line: bytes, rules: set[str], style: Style | None) -> Rewritten:
    """The same of a line of JSON, which is written as it was: spaces, escapes and all."""
    value = json.loads(line)
    done = repaired(value, rules, style)
    return done._replace(row=_written(done.row, like=line, value=value) if done.changed else line)


def _written(new: Any, *, like: bytes, value: Any) -> bytes:
    body = like.rstrip(b"\r\n")
    for ascii_only in (False, True):
        for separators in ((", ", ": "), (",", ":")):
            text = json.dumps(value, ensure_ascii=ascii_only, separators=separators)
            if text.encode("utf-8", "surrogatepass") == body:
                written = json.dumps(new, ensure_ascii=ascii_only, separators=separators)
                return written.encode("utf-8", "surrogatepass") + b"\n"
    is_plain = body.isascii() or "\\u" in body.decode("utf-8", "replace")
    return json.dumps(new, ensure_ascii=is_plain).encode("utf-8", "surrogatepass") + b"\n"


def _signatures(row: Row) -> Signatures:
    """The parameters of the tools that a row offers, each with its schema."""
    form = form_of(row)
    return offered(row, turns_in(row, form, []) if form else [], []).signatures
