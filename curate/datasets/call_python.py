"""Calls in Python: bare between tags, or as the code that an `execute_code` runs."""

from typing import Any

from curate.datasets.code import read_code
from curate.datasets.code_values import CodeCall
from curate.datasets.decoding import shown
from curate.datasets.found import Finds, Found, Signatures

# Tools that run Python, and their parameters that hold it.
CODE_TOOLS = frozenset(
    {
        *("execute_code", "run_code", "code_interpreter", "code_execution", "ipython", "python"),
        *("execute_python", "run_python", "exec_python", "python_interpreter"),
    }
)
CODE_KEYS = ("code", "source", "script", "python", "python_code")


def code_of(tool: str, arguments: dict[str, Any]) -> str | None:
    """The Python that a call runs; None for a call of another tool."""
    if tool not in CODE_TOOLS:
        return None
    for key in CODE_KEYS:
        code = arguments.get(key)
        if isinstance(code, str):
            return code
    return None


def read_bare(text: str, signatures: Signatures, finds: Finds) -> None:
    """Add the calls of a block that holds Python: one call, several, or code around them."""
    read = read_code(text)
    if not read.calls:
        why = f"{read.error}: " if read.error else ""
        finds.faults.append(("call_unparsable", f"{why}{shown(text.strip(), 60)}"))
        return
    if read.error:
        finds.faults.append(("call_code_unparsable", read.error))
    finds.calls.extend(
        _found(call, "python", signatures, is_in_code=not read.is_plain) for call in read.calls
    )


def read_inner(code: str, signatures: Signatures, finds: Finds) -> None:
    """Add the calls that an `execute_code`'s Python makes."""
    read = read_code(code)
    if read.error:
        finds.faults.append(("call_code_unparsable", read.error))
    finds.calls.extend(_found(call, "code", signatures, is_in_code=True) for call in read.calls)


def _found(call: CodeCall, dialect: str, signatures: Signatures, *, is_in_code: bool) -> Found:
    """A call with its positional arguments under the names that its schema gives them."""
    names = list(signatures.get(call.tool, ()))
    arguments = {
        names[place] if place < len(names) else str(place): value
        for place, value in enumerate(call.positional)
    }
    return Found(dialect, call.tool, arguments | call.named, is_in_code, tuple(call.fields))
