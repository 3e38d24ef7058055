"""The tools: one file each here, and what packages bring as entry points of `curate.tools`."""

from functools import cache

from curate.plugins import plugins
from curate.tools.base import Tool

# What the results of calls are made with: a change of one of these rooms makes all calls anew.
ROOMS = ("tools", "lsp", "codemode", "confined", "environments", "workspaces")


@cache
def all_tools() -> dict[str, Tool]:
    """Every tool by name, sorted; a second tool of the same name is refused."""
    return plugins(__name__, Tool, "tool")
