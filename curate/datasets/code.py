r"""The tool calls in a piece of Python, as code mode and bare Python between tags have it.

    read_code('result = typecheck("src/")\nprint(result.error_count)')
    CodeRead((CodeCall("typecheck", ["src/"], {}, ["error_count"]),), is_plain=False, error=None)

`ast` reads it, and libcst where the syntax is newer than the running Python: 70 us against 900 us
for a snippet of ten lines. That both find the same is tested. Snippets that are equal but for their
literals are parsed once.
"""

import ast
import textwrap
import warnings
from functools import lru_cache
from typing import NamedTuple

from curate.datasets.code_flow import Flow
from curate.datasets.code_masks import masked, unmasked
from curate.datasets.code_values import CodeCall, short
from curate.datasets.decoding import shown

MAX_CODE_CHARS = 100_000  # chosen by us, 2026-11-21: 25,000 tokens, more than a row may have
REMEMBERED = 4096


class CodeRead(NamedTuple):
    """What a snippet calls. `is_plain`: it is nothing but calls with literal arguments.

    error: why Python cannot run it, None where it can; calls may be known all the same.
    """

    calls: tuple[CodeCall, ...]
    is_plain: bool
    error: str | None


def read_code(text: str) -> CodeRead:
    """The calls of functions that the snippet takes from outside: its tools."""
    mask = masked(text) if len(text) <= MAX_CODE_CHARS else None
    if mask is not None:
        read = _parsed(mask[0])
        if read.error is None:
            return read._replace(calls=unmasked(read.calls, mask[1]))
    return read_exactly(text)


def read_exactly(text: str) -> CodeRead:
    """The same, by a parser."""
    read = _parsed(text)
    calls = (
        CodeCall(call.tool, call.positional, call.named, short(call.fields)) for call in read.calls
    )
    return read._replace(calls=tuple(calls))


@lru_cache(REMEMBERED)
def _parsed(text: str) -> CodeRead:
    if len(text) > MAX_CODE_CHARS:
        return CodeRead((), is_plain=False, error=f"{len(text):,} characters of code, not read")
    code = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    try:
        return _read(code, None)
    except SyntaxError as error:
        why = f"line {error.lineno}: {error.msg}"
        is_indented = isinstance(error, IndentationError)
    except (ValueError, RecursionError, MemoryError) as error:  # a null byte, too deep a nesting
        return CodeRead((), is_plain=False, error=shown(str(error)) or type(error).__name__)
    if is_indented and (dedented := textwrap.dedent(code)) != code:
        return _parsed(dedented)._replace(error=why)
    from curate.datasets.code_cst import read_newer_code

    return read_newer_code(code) or CodeRead((), is_plain=False, error=why)


def _read(code: str, error: str | None) -> CodeRead:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes that a string should not have, and such
        tree = ast.parse(code)
    lines: list[bytes] = []

    def source(node: ast.expr) -> str:
        if not lines:
            lines.extend(code.encode().split(b"\n"))
        return _segment(lines, node)

    return CodeRead(tuple(Flow(source).calls(tree)), is_plain(tree), error)


def is_plain(tree: ast.Module) -> bool:
    """Whether a tree is nothing but calls, or a list of calls, in which no other call stands."""
    calls: list[ast.expr] = []
    for statement in tree.body:
        if not isinstance(statement, ast.Expr):
            return False
        value = statement.value
        calls.extend(value.elts if isinstance(value, ast.List) else [value])
    return all(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and not any(
            isinstance(inner, ast.Call)
            for argument in (*call.args, *call.keywords)
            for inner in ast.walk(argument)
        )
        for call in calls
    )


def _segment(lines: list[bytes], node: ast.expr) -> str:
    """The source of a node: its columns count bytes of UTF-8."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    taken = lines[first : last + 1]
    taken[-1] = taken[-1][: node.end_col_offset]
    taken[0] = taken[0][node.col_offset :]
    return b"\n".join(taken).decode("utf-8", "replace")
