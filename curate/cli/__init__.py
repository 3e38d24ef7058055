"""The command `curate`: one verb each, which parses, calls one function and prints its result."""

from curate.cli import build, call, look, sources  # each registers its commands
from curate.cli.group import main

__all__ = ["build", "call", "look", "main", "sources"]
