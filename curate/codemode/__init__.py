"""Code mode: Python in pydantic-monty that reaches the tools and nothing else of the machine.

`sandbox` runs code, `functions` and `objects` are the tools and their results as it sees them,
`stubs` tells a model what it may call, and `literals` writes calls into snippets.
"""

from curate.codemode.literals import call_text, literal

__all__ = ["call_text", "literal"]
