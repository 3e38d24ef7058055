"""Whether what really came back is what the facts say it must be.

    verdict("found", {"matches": ["src/app.py:81"]}, ran, 3000)  ->  None, or "contradicts_facts"

A pure function of one candidate. `expected` speaks of the last call; see EXPECTATIONS.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from curate.errors import CurateError
from curate.tools import all_tools
from curate.tools.run_command import RunCommandResult

Ran = tuple[str, str, str, str]  # tool, arguments, result, content: JSON texts and the message


def verdict(
    outcome: str, expected: Mapping[str, Any], ran: Sequence[Ran], max_result_chars: int
) -> str | None:
    """Why a candidate is dropped, or None.

    too_long, unexpected_error, not_recovered (a call that should have failed did not),
    not_empty, empty_result, unwanted_codes (findings that say nothing about the code, as
    of packages that are not installed in the workspace), contradicts_facts.

    Raises CurateError for an expectation that the last tool has no answer to.
    """
    if any(len(content) > max_result_chars for *_, content in ran):
        return "too_long"
    views = [_view(*call[:3]) for call in ran]
    *earlier, last = views
    if outcome == "recovered":
        if not views[0]["is_failure"]:
            return "not_recovered"
        earlier = earlier[1:]
    if any(view["is_failure"] or view["is_empty"] for view in earlier):
        return "unexpected_error"
    if outcome == "empty":
        return None if last["is_empty"] else "not_empty"
    return _unlike(expected, last, ran[-1][0])


def _unlike(expected: Mapping[str, Any], last: Mapping[str, Any], tool: str) -> str | None:
    """Why a last call that had something to find is not what the facts expect, or None."""
    if last["is_failure"] or last.get("truncated"):
        return "unexpected_error"
    if last["is_empty"]:
        return "empty_result"
    unlike = {key for key, value in expected.items() if not _agrees(key, value, last, tool)}
    if "without_codes" in unlike:
        return "unwanted_codes"
    return "contradicts_facts" if unlike else None


def _agrees(key: str, value: Any, view: Mapping[str, Any], tool: str) -> bool:
    agrees = EXPECTATIONS[key]
    try:
        return agrees(view, value)
    except KeyError as error:
        raise CurateError(
            f"expected.{key} of an intent",
            f"needs {error.args[0]!r} in the last result, which {tool} does not give",
            f"expect something of {', '.join(view)}, or call another tool last",
        ) from None


def _view(tool: str, arguments: str, result: str) -> dict[str, Any]:
    """The tool's view of a result.

    With `is_failure` (it could not answer) and `is_empty` (nothing there).
    """
    runner = all_tools()[tool]
    typed = runner.result.model_validate_json(result)
    is_empty = isinstance(typed, RunCommandResult) and _is_empty(typed)
    status = getattr(typed, "exit_status", 0)
    is_failure = typed.error is not None or bool(status and not is_empty)
    view = {"is_failure": is_failure, "is_empty": is_empty}
    return view if typed.error else {**runner.view(json.loads(arguments), typed), **view}


def _is_empty(ran: RunCommandResult) -> bool:
    """Whether a program ran well and found nothing.

    That is no output at all, not even of a binary file that matches, or a grep -c with only zeros.
    """
    if ran.error or ran.truncated or ran.stderr or ran.exit_status > 1:
        return False
    counts = {line.rpartition(":")[2] for line in ran.stdout.splitlines()}
    return not counts or (ran.exit_status == 1 and counts == {"0"})


def _codes(view: Mapping[str, Any]) -> set[str]:
    found = view["violations"] if "violations" in view else view["errors"]
    return {row["code"] for row in found}


def _places(view: Mapping[str, Any]) -> list[str]:
    return sorted(f"{match['path']}:{match['line']}" for match in view["matches"])


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
    # no finding has one of these codes
    "without_codes": lambda view, value: not _codes(view) & set(value),
}
