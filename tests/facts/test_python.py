"""`extract`: which parser reads a file, and why some files give no facts."""

import gc
import warnings

import libcst
import pytest

from curate.facts.cst_positions import NotGivenBackError, Positions
from curate.facts.python import decode, extract
from curate.facts.rows import Drop, PythonFacts
from curate.facts.source_text import SourceText

NEWER_THAN_ANY_AST = b"lazy import json\nclass A: pass\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", Drop("empty", ""), id="no bytes"),
        pytest.param(b" \n\t\r\n\x0c", Drop("empty", ""), id="white space"),
        pytest.param(b"\xef\xbb\xbf\n", Drop("empty", ""), id="BOM only"),
        pytest.param(b"x = 1\0\n", Drop("nul_bytes", ""), id="NUL"),
        pytest.param("x = 1".encode("utf-16"), Drop("nul_bytes", ""), id="UTF-16"),
        pytest.param(b"# coding: utf-7\n+AAA-", Drop("nul_bytes", ""), id="NUL once decoded"),
        pytest.param(b"x = '\xe9'\n", Drop("not_decodable", "utf-8"), id="latin-1, no cookie"),
        pytest.param(b"#\n#\nx = '\xe9'\n", Drop("not_decodable", "utf-8"), id="later line"),
        pytest.param(b"# coding: klingon\n", Drop("not_decodable", "utf-8"), id="unknown codec"),
        pytest.param(b"# coding: rot13\nk", Drop("not_decodable", "rot13"), id="no text codec"),
        pytest.param(
            b"# coding: raw_unicode_escape\n\\ud800",
            Drop("not_decodable", "raw_unicode_escape"),
            id="lone surrogate",
        ),
        pytest.param(b"x\ndef f(:\n", Drop("not_parsable", "line 2"), id="syntax error"),
        pytest.param(b"print 'a'\n", Drop("not_parsable", "line 1"), id="Python 2"),
        pytest.param(
            b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n",
            Drop("not_parsable", "libcst writes another text than it read"),
            id="two BOMs",
        ),
        pytest.param(
            NEWER_THAN_ANY_AST + b"def f(): return.5\n",
            Drop("not_parsable", "libcst refuses what it read"),
            id="a limit of libcst",
        ),
        pytest.param(b"x = " + b"(" * 201 + b")" * 201, Drop("too_deep", ""), id="parentheses"),
        pytest.param(b"x = " + b"-" * 20_000 + b"1", Drop("too_deep", ""), id="operators"),
        pytest.param(b"a" + b".b" * 20_000, Drop("too_deep", ""), id="attributes"),
        pytest.param(
            b"".join(b" " * i + b"if x:\n" for i in range(101)) + b" " * 101 + b"x",
            Drop("too_deep", ""),
            id="indentation",
        ),
        pytest.param(
            NEWER_THAN_ANY_AST + b"x = " + b"(" * 9000 + b")" * 9000,
            Drop("too_deep", ""),
            id="parentheses, newer syntax",
        ),
        pytest.param(
            NEWER_THAN_ANY_AST + b"x = " + b"-" * 900 + b"1",
            Drop("too_deep", ""),
            id="recursion of libcst",
        ),
    ],
)
def test_a_file_without_facts_says_why(content, expected):
    assert extract(content) == expected


def test_a_large_file_is_not_read():
    assert extract(b"x = 1\n", 5) == Drop("too_large", "6 bytes, limit 5")
    assert isinstance(extract(b"x = 1\n", 6), PythonFacts)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("# coding: latin-1\nclass É: pass\n".encode("latin-1"), "É", id="cookie"),
        pytest.param(b"#!x\n# vim: fileencoding=cp1252\nclass \x8a: pass", "Š", id="second line"),
        pytest.param("class Ж: pass".encode("utf-8-sig"), "Ж", id="BOM"),
        pytest.param("class 名: pass".encode(), "名", id="UTF-8"),
    ],
)
def test_a_file_is_decoded_as_python_does(content, expected):
    facts = extract(content)
    assert [row.name for row in facts.symbols] == [expected]
    assert facts.symbols[0].column == 1


def test_libcst_reads_what_ast_cannot():
    old, new = extract(b"class A: pass\n"), extract(NEWER_THAN_ANY_AST)
    assert (old.parser, new.parser) == ("ast", "libcst")
    assert [row.module for row in new.imports] == ["json"]
    assert [row.qualified_name for row in new.symbols] == ["A"]


def test_type_parameters_are_read_whatever_the_running_python():
    facts = extract(b"class A[T: (int, f()) = int](B[T]): pass\ndef g[*Ts](*a: *Ts) -> T: pass\n")
    assert [row.bases for row in facts.symbols] == [["B[T]"], []]
    assert [row.signature_end_line for row in facts.symbols] == [1, 2]
    assert [(row.callee, row.caller) for row in facts.calls] == [("f", None)]


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
def test_the_garbage_collector_is_left_as_it_was(is_on):
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        extract(b"x = 1")
        extract(b"x = ")
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()


@pytest.mark.parametrize("prefix", [b"", NEWER_THAN_ANY_AST], ids=["ast", "libcst"])
def test_a_doubtful_escape_in_a_file_warns_nobody(prefix):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts = extract(prefix + b"def f():\n    '\\d'\n")
    assert facts.symbols[-1].docstring == "\\d"


def test_an_f_string_that_libcst_cannot_read_keeps_its_calls():
    facts = extract(b"x = f'{g(k=1, *h())}'\n")
    assert {row.callee for row in facts.calls} == {"g", "h"}


def test_positions_of_another_text_are_refused():
    with pytest.raises(NotGivenBackError) as caught:
        Positions(libcst.parse_module("a = 1\n"), "b = 1\n")
    assert str(caught.value) == "libcst writes 'a' at offset 0 of another text"


def test_a_header_without_a_colon_is_refused():
    with pytest.raises(ValueError, match=r"^no `:` ends the header at offset 3$"):
        SourceText("def f()").header_end_line(3)


def test_a_decoded_file_knows_its_lines():
    source = decode(b"a\r\nb\rc\x0cd\n")
    assert (source.text, source.line_count) == ("a\nb\nc\x0cd\n", 3)
