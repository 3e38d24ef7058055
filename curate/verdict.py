"""Whether what really came back is what the facts say it must be.

    verdict("found", {"matches": ["src/app.py:81"]}, steps, contents, 3000)
    ->  None, or "contradicts_facts"

A pure function of one candidate. `expected` speaks of the last call; see EXPECTATIONS.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from curate.errors import CurateError

Step = Mapping[str, Any]  # a call's view, as curate.plans.view gives it
EARLIER = "earlier"
SEVERAL_MEMBERS = re.compile(r"\{[^{}]*,[^{}]*\}")
SETBACKS = {"failed": ("is_failure", "not_failed"), "empty": ("is_empty", "not_empty")}


def verdict(
    outcome: str,
    expected: Mapping[str, Any],
    steps: Sequence[Step],
    contents: Sequence[str],
    max_result_chars: int,
) -> str | None:
    """Why a candidate is dropped, or None.

    too_long, no_call (code that called no tool), unstable_result, unexpected_error,
    not_recovered and not_failed (a call that should have failed did not), not_empty,
    empty_result, unwanted_codes and unwanted_text (what says nothing about the code, as of
    packages that are not installed in the workspace), too_little, defect_not_reported,
    contradicts_facts.

    `steps` are the tools' views of what they returned, `contents` the messages. Raises CurateError
    for an expectation that a tool has no answer to.
    """
    if unfit := _unfit(steps, contents, max_result_chars):
        return unfit
    *earlier, last = steps
    first = steps[0]["is_failure"] or steps[0]["is_empty"]
    if outcome == "recovered" and not first:
        return "not_recovered"
    rest = earlier[1:] if outcome == "recovered" else earlier
    if any(step["is_failure"] or step["is_empty"] for step in rest):
        return "unexpected_error"
    if outcome in SETBACKS:
        key, reason = SETBACKS[outcome]
        return None if last[key] else reason
    reason = _unlike_earlier(expected, steps) or _unlike(expected, last)
    return reason or (None if _is_shown(expected, contents) else "defect_not_reported")


def _unfit(steps: Sequence[Step], contents: Sequence[str], max_result_chars: int) -> str | None:
    """Why no expectation is looked at, or None."""
    if any(len(content) > max_result_chars for content in contents):
        return "too_long"
    if not steps:
        return "no_call"
    return "unstable_result" if any(map(_is_unstable, steps)) else None


def _is_unstable(step: Step) -> bool:
    """Whether a failing test shows a dict or set of several members.

    Their order may hang on where objects lie in memory, and then no run gives it again.
    """
    return step.get("tool") == "pytest_run" and any(
        SEVERAL_MEMBERS.search(test["message"] or "") for test in step.get("tests", ())
    )


def _is_shown(expected: Mapping[str, Any], contents: Sequence[str]) -> bool:
    """Whether the messages show the line and code of a planted defect: code may print less."""
    wanted = expected.get("reports")
    text = "\n".join(contents)
    return wanted is None or (
        re.search(rf"\b{wanted['line']}\b", text) is not None
        and any(code in text for code in wanted["codes"])
    )


def _unlike_earlier(expected: Mapping[str, Any], steps: Sequence[Step]) -> str | None:
    """Why a call before the last is not what the facts expect: `earlier` has one entry a call."""
    for step, wanted in zip(steps, expected.get(EARLIER, ()), strict=False):
        if wanted and (reason := _unlike(wanted, step)):
            return reason
    return None


def _unlike(expected: Mapping[str, Any], step: Step) -> str | None:
    """Why a call that had something to find is not what the facts expect, or None."""
    if step["is_failure"] or step["is_cut"]:
        return "unexpected_error"
    if step["is_empty"]:
        return "empty_result"
    unlike = {
        key for key, value in expected.items() if key != EARLIER and not _agrees(key, value, step)
    }
    for key, reason in REASONS.items():
        if key in unlike:
            return reason
    return "contradicts_facts" if unlike else None


def _agrees(key: str, value: Any, step: Step) -> bool:
    agrees = EXPECTATIONS[key]
    try:
        return agrees(step, value)
    except KeyError as error:
        raise CurateError(
            f"expected.{key} of an intent",
            f"needs {error.args[0]!r} in the last result, which {step['tool']} does not give",
            f"expect something of {', '.join(step)}, or call another tool last",
        ) from None


def _codes(view: Step) -> set[str]:
    found = view["violations"] if "violations" in view else view["errors"]
    return {row["code"] for row in found}


def _places(view: Step) -> list[str]:
    return sorted(f"{match['path']}:{match['line']}" for match in view["matches"])


def _field(view: Any, place: str) -> Any:
    """The value at `locations.0.file` or `symbols.name=Carrier.line`, None where there is none.

    Raises KeyError for a field that there is not.
    """
    for part in place.split("."):
        if isinstance(view, Sequence):
            view = _item(view, part)
        elif view == {}:
            return None
        else:
            view = view[part]
    return view


def _item(rows: Sequence[Any], part: str) -> Any:
    """The row of a list by its number, or the first one by the value of a field."""
    key, equals, wanted = part.partition("=")
    if equals:
        return next((row for row in rows if row[key] == wanted), {})
    return rows[int(part)] if int(part) < len(rows) else {}


def _rows(view: Step, wanted: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The rows of a list field, and the rows wanted: both by the fields that are wanted."""
    keys = sorted({key for row in wanted["rows"] for key in row})
    listed = _flat(_field(view, wanted["of"]) or (), wanted.get("nested"))
    found = [{key: row[key] for key in keys} for row in listed]
    given = [{key: row.get(key) for key in keys} for row in wanted["rows"]]
    return sorted(map(str, found)), sorted(map(str, given))


def _flat(rows: Sequence[Any], nested: str | None) -> list[Any]:
    """The rows, each followed by those that it holds in its field `nested`, at any depth."""
    if nested is None:
        return list(rows)
    return [inner for row in rows for inner in (row, *_flat(row[nested], nested))]


def _reports(view: Step, wanted: Mapping[str, Any]) -> bool:
    """Whether a checker has a finding of one of these codes on this line of this file."""
    found = view["violations"] if "violations" in view else view["errors"]
    return any(
        (row["file"], row["line"]) == (wanted["file"], wanted["line"])
        and row["code"] in wanted["codes"]
        for row in found
    )


# Why a candidate is dropped when one of these does not hold; other keys are contradicts_facts.
REASONS = {
    "without_codes": "unwanted_codes",
    "without_text": "unwanted_text",
    "at_least": "too_little",
    "reports": "defect_not_reported",
    "fails": "defect_not_reported",
}

# What the SQL of an intent may expect of the last result: key -> whether the view agrees.
EXPECTATIONS: Mapping[str, Callable[[Mapping[str, Any], Any], bool]] = {
    # exactly these path:line, files, or lines of output
    "matches": lambda view, value: _places(view) == sorted(value),
    "matches_include": lambda view, value: set(value) <= set(_places(view)),
    "files": lambda view, value: sorted(view["files"]) == sorted(value),
    "files_include": lambda view, value: set(value) <= set(view["files"]),
    "lines": lambda view, value: sorted(view["lines"]) == sorted(value),
    # the numbers that lines begin with, in order
    "numbers": lambda view, value: view["numbers"] == value,
    "number_at_least": lambda view, value: (
        len(view["numbers"]) == 1 and view["numbers"][0] >= value
    ),
    "start_line": lambda view, value: view["start_line"] == value,
    "covers_line": lambda view, value: view["start_line"] <= value <= view["end_line"],
    "line_count": lambda view, value: view["line_count"] == value,
    # the fields of the result, by their place: {"locations.0.line": 81}
    "fields": lambda view, value: all(_field(view, key) == value[key] for key in value),
    # the fields of the result that count something, at least so high: {"violation_count": 2}
    "at_least": lambda view, value: all(_field(view, key) >= value[key] for key in value),
    # a list of the result, by the fields named: {"of": "references", "rows": [{"file": …}, …]}
    # with those in them where it is a tree: {"of": "symbols", "nested": "children", "rows": […]}
    "rows": lambda view, value: _rows(view, value)[0] == _rows(view, value)[1],
    "rows_include": lambda view, value: set(_rows(view, value)[1]) <= set(_rows(view, value)[0]),
    # a checker's finding: {"file": "src/a.py", "line": 7, "codes": ["F401"]}
    "reports": _reports,
    # tests that fail, at least so many
    "fails": lambda view, value: view["failed"] + view["errors"] >= value,
    # no finding has one of these codes
    "without_codes": lambda view, value: not _codes(view) & set(value),
    # a text field has none of these: {"content": ["Unknown"]}
    "without_text": lambda view, value: (
        not any(word in str(_field(view, key)) for key, words in value.items() for word in words)
    ),
    # what the calls before the last must have given, one entry a call: [null, {"fields": …}]
    EARLIER: lambda _view, _value: True,
}
