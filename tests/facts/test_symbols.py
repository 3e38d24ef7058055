"""Definitions: each claim holds for both parsers."""

import pytest

from curate.facts.rows import Parameter, PythonFacts, Symbol

PLAIN = Symbol(
    ordinal=0,
    kind="function",
    name="f",
    qualified_name="f",
    parent=None,
    line=1,
    first_line=1,
    end_line=1,
    column=1,
    is_async=False,
    decorators=[],
    bases=[],
    parameters=[],
    returns=None,
    docstring=None,
    docstring_line=None,
    docstring_end_line=None,
    signature_end_line=1,
)


def names(facts: PythonFacts) -> list[tuple[str, str, str | None, int]]:
    return [(row.kind, row.qualified_name, row.parent, row.line) for row in facts.symbols]


def test_a_class_is_read_whole(read):
    facts = read(
        '''\
        """Parcels.

        More.
        """
        import abc

        # what we ship
        @register("parcel")
        @final
        class Parcel(abc.ABC, Generic[T], metaclass=Meta):
            """A parcel.

                Indented more.
            """

            async def weigh(self, /, *scales: "Scale", unit="kg", **rest) -> float: ...
        '''
    )
    parcel = PLAIN._replace(
        kind="class",
        name="Parcel",
        qualified_name="Parcel",
        line=10,
        first_line=8,
        end_line=16,
        decorators=['register("parcel")', "final"],
        bases=["abc.ABC", "Generic[T]"],
        docstring="A parcel.\n\nIndented more.",
        docstring_line=11,
        docstring_end_line=14,
        signature_end_line=10,
    )
    weigh = PLAIN._replace(
        ordinal=1,
        kind="method",
        name="weigh",
        qualified_name="Parcel.weigh",
        parent="Parcel",
        line=16,
        first_line=16,
        end_line=16,
        column=5,
        is_async=True,
        parameters=[
            Parameter("self", "positional_only", None, None),
            Parameter("scales", "var_positional", '"Scale"', None),
            Parameter("unit", "keyword_only", None, '"kg"'),
            Parameter("rest", "var_keyword", None, None),
        ],
        returns="float",
        signature_end_line=16,
    )
    assert facts.symbols == [parcel, weigh]
    assert (facts.line_count, facts.module_summary) == (16, "Parcels.")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(
            """\
            def outer():
                def inner(): pass
                class Local:
                    def method(self):
                        class Deep: pass
            """,
            [
                ("function", "outer", None, 1),
                ("function", "outer.<locals>.inner", "outer", 2),
                ("class", "outer.<locals>.Local", "outer", 3),
                ("method", "outer.<locals>.Local.method", "outer.<locals>.Local", 4),
                (
                    "class",
                    "outer.<locals>.Local.method.<locals>.Deep",
                    "outer.<locals>.Local.method",
                    5,
                ),
            ],
            id="nesting",
        ),
        pytest.param(
            """\
            if fast:
                def f(): pass
            elif slow:
                def f(): pass
            else:
                class f: pass
            try:
                def g(): pass
            except* ValueError:
                def g(): pass
            else:
                def h(): pass
            finally:
                def i(): pass
            with a as b:
                def j(): pass
            while x:
                def k(): pass
            else:
                def l(): pass
            for x in y:
                class A:
                    if x:
                        def m(self): pass
            match x:
                case {"a": 1}:
                    def n(): pass
                case _ if (z := 1):
                    async def o(): pass
            """,
            [
                ("function", "f", None, 2),
                ("function", "f", None, 4),
                ("class", "f", None, 6),
                ("function", "g", None, 8),
                ("function", "g", None, 10),
                ("function", "h", None, 12),
                ("function", "i", None, 14),
                ("function", "j", None, 16),
                ("function", "k", None, 18),
                ("function", "l", None, 20),
                ("class", "A", None, 22),
                ("method", "A.m", "A", 24),
                ("function", "n", None, 27),
                ("function", "o", None, 29),
            ],
            id="conditional",
        ),
        pytest.param(
            """\
            class A:
                @overload
                def f(self, x: int) -> int: ...
                @overload
                def f(self, x: str) -> str: ...
                def f(self, x): return x
            """,
            [
                ("class", "A", None, 1),
                ("method", "A.f", "A", 3),
                ("method", "A.f", "A", 5),
                ("method", "A.f", "A", 6),
            ],
            id="overloads",
        ),
        pytest.param("x = 1; y = lambda z: z\n", [], id="no definition"),
    ],
)
def test_a_definition_is_named_as_its_qualname(read, code, expected):
    assert names(read(code)) == expected


@pytest.mark.parametrize(
    ("code", "line", "first_line", "end_line", "column", "signature_end_line"),
    [
        pytest.param("class f: pass; x = 1\ny = 2\n", 1, 1, 1, 1, 1, id="semicolon"),
        pytest.param("if 1:\n\tdef f():\n\t\tpass ; \n", 2, 2, 3, 2, 2, id="tabs"),
        pytest.param(
            "\x0cdef f(\n  a, # : no\n  b=':',\n) : # yes\n  x\n", 1, 1, 5, 2, 4, id="feed"
        ),
        pytest.param(
            "if 1:\n  x\n  \x0c\n  \x0cdef f():\n    (x)\n", 4, 4, 5, 4, 4, id="feed inside"
        ),
        pytest.param("\\\n\\\ndef f(): pass\\\n\n#\\\n", 3, 3, 3, 1, 3, id="continued nothing"),
        pytest.param("@a\n# c\n@b(\n  1,\n)\n\nasync def f(): pass", 7, 1, 7, 1, 7, id="async"),
        pytest.param(
            "@(\n  # @no\n  a\n)\nclass f(\n): pass\n", 5, 1, 6, 1, 6, id="paren decorator"
        ),
        pytest.param("def \\\n  f \\\n  () \\\n  :\n  pass\n", 1, 1, 5, 1, 4, id="continuation"),
        pytest.param("def f() -> (\n  int # :\n) : pass\n", 1, 1, 3, 1, 3, id="returns"),
        pytest.param("def f(*, # :\n a=lambda: 1\n, ): pass\n", 1, 1, 3, 1, 3, id="lambda"),
        pytest.param("class f(\n  A,\n  k=v, # :\n  **o\n): pass\n", 1, 1, 5, 1, 5, id="keywords"),
        pytest.param("def f():\n  x\n  # c\n\n  # d\n\n\n#e\n", 1, 1, 2, 1, 1, id="comments after"),
        pytest.param("def f():\n  x = (\n  )\n# e\n", 1, 1, 3, 1, 1, id="closing line"),
        pytest.param("é = 'ü'; \ndef f(é='ß', /, ø=1): é\n", 2, 2, 2, 1, 2, id="non-ASCII"),
        pytest.param("def f():\r\n  '''a\r\nb'''\r\n", 1, 1, 3, 1, 1, id="CRLF"),
        pytest.param("x\rdef f():\r  y\r", 2, 2, 3, 1, 2, id="CR"),
        pytest.param("def f():\n  if x: pass\n  else:\n    pass", 1, 1, 4, 1, 1, id="no newline"),
        pytest.param("def f():\n  from a import (b,\n    c)\n", 1, 1, 3, 1, 1, id="import last"),
        pytest.param("def f():\n  '\\\n\x0c\x1c\x85\u2028'\n", 1, 1, 3, 1, 1, id="odd breaks"),
    ],
)
def test_places_are_exact(  # noqa: PLR0917  pytest gives them by name
    read, code, line, first_line, end_line, column, signature_end_line
):
    (row,) = [row for row in read(code).symbols if row.name == "f"]
    found = row.line, row.first_line, row.end_line, row.column, row.signature_end_line
    assert found == (line, first_line, end_line, column, signature_end_line)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("()", [], id="none"),
        pytest.param(
            "(a, b: int = 1, /, c=(1, 2), *, d, e: 'E' = {1: 2})",
            [
                Parameter("a", "positional_only", None, None),
                Parameter("b", "positional_only", "int", "1"),
                Parameter("c", "positional_or_keyword", None, "(1, 2)"),
                Parameter("d", "keyword_only", None, None),
                Parameter("e", "keyword_only", "'E'", "{1: 2}"),
            ],
            id="all kinds",
        ),
        pytest.param(
            "(*args: *Ts, **options: Unpack[O])",
            [
                Parameter("args", "var_positional", "*Ts", None),
                Parameter("options", "var_keyword", "Unpack[O]", None),
            ],
            id="unpacked",
        ),
        pytest.param(
            "(a=((1, 2)), b=(x for x in y), c=(lambda q, *r: (q)), d=(z := 3), e=-1)",
            [
                Parameter("a", "positional_or_keyword", None, "(1, 2)"),
                Parameter("b", "positional_or_keyword", None, "(x for x in y)"),
                Parameter("c", "positional_or_keyword", None, "lambda q, *r: (q)"),
                Parameter("d", "positional_or_keyword", None, "z := 3"),
                Parameter("e", "positional_or_keyword", None, "-1"),
            ],
            id="parentheses",
        ),
        pytest.param(
            "(ä='ö', b={\n  'é': 1,  # ü\n}, c='ß' 'x')",
            [
                Parameter("ä", "positional_or_keyword", None, "'ö'"),
                Parameter("b", "positional_or_keyword", None, "{\n  'é': 1,  # ü\n}"),
                Parameter("c", "positional_or_keyword", None, "'ß' 'x'"),
            ],
            id="non-ASCII",
        ),
    ],
)
def test_parameters_are_quoted_exactly(read, header, expected):
    (row,) = read(f"def f{header}: pass\n").symbols
    assert row.parameters == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "'''One.\n\n      Two.\n    Three.'''", ("One.\n\n  Two.\nThree.", 2, 5), id="cut"
        ),
        pytest.param("'a' \"b\"", ("ab", 2, 2), id="concatenated"),
        pytest.param("(\n 'a'\n 'b' # c\n )", ("ab", 3, 4), id="in parentheses"),
        pytest.param("r'\\d'; x", ("\\d", 2, 2), id="raw"),
        pytest.param("u'a'", ("a", 2, 2), id="u prefix"),
        pytest.param("'\\d\\x41\\\n'", ("\\dA", 2, 3), id="invalid escape"),
        pytest.param("'\\ud800'", ("?", 2, 2), id="lone surrogate"),
        pytest.param("''", ("", 2, 2), id="empty"),
        pytest.param("f'a'", (None, None, None), id="f-string"),
        pytest.param("'a' f'b'", (None, None, None), id="concatenated f-string"),
        pytest.param("b'a'", (None, None, None), id="bytes"),
        pytest.param("'a' + 'b'", (None, None, None), id="sum"),
        pytest.param("'a'.x", (None, None, None), id="attribute"),
        pytest.param("x; 'a'", (None, None, None), id="second"),
        pytest.param("pass", (None, None, None), id="none"),
    ],
)
def test_a_docstring_is_what_python_takes_for_one(read, body, expected):
    (row,) = read(f"def f():\n    {body}\n").symbols
    assert (row.docstring, row.docstring_line, row.docstring_end_line) == expected


def test_a_docstring_may_stand_on_the_line_of_the_header(read):
    assert [row.docstring for row in read("class A: 'a'\n").symbols] == ["a"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("__all__ = ['a', 'b' 'c']", ["a", "bc"], id="list"),
        pytest.param("__all__ = ()", [], id="empty tuple"),
        pytest.param("__all__ = 'a', 'b'", ["a", "b"], id="bare tuple"),
        pytest.param("__all__: list[str] = [  # all\n 'a',  # c\n]", ["a"], id="annotated"),
        pytest.param("x = __all__ = ['a']", ["a"], id="two targets"),
        pytest.param("__all__: list[str]", None, id="no value"),
        pytest.param("__all__ = ['a'] + x", None, id="sum"),
        pytest.param("__all__ = ['a', b]", None, id="a name in it"),
        pytest.param("__all__ = ['a', 1]", None, id="a number in it"),
        pytest.param("__all__ = 'a'", None, id="string"),
        pytest.param("__all__ = ['a']\n__all__ += ['b']", None, id="extended"),
        pytest.param("def f():\n  __all__ = ['a']", None, id="in a function"),
        pytest.param("x = 1", None, id="none"),
    ],
)
def test_dunder_all_is_known_only_when_it_is_one_literal(read, code, expected):
    assert read(code).all_names == expected


def test_identifiers_are_compared_as_python_compares_them(read):
    facts = read("class ﬁne(ﬁ): pass\nﬁ.ﬂ()\nimport ﬁ\n")
    assert [(row.name, row.bases) for row in facts.symbols] == [("fine", ["ﬁ"])]
    assert [row.callee for row in facts.calls] == ["fi.fl"]
    assert [row.module for row in facts.imports] == ["fi"]


def test_lines_are_counted_to_the_last_one_with_text(read):
    assert [read(code).line_count for code in ("x", "x\n", "x\n\n", "x\r\ny\rz")] == [1, 1, 2, 3]
