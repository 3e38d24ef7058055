"""The facts of one Python file, or the reason why it has none.

`extract(b"class A: pass")` holds one Symbol, `A`; `extract(b"class A pass")` is
`Drop('not_parsable', 'line 1')`. Does not open files and runs none of their code.
"""

import gc
import io
import tokenize
from collections.abc import Generator
from contextlib import contextmanager

from curate.facts.depth import is_too_deep
from curate.facts.python_ast import extract_ast
from curate.facts.rows import Drop, PythonFacts
from curate.facts.source_text import SourceText

SIZE_LIMIT_BYTES = 1_000_000
"""Larger files are tables that a program wrote. Chosen by us, 2026-11-21."""


def extract(content: bytes, size_limit_bytes: int = SIZE_LIMIT_BYTES) -> PythonFacts | Drop:
    """The facts of a file's bytes, by `ast`, and by libcst where `ast` cannot read them."""
    source = decode(content, size_limit_bytes)
    if isinstance(source, Drop):
        return source
    with _no_garbage_collection():
        try:
            return extract_ast(source)
        except SyntaxError as error:
            if _says_too_deep(error):
                return Drop("too_deep", "")
        except (RecursionError, MemoryError):
            return Drop("too_deep", "")
        return _extract_by_libcst(source)


def decode(content: bytes, size_limit_bytes: int = SIZE_LIMIT_BYTES) -> SourceText | Drop:
    """The text of a file, read as Python reads it: by its BOM, its coding line, or as UTF-8."""
    if len(content) > size_limit_bytes:
        return Drop("too_large", f"{len(content):,} bytes, limit {size_limit_bytes:,}")
    if b"\0" in content:
        return Drop("nul_bytes", "")
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        text = content.decode(encoding)
        text.encode()  # some codecs give lone surrogates, which no parser takes
    except (SyntaxError, ValueError, LookupError):
        return Drop("not_decodable", encoding)
    if not text.strip():
        return Drop("empty", "")
    if "\0" in text:
        return Drop("nul_bytes", "")
    return SourceText(text)


def _extract_by_libcst(source: SourceText) -> PythonFacts | Drop:
    if is_too_deep(source.text):
        return Drop("too_deep", "")
    from libcst import CSTValidationError, ParserSyntaxError

    from curate.facts.cst_positions import NotGivenBackError
    from curate.facts.python_cst import extract_cst

    try:
        return extract_cst(source)
    except ParserSyntaxError as error:
        return Drop("not_parsable", f"line {error.raw_line}")
    except CSTValidationError:
        return Drop("not_parsable", "libcst refuses what it read")
    except NotGivenBackError:
        return Drop("not_parsable", "libcst writes another text than it read")
    except RecursionError:
        return Drop("too_deep", "")


def _says_too_deep(error: SyntaxError) -> bool:
    """CPython's limits: 200 parentheses, 100 levels of indentation."""
    return str(error.msg).startswith(("too many nested parentheses", "too many levels of indent"))


@contextmanager
def _no_garbage_collection() -> Generator[None]:
    """Neither parser makes reference cycles: a collection only walks their trees.

    Source: 18 MB of `ast` facts took 0.15 s/MB without collections and 0.33 with, 2026-11-21.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
