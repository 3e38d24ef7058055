"""The command `curate`: one verb each, which parses, calls one function and prints its result."""

from curate.cli import (  # each registers its commands
    audit,
    build,
    call,
    compare,
    imports,
    look,
    model,
    runs,
    score,
    sources,
    training,
    weights,
)
from curate.cli.group import main

__all__ = [
    "audit",
    "build",
    "call",
    "compare",
    "imports",
    "look",
    "main",
    "model",
    "runs",
    "score",
    "sources",
    "training",
    "weights",
]
