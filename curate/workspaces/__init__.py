"""Workspaces: what tools are called in. A source's tree, its git history, and what was changed."""

from curate.workspaces.spec import Change, Release, WorkspaceSpec
from curate.workspaces.trees import trees_of

__all__ = ["Change", "Release", "WorkspaceSpec", "trees_of"]
