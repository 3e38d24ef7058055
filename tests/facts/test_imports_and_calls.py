"""Imports and calls: each claim holds for both parsers."""

import pytest

from curate.facts.rows import Call, Import


def test_each_imported_name_is_a_row(read):
    facts = read(
        """\
        import os, a.b as c; import x.y
        from . import main
        from ..pkg.sub import (
            One,  # first
            Two as Deux,
        )
        from ... import *
        def f():
            class A:
                import inner
        """
    )
    assert facts.imports == [
        Import(1, 1, "os", None, None, None, False),
        Import(1, 1, "a.b", None, "c", None, False),
        Import(1, 1, "x.y", None, None, None, False),
        Import(2, 2, ".", "main", None, None, False),
        Import(3, 6, "..pkg.sub", "One", None, None, False),
        Import(3, 6, "..pkg.sub", "Two", "Deux", None, False),
        Import(7, 7, "...", "*", None, None, False),
        Import(10, 10, "inner", None, None, "f.<locals>.A", False),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("if TYPE_CHECKING: import a\nelse: import b\n", "a", id="name"),
        pytest.param("if t.TYPE_CHECKING:\n  if x:\n    import a\nimport b\n", "a", id="attribute"),
        pytest.param("if not TYPE_CHECKING: import a\nelse: import b\n", "b", id="not"),
        pytest.param(
            "if x: import a\nelif TYPE_CHECKING: import b\nelse: import c\n", "b", id="elif"
        ),
        pytest.param("if TYPE_CHECKING:\n  def f():\n    import a\n", "a", id="in a function"),
        pytest.param("if TYPE_CHECKING or x: import a\n", "", id="or"),
        pytest.param("if TYPE_CHECKING(): import a\n", "", id="call"),
        pytest.param("if not TYPE_CHECKING: import a\n", "", id="not, no else"),
        pytest.param("while TYPE_CHECKING: import a\n", "", id="while"),
    ],
)
def test_imports_for_the_type_checker_are_told_apart(read, code, expected):
    found = [row.module for row in read(code).imports if row.is_type_checking]
    assert "".join(found) == expected


def test_a_call_belongs_to_the_body_that_runs_it(read):
    facts = read(
        """\
        setup()
        @app.get("/", tags=[tag()])
        class A(make_base(), metaclass=meta()):
            field = Field(1, *more, key=value, **options)

            @wrap(1)
            async def f(self, a: Annotated[int, note()] = default()) -> ret():
                await self.client.get(url, x=[g(i) for i in h()])
                return lambda: (self.b)(k for k in j())
        """
    )
    inside = "A.f"
    assert facts.calls == [
        Call(1, 1, "setup", None, 0),
        Call(2, 2, "app.get", None, 2),
        Call(2, 21, "tag", None, 0),
        Call(3, 9, "make_base", None, 0),
        Call(3, 32, "meta", None, 0),
        Call(4, 13, "Field", "A", 4),
        Call(6, 6, "wrap", "A", 1),
        Call(7, 41, "note", "A", 0),
        Call(7, 51, "default", "A", 0),
        Call(7, 65, "ret", "A", 0),
        Call(8, 15, "self.client.get", inside, 2),
        Call(8, 39, "g", inside, 1),
        Call(8, 53, "h", inside, 0),
        Call(9, 24, "self.b", inside, 1),
        Call(9, 44, "j", inside, 0),
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("a()()", [(1, 1, "a")], id="of a call"),
        pytest.param("a.b().c()", [(1, 1, "a.b")], id="chain"),
        pytest.param("a[0]()\n(lambda: b())()", [(2, 10, "b")], id="of no name"),
        pytest.param("'x'.join(y())", [(1, 10, "y")], id="of a literal"),
        pytest.param("(a\n .b\n .c)(\n d())", [(1, 1, "a.b.c"), (4, 2, "d")], id="several lines"),
        pytest.param("é = ü(ö())", [(1, 5, "ü"), (1, 7, "ö")], id="non-ASCII"),
        pytest.param("x = f'é {a(b())!r:>{c()}} {d}' f'{ e()}'", None, id="f-string"),
        pytest.param(
            "x = f'''\n{a()}\n  {\nb()}'''", [(2, 2, "a"), (4, 1, "b")], id="f-string, lines"
        ),
        pytest.param("match a():\n case B(c=1) if d(): e()", None, id="match"),
        pytest.param("with a() as b, c(): pass\nassert d(), e()\ndel f().x", None, id="statements"),
        pytest.param("print(*a(), **b())\n{**c(), d(): e()}\nx[f():g()]", None, id="displays"),
        pytest.param("try: a()\nexcept b() as c: d()\nraise e() from f()", None, id="exceptions"),
    ],
)
def test_calls_are_found_wherever_they_stand(read, code, expected):
    found = [(row.line, row.column, row.callee) for row in read(code).calls]
    if expected is None:
        wanted = [
            char for i, char in enumerate(code) if code[i + 1 : i + 2] == "(" and char.islower()
        ]
        assert sorted(callee[-1] for _, _, callee in found) == sorted(wanted)
    else:
        assert found == expected
