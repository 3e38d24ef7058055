"""`curate run`: one tool called by hand, in a source or in a workspace of a built corpus."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curate.errors import CurateError
from curate.project import Project
from curate.tools import all_tools
from curate.tools.base import Tool, Workspace


def run_by_hand(
    project: Project,
    name: str,
    given: Sequence[str],
    source: str | None,
    workspace_id: str | None,
) -> tuple[str, dict[str, Any]]:
    """The message that a model would be shown, and the typed result.

    Raises CurateError for an unknown tool, source, workspace or argument.
    """
    tools = all_tools()
    if name not in tools:
        raise CurateError(
            f"tool {name}", f"is not known\ntools: {', '.join(tools)}", "name one of them"
        )
    tool = tools[name]
    arguments = parsed(tool, given)
    if (source is None) == (workspace_id is None):
        raise CurateError(
            f"curate run {name}",
            "needs a place: a source, or a workspace of a built corpus",
            "give --source NAME (curate sources) or --workspace ID "
            '(curate sql "select workspace_id, source_id from workspaces")',
        )
    place = _of_source(project, source) if source else _of_corpus(project, workspace_id or "")
    result = tool.call(place, arguments)
    return tool.content(result), result.model_dump(mode="json")


def parsed(tool: Tool, given: Sequence[str]) -> dict[str, Any]:
    """Arguments of a tool from NAME=VALUE. Raises CurateError for an unknown or misshapen one."""
    properties = tool.schema()["function"]["parameters"]["properties"]
    arguments = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or key not in properties:
            raise CurateError(
                f"curate run {tool.name}",
                f"{text!r} names no argument\narguments: {', '.join(properties) or 'none'}",
                "write NAME=VALUE",
            )
        raw = _read(value[1:]) if value.startswith("@") else value
        arguments[key] = raw if properties[key].get("type") == "string" else _json(key, raw)
    return arguments


def _read(name: str) -> str:
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8"
        raise CurateError(f"@{name}", reason.lower(), "name a text file that is there") from None


def _json(key: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise CurateError(
            f"{key}={value}", "is not JSON", f"write it as JSON, as {key}=3 or {key}='[\"F401\"]'"
        ) from None


def _of_source(project: Project, name: str) -> Workspace:
    from curate.workspaces.specs import workspace_of_source

    return workspace_of_source(project, name)


def _of_corpus(project: Project, workspace_id: str) -> Workspace:
    from curate.workspaces.specs import workspace_of_store

    return workspace_of_store(project, workspace_id)
