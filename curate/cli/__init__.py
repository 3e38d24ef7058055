"""The command `curate`: one verb each, which parses, calls one function and prints its result."""

from curate.cli import audit, build, call, imports, look, sources  # each registers its commands
from curate.cli.group import main

__all__ = ["audit", "build", "call", "imports", "look", "main", "sources"]
